"""What README.md, CONTRIBUTING.md and the operator's page tell a reader to type works as it is written there.

Commands of `surveyapp` run, over a copy of the demonstration in which the files that they name are laid ready. Only read, and not
run: `make …` (it would set up an environment, serve without end, or start these very tests: `make -n` reads it), and
`surveyapp preview`, `run` and `demo`, which serve until they are ended: their arguments are read.
"""

from __future__ import annotations

import json
import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from flask import Flask

from surveyapp.cli import main
from surveyapp.results.dataset_snapshot import every_figure, take_snapshot
from surveyapp.storage.replies import receipts, submissions
from surveyapp.storage.rounds import rounds

ROOT = Path(__file__).resolve().parent.parent
SERVING = {"preview", "run", "demo"}
MAKING = ("README.md", "CONTRIBUTING.md")


def blocks(document: str, *languages: str) -> list[str]:
    """Its code blocks in any of the languages; an empty one: a block that names none."""
    text = (ROOT / document).read_text(encoding="utf-8")
    found = re.findall(r"^( *)```([a-z]*)\n(.*?)^ *```$", text, re.DOTALL | re.MULTILINE)
    return [re.sub(f"^{indent}", "", body, flags=re.MULTILINE) for indent, name, body in found if name in languages]


def commands(document: str) -> list[list[str]]:
    """Every line of a shell block that calls surveyapp, as its words after that name."""
    lines = [line for block in blocks(document, "", "sh", "bash", "shell", "console") for line in block.splitlines()]
    words = [shlex.split(line, comments=True) for line in lines if line.startswith("surveyapp ")]
    return [line[1:] for line in words]


def run(*words: str) -> Result:
    return CliRunner().invoke(main, words)


@pytest.fixture
def world_name() -> str:
    return "demonstration"


@pytest.fixture
def workplace(app: Flask, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The demonstration, and the files that a reader of the page would have: a reply, its receipt, a report's frozen data."""
    folder = tmp_path / "workplace"
    shutil.copytree(ROOT / "questionnaires", folder / "questionnaires")
    monkeypatch.chdir(folder)
    monkeypatch.setenv("SURVEYAPP_DATABASE_URL", database_url)
    monkeypatch.setenv("SURVEYAPP_SECRET_KEY", "test")
    with app.app_context():
        snapshot = next(iter(submissions.chains().values()))[0][0]
        answered = rounds.round_by_id(1)
        Path("FROZEN.zip").write_bytes(take_snapshot(answered, "states_parties", {}, every_figure).content)
    Path("REPLY.json").write_text(snapshot, encoding="utf-8")
    Path("RECEIPT.json").write_text(json.dumps(receipts.receipt(snapshot)), encoding="utf-8")
    return folder


def test_every_command_in_a_block_of_the_readme_works_as_it_is_written(app: Flask, workplace: Path) -> None:
    lines = commands("README.md")
    assert {"check", "export", "backup"} <= {words[0] for words in lines}
    with app.app_context():
        code = rounds.round_by_id(1).code
    for words in lines:
        done = run(*[word.replace("ROUND", code) for word in words])
        assert done.exit_code == 0, (words, done.output)
    assert {"FILE.xlsx", "FILE.zip"} <= {path.name for path in workplace.iterdir()}


def test_the_operators_way_from_a_backup_to_a_checked_copy_works_as_it_is_written(
    workplace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for words in commands("docs/operator.md"):
        if words[0] == "restore":
            monkeypatch.setenv("SURVEYAPP_DATABASE_URL", f"sqlite:///{workplace / 'copy.sqlite'}")
        done = run(*words)
        assert done.exit_code == 0, (words, done.output)


def test_a_questionnaire_of_ones_own_is_made_by_the_steps_of_the_readme(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    text = (ROOT / "README.md").read_text(encoding="utf-8").partition("## A questionnaire of one's own")[2]
    steps = [shlex.split(line) for line in re.findall(r"`surveyapp ([^`]+)`", text)]
    assert [words[0] for words in steps] == ["new", "check", "extract-texts", "preview"]
    new, check, extract, preview = steps

    assert run(*new).exit_code == 0
    file = tmp_path / "questionnaires" / "harbour-survey" / "questionnaire.yaml"
    [added] = blocks("README.md", "yaml")
    head, closing, tail = file.read_text(encoding="utf-8").partition("  - code: closing\n")
    file.write_text(head + added + closing + tail, encoding="utf-8")
    assert "questionnaire.yaml" not in run(*check).output, "only translations are missing"
    assert run(*check).exit_code == 1

    file.write_text(
        file.read_text(encoding="utf-8").replace("inspections.never", "inspections.nevver"), encoding="utf-8"
    )
    mistaken = run(*check).output
    assert re.search(r"questionnaire\.yaml:\d+:\d+: .*nevver", mistaken) and "never" in mistaken.replace("nevver", "")
    file.write_text(
        file.read_text(encoding="utf-8").replace("inspections.nevver", "inspections.never"), encoding="utf-8"
    )

    assert run(*extract).exit_code == 0
    assert "How often are cargoes in transit inspected?" in (file.parent / "fr.po").read_text(encoding="utf-8")
    main.commands["preview"].make_context("preview", preview[1:])


@pytest.mark.parametrize("document", MAKING)
def test_every_call_of_make_can_be_made(document: str) -> None:
    text = (ROOT / document).read_text(encoding="utf-8")
    targets = sorted(set(re.findall(r"(?:`|^)make ([a-z-]+)", text, re.MULTILINE)))
    assert targets
    for target in targets:
        done = subprocess.run(["make", "-n", target], cwd=ROOT, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("document", ["README.md", "CONTRIBUTING.md", "docs/operator.md"])
def test_no_line_of_a_block_is_neither_run_nor_read(document: str) -> None:
    """A block that names no language is a list of commands, or the tree of folders."""
    lines = [line for block in blocks(document, "", "sh", "bash", "shell", "console") for line in block.splitlines()]
    tree = re.compile(r"\s*[\w.]+/?(\s{2,}\S.*)?$|$")
    assert [line for line in lines if not re.match(r"surveyapp |make [a-z-]+", line) and not tree.match(line)] == []
