"""A colleague's words are safe as they type, seen by nobody else until they are sent, and never read as the State's answer."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from surveyapp.storage.people import accounts, browsers
from surveyapp.storage.replies import delegations, drafts, proposals, responses, saving
from surveyapp.storage.replies.answers import Change
from tests.world.trial_round import fill, kept
from tests.world.web_client import Browser

PAGE = "/delegated/1/law"
AUTOSAVED = {"asked": "how_many", "only": "how_many", "r-how_many": "0"}


@pytest.fixture
def colleague(app: Flask, focal: Browser, people: dict[str, int], signed_in: Callable[[str], Browser]) -> Browser:
    """Who was assigned `how_many`, `areas` and `remarks`."""
    assign(app, people["delegate"])
    browser = signed_in("delegate")
    browser.get("/?lang=en")
    return browser


def assign(app: Flask, person: int, *scopes: str) -> None:
    with app.app_context():
        wanted = scopes or ("how_many", "areas", "remarks")
        delegations.assign(1, person, wanted, "answer", note="", due=None, by=1)


def other_colleague(app: Flask) -> Browser:
    browser = Browser(app.test_client())
    with app.app_context():
        person = accounts.create_person("Another colleague", "other@example.org", "en")
        token = browsers.sign_in(person)
    assign(app, person)
    browser.client.set_cookie("__Host-session", token, domain="surveyapp.example", secure=True)
    return browser


def test_an_autosave_of_a_colleague_keeps_a_draft_that_nobody_else_sees(
    app: Flask, focal: Browser, colleague: Browser
) -> None:
    answer = colleague.post(f"{PAGE}/answer", AUTOSAVED | {"q-how_many": "7"})
    assert answer.status_code == 200 and "Draft saved at" in answer.text
    assert 'name="q-how_many" value="7"' in colleague.get(PAGE).text
    assert "There is nothing to decide" in focal.get("/reply/trial/proposals").text
    assert 'value="7"' not in other_colleague(app).get(PAGE).text
    with app.app_context():
        assert proposals.of_response(1) == [] and kept(app) == {}


def test_a_draft_is_saved_without_scripts_and_sent_by_a_button_of_its_own(
    app: Flask, focal: Browser, colleague: Browser
) -> None:
    fill(colleague, PAGE, go="draft", how_many="7")
    assert "There is nothing to decide" in focal.get("/reply/trial/proposals").text
    fill(colleague, PAGE, go="send", how_many="7")
    assert "How many?" in focal.get("/reply/trial/proposals").text
    with app.app_context():
        assert drafts.of_person(1, proposals.of_response(1)[0].by) == []


def test_changing_the_language_submits_nothing(app: Flask, focal: Browser, colleague: Browser) -> None:
    fill(colleague, PAGE, go="send", language="fr", how_many="7")
    with app.app_context():
        assert proposals.of_response(1) == []
    assert 'name="q-how_many" value="7"' in colleague.get(PAGE).text


def test_a_pending_proposal_never_reads_saved_and_shows_the_official_answer_beside_it(
    app: Flask, focal: Browser, colleague: Browser
) -> None:
    with app.app_context():
        saving.save_answers(1, {"how_many": Change(3)}, by=1, channel="page", language="en")
    fill(colleague, PAGE, go="send", how_many="7")
    page = colleague.get(PAGE).text
    assert "Saved at" not in page and "The focal point decides on it." in page
    assert "Official answer:" in page and '<q dir="auto">3</q>' in page


def test_a_returned_proposal_comes_back_with_its_authors_words_in_the_field_and_the_note_above(
    app: Flask, focal: Browser, colleague: Browser
) -> None:
    fill(colleague, PAGE, go="send", how_many="7")
    focal.post("/reply/trial/proposals/1", {"decision": "return", "note": "The Ministry says 8"})
    page = colleague.get(PAGE).text
    assert 'name="q-how_many" value="7"' in page
    assert page.index("The Ministry says 8") < page.index('name="q-how_many" value="7"')
    fill(colleague, PAGE, go="send", how_many="8")
    assert "The Ministry says 8" not in colleague.get(PAGE).text


def test_what_was_typed_since_it_was_sent_stays_when_it_is_returned(
    app: Flask, focal: Browser, colleague: Browser
) -> None:
    fill(colleague, PAGE, go="send", how_many="7")
    fill(colleague, PAGE, go="draft", how_many="9")
    focal.post("/reply/trial/proposals/1", {"decision": "return", "note": "No"})
    assert 'name="q-how_many" value="9"' in colleague.get(PAGE).text


def test_a_note_reaches_its_addressee_only(app: Flask, focal: Browser, colleague: Browser) -> None:
    fill(colleague, PAGE, go="send", how_many="7")
    focal.post("/reply/trial/proposals/1", {"decision": "return", "note": "For your eyes"})
    assert "For your eyes" in colleague.get(PAGE).text
    assert "For your eyes" not in other_colleague(app).get(PAGE).text


def test_a_value_of_a_colleague_that_is_not_accepted_is_kept_for_them_alone(
    app: Flask, focal: Browser, colleague: Browser
) -> None:
    assert fill(colleague, PAGE, go="send", how_many="seven").status_code == 422
    page = colleague.get(PAGE).text
    assert 'name="q-how_many" value="seven"' in page and "Not accepted." in page
    assert "not accepted" not in focal.get("/reply/trial").text
    with app.app_context():
        assert responses.load(1).values == {}


def test_a_draft_that_says_what_stands_there_is_no_draft(app: Flask, focal: Browser, colleague: Browser) -> None:
    fill(colleague, PAGE, go="draft", how_many="7")
    answer = colleague.post(f"{PAGE}/answer", AUTOSAVED | {"q-how_many": ""})
    assert "there is nothing to send" in answer.text
    with app.app_context():
        assert all(drafts.of_person(1, person) == [] for person in range(1, 6))


def test_an_autosave_of_what_is_not_assigned_is_refused(app: Flask, colleague: Browser) -> None:
    forged = {"asked": "law_name", "only": "law_name", "q-law_name": "Forged", "r-law_name": "0"}
    assert colleague.post(f"{PAGE}/answer", forged).status_code == 403
