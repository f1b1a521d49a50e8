"""Sign-in at an organization's own OpenID provider: a real one over HTTP, and one that lies."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from flask import Flask
from joserfc import jwk, jwt

from surveyapp import config
from surveyapp.storage.people import accounts, proofs
from tests.world.people import disable_person
from tests.world.servers import free_port
from tests.world.web_client import SITE, Browser

USERS = (
    {"sub": "plain", "email": "co_chair@example.org", "email_verified": True},
    {"sub": "twice", "email": "co_chair@example.org", "email_verified": True, "amr": ["pwd", "mfa"]},
    {"sub": "ana", "email": "focal_point@example.org", "email_verified": True},
    {"sub": "renamed", "email": "focal_point@example.org", "email_verified": True},
    {"sub": "unverified", "email": "co_chair@example.org", "email_verified": False},
    {"sub": "stranger", "email": "stranger@example.org", "email_verified": True},
)


@pytest.fixture(scope="module")
def provider() -> Iterator[str]:
    port = free_port()
    users = [f"--user-claims={json.dumps(user)}" for user in USERS]
    program = str(Path(sys.executable).with_name("oidc-provider-mock"))
    command = [sys.executable, "-W", "ignore", program, f"--port={port}", "--require-nonce=true", *users]
    running = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    address = f"http://127.0.0.1:{port}"
    for _ in range(200):
        try:
            httpx.get(f"{address}/.well-known/openid-configuration")
            break
        except httpx.TransportError:
            time.sleep(0.05)
    yield address
    running.kill()
    running.wait()


def with_provider(app: Flask, address: str) -> None:
    given = {"ISSUER": address, "CLIENT_ID": "surveyapp", "CLIENT_SECRET": "between us", "NAME": "the Ministry"}
    app.config.update({f"OIDC_{name}": value for name, value in given.items()}, BASE_URL=SITE)


def sign_in(browser: Browser, sub: str) -> Any:
    """As a person does at the provider's page; our answer to their coming back."""
    there = browser.get("/sign-in/provider?next=/account").location
    back = httpx.post(there, data={"sub": sub}).headers["Location"]
    return browser.get(back.removeprefix(SITE))


def test_a_person_who_is_known_comes_in(app: Flask, visitor: Browser, people: dict[str, int], provider: str) -> None:
    with_provider(app, provider)
    assert "Sign in at the Ministry" in visitor.get("/sign-in?lang=en").text
    assert sign_in(visitor, "ana").location == "/account"
    assert "focal_point@example.org" in visitor.get("/account").text


def test_the_staff_still_prove_themselves_twice(
    app: Flask, visitor: Browser, people: dict[str, int], provider: str
) -> None:
    with_provider(app, provider)
    assert sign_in(visitor, "plain").location == "/sign-in/second?next=/account"
    assert visitor.get("/reports/").location == "/sign-in/second?next=/reports/"


def test_unless_the_provider_has_asked_for_both(
    app: Flask, visitor: Browser, people: dict[str, int], provider: str
) -> None:
    with_provider(app, provider)
    assert sign_in(visitor, "twice").location == "/account"
    assert visitor.get("/reports/").status_code == 200


@pytest.mark.parametrize("sub", ["unverified", "stranger"])
def test_it_makes_nobody_known(app: Flask, visitor: Browser, people: dict[str, int], provider: str, sub: str) -> None:
    with_provider(app, provider)
    assert sign_in(visitor, sub).status_code == 403
    assert visitor.get("/account").status_code == 303
    with app.app_context():
        assert accounts.person_by_email("stranger@example.org") is None


def test_from_then_on_the_providers_name_decides_not_the_address(
    app: Flask, people: dict[str, int], provider: str
) -> None:
    with_provider(app, provider)
    first, second = Browser(app.test_client()), Browser(app.test_client())
    assert sign_in(first, "ana").location == "/account"
    assert sign_in(second, "renamed").status_code == 403, "the address is given to somebody else there"
    with app.app_context():
        disable_person(people["focal_point"])
    assert sign_in(Browser(app.test_client()), "ana").status_code == 403


def test_what_comes_back_works_once_and_in_the_browser_that_went(
    app: Flask, visitor: Browser, people: dict[str, int], provider: str
) -> None:
    with_provider(app, provider)
    there = visitor.get("/sign-in/provider").location
    back = httpx.post(there, data={"sub": "ana"}).headers["Location"].removeprefix(SITE)
    assert Browser(app.test_client()).get(back).status_code == 410
    assert visitor.get(back).status_code == 303
    assert visitor.get(back).status_code == 410
    assert visitor.get("/sign-in/provider/back?error=access_denied").status_code == 410


def test_a_provider_that_does_not_answer_is_told(app: Flask, visitor: Browser) -> None:
    with_provider(app, f"http://127.0.0.1:{free_port()}")
    answer = visitor.get("/sign-in/provider?lang=en")
    assert answer.status_code == 503 and "/sign-in" in answer.text


def test_where_there_is_no_provider_there_is_no_page(visitor: Browser) -> None:
    assert visitor.get("/sign-in/provider").status_code == 404
    assert visitor.get("/sign-in/provider/back?state=x&code=y").status_code == 404


def test_settings_that_lack_a_part_are_told(tmp_path: Path) -> None:
    with pytest.raises(config.ConfigurationProblems) as told:
        config.read({"OIDC_ISSUER": "http://id.example.org"}, tmp_path)
    assert len(told.value.problems) == 3


class Liar(HTTPServer):
    """Signs what it is told to, with whichever key it is told to."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answers)
        self.address = f"http://127.0.0.1:{self.server_port}"
        self.shown, self.used = (jwk.RSAKey.generate_key(2048, {"kid": "1"}) for _ in range(2))
        self.claims: dict[str, Any] = {}
        self.header: dict[str, Any] = {"alg": "RS256", "kid": "1"}


class Answers(BaseHTTPRequestHandler):
    server: Liar

    def log_message(self, *_: object) -> None:
        """Silent."""

    def do_GET(self) -> None:
        here = self.server.address
        if self.path.startswith("/.well-known"):
            names = ("authorization_endpoint", "token_endpoint", "jwks_uri")
            return self._say({"issuer": here} | {name: f"{here}/{name}" for name in names})
        return self._say({"keys": [self.server.shown.as_dict(private=False)]})

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        if self.server.header["alg"] == "none":
            token = "eyJhbGciOiJub25lIn0.eyJzdWIiOiJhbmEifQ."
        else:
            token = jwt.encode(self.server.header, self.server.claims, self.server.used)
        self._say({"access_token": "a", "id_token": token})

    def _say(self, told: dict[str, Any]) -> None:
        content = json.dumps(told).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


@pytest.fixture
def liar() -> Iterator[Liar]:
    with Liar() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.mark.parametrize(
    "lie", ["none", "key", "nonce", "audience", "issuer", "expired", "no subject", "other party", "unsigned"]
)
def test_a_token_that_is_not_as_it_should_be_opens_nothing(
    app: Flask, visitor: Browser, people: dict[str, int], liar: Liar, lie: str
) -> None:
    with_provider(app, liar.address)
    asked = parse_qs(urlsplit(visitor.get("/sign-in/provider").location).query)
    now = int(time.time())
    claims: dict[str, Any] = {
        "iss": liar.address, "aud": "surveyapp", "sub": "ana", "nonce": asked["nonce"][0], "iat": now, "exp": now + 300,
        "email": "focal_point@example.org", "email_verified": True,
    }  # fmt: skip
    lies: dict[str, dict[str, Any]] = {
        "nonce": {"nonce": "another"}, "audience": {"aud": "somebody else"}, "issuer": {"iss": "https://id.example"},
        "expired": {"exp": now - 3600}, "no subject": {"sub": None}, "other party": {"azp": "somebody else"},
    }  # fmt: skip
    liar.claims = {name: value for name, value in (claims | lies.get(lie, {})).items() if value is not None}
    if lie != "key":
        liar.used = liar.shown
    if lie == "unsigned":
        liar.header = {"alg": "none"}
    answer = visitor.get(f"/sign-in/provider/back?code=x&state={asked['state'][0]}")
    if lie == "none":  # the same walk with nothing wrong: what stops the others is the lie
        assert answer.location == "/"
        return
    assert answer.status_code == 503
    assert visitor.get("/account").status_code == 303
    with app.app_context():
        assert proofs.person_at_provider(liar.address, "ana") is None
