"""A reply that came by letter: the secretariat enters it beside the draft it does not see, the focal point confirms."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from typing import Any

import openpyxl
import pytest
from flask import Flask

from surveyapp.storage.audit import audit_log
from surveyapp.storage.people import accounts
from surveyapp.storage.replies import behalf, saving, submissions
from surveyapp.storage.replies.answers import Change
from tests.world.fill_in_files import cells_of
from tests.world.letters import letters
from tests.world.trial_round import fill, kept
from tests.world.web_client import SITE, Browser

BEHALF = "/secretariat/rounds/trial/behalf/FRA"
LAW, PROPOSALS = f"{BEHALF}/section/law", "/reply/trial/proposals"
SECRET = "What the ministries are still arguing about"
NOTE = {"do": "begin", "source": "Note verbale 12", "dated": "2026-03-02"}


@pytest.fixture
def office(signed_in: Callable[[str], Browser]) -> Browser:
    browser = signed_in("secretariat")
    browser.get("/?lang=en")
    return browser


def entry(focal: Browser, office: Browser, **answers: Any) -> None:
    assert office.post(BEHALF, NOTE).status_code == 303
    names = list(answers)
    for last in range(1, len(names) + 1):  # an answer may bring the next question
        assert fill(office, LAW, **{name: answers[name] for name in names[:last]}).status_code == 303


def upload(browser: Browser, content: bytes) -> Any:
    form = {"csrf_token": browser.token(), "workbook": (io.BytesIO(content), "reply.xlsx")}
    headers = {"Referer": SITE + "/"}
    return browser.client.post(
        f"{BEHALF}/workbook", data=form, base_url=SITE, headers=headers, content_type="multipart/form-data"
    )


def test_what_is_entered_is_no_answer_until_the_focal_point_confirms(
    app: Flask,
    focal: Browser,
    office: Browser,
) -> None:
    entry(focal, office, has_law="yes", law_name="Act of 1994")
    assert kept(app) == {}
    assert "Act of 1994" not in focal.get(PROPOSALS).text, "not sent yet"
    assert office.post(BEHALF, {"do": "send"}).status_code == 303
    [letter] = letters(app)
    assert letter.recipient == "focal_point@example.org" and "Note verbale 12" in letter.body
    assert PROPOSALS in letter.body
    page = focal.get(PROPOSALS).text
    assert "Act of 1994" in page and "Note verbale 12" in page and "Confirm all answers of this entry (2)" in page
    assert kept(app) == {}
    [number] = re.findall(r"/proposals/entry/(\d+)", page)
    assert focal.post(f"{PROPOSALS}/entry/{number}").location == "/reply/trial/review"
    assert kept(app) == {"has_law": "yes", "law_name": "Act of 1994"}
    history = focal.get("/reply/trial/law/history/law_name?lang=en").text
    assert "By the secretariat on behalf of the State" in history
    with app.app_context():
        kinds = [event.kind for event in audit_log.search()]
    assert {"entry-begun", "entry-changed", "entry-sent", "entry-confirmed"} <= set(kinds)


def test_the_states_own_draft_is_not_shown(app: Flask, focal: Browser, office: Browser) -> None:
    fill(focal, "/reply/trial/law", has_law="yes", law_name=SECRET)
    entry(focal, office, has_law="yes")
    section = office.get(LAW).text
    assert "law_name" in section and SECRET not in section
    assert SECRET not in office.get(BEHALF).text
    book = openpyxl.load_workbook(io.BytesIO(office.get(f"{BEHALF}/workbook").data))
    assert SECRET not in str([[cell.value for cell in row] for sheet in book for row in sheet])


def test_an_answer_that_changed_since_is_left_to_be_compared(
    app: Flask,
    focal: Browser,
    office: Browser,
) -> None:
    entry(focal, office, has_law="no", remarks="From the letter")
    fill(focal, "/reply/trial/law", remarks="Typed meanwhile")
    office.post(BEHALF, {"do": "send"})
    [number] = re.findall(r"/proposals/entry/(\d+)", focal.get(PROPOSALS).text)
    assert focal.post(f"{PROPOSALS}/entry/{number}").location == PROPOSALS
    assert kept(app) == {"has_law": "no", "remarks": "Typed meanwhile"}
    page = focal.get(PROPOSALS).text
    assert "From the letter" in page and "The answer has changed since this was proposed." in page


def test_the_focal_point_may_return_one_answer_and_take_another(
    app: Flask,
    focal: Browser,
    office: Browser,
) -> None:
    entry(focal, office, has_law="no", remarks="Misread")
    office.post(BEHALF, {"do": "send"})
    page = focal.get(PROPOSALS).text
    remarks = re.search(r'id="proposal-(\d+)">Remarks', page)[1]  # type: ignore[index]
    focal.post(f"{PROPOSALS}/{remarks}", {"decision": "return", "note": "This is not what the note says"})
    [number] = re.findall(r"/proposals/entry/(\d+)", focal.get(PROPOSALS).text)
    focal.post(f"{PROPOSALS}/entry/{number}")
    assert kept(app) == {"has_law": "no"}
    assert "This is not what" not in office.get(BEHALF).text


def test_what_is_taken_back_was_never_seen(app: Flask, focal: Browser, office: Browser) -> None:
    entry(focal, office, has_law="no")
    assert office.post(BEHALF, {"do": "take-back"}).status_code == 303
    assert office.get(LAW).status_code == 404
    with app.app_context():
        assert behalf.entries(1) == []
    assert letters(app) == []
    office.post(BEHALF, NOTE)
    assert 'value="no" checked' not in office.get(LAW).text


def test_after_it_is_sent_the_secretariat_changes_nothing_more(
    app: Flask,
    focal: Browser,
    office: Browser,
) -> None:
    entry(focal, office, has_law="no")
    office.post(BEHALF, {"do": "send"})
    assert office.post(LAW, {"asked": "has_law", "q-has_law": "yes", "r-has_law": "0"}).status_code == 404
    office.post(BEHALF, {"do": "take-back"})
    assert "entry/" in focal.get(PROPOSALS).text


@pytest.mark.parametrize(("field", "value"), [("source", " "), ("source", "x" * 301), ("dated", "2026-02-30"), ("dated", "2999-01-01")])  # fmt: skip
def test_where_it_comes_from_is_asked_for(office: Browser, focal: Browser, field: str, value: str) -> None:
    answer = office.post(BEHALF, NOTE | {field: value})
    assert answer.status_code == 422 and f'href="#field-{field}"' in answer.text


def test_a_wrong_value_is_told_at_its_field(office: Browser, focal: Browser) -> None:
    office.post(BEHALF, NOTE)
    answer = fill(office, LAW, how_many="99")
    assert answer.status_code == 422 and 'href="#field-how_many"' in answer.text


def test_a_workbook_is_entered_as_a_whole_or_not_at_all(app: Flask, focal: Browser, office: Browser) -> None:
    office.post(BEHALF, NOTE)
    blank = office.get(f"{BEHALF}/workbook").data
    for many, status in (("ninety", 422), ("7", 303)):
        book, cells = cells_of(blank)
        cells["remarks"].value = "From the file"
        cells["how_many"].value = int(many) if many.isdigit() else many
        filled = io.BytesIO()
        book.save(filled)
        answer = upload(office, filled.getvalue())
        assert answer.status_code == status, answer.text[:2000]
        with app.app_context():
            assert behalf.entries(1)[0].answers == (2 if status == 303 else 0)
    assert upload(office, b"no workbook").status_code == 422


def test_a_submitted_reply_cannot_be_entered_again(app: Flask, focal: Browser, office: Browser) -> None:
    with app.app_context():
        saving.save_answers(1, {"has_law": Change("no")}, by=1, channel="page", language="en")
        submissions.submit(1, by=1, language="en")
    office.post(BEHALF, NOTE)
    answer = office.post(LAW, {"asked": "has_law", "q-has_law": "yes", "r-has_law": "0"})
    assert answer.location == BEHALF
    with app.app_context():
        assert all(one.answers == 0 for one in behalf.entries(1))


def test_a_colleague_of_the_secretariat_sees_only_their_own_entry(
    app: Flask,
    focal: Browser,
    office: Browser,
    signed_in: Callable[[str], Browser],
    people: dict[str, int],
) -> None:
    entry(focal, office, remarks="Being typed")
    with app.app_context():
        people["other"] = accounts.create_person("Other", "other@secretariat.example")
        accounts.grant_role(people["other"], "secretariat")
    other = signed_in("other")
    assert other.get(LAW).status_code == 404
    assert "Being typed" not in other.get(BEHALF).text


def test_a_question_is_answered_in_its_thread_and_by_a_letter(
    app: Flask,
    focal: Browser,
    office: Browser,
) -> None:
    focal.post("/reply/trial/ask", {"text": "May we answer in Arabic?"})
    focal.post("/reply/trial/law/comments/has_law", {"text": "Does a decree count?", "to": "secretariat"})
    focal.post("/reply/trial/law/comments/has_law", {"text": SECRET, "to": "government"})
    page = office.get("/secretariat").text
    assert "May we answer in Arabic?" in page and "Does a decree count?" in page and SECRET not in page
    assert page.count("waits for an answer") == 2
    answer = office.post("/secretariat/threads/1", {"address": "has_law", "text": "It does."})
    assert answer.status_code == 303
    [letter] = letters(app)
    assert letter.recipient == "focal_point@example.org" and "It does." in letter.body
    assert "It does." in focal.get("/reply/trial/ask").text
    assert "It does." in focal.get("/reply/trial/law/comments/has_law").text
    assert office.get("/secretariat").text.count("waits for an answer") == 1
    assert office.post("/secretariat/threads/1", {"address": "has_law", "text": " "}).status_code == 422
    assert office.post("/secretariat/threads/1", {"address": "law_name", "text": "x"}).status_code == 404
