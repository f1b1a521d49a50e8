"""A focal point leaves: the successor has all, the old sign-in ends at once, and both facts are recorded."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from surveyapp.storage.audit import audit_log
from surveyapp.storage.people import accounts, handovers
from tests.world.letters import letters
from tests.world.trial_round import fill
from tests.world.web_client import Browser

SUCCESSOR = {"name": "A Successor", "email": "delegate@example.org", "own_language": "fr", "note": "Good luck"}


def test_the_successor_has_the_draft_and_the_old_sign_in_ends_at_once(
    app: Flask,
    focal: Browser,
    signed_in: Callable[[str], Browser],
) -> None:
    fill(focal, has_law="yes", law_name="The Act")
    fill(focal, has_law="yes", law_name="The Act")
    successor = signed_in("delegate")
    assert successor.get("/reply/trial/law").status_code == 403
    assert focal.post("/handover", SUCCESSOR | {"confirm": "yes"}).status_code == 303
    assert "The Act" in successor.get("/reply/trial/law").text
    assert "A focal_point" in successor.get("/reply/trial/law/history/law_name").text, "history stays"
    assert focal.get("/reply/trial/law").location.startswith("/sign-in"), "signed out everywhere"
    [letter] = letters(app)
    assert letter.recipient == "delegate@example.org" and "Good luck" in letter.body
    with app.app_context():
        assert [event.kind for event in audit_log.search(limit=2)] == ["focal-point-appointed", "focal-point-left"]
        assert [one.email for one in handovers.focal_points() if one.participant_code == "FRA"] == [
            "delegate@example.org"
        ]


@pytest.mark.parametrize(
    ("form", "field"),
    [
        ({"confirm": ""}, "confirm"),
        ({"confirm": "yes", "name": ""}, "name"),
        ({"confirm": "yes", "email": "nobody"}, "email"),
        ({"confirm": "yes", "email": "focal_point@example.org"}, "email"),
    ],
)
def test_nothing_happens_before_all_is_right(app: Flask, focal: Browser, form: dict[str, str], field: str) -> None:
    answer = focal.post("/handover", SUCCESSOR | form)
    assert answer.status_code == 422 and f'href="#field-{field}"' in answer.text
    assert focal.get("/reply/trial/law").status_code == 200
    assert letters(app) == []


def test_the_secretariat_appoints_in_somebodys_place_or_beside_them(
    app: Flask,
    focal: Browser,
    people: dict[str, int],
    signed_in: Callable[[str], Browser],
) -> None:
    office = signed_in("secretariat")
    assert "A focal_point" in office.get("/secretariat/focal-points").text
    beside = {"name": "Second", "email": "second@example.org", "leaving": ""}
    assert office.post("/secretariat/focal-points/FRA", beside).status_code == 303
    assert focal.get("/reply/trial/law").status_code == 200
    again = office.post("/secretariat/focal-points/FRA", beside)
    assert again.status_code == 400, "they do already"
    replaced = SUCCESSOR | {"leaving": str(people["focal_point"])}
    assert office.post("/secretariat/focal-points/FRA", replaced).status_code == 303
    assert focal.get("/reply/trial/law").location.startswith("/sign-in")
    assert office.post("/secretariat/focal-points/FRA", replaced).status_code == 400, (
        "nobody of that number is there now"
    )
    assert office.get("/secretariat/focal-points/XXX").status_code == 404
    with app.app_context():
        assert {one.email for one in handovers.focal_points()} == {"delegate@example.org", "second@example.org"}
        assert accounts.person(people["focal_point"]) is not None, "the person stays, for history"
