"""What looks harmless and is not: a backslash that JSON doubles, and days at the ends of the calendar."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from surveyapp.storage.audit import audit_log
from surveyapp.storage.replies import responses
from surveyapp.storage.rounds import participants
from tests.world.web_client import Browser


@pytest.mark.parametrize("typed", ["zz\\u0000", "a\\ud800", "a\\u0000xb", "a\x00b", '","participant":"FRA"', "\\"])
def test_no_text_in_the_log_closes_a_participants_page(
    app: Flask, focal: Browser, signed_in: Callable[[str], Browser], typed: str
) -> None:
    with app.app_context():
        france = participants.participant("FRA")
        assert france is not None
        response = responses.find("trial", france.id)
        assert response is not None
        audit_log.record("proposal-refused", None, response=response, addresses=[typed])
        assert [entry.kind for entry in audit_log.entries_about([response], 0, "none")][:1] == ["proposal-refused"]
        audit_log.record("proposal-refused", None, response=0, addresses=[f'"response": {response}, {typed}'])
        assert [entry.facts["response"] for entry in audit_log.entries_about([response], 0, "none")][:1] == [response]
    assert signed_in("secretariat").get("/secretariat/participants/FRA").status_code == 200


@pytest.mark.parametrize(
    "address",
    [
        "/secretariat/log?until=9999-12-31",
        "/secretariat/log/file?until=9999-12-31",
        "/rounds/trial?as_of=0001-01-01T00:00:00%2B14:00",
        "/rounds/trial?as_of=9999-12-31T23:00:00-14:00",
        "/rounds/trial/cross?rows=region&columns=has_law&as_of=0001-01-01T00:00:00%2B14:00",
        "/rounds/trial/workbook?as_of=0001-01-01T00:00:00%2B14:00",
        "/participation?day=9999-12-31",
    ],
)
def test_a_day_at_the_end_of_the_calendar_in_an_address_is_no_fault(
    app: Flask, focal: Browser, signed_in: Callable[[str], Browser], address: str
) -> None:
    app.config["PROPAGATE_EXCEPTIONS"] = False
    assert signed_in("secretariat").get(address).status_code < 500


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01"])
def test_a_day_at_the_end_of_the_calendar_is_no_deadline_and_no_reminder(app: Flask, opened: Browser, day: str) -> None:
    app.config["PROPAGATE_EXCEPTIONS"] = False
    form = {"title-en": "Trial", "closes": day, "grace_days": "5", "languages": "en"}
    assert opened.post("/secretariat/rounds/trial", form).status_code < 500
    opened.post("/secretariat/rounds/trial/reminders", {"whom": "not_started", "day": day})
    for page in ("/secretariat/rounds/trial", "/secretariat/rounds/trial/letters", "/rounds", "/secretariat"):
        assert opened.get(page).status_code == 200


def test_a_day_may_be_typed_in_the_digits_of_any_keyboard(focal: Browser, signed_in: Callable[[str], Browser]) -> None:
    assert signed_in("secretariat").get("/participation?day=٢٠٢٤-٠١-٠٢").status_code == 200
