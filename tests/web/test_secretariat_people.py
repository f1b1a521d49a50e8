"""Users: roles granted and revoked, sessions ended."""

from __future__ import annotations

from flask import Flask

from surveyapp.storage.audit import audit_log
from surveyapp.storage.people import accounts, browsers
from tests.world.web_client import Browser


def test_a_co_chair_is_let_in_signed_out_everywhere_and_let_out(
    app: Flask, office: Browser, people: dict[str, int]
) -> None:
    form = {"name": "Cora", "email": "cora@example.org", "own_language": "es", "role": "co_chair"}
    for _ in range(2):
        assert office.post("/secretariat/people", form).status_code == 303
    with app.app_context():
        cora = accounts.person_by_email("cora@example.org")
        assert cora is not None and [held.role for held in cora.roles] == ["co_chair"]
        token = browsers.sign_in(cora.id)
        assert len(browsers.running(cora.id)) == 1
    assert office.post(f"/secretariat/people/{cora.id}", {"do": "sign-out"}).status_code == 303
    with app.app_context():
        assert browsers.find(token) is None and browsers.running(cora.id) == []
        token = browsers.sign_in(cora.id)
    assert office.post(f"/secretariat/people/{cora.id}", {"do": "take-co_chair"}).status_code == 303
    with app.app_context():
        found = accounts.person(cora.id)
        assert found is not None and found.roles == () and browsers.find(token) is None
        assert {"role-granted", "role-taken", "signed-out-everywhere"} <= {
            event.kind for event in audit_log.search(limit=10)
        }


def test_nobody_revokes_their_own_role_of_the_secretariat(app: Flask, office: Browser, people: dict[str, int]) -> None:
    assert office.post(f"/secretariat/people/{people['secretariat']}", {"do": "take-secretariat"}).status_code == 400
    assert (
        office.post("/secretariat/people", {"name": "X", "email": "x@example.org", "role": "focal_point"}).status_code
        == 400
    )
    assert office.post("/secretariat/people", {"name": "", "email": "x", "role": "co_chair"}).status_code == 422
    assert office.get("/secretariat/people").status_code == 200
