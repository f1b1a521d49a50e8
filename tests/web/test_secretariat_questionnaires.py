"""Questionnaires brought in on the screen."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from lxml import html
from werkzeug.test import TestResponse

from surveyapp.definition.source import source_files
from surveyapp.storage.rounds import rounds, versions
from tests.world.trial_round import DEFINITION
from tests.world.web_client import Browser

FOLDER = Path(__file__).resolve().parents[2] / "questionnaires" / "work-plan"


def packed(source: dict[str, str], folder: str = "work-plan/") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as written:
        for name, text in source.items():
            written.writestr(folder + name, text)
    return out.getvalue()


@pytest.fixture
def office(app: Flask, signed_in: Callable[[str], Browser]) -> Browser:
    return signed_in("secretariat")


def bring(office: Browser, content: bytes) -> TestResponse:
    return office.post("/secretariat/questionnaires", {"file": (io.BytesIO(content), "q.zip")})


def publish(office: Browser, looked: TestResponse) -> TestResponse:
    field = html.fromstring(looked.text).find(".//main//input[@name='content']")
    return office.post("/secretariat/questionnaires/publish", {"content": field.get("value")})


def test_a_folder_is_looked_at_published_and_taken_out_again_as_it_was(app: Flask, office: Browser) -> None:
    source = source_files.read_folder(FOLDER)
    looked = bring(office, packed(source))
    assert looked.status_code == 200 and "en, fr, es, ar, zh, ru" in looked.text
    with app.app_context():
        assert versions.published() == []
    assert publish(office, looked).status_code == 303
    with zipfile.ZipFile(io.BytesIO(office.get("/secretariat/questionnaires/1/files").data)) as read:
        assert {name.rpartition("/")[2]: read.read(name).decode() for name in read.namelist()} == source


def test_every_problem_is_told_at_its_line_and_nothing_is_published(app: Flask, office: Browser) -> None:
    source = source_files.read_folder(FOLDER)
    source["questionnaire.yaml"] = source["questionnaire.yaml"].replace(
        "toolkit_used == yes_no.yes", "toolkit_usd == yes_no.yes"
    )
    looked = bring(office, packed(source))
    assert looked.status_code == 422
    line = 1 + next(n for n, text in enumerate(source["questionnaire.yaml"].splitlines()) if "toolkit_usd" in text)
    rows = [row.text_content().strip() for row in html.fromstring(looked.text).findall(".//main//tbody/tr")]
    assert any(row.startswith(f"questionnaire.yaml:{line}:") and "toolkit_used" in row for row in rows), rows
    forged = office.post("/secretariat/questionnaires/publish", {"content": "bm8gemlw"})
    assert forged.status_code == 422
    with app.app_context():
        assert versions.published() == []


def test_texts_that_are_missing_are_counted_by_language(office: Browser) -> None:
    source = source_files.read_folder(FOLDER)
    del source["ru.po"]
    looked = bring(office, packed(source))
    assert "ru: 0 of 70 translated, 70 missing, 0 stale" in " ".join(
        html.fromstring(looked.text).text_content().split()
    )


def test_a_new_version_says_what_it_changes(office: Browser) -> None:
    source = source_files.read_folder(FOLDER)
    assert publish(office, bring(office, packed(source))).status_code == 303
    newer = {
        "questionnaire.yaml": source["questionnaire.yaml"]
        .replace("code: plan_suggestions", "code: plan_additions")
        .replace("version: 1", "version: 2")
    }
    catalogues = {
        name: text.replace("plan_suggestions", "plan_additions")
        for name, text in source.items()
        if name.endswith(".po")
    }
    page = html.fromstring(bring(office, packed(newer | catalogues)).text).find(".//main").text_content()
    text = " ".join(page.split())
    assert "New questions: plan_additions" in text and "plan_suggestions" in text.split("are gone")[1]


@pytest.mark.parametrize(
    "content", [b"", b"no zip", b"PK\x03\x04", packed({"other.txt": "x"}), packed({"questionnaire.yaml": "\0"})]
)
def test_what_is_no_folder_is_told(office: Browser, content: bytes) -> None:
    answer = bring(office, content)
    assert answer.status_code == 422 and "Traceback" not in answer.text


def test_a_zip_bomb_is_refused(office: Browser) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as written:
        written.writestr("questionnaire.yaml", b"a" * 200_000_000)
    answer = bring(office, out.getvalue())
    assert answer.status_code == 422 and "larger than 1 MB" in answer.text


def fields(page: TestResponse) -> dict[str, str]:
    """What the trial's form holds beside its answers."""
    form = html.fromstring(page.text).find(".//form[@id='answers']")
    return {
        one.get("name"): one.get("value") or ""
        for one in form.findall(".//input[@type='hidden']")
        if one.get("name") not in ("csrf_token", "asked") and not one.get("name").startswith(("q-", "r-"))
    }


def test_a_questionnaire_is_tried_before_it_is_published_and_nothing_is_kept(app: Flask, office: Browser) -> None:
    content = packed({"questionnaire.yaml": DEFINITION})
    looked = bring(office, content)
    assert looked.status_code == 422, "its translations are missing, and it can be tried all the same"
    brought = html.fromstring(looked.text).find(".//main//input[@name='content']").get("value")
    page = office.post("/secretariat/questionnaires/try", {"content": brought, "language": "en"})
    assert page.status_code == 200 and "Is there a law?" in page.text and "What is it called?" not in page.text
    form = fields(page) | {"asked": "has_law", "q-has_law": "yes", "r-has_law": "0", "go": "law"}
    page = office.post("/secretariat/questionnaires/try", form)
    assert "What is it called?" in page.text
    page = office.post("/secretariat/questionnaires/try", fields(page) | {"go": "acts_part"})
    assert page.status_code == 200 and "has_law" in fields(page)["said"], "typed answers go along"
    with app.app_context():
        assert versions.published() == [] and rounds.rounds() == []


def test_it_is_tried_as_any_kind_of_participant_in_any_language(app: Flask, office: Browser) -> None:
    with app.app_context():
        version = versions.publish(source_files.read_folder(FOLDER.parent / "ratification-domestication"))
    first = office.get(f"/secretariat/questionnaires/{version}/try?lang=en")
    assert first.status_code == 200
    seen = {}
    for status in ("state_party", "signatory", "not_party"):
        page = office.post("/secretariat/questionnaires/try", fields(first) | {"status": status, "kind": "state"})
        fields_asked = html.fromstring(page.text).xpath("//main//form//@name")
        seen[status] = {name for name in ("signature_date", "consent_act", "stage") if name in " ".join(fields_asked)}
    assert seen == {
        "state_party": {"signature_date", "consent_act"},
        "signatory": {"signature_date", "stage"},
        "not_party": {"stage"},
    }
    assert office.post("/secretariat/questionnaires/try", fields(first) | {"kind": "organisation"}).status_code == 200
    arabic = office.post("/secretariat/questionnaires/try", fields(first) | {"language": "ar"})
    assert '<html lang="ar" dir="rtl">' in arabic.text


@pytest.mark.parametrize(
    "said", ["", "[]", "{", '{"has_law": {"a": 1}, "no_such": 5, "acts/../x": 1, "how_many": "x"}']
)
def test_a_forged_trial_is_no_fault(app: Flask, office: Browser, said: str) -> None:
    with app.app_context():
        version = versions.publish({"questionnaire.yaml": DEFINITION})
    answer = office.post("/secretariat/questionnaires/try", {"version": str(version), "said": said, "section": "law"})
    assert answer.status_code in (200, 400)
    assert office.post("/secretariat/questionnaires/try", {"content": "bm8gemlw"}).status_code == 400
    assert office.post("/secretariat/questionnaires/try", {"version": "999"}).status_code == 404


def test_one_catalogue_goes_to_a_translator_and_comes_back(app: Flask, office: Browser) -> None:
    source = source_files.read_folder(FOLDER)
    source["fr.po"] = source["fr.po"].replace('msgstr "', 'msgstr "', 1)
    publish(office, bring(office, packed(source)))
    taken = office.post("/secretariat/questionnaires/catalogue", {"version": "1", "of": "fr"})
    assert taken.status_code == 200 and 'filename="fr.po"' in taken.headers["Content-Disposition"]
    text = taken.text
    first = next(line for line in text.splitlines() if line.startswith('msgstr "') and len(line) > 12)
    better = text.replace(first, 'msgstr "Meilleure traduction"', 1)
    form = {"version": "1", "file": (io.BytesIO(better.encode()), "back from the translator.po")}
    looked = office.post("/secretariat/questionnaires", form)
    assert looked.status_code == 200, looked.text[:2000]
    assert publish(office, looked).status_code == 303
    with app.app_context():
        assert "Meilleure traduction" in versions.files(2)["fr.po"]
        assert versions.files(2)["es.po"] == source["es.po"]
    broken = {"version": "1", "file": (io.BytesIO(better.replace("msgstr", "msgstrr", 1).encode()), "fr.po")}
    looked = office.post("/secretariat/questionnaires", broken)
    assert looked.status_code == 422 and "fr.po:" in looked.text
    nameless = {"version": "1", "file": (io.BytesIO(b'msgid "a"\n'), "new.po")}
    assert office.post("/secretariat/questionnaires", nameless).status_code == 422
    assert office.post("/secretariat/questionnaires/catalogue", {"version": "1", "of": "de"}).status_code == 404
