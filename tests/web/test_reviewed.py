"""What is submitted, or cleared, is what was read."""

from __future__ import annotations

import re
import threading

import pytest
from flask import Flask

from surveyapp.storage.people import accounts
from surveyapp.storage.replies import clearances, delegations, proposals, responses, reviewed, saving, submissions
from surveyapp.storage.replies.answers import Change
from tests.world.trial_round import LAW, fill, submit
from tests.world.web_client import Browser

REVIEW, SUBMIT, SHEET = "/reply/trial/review", "/reply/trial/submit", "/reply/trial/clearance"


def read(browser: Browser) -> dict[str, str]:
    """What the review's form would send."""
    return {"confirm": "yes"} | dict(re.findall(r'name="(reviewed|read_at)" value="([^"]*)"', browser.get(REVIEW).text))


def save(app: Flask, by: int = 1, **values: object) -> None:
    with app.app_context():
        changes = {code: Change(value) for code, value in values.items()}
        saving.save_answers(1, changes, by=by, channel="autosave", language="en")


def official(app: Flask) -> int:
    with app.app_context():
        return len(submissions.submissions(1))


def test_a_submission_under_another_state_is_refused_with_the_difference_shown(
    app: Flask, focal: Browser, people: dict[str, int]
) -> None:
    fill(focal, has_law="no", how_many="3")
    form = read(focal)
    save(app, people["secretariat"], how_many=4)
    refused = focal.post(SUBMIT, form)
    assert refused.status_code == 409 and official(app) == 0
    shown = refused.text.partition("The reply has changed since you read it")[2]
    assert re.search(r"<del>3[^<]*</del>.*<ins>4[^<]*</ins>.*A secretariat", shown, re.S), "old, new, who"
    assert focal.post(SUBMIT, read(focal)).location.endswith("/thanks") and official(app) == 1


@pytest.mark.parametrize("missing", ["", "0" * 64])
def test_a_submission_that_does_not_say_what_was_read_is_refused(app: Flask, focal: Browser, missing: str) -> None:
    fill(focal, has_law="no")
    assert focal.post(SUBMIT, {"confirm": "yes", "reviewed": missing}).status_code == 409
    assert official(app) == 0


def test_a_change_of_handling_alone_is_a_change(app: Flask, focal: Browser) -> None:
    fill(focal, has_law="no", how_many="3")
    form = read(focal)
    with app.app_context():
        change = {"how_many": Change(3, handling="secretariat")}
        saving.save_answers(1, change, by=1, channel="page", language="en")
    refused = focal.post(SUBMIT, form)
    assert refused.status_code == 409 and "secretariat only" in refused.text.partition("has changed since")[2]


def test_what_was_changed_and_changed_back_is_as_it_was_read(app: Flask, focal: Browser) -> None:
    fill(focal, has_law="no", how_many="3")
    form = read(focal)
    save(app, how_many=4)
    save(app, how_many=3)
    assert focal.post(SUBMIT, form).location.endswith("/thanks")


def test_a_colleagues_accepted_proposal_refuses_what_was_read_before_it(
    app: Flask, focal: Browser, people: dict[str, int]
) -> None:
    fill(focal, has_law="no", how_many="3")
    form = read(focal)
    propose_and_accept(app, people, how_many=9)
    refused = focal.post(SUBMIT, form)
    assert refused.status_code == 409
    assert "proposed by A delegate, accepted by A focal_point" in refused.text


def propose_and_accept(app: Flask, people: dict[str, int], **values: object) -> None:
    with app.app_context():
        delegate, focal_point = people["delegate"], people["focal_point"]
        delegations.assign(1, delegate, list(values), "answer", note="", due=None, by=focal_point)
        state = responses.load(1)
        proposals.propose(
            state, {code: Change(value) for code, value in values.items()}, by=people["delegate"], language="en"
        )
        for proposal in proposals.of_response(1):
            proposals.accept(
                state, proposal.id, expected=proposal.base_revision, by=people["focal_point"], language="en"
            )


def test_two_presses_make_one_submission_and_one_receipt(app: Flask, focal: Browser) -> None:
    fill(focal, has_law="no")
    form = read(focal)
    assert [focal.post(SUBMIT, form).location for _ in range(2)] == ["/reply/trial/thanks"] * 2
    assert official(app) == 1


def test_two_tabs_at_once_make_one_submission(app: Flask, focal: Browser) -> None:
    fill(focal, has_law="no")
    with app.app_context():
        digest = reviewed.content_digest(reviewed.as_of_now(responses.load(1)))
    made, refused = [], []

    def press() -> None:
        with app.app_context():
            try:
                made.append(submissions.submit(1, by=1, language="en", reviewed=digest).reference)
            except responses.NotEditable as locked:
                refused.append(locked.reason)

    tabs = [threading.Thread(target=press) for _ in range(4)]
    for tab in tabs:
        tab.start()
    for tab in tabs:
        tab.join()
    assert len(made) == 1 and refused == ["submitted"] * 3


def sheet(focal: Browser, section: str = "law") -> dict[str, str]:
    shown = focal.get(SHEET).text.split(f'name="section" value="{section}"')[1]
    return {"section": section, "state": "cleared", "reviewed": shown.split('name="reviewed" value="')[1].split('"')[0]}


def test_a_section_is_cleared_as_it_was_shown_or_not_at_all(app: Flask, focal: Browser) -> None:
    fill(focal, has_law="no", how_many="3")
    form = sheet(focal)
    save(app, how_many=4)
    assert focal.post(SHEET, form).status_code == 409
    assert focal.post(SHEET, {"section": "law", "state": "cleared"}).status_code == 409
    with app.app_context():
        assert clearances.by_section(responses.load(1)) == {}
    assert focal.post(SHEET, sheet(focal)).status_code == 303


def test_a_section_changed_after_it_was_cleared_is_no_longer_cleared_anywhere(app: Flask, focal: Browser) -> None:
    fill(focal, has_law="no", how_many="3")
    focal.post(SHEET, sheet(focal))
    places = ("/reply/trial", REVIEW, SHEET)
    for place in places:
        assert ">Cleared<" in focal.get(place).text and "No longer" not in focal.get(place).text
    save(app, how_many=4)
    for place in places:
        assert "No longer “Cleared”" in focal.get(place).text and ">Cleared</span>" not in focal.get(place).text
    save(app, how_many=3)
    assert ">Cleared<" in focal.get(SHEET).text, "it says again what was cleared"


def test_an_empty_section_cannot_be_cleared(app: Flask, focal: Browser) -> None:
    fill(focal, has_law="no")
    assert focal.post(SHEET, sheet(focal, "acts_part")).status_code == 422
    with app.app_context():
        assert clearances.by_section(responses.load(1)) == {}


def test_submitting_with_a_section_that_is_not_cleared_goes_by_the_participants_own_rule(
    app: Flask, focal: Browser
) -> None:
    fill(focal, has_law="no", how_many="3")
    assert focal.post(SHEET, {"rule": "warn"}).status_code == 303
    asked = submit(focal)
    assert asked.status_code == 422 and official(app) == 0
    assert 'name="uncleared"' in asked.text and "Law" in asked.text.partition("Sections that are not cleared")[2]
    focal.post(SHEET, {"rule": "require"})
    assert submit(focal, uncleared="yes").status_code == 422 and official(app) == 0, "confirming does not help"
    focal.post(SHEET, sheet(focal))
    assert submit(focal).location.endswith("/thanks"), "an empty section has nothing to clear"
    assert focal.post(SHEET, {"rule": "never"}).status_code == 400


def test_on_confirmation_a_section_that_is_not_cleared_goes_along(app: Flask, focal: Browser) -> None:
    fill(focal, has_law="no")
    focal.post(SHEET, {"rule": "warn"})
    assert submit(focal, uncleared="yes").location.endswith("/thanks")


def test_history_and_sheet_name_who_proposed_and_who_accepted(
    app: Flask, focal: Browser, people: dict[str, int]
) -> None:
    fill(focal, has_law="no")
    propose_and_accept(app, people, how_many=9)
    both = "proposed by A delegate, accepted by A focal_point"
    assert both in focal.get(f"{LAW}/history/how_many").text
    assert both in focal.get(SHEET).text
    with app.app_context():
        assert accounts.person(people["delegate"]) is not None
