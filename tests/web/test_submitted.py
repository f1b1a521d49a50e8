"""Receipts, the files of a reply, the difference of two submissions, and asking to change what was submitted."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Callable

import pypdf
import pytest
from flask import Flask
from sqlalchemy import update

from surveyapp.definition.texts import LANGUAGES
from surveyapp.storage.models import Round
from surveyapp.storage.replies import receipts, responses, saving
from surveyapp.storage.replies.answers import Change
from surveyapp.storage.transactions import writing
from tests.world.trial_round import submit
from tests.world.web_client import Browser

RECEIPTS = "/reply/trial/receipts"


@pytest.fixture
def submitted(app: Flask, focal: Browser) -> Browser:
    with app.app_context():
        first = {"has_law": Change("yes"), "law_name": Change("法律 — قانون — Закон № 5")}
        saving.save_answers(1, first, by=1, channel="page", language="en")
    assert submit(focal).location.endswith("/thanks")
    return focal


def test_the_json_file_is_byte_for_byte_what_the_receipt_names(submitted: Browser) -> None:
    reply = submitted.get(f"{RECEIPTS}/1/reply.json")
    receipt = submitted.get(f"{RECEIPTS}/1/receipt.json").get_json()
    assert reply.headers["Content-Disposition"].startswith("attachment")
    assert hashlib.sha256(reply.data).hexdigest() == receipt["sha256"]
    assert receipts.check_reply(reply.text, json.dumps(receipt)) == []
    page = submitted.get(RECEIPTS).text
    assert receipt["sha256"] in page and receipt["reference"] in page
    assert submitted.get(f"{RECEIPTS}/2/reply.json").status_code == 404


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_pdf_file_says_the_reply_and_is_tagged_in_its_language(submitted: Browser, language: str) -> None:
    answer = submitted.get(f"{RECEIPTS}/1/reply.pdf?lang={language}")
    reference = submitted.get(f"{RECEIPTS}/1/receipt.json").get_json()["reference"]
    pdf = pypdf.PdfReader(io.BytesIO(answer.data))
    text = "".join(page.extract_text() for page in pdf.pages)
    assert answer.mimetype == "application/pdf" and reference in text
    for written in ("法律", "Закон № 5", "What is it called?"):
        assert written in text
    catalogue = pdf.trailer["/Root"]
    assert catalogue["/Lang"] == language and catalogue["/MarkInfo"]["/Marked"]
    assert "/StructTreeRoot" in catalogue
    fonts = {str(font["/BaseFont"]) for page in pdf.pages for font in _fonts(page)}
    assert any("Naskh" in font for font in fonts) and any("SC" in font for font in fonts), "embedded, not hoped for"


def _fonts(page: pypdf.PageObject) -> list[pypdf.generic.DictionaryObject]:
    return [font.get_object() for font in page["/Resources"]["/Font"].get_object().values()]


def test_the_pdf_file_shows_what_was_submitted_and_not_what_came_after(app: Flask, submitted: Browser) -> None:
    with app.app_context():
        responses_before = submitted.get(f"{RECEIPTS}/1/reply.pdf").data
        with writing() as connection:
            connection.execute(update(Round).values(free_reopening=True))
    assert submitted.post("/reply/trial/reopen").location == "/reply/trial"
    with app.app_context():
        saving.save_answers(1, {"law_name": Change("Another")}, by=1, channel="page", language="en")
    assert submitted.get(f"{RECEIPTS}/1/reply.pdf").data == responses_before


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_blank_form_asks_everything_and_holds_no_answer(submitted: Browser, language: str) -> None:
    answer = submitted.get(f"/reply/trial/form?lang={language}")
    text = "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(answer.data)).pages)
    for asked in ("Is there a law?", "What is it called?", "Which areas?", "Name of the act"):
        assert asked in text
    assert "Закон" not in text


def test_the_blank_form_is_numbered_and_says_when_a_question_applies(submitted: Browser) -> None:
    answer = submitted.get("/reply/trial/form?lang=en")
    text = " ".join("".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(answer.data)).pages).split())
    assert "1. Is there a law?" in text and "2. What is it called?" in text
    assert "Only if the answer to question 1 is “Yes”" in text
    assert "Welcome." in text, "with its introduction"
    assert "Who sees the answers, unless a question says otherwise" in text


def test_the_difference_of_two_submissions_is_shown_in_words(app: Flask, submitted: Browser) -> None:
    assert submitted.get("/reply/trial/difference").status_code == 404, "there is one only"
    with app.app_context(), writing() as connection:
        connection.execute(update(Round).values(free_reopening=True))
    submitted.post("/reply/trial/reopen")
    with app.app_context():
        changes = {"has_law": Change("no"), "remarks": Change(None, declined="not_available")}
        saving.save_answers(1, changes, by=1, channel="page", language="en")
    submit(submitted)
    page = submitted.get("/reply/trial/difference").text
    assert "What is it called?" in page and "Закон № 5" in page
    assert "Is there a law?" in page and "Left open: not available" in page.lower().replace("left", "Left")
    assert "How many?" not in page, "nothing changed there"


def test_reopening_is_asked_of_the_secretariat_with_a_reason(
    app: Flask, submitted: Browser, signed_in: Callable[[str], Browser]
) -> None:
    assert submitted.post("/reply/trial/reopen", {"note": " "}).status_code == 422
    submitted.post("/reply/trial/reopen", {"note": "A figure was wrong"})
    assert "Waiting for the secretariat" in submitted.get(RECEIPTS).text
    office = signed_in("secretariat")
    assert "A figure was wrong" in office.get("/secretariat?lang=en").text
    assert office.post("/secretariat/reopening/1", {"decision": "perhaps"}).status_code == 400
    office.post("/secretariat/reopening/1", {"decision": "grant", "answer": "Until Friday"})
    page = submitted.get(RECEIPTS).text
    assert "Granted" in page and "Until Friday" in page
    assert submitted.get("/reply/trial/law").status_code == 200, "it can be answered again"
    with app.app_context():
        assert responses.load(1).status == "reopened"
