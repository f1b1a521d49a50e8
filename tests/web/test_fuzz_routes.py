"""Every route under every role, with what no page of ours sends: a page and a message, never a fault, and nothing poisoned."""

from __future__ import annotations

import io
import json
import random
from collections import Counter
from collections.abc import Callable
from typing import Any
from urllib.parse import quote, quote_from_bytes

import pyotp
import pytest
from flask import Flask
from sqlalchemy import insert
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from surveyapp.storage.audit import audit_log
from surveyapp.storage.columns import utc_now
from surveyapp.storage.models import AuditEvent, AuditSeal
from surveyapp.storage.people import accounts, browsers
from surveyapp.storage.replies import delegations, responses
from surveyapp.storage.rounds import participants
from surveyapp.storage.transactions import writing
from surveyapp.web.account import authenticator
from tests.world.golden_round import ROUND
from tests.world.tiers import LONG
from tests.world.web_client import SITE, Browser

TURNS = 20_000 if LONG else 2_000
ROLES = ("focal_point", "delegate", "co_chair", "secretariat", "nobody")
IMPOSSIBLE = ["\x00", "a\x00b", "\ud800", "x\udfffy"]
TEXTS = [
    "", " ", "0", "1", "-1", "2", "999999999999999999999", "1e400", "NaN", "²", "٣", "١٢٣٤٥٦", "true", "null", "[]", "{}",
    "trial", ROUND, "law", "how_many", "FRA", "fra", "en", "xx", "../../etc/passwd", "%00", "%(x)s", "{0}", "{{ 7 }}",
    "<script>alert(1)</script>", "'; DROP TABLE people; --", "\u202e\u2066", "\ufeff", "\ufffe", "🜁" * 50, "a" * 3000,
    "2024-02-30", "9999-12-31", "0000-00-00", "2024-01-01T00:00:00Z", "save", "preview", "all", "cancel", "x@", "x@example.org",
    "a\r\nBcc: b@example.org", "count had=yes", "acts/aaaaaa/act_name", "back:acts/aaaaaa", "[" * 20_000, '{"a":' * 5_000,
]  # fmt: skip
FIELDS = [
    "do", "kind", "code", "state", "section", "scope", "power", "name", "email", "language", "lang", "next", "text", "note",
    "title-en", "subject", "body", "whom", "day", "as_of", "since", "until", "circle", "recipe", "form", "f.region", "c.had",
    "q-how_many", "r-how_many", "h-how_many", "d-remarks", "asked", "only", "go", "item", "confirm", "reviewed", "read_at", "rule",
    "letter", "version", "leaving", "credential", "said", "secret", "password", "from", "to", "before", "person", "coding", "theme",
    "revision", "seen", "paragraph", "after", "rows", "columns", "page", "kinds", "languages", "opens", "closes", "grace_days",
]  # fmt: skip


@pytest.fixture
def world_name() -> str:
    return "golden"


def browser_of(app: Flask, people: dict[str, int], role: str) -> Browser:
    made = Browser(app.test_client())
    if role != "nobody":
        with app.app_context():
            token = browsers.sign_in(people[role])
        made.client.set_cookie("__Host-session", token, domain="surveyapp.example", secure=True)
    return made


def text(chance: random.Random) -> str:
    return chance.choice(IMPOSSIBLE) if chance.random() < 0.15 else chance.choice(TEXTS)


def address(chance: random.Random, rule: Rule) -> str:
    """With hostile parts, percent-encoded as a client would, bytes that are no UTF-8 among them."""
    parts = []
    for is_dynamic, data in rule._trace:
        if not is_dynamic:
            parts.append(data)
        elif chance.random() < 0.1:
            parts.append(quote_from_bytes(chance.choice([b"\xff\xfe", b"\x00", b"\xc0\x80"])))
        else:
            parts.append(quote(text(chance).encode("utf-8", "surrogatepass")[:300], safe=""))
    return "".join(parts).partition("|")[2] or "/"


def ask(chance: random.Random, browser: Browser, rule: Rule, token: str) -> TestResponse:
    method = chance.choice([*sorted((rule.methods or set()) | {"GET", "POST"}), "PUT", "PROPFIND"])
    query = "&".join(
        f"{quote(chance.choice(FIELDS))}={quote(text(chance).encode('utf-8', 'surrogatepass')[:2000], safe='')}"
        for _ in range(chance.randrange(3))
    )
    options: dict[str, Any] = {
        "method": method,
        "base_url": SITE,
        "headers": {"Referer": SITE + "/"},
        "query_string": query,
    }
    shape = chance.random()
    if shape < 0.6:
        fields = {chance.choice([*FIELDS, text(chance)]): text(chance) for _ in range(chance.randrange(6))}
        body = "&".join(
            f"{quote(name.encode('utf-8', 'surrogatepass'))}={quote(value.encode('utf-8', 'surrogatepass'))}"
            for name, value in (fields | {"csrf_token": token}).items()
        )
        options |= {"data": body, "content_type": "application/x-www-form-urlencoded"}
    elif shape < 0.75:
        file = (io.BytesIO(chance.choice([b"", b"PK\x03\x04", b"\xff" * 50, b"code;x\n\x00"])), "a.csv")
        options |= {"data": {"csrf_token": token, "file": file}, "content_type": "multipart/form-data"}
    elif shape < 0.85:
        deep = chance.choice(["[" * 20_000, json.dumps({"a": [None]}), "\x00", '"\\ud800"'])
        options |= {
            "data": deep,
            "content_type": "application/json",
            "headers": {"Referer": SITE + "/", "X-CSRFToken": token},
        }
    return browser.client.open(address(chance, rule), buffered=True, **options)


@pytest.mark.long
@pytest.mark.parametrize("role", ROLES)
def test_no_route_answers_a_hostile_request_with_a_fault(
    app: Flask, people: dict[str, int], focal: Browser, role: str
) -> None:
    with app.app_context():
        delegations.assign(
            _own_response(people),
            people["delegate"],
            ["how_many"],
            "answer",
            note="",
            due=None,
            by=people["focal_point"],
        )
    app.config["SIGN_INS_PER_HOUR"] = 1_000_000
    rules = [rule for rule in app.url_map.iter_rules() if rule.endpoint != "static"]
    chance = random.Random(f"{role} 2026")
    browser, token, seen = browser_of(app, people, role), "", Counter[int]()
    for turn in range(TURNS):
        if turn % 100 == 0:
            browser = browser_of(app, people, role)
            token = browser.token()
        rule = chance.choice(rules)
        answer = ask(chance, browser, rule, token)
        seen[answer.status_code] += 1
        assert answer.status_code < 500, (rule.rule, answer.request.url[:300], answer.data[:500])
        assert b"Traceback" not in answer.data
    assert len(rules) > 100 and seen[200] + seen[303] > TURNS / 50
    for other in ROLES:
        for page in PAGES[other]:
            assert browser_of(app, people, other).get(page).status_code == 200, (other, page)


def _own_response(people: dict[str, int]) -> int:
    [held] = [held for held in accounts.person(people["focal_point"]).roles if held.role == "focal_point"]  # type: ignore[union-attr]
    found = responses.find("trial", held.participant_id or 0)
    assert found is not None
    return found


PAGES = {
    "focal_point": ("/", "/reply/trial", "/reply/trial/clearance", "/reply/trial/colleagues"),
    "delegate": ("/",),
    "co_chair": ("/", "/rounds", f"/rounds/{ROUND}", "/reports/"),
    "secretariat": (
        "/", "/secretariat", "/secretariat/log", "/secretariat/participants", "/secretariat/participants/FRA",
        "/secretariat/letters", "/secretariat/rounds",
    ),
    "nobody": ("/", "/sign-in", "/participation"),
}  # fmt: skip


def test_what_an_earlier_version_wrote_into_the_log_is_shown_escaped(
    app: Flask, signed_in: Callable[[str], Browser], people: dict[str, int]
) -> None:
    with app.app_context():
        participant = participants.participant("FRA")
        assert participant is not None
        poisoned = {"participant": "FRA", "addresses": ["law\x00name", "\ud800"]}
        with writing() as connection:  # past the wall of today
            added = connection.execute(
                insert(AuditEvent).values(
                    at=utc_now(), kind="proposal-refused", person_id=None, facts=_kept(connection, poisoned)
                )
            )
            key = added.inserted_primary_key
            assert key is not None
            connection.execute(insert(AuditSeal).values(place=900_000, event_id=key[0], digest="0" * 64))
        assert audit_log.search()[0].facts["addresses"][0] == "law\\u0000name"
    office = signed_in("secretariat")
    for page in ("/secretariat/log", "/secretariat/participants/FRA"):
        answer = office.get(page)
        assert answer.status_code == 200 and "\x00" not in answer.text
    assert "u0000name" in office.get("/secretariat/log").text


def _kept(connection: Any, facts: dict[str, Any]) -> dict[str, Any]:
    """SQLite takes no half of a surrogate pair at all."""
    return facts if connection.dialect.name == "postgresql" else facts | {"addresses": facts["addresses"][:1]}


DIGITS = ["٠١٢٣٤٥٦٧٨٩", "۰۱۲۳۴۵۶۷۸۹", "０１２３４５６７８９", "0123456789"]


@pytest.mark.parametrize("digits", DIGITS)
def test_a_code_may_be_typed_in_the_digits_of_any_keyboard(app: Flask, digits: str) -> None:
    secret = pyotp.random_base32()
    code = pyotp.TOTP(secret).now().translate(str.maketrans("0123456789", digits))
    with app.app_context():
        assert authenticator._step_of(secret, f"{code[:3]} {code[3:]}") is not None
        assert authenticator._step_of(secret, "²" * 6) is None
