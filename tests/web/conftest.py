"""A browser of somebody, signed in under a role or nobody's; the trial round, as a State and the secretariat have it."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator

import pytest
from flask import Flask

from surveyapp.storage.columns import utc_now
from surveyapp.storage.people import accounts, browsers
from surveyapp.storage.rounds import invitations, participants, rounds, versions
from tests.world.secretariat import CSV, ROUND, bring, take
from tests.world.smtp_server import Mailbox, mail_server
from tests.world.trial_round import DEFINITION, LAW
from tests.world.web_client import Browser


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


@pytest.fixture
def focal(app: Flask, people: dict[str, int], signed_in: Callable[[str], Browser]) -> Browser:
    """The focal point of France, who is invited to the trial round and has opened its first page."""
    with app.app_context():
        version = versions.publish({"questionnaire.yaml": DEFINITION})
        opens = utc_now() - datetime.timedelta(days=1)
        invitations.invite(rounds.open_round("trial", {"en": "Trial round"}, version, opens=opens))
    browser = signed_in("focal_point")
    browser.get(LAW + "?lang=en")
    return browser


@pytest.fixture
def office(app: Flask, signed_in: Callable[[str], Browser]) -> Browser:
    return signed_in("secretariat")


@pytest.fixture
def registered(app: Flask, office: Browser) -> Iterator[Browser]:
    assert take(office, bring(office, CSV.encode())).status_code == 303
    yield office


@pytest.fixture
def version(app: Flask) -> int:
    with app.app_context():
        return versions.publish({"questionnaire.yaml": DEFINITION})


@pytest.fixture
def opened(app: Flask, registered: Browser, version: int) -> Browser:
    assert registered.post("/secretariat/rounds/new", ROUND | {"version": str(version)}).status_code == 303
    assert registered.post("/secretariat/rounds/trial/participants", {"all": "yes"}).status_code == 303
    return registered


@pytest.fixture
def mailbox(app: Flask) -> Iterator[Mailbox]:
    with mail_server() as made:
        app.config["MAIL_SERVER"] = made.address
        yield made
