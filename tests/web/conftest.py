"""A browser of somebody: signed in under a role, or nobody's."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from surveyapp.storage.people import accounts, browsers
from surveyapp.storage.rounds import participants

SITE = "https://surveyapp.example"


@dataclass
class Browser:
    """A client that asks over https, as cookies with `__Host-` want, and sends a form's token as a page would."""

    client: FlaskClient

    def get(self, path: str, **more: object) -> TestResponse:
        return self.client.get(path, base_url=SITE, buffered=True, **more)

    def post(
        self, path: str, data: dict[str, object] | None = None, *, token: str | None = None, **more: object
    ) -> TestResponse:
        form = {"csrf_token": self.token() if token is None else token, **(data or {})}
        headers = {"Referer": SITE + "/"}
        return self.client.post(path, data=form, base_url=SITE, headers=headers, buffered=True, **more)

    def token(self) -> str:
        """From a page, as a browser has it."""
        page = self.get("/sign-in").text
        return page.split('name="csrf_token" value="')[1].split('"')[0]

    def cookie(self, name: str) -> str | None:
        found = self.client.get_cookie(name, domain="surveyapp.example")
        return found.value if found else None


@pytest.fixture
def visitor(app: Flask) -> Browser:
    return Browser(app.test_client())


@pytest.fixture
def people(app: Flask) -> dict[str, int]:
    """Role → id of a person who has it; the focal point's State is France."""
    with app.app_context():
        france = participants.add_participant(
            kind="state", code="FRA", iso3="FRA", names={"en": "France"}, region="europe", treaty_status="state_party"
        )
        found = {}
        for role in ("focal_point", "co_chair", "secretariat"):
            found[role] = accounts.create_person(f"A {role}", f"{role}@example.org", "fr")
            accounts.grant_role(found[role], role, france if role == "focal_point" else None)
        found["delegate"] = accounts.create_person("A delegate", "delegate@example.org", "fr")  # holds no role
    return found


@pytest.fixture
def signed_in(app: Flask, people: dict[str, int]) -> Callable[[str], Browser]:
    """A browser signed in under a role."""

    def enter(role: str) -> Browser:
        made = Browser(app.test_client())
        with app.app_context():
            token = browsers.sign_in(people[role])
        made.client.set_cookie("__Host-session", token, domain="surveyapp.example", secure=True)
        return made

    return enter
