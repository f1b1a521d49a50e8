"""Passkeys with Chromium's own virtual authenticator; the pages of signing in, in six languages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pyotp
import pytest
from playwright.sync_api import Browser, CDPSession, Page, expect

from surveyapp import create_app
from surveyapp.storage.audit import audit_log
from surveyapp.storage.database import db
from surveyapp.storage.people import accounts, proofs, tokens
from tests.world.browser_pages import LANGUAGES, inspect
from tests.world.servers import Server, free_port
from tests.world.site import Site


@pytest.fixture
def world_name() -> str:
    return "empty"


@pytest.fixture
def named(database_url: str, tmp_path: Path) -> Iterator[Site]:
    """At an address that is a name: passkeys know no numbers."""
    port = free_port()
    address = f"http://localhost:{port}"
    given = {"DATABASE_URL": database_url, "SECRET_KEY": "browser-test", "BASE_URL": address, "LOG_LEVEL": "ERROR"}
    app = create_app(given | {"COOKIE_SECURE": False}, tmp_path / "instance")
    environment = {f"SURVEYAPP_{name}": value for name, value in given.items()} | {"SURVEYAPP_COOKIE_SECURE": "0"}
    server = Server(f"surveyapp:create_app(None, {str(tmp_path / 'instance')!r})", environment, port=port)
    yield Site(address, {}, app, server)
    server.stop()
    with app.app_context():
        db.engine.dispose()


def device(page: Page) -> tuple[CDPSession, str]:
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    made = session.send(
        "WebAuthn.addVirtualAuthenticator",
        {"options": options | {"isUserVerified": True, "automaticPresenceSimulation": True}},
    )
    return session, made["authenticatorId"]


def by_link(page: Page, site: Site, person: int) -> None:
    with site.app.app_context():
        token = tokens.issue(person, "sign_in")
    page.goto(f"{site.address}/sign-in/{token}?lang=en")
    with page.expect_navigation():
        page.locator("main form button").click()


@pytest.mark.slow
@pytest.mark.parametrize("database_url", ["sqlite", "postgresql"], indirect=True)
def test_a_passkey_is_the_second_proof_and_then_the_only_one(named: Site, chromium: Browser) -> None:
    with named.app.app_context():
        person = accounts.create_person("Sam", "sam@secretariat.example")
        accounts.grant_role(person, "secretariat")
    context = chromium.new_context(locale="en-GB")
    page = context.new_page()
    page.on("pageerror", lambda error: pytest.fail(f"a script failed: {error}"))
    session, authenticator = device(page)

    by_link(page, named, person)
    page.locator("#passkey-name").fill("Office computer")
    page.get_by_role("button", name="Add a passkey").click()
    page.wait_for_url(re.compile("/account/recovery-codes"))
    with named.app.app_context():
        [kept] = proofs.factors_of(person).passkeys
    assert kept.name == "Office computer"

    page.get_by_role("button", name="Sign out", exact=True).click()
    by_link(page, named, person)
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Welcome, Sam")

    page.get_by_role("button", name="Sign out", exact=True).click()
    page.goto(f"{named.address}/sign-in?next=/secretariat/people")
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("People")
    with named.app.app_context():
        assert proofs.factors_of(person).passkeys[0].used_at is not None
        assert [event.facts["by"] for event in audit_log.search() if event.kind == "signed-in"] == ["passkey"] * 3

    page.get_by_role("button", name="Sign out", exact=True).click()
    session.send("WebAuthn.removeVirtualAuthenticator", {"authenticatorId": authenticator})
    device(page)  # another device, with no key of ours
    page.goto(f"{named.address}/sign-in")
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.locator("#status")).to_contain_text("The passkey was not used")
    context.close()


@pytest.mark.slow
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_pages_of_signing_in_in_every_language(named: Site, chromium: Browser) -> None:
    with named.app.app_context():
        person = accounts.create_person("Sam", "sam@secretariat.example")
        accounts.grant_role(person, "co_chair")
    context = chromium.new_context(viewport={"width": 1200, "height": 900})
    page = context.new_page()
    by_link(page, named, person)
    for language in LANGUAGES:
        page.goto(f"{named.address}/sign-in/second?lang={language}")
        inspect(page, "set-up", language)
    key = page.locator(".key").inner_text().replace(" ", "")
    page.locator("#code").fill("000000")
    with page.expect_navigation():
        page.locator("main form:has(#code) button").click()
    inspect(page, "set-up-wrong", LANGUAGES[-1])
    key = page.locator(".key").inner_text().replace(" ", "")
    page.locator("#code").fill(pyotp.TOTP(key).now())
    page.locator("main form:has(#code) button").click()
    page.wait_for_url(re.compile("/account/recovery-codes"))
    with page.expect_navigation():
        page.locator("main form button").click()
    inspect(page, "recovery", LANGUAGES[-1])
    for language in LANGUAGES:
        page.goto(f"{named.address}/account?lang={language}")
        inspect(page, "account", language)
        page.goto(f"{named.address}/sign-in/second?lang={language}")
        inspect(page, "second", language)
    context.close()
