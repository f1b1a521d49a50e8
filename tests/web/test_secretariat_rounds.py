"""Rounds: put to their audience, extended, closed, archived, rehearsed."""

from __future__ import annotations

import datetime

import pytest
from flask import Flask
from lxml import html

from surveyapp.definition.deadline import Deadline
from surveyapp.storage.columns import utc_now
from surveyapp.storage.rounds import invitations
from tests.world.secretariat import ROUND, the_round
from tests.world.web_client import Browser


def test_a_round_is_put_to_its_audience_alone(app: Flask, opened: Browser) -> None:
    with app.app_context():
        assert {row.participant_code for row in invitations.responses_of(the_round().id)} == {"XAA", "FRA"}
    assert opened.post("/secretariat/rounds/trial/participants", {"who": ["XBB"]}).status_code == 303
    with app.app_context():
        assert "XBB" in {row.participant_code for row in invitations.responses_of(the_round().id)}


@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"code": "T r"}, "code"), ({"title-en": ""}, "title-en"), ({"closes": "2025-12-31"}, "closes"), ({"opens": "soon"}, "opens"),
     ({"languages": ["fr", "en"]}, "languages"), ({"version": "99"}, "version"), ({"grace_days": "-1"}, "grace_days")],
)  # fmt: skip
def test_what_is_wrong_with_a_round_is_told_at_its_field(
    registered: Browser, version: int, wrong: dict[str, object], field: str
) -> None:
    answer = registered.post("/secretariat/rounds/new", ROUND | {"version": str(version)} | wrong)
    assert answer.status_code == 422
    assert f'href="#field-{field}"' in answer.text


def test_a_round_is_extended_closed_and_put_away(app: Flask, opened: Browser) -> None:
    form = {key: value for key, value in ROUND.items() if key not in ("code", "languages")}
    assert (
        opened.post("/secretariat/rounds/trial", form | {"closes": "2099-06-30", "grace_days": "3"}).status_code == 303
    )
    with app.app_context():
        assert the_round().deadline == Deadline(datetime.date(2099, 6, 30), grace_days=3)
        assert the_round().last_moment == datetime.datetime(2099, 7, 4, tzinfo=datetime.UTC)
    opened.post("/secretariat/rounds/trial", {"do": "close"})
    with app.app_context():
        assert the_round().closed_because(utc_now()) == "round_closed"
    opened.post("/secretariat/rounds/trial", {"do": "archive"})
    assert "Archived" in opened.get("/secretariat/rounds?lang=en").text


def test_a_deadline_before_the_opening_is_told_even_where_the_opening_is_left_out(opened: Browser) -> None:
    form = {"title-en": "Trial", "closes": "2020-01-01", "opens": "", "grace_days": "0"}
    answer = opened.post("/secretariat/rounds/trial", form)
    assert answer.status_code == 422 and 'href="#field-closes"' in answer.text


def test_a_forged_file_is_told(office: Browser) -> None:
    assert office.post("/secretariat/participants/file", {"content": "no base64 ä"}).status_code == 422


def test_another_round_begins_from_the_last_one(opened: Browser) -> None:
    page = html.fromstring(opened.get("/secretariat/rounds/new?like=trial&lang=en").text)
    assert page.get_element_by_id("field-title-fr").get("value") == "Essai"
    assert page.get_element_by_id("field-code").get("value") == ""
    assert page.get_element_by_id("regions-4").get("checked") is not None


def test_a_rehearsal_is_answered_as_an_invented_state_and_never_as_a_real_one(
    app: Flask, registered: Browser, version: int
) -> None:
    form = ROUND | {"version": str(version), "code": "rehearsal", "rehearsal": "yes", "regions": []}
    assert registered.post("/secretariat/rounds/new", form).status_code == 303
    registered.post("/secretariat/rounds/rehearsal/participants", {"all": "yes"})
    answer = registered.post("/secretariat/rounds/rehearsal/rehearse/XAL")
    assert answer.status_code == 303 and registered.get(answer.location).status_code == 200
    assert registered.post("/secretariat/rounds/rehearsal/rehearse/XAA").status_code == 404
