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

from surveyapp.definition import loader
from surveyapp.storage import rounds

from .conftest import Browser

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
    return office.post("/office/questionnaires", {"file": (io.BytesIO(content), "q.zip")})


def publish(office: Browser, looked: TestResponse) -> TestResponse:
    field = html.fromstring(looked.text).find(".//main//input[@name='content']")
    return office.post("/office/questionnaires/publish", {"content": field.get("value")})


def test_a_folder_is_looked_at_published_and_taken_out_again_as_it_was(app: Flask, office: Browser) -> None:
    source = loader.read_folder(FOLDER)
    looked = bring(office, packed(source))
    assert looked.status_code == 200 and "en, fr, es, ar, zh, ru" in looked.text
    with app.app_context():
        assert rounds.versions() == []
    assert publish(office, looked).status_code == 303
    with zipfile.ZipFile(io.BytesIO(office.get("/office/questionnaires/1/files").data)) as read:
        assert {name.rpartition("/")[2]: read.read(name).decode() for name in read.namelist()} == source


def test_every_problem_is_told_at_its_line_and_nothing_is_published(app: Flask, office: Browser) -> None:
    source = loader.read_folder(FOLDER)
    source["questionnaire.yaml"] = source["questionnaire.yaml"].replace(
        "toolkit_used == yes_no.yes", "toolkit_usd == yes_no.yes"
    )
    looked = bring(office, packed(source))
    assert looked.status_code == 422
    line = 1 + next(n for n, text in enumerate(source["questionnaire.yaml"].splitlines()) if "toolkit_usd" in text)
    rows = [row.text_content() for row in html.fromstring(looked.text).findall(".//main//tbody/tr")]
    assert any(row.startswith(f"questionnaire.yaml:{line}:") and "toolkit_used" in row for row in rows), rows
    forged = office.post("/office/questionnaires/publish", {"content": "bm8gemlw"})
    assert forged.status_code == 422
    with app.app_context():
        assert rounds.versions() == []


def test_texts_that_are_missing_are_counted_by_language(office: Browser) -> None:
    source = loader.read_folder(FOLDER)
    del source["ru.po"]
    looked = bring(office, packed(source))
    assert "ru: 0 of 70 translated, 70 missing, 0 stale" in " ".join(
        html.fromstring(looked.text).text_content().split()
    )


def test_a_new_version_says_what_it_changes(office: Browser) -> None:
    source = loader.read_folder(FOLDER)
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
    said = html.fromstring(bring(office, packed(newer | catalogues)).text).find(".//main").text_content()
    assert "New questions: plan_additions" in said and "plan_suggestions" in said.split("are gone")[1]


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
