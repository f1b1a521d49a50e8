"""A new round of the same questionnaire: last time's answer stands at each question, to be confirmed or changed."""

from __future__ import annotations

import datetime
import hashlib
import json
from pathlib import Path

import pytest
from flask import Flask

from surveyapp.storage.columns import utc_now
from surveyapp.storage.replies import documents, responses, revisions, saving, submissions
from surveyapp.storage.replies.answers import Change
from surveyapp.storage.rounds import invitations, rounds, versions
from tests.world.trial_round import DEFINITION, fill, submit
from tests.world.web_client import Browser

LAW, ACTS = "/reply/next/law", "/reply/next/acts_part"
LAST = {
    "has_law": "yes",
    "law_name": "The Act of 2014",
    "how_many": 3,
    "areas": {"choices": ["a"]},
    "acts": ["aaaaaa", "bbbbbb"],
    "acts/aaaaaa/act_name": "First",
    "acts/bbbbbb/act_name": "Second",
}
#: the next version no longer has `remarks`, takes at most 2 in `how_many`, and has other choices in `areas`
NEXT = (
    DEFINITION.replace("version: 1", "version: 2")
    .replace("        max: 10\n", "        max: 2\n")
    .replace("{code: a, label: A}, ", "{code: c, label: C}, ")
    .replace("      - {code: remarks, type: short_text, label: Remarks, need: recommended}\n", "")
)


@pytest.fixture
def again(app: Flask, focal: Browser) -> Browser:
    """The first reply is submitted, and the next round is open."""
    with app.app_context():
        kept = documents.store(1, "law_text", b"The text", kind="txt", name="law.txt", by=1)
        given = LAST | {"law_text": {"title": "Text", "file": kept.sha256}, "remarks": "Not asked next time"}
        changes = {address: Change(value) for address, value in given.items()}
        saving.save_answers(1, changes, by=1, channel="page", language="en")
        submissions.submit(1, by=1, language="en")
        version = versions.publish({"questionnaire.yaml": NEXT})
        opens = utc_now() - datetime.timedelta(hours=1)
        invitations.invite(rounds.open_round("next", {"en": "Next round"}, version, opens=opens))
    focal.get(LAW + "?lang=en")
    return focal


def kept(app: Flask) -> responses.ResponseState:
    with app.app_context():
        return responses.load(2)


def test_last_times_answer_is_offered_and_nothing_is_answered_by_it(app: Flask, again: Browser) -> None:
    page = again.get(LAW).text
    assert "Last time (Trial round):" in page and 'name="confirm" value="has_law"' in page
    assert kept(app).values == {}
    assert 'name="confirm" value="how_many"' not in page, "3 is more than the new version takes"
    assert 'name="confirm" value="areas"' not in page, "the choice is no longer offered"


def test_confirming_takes_the_answer_over_and_says_so(app: Flask, again: Browser) -> None:
    assert fill(again, LAW, go="stay").status_code == 303
    form = {"confirm": "has_law"}
    assert again.post(LAW, form).status_code == 303
    stored = kept(app).answers["has_law"]
    assert (stored.value, stored.basis) == ("yes", "confirmed")
    assert "Confirmed: no change since last time." in again.get(LAW).text
    with app.app_context():
        assert revisions.history(2, "has_law")[-1].basis == "confirmed"


def test_another_answer_is_recorded_as_changed_and_back_again_as_neither_until_it_is_confirmed(
    app: Flask, again: Browser
) -> None:
    fill(again, LAW, has_law="no")
    assert kept(app).answers["has_law"].basis == "changed"
    fill(again, LAW, has_law="yes")
    assert kept(app).answers["has_law"].basis is None, "the same answer, yet nobody said that it is confirmed"
    again.post(LAW, {"confirm": "has_law"})
    assert kept(app).answers["has_law"].basis == "confirmed"
    fill(again, LAW, has_law="yes")
    assert kept(app).answers["has_law"].basis == "confirmed", "saving the page again changes nothing"


def test_a_list_is_confirmed_with_all_that_stands_in_it(app: Flask, again: Browser) -> None:
    assert "First" in again.get(ACTS).text
    assert again.post(ACTS, {"confirm": "acts"}).status_code == 303
    state = kept(app)
    assert {a: v for a, v in state.values.items() if a.startswith("acts")} == {
        address: value for address, value in LAST.items() if address.startswith("acts")
    }
    assert {stored.basis for address, stored in state.answers.items() if address.startswith("acts")} == {"confirmed"}


def test_a_file_goes_with_its_answer(app: Flask, again: Browser) -> None:
    again.post(LAW, {"confirm": "has_law"})
    assert again.post(LAW, {"confirm": "law_text"}).status_code == 303
    sha256 = hashlib.sha256(b"The text").hexdigest()
    assert kept(app).values["law_text"] == {"title": "Text", "file": sha256}
    assert again.get(f"/reply/next/documents/{sha256}").data == b"The text"
    assert len(list((Path(app.instance_path) / "documents").rglob(sha256))) == 2


@pytest.mark.parametrize("forged", ["how_many", "acts", "acts/aaaaaa/act_name", "remarks", "nope", "law_name"])
def test_only_what_is_offered_here_can_be_confirmed(app: Flask, again: Browser, forged: str) -> None:
    assert again.post(LAW, {"confirm": forged}).status_code == 400
    assert kept(app).values == {}


def test_what_a_confirmed_answer_rests_on_is_in_the_submission(app: Flask, again: Browser) -> None:
    again.post(LAW, {"confirm": "has_law"})
    again.post(LAW, {"confirm": "law_name"})
    fill(again, LAW, has_law="yes", law_name="The Act of 2026")
    assert submit(again, "next").status_code == 303
    with app.app_context():
        first = submissions.submissions(1)[0]
        said = json.loads(submissions.snapshot(2, 1) or "")
    assert said["earlier"] == {"reference": first.reference, "sha256": first.digest}
    assert {address: one.get("basis") for address, one in said["answers"].items()} == {
        "has_law": "confirmed",
        "law_name": "changed",
    }


def test_a_round_of_another_questionnaire_offers_nothing(app: Flask, again: Browser) -> None:
    with app.app_context():
        version = versions.publish(
            {"questionnaire.yaml": DEFINITION.replace("questionnaire: trial", "questionnaire: other")}
        )
        invitations.invite(rounds.open_round("other", {"en": "Other"}, version, opens=utc_now()))
    assert "Last time" not in again.get("/reply/other/law").text
