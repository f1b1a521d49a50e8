"""The terminal: what a questionnaire's author and an operator do there."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from surveyapp import cli

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture
def workplace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to work in, and a database of its own."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SURVEYAPP_DATABASE_URL", f"sqlite:///{tmp_path / 'test.sqlite'}")
    monkeypatch.setenv("SURVEYAPP_SECRET_KEY", "test")
    return tmp_path


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli.main, arguments)


def test_a_new_questionnaire_has_no_problems(workplace: Path) -> None:
    assert run("new", "harbour-survey").exit_code == 0
    checked = run("check", "questionnaires/harbour-survey")
    assert (checked.exit_code, checked.output) == (0, "questionnaires/harbour-survey: no problems\n")


def test_a_questionnaire_is_never_overwritten(workplace: Path) -> None:
    run("new", "harbour-survey")
    again = run("new", "harbour-survey")
    assert again.exit_code == 1
    assert "already" in again.output


def test_all_problems_are_told_with_their_places_and_the_exit_status_says_so(workplace: Path) -> None:
    run("new", "harbour-survey")
    file = workplace / "questionnaires" / "harbour-survey" / "questionnaire.yaml"
    text = file.read_text().replace("version: 1", "version: one")
    file.write_text(text + "\nmisplaced: 1\n")
    checked = run("check")
    assert checked.exit_code == 1
    places = [line for line in checked.output.splitlines() if line.startswith("questionnaires/harbour-survey/")]
    assert len(places) >= 2
    assert all(line.split("/")[2].startswith("questionnaire.yaml:") for line in places)


def test_a_check_of_nothing_says_what_to_do(workplace: Path) -> None:
    checked = run("check")
    assert checked.exit_code == 1
    assert "Name a folder" in checked.output


def test_the_projects_own_questionnaires_have_no_problems() -> None:
    for folder in sorted((ROOT / "questionnaires").iterdir()):
        assert run("check", str(folder)).output.endswith("no problems\n")


def test_new_texts_are_added_to_the_catalogues(workplace: Path) -> None:
    run("new", "harbour-survey")
    catalogue = workplace / "questionnaires" / "harbour-survey" / "fr.po"
    lines = catalogue.read_text().count("msgctxt")
    catalogue.write_text(catalogue.read_text().rpartition("\nmsgctxt")[0] + "\n")
    assert run("extract-texts", "questionnaires/harbour-survey").exit_code == 0
    assert catalogue.read_text().count("msgctxt") == lines


def test_the_demonstration_is_set_up_twice_without_harm_and_exports_a_workbook(
    workplace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in (
        ("DEMONSTRATION", "1"),
        ("COOKIE_SECURE", "0"),
        ("BASE_URL", "http://x"),
        ("LOG_LEVEL", "ERROR"),
    ):
        monkeypatch.setenv(f"SURVEYAPP_{name}", value)  # so that what the command sets is taken back afterwards
    for _ in range(2):
        shown = run("demo", "--no-serve")
        assert shown.exit_code == 0, shown.output
        assert shown.output.count("/sign-in/") >= 4
    assert run("export", "csp13-ratification", "--language", "ar", "--to", "out.xlsx").exit_code == 0
    assert (workplace / "out.xlsx").read_bytes().startswith(b"PK")
    unknown = run("export", "none", "--to", "none.xlsx")
    assert (unknown.exit_code, (workplace / "none.xlsx").exists()) == (1, False)


def test_tables_go_down_and_up_again(workplace: Path) -> None:
    assert run("upgrade").exit_code == 0
    assert run("downgrade", "base").exit_code == 0
    assert run("upgrade").exit_code == 0


def test_the_schema_for_editors_is_written(workplace: Path) -> None:
    assert run("export-schema", "schema.json").exit_code == 0
    assert (workplace / "schema.json").read_text() == (ROOT / "docs" / "questionnaire.schema.json").read_text()


def test_every_mistake_in_the_settings_is_told_at_once(workplace: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {
        "SESSION_HOURS": "twelve",
        "MAIL_SERVER": "mail.example.org",
        "LOG_LEVEL": "LOUD",
        "MAIL_LEASE": "0",
    }.items():
        monkeypatch.setenv(f"SURVEYAPP_{name}", value)
    done = run("upgrade")
    assert done.exit_code == 1 and "Traceback" not in done.output
    for name in ("SESSION_HOURS", "MAIL_SERVER", "LOG_LEVEL", "MAIL_LEASE"):
        assert f"SURVEYAPP_{name}" in done.output


def test_the_first_person_is_let_in_and_a_questionnaire_published(workplace: Path) -> None:
    assert run("upgrade").exit_code == 0
    for _ in range(2):
        assert run("add-person", "sam@example.org", "Sam", "--role", "secretariat").exit_code == 0
    assert run("add-states").output == "195 States added\n" and run("add-states").output == "0 States added\n"
    run("new", "harbour-survey")
    assert "version 1" in run("publish").output
    assert "The log is whole." in run("verify-audit").output
    assert run("recount").exit_code == 0
    assert run("backup", "b.zip").exit_code == 0 and (workplace / "b.zip").exists()
    assert run("restore", "b.zip").exit_code == 1, "this database is not empty"
    assert run("work", "--once").exit_code == 0
