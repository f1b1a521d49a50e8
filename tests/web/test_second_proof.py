"""The staff prove themselves twice: app, recovery codes, password; what guessing costs, and whom it does not lock out."""

from __future__ import annotations

import re
import time
from collections.abc import Callable

import pyotp
import pytest
import sqlalchemy as sa
from flask import Flask

from surveyapp.storage.audit import audit_log
from surveyapp.storage.mail import outbox
from surveyapp.storage.models import AuthenticatorApp, Password, RecoveryCode
from surveyapp.storage.people import accounts, proofs, tokens
from surveyapp.storage.transactions import reading
from surveyapp.web.account import links
from tests.world.web_client import Browser

PASSWORD = "granite otter walks sideways"


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(links, "SAME_TIME", 0.0)


def by_link(app: Flask, browser: Browser, person: int) -> str:
    """Where the first proof leads."""
    with app.app_context():
        token = tokens.issue(person, "sign_in")
    return str(browser.post(f"/sign-in/{token}").location)


def sealed_and_key(page: str) -> tuple[str, str]:
    key = re.search(r'class="key"[^>]*>([^<]+)<', page)[1]  # type: ignore[index]
    sealed = re.search(r'name="secret" value="([^"]+)"', page)[1]  # type: ignore[index]
    return sealed, key.replace(" ", "")


def set_up(app: Flask, browser: Browser, person: int) -> str:
    """Signed in for the first time, with an app; its key."""
    by_link(app, browser, person)
    sealed, key = sealed_and_key(browser.get("/sign-in/second?lang=en").text)
    answer = browser.post(
        "/account/app", {"secret": sealed, "code": pyotp.TOTP(key).now(), "next": "/secretariat/people"}
    )
    assert answer.location == "/account/recovery-codes?next=/secretariat/people"
    return key


def next_code(key: str) -> str:
    """Of a step that was not used yet: the one after this is taken too."""
    return pyotp.TOTP(key).at(int(time.time()) + 30)


def letters(app: Flask) -> list[outbox.Letter]:
    taken: list[outbox.Letter] = []
    with app.app_context():
        outbox.deliver_due(taken.append)
    return taken


@pytest.mark.parametrize("role", ["secretariat", "co_chair"])
def test_a_link_alone_opens_nothing_to_the_staff(
    app: Flask, visitor: Browser, people: dict[str, int], role: str
) -> None:
    assert by_link(app, visitor, people[role]) == "/sign-in/second?next=/"
    page = {"secretariat": "/secretariat/people", "co_chair": "/reports/"}[role]
    assert visitor.get(page).location == f"/sign-in/second?next={page}"
    assert visitor.post("/secretariat/people", {"name": "Eve"}).status_code == 401
    assert visitor.get("/account").location == "/sign-in/second?next=/account"
    assert "A secretariat" not in visitor.get("/").text, "the first page greets nobody who is half way in"


def test_a_focal_point_needs_no_second_proof(app: Flask, visitor: Browser, people: dict[str, int]) -> None:
    assert by_link(app, visitor, people["focal_point"]) == "/"
    assert visitor.get("/account?lang=en").status_code == 200


def test_the_first_time_an_app_is_set_up_and_recovery_codes_are_shown_once(
    app: Flask, visitor: Browser, people: dict[str, int]
) -> None:
    set_up(app, visitor, people["secretariat"])
    assert visitor.get("/secretariat/people").status_code == 200
    assert "data:image/svg+xml" not in visitor.get("/account").text, "the key is not shown again"
    codes = re.findall(r"<code>([a-z0-9-]{19})</code>", visitor.post("/account/recovery-codes").text)
    assert len(set(codes)) == 10
    assert not re.findall(r"<code>", visitor.get("/account/recovery-codes").text)
    with app.app_context(), reading() as connection:
        kept = str([*connection.execute(sa.select(RecoveryCode)), *connection.execute(sa.select(AuthenticatorApp))])
    assert not any(code in kept for code in codes)
    told = [letter.subject for letter in letters(app)]
    assert len(told) == 2, "a letter for the app, and one for the codes"


def test_a_wrong_code_sets_nothing_up(app: Flask, visitor: Browser, people: dict[str, int]) -> None:
    by_link(app, visitor, people["secretariat"])
    sealed, key = sealed_and_key(visitor.get("/sign-in/second").text)
    wrong = f"{(int(pyotp.TOTP(key).now()) + 1) % 10**6:06}"
    answer = visitor.post("/account/app", {"secret": sealed, "code": wrong})
    assert answer.status_code == 422
    assert sealed_and_key(answer.text) == (sealed, key), "the same key: the person may have added it to the app"
    assert visitor.get("/secretariat/people").status_code == 303


def test_a_key_that_was_sealed_for_another_is_not_taken(app: Flask, visitor: Browser, people: dict[str, int]) -> None:
    by_link(app, visitor, people["secretariat"])
    sealed, key = sealed_and_key(visitor.get("/sign-in/second").text)
    other = Browser(app.test_client())
    by_link(app, other, people["co_chair"])
    assert other.post("/account/app", {"secret": sealed, "code": pyotp.TOTP(key).now()}).status_code == 422
    with app.app_context():
        assert not proofs.factors_of(people["co_chair"]).second


def test_each_code_lets_in_once(app: Flask, people: dict[str, int]) -> None:
    key = set_up(app, Browser(app.test_client()), people["secretariat"])
    code = next_code(key)
    first, second = Browser(app.test_client()), Browser(app.test_client())
    for browser in (first, second):
        by_link(app, browser, people["secretariat"])
    assert (
        first.post("/sign-in/second", {"code": code, "next": "/secretariat/people"}).location == "/secretariat/people"
    )
    assert first.get("/secretariat/people").status_code == 200
    assert second.post("/sign-in/second", {"code": code}).status_code == 422
    assert second.get("/secretariat/people").status_code == 303


def test_who_has_a_second_proof_cannot_set_another_up_half_way_in(
    app: Flask, visitor: Browser, people: dict[str, int]
) -> None:
    set_up(app, Browser(app.test_client()), people["secretariat"])
    by_link(app, visitor, people["secretariat"])
    for path in ("/account/app", "/account/passkeys", "/account/passkeys/options", "/account/recovery-codes"):
        assert visitor.post(path, {"secret": "x", "code": "123456"}).status_code == 403, path
    assert visitor.get("/account/app").status_code == 403
    assert visitor.post("/account/password", {"password": PASSWORD}).status_code == 403


def test_a_recovery_code_lets_in_once_however_it_is_typed(app: Flask, people: dict[str, int]) -> None:
    browser = Browser(app.test_client())
    set_up(app, browser, people["co_chair"])
    code = re.findall(r"<code>([a-z0-9-]{19})</code>", browser.post("/account/recovery-codes").text)[0]
    letters(app)
    lost = Browser(app.test_client())
    by_link(app, lost, people["co_chair"])
    assert lost.post("/sign-in/second", {"code": f" {code.upper().replace('-', ' ')} "}).location == "/"
    assert lost.get("/reports/").status_code == 200
    [letter] = letters(app)
    assert letter.recipient == "co_chair@example.org"
    again = Browser(app.test_client())
    by_link(app, again, people["co_chair"])
    assert again.post("/sign-in/second", {"code": code}).status_code == 422


def with_password(app: Flask, person: int) -> tuple[Browser, str]:
    browser = Browser(app.test_client())
    key = set_up(app, browser, person)
    assert browser.post("/account/password", {"password": PASSWORD}).status_code == 303
    return browser, key


def test_a_password_opens_half_and_the_app_the_rest(app: Flask, visitor: Browser, people: dict[str, int]) -> None:
    _own, key = with_password(app, people["secretariat"])
    given = {"email": "Secretariat@example.org", "password": PASSWORD, "next": "/secretariat/people"}
    assert visitor.post("/sign-in/password", given).location == "/sign-in/second?next=/secretariat/people"
    assert visitor.get("/secretariat/people").status_code == 303
    assert (
        visitor.post("/sign-in/second", {"code": next_code(key), "next": "/secretariat/people"}).location
        == "/secretariat/people"
    )
    assert visitor.get("/secretariat/people").status_code == 200
    with app.app_context(), reading() as connection:
        kept = connection.scalar(sa.select(Password.hash))
    assert kept is not None and kept.startswith("$argon2id$")


@pytest.mark.parametrize(
    "typed", ["short", "passwordpassword", "secretariat@example.org", "x" * 200, "aaaaaaaaaaaaaaaa"]
)
def test_a_password_that_is_easily_guessed_is_refused(app: Flask, people: dict[str, int], typed: str) -> None:
    browser = Browser(app.test_client())
    set_up(app, browser, people["secretariat"])
    answer = browser.post("/account/password", {"password": typed})
    assert answer.status_code == 422
    assert 'href="#field-password"' in answer.text and f'value="{typed}"' not in answer.text.replace(
        'name="username" autocomplete="username" value="secretariat@example.org"', ""
    )
    with app.app_context():
        assert proofs.factors_of(people["secretariat"]).password_since is None


def test_a_wrong_password_and_an_unknown_address_are_answered_alike(app: Flask, people: dict[str, int]) -> None:
    with_password(app, people["secretariat"])
    pages = []
    for email in ("secretariat@example.org", "nobody00000@example.org", "focal_point@example.org"):
        answer = Browser(app.test_client()).post("/sign-in/password", {"email": email, "password": "wrong " * 3})
        shown = re.sub(r'name="csrf_token" value="[^"]+"', "", answer.text.partition("<main")[2].replace(email, ""))
        pages.append((answer.status_code, shown))
    assert pages[0] == pages[1] == pages[2] and pages[0][0] == 422


def test_guessing_is_stopped_and_locks_nobody_out_of_their_own_browser(app: Flask, people: dict[str, int]) -> None:
    app.config["SIGN_INS_PER_HOUR"] = 3
    own, key = with_password(app, people["secretariat"])
    own.post("/sign-out")
    guess = {"email": "secretariat@example.org", "password": "guess guess guess"}
    answers = [Browser(app.test_client()).post("/sign-in/password", guess).status_code for _ in range(5)]
    assert answers == [422, 422, 422, 429, 429]
    right = {"email": "secretariat@example.org", "password": PASSWORD}
    assert Browser(app.test_client()).post("/sign-in/password", right).status_code == 429, (
        "a stranger, even with the right one"
    )
    assert own.post("/sign-in/password", right).location == "/sign-in/second?next=/", "known here: counted apart"
    assert own.post("/sign-in/second", {"code": next_code(key)}).status_code == 303


def test_guessing_codes_is_stopped(app: Flask, people: dict[str, int]) -> None:
    app.config["SIGN_INS_PER_HOUR"] = 3
    own, key = with_password(app, people["secretariat"])
    thief = Browser(app.test_client())
    by_link(app, thief, people["secretariat"])
    answers = [thief.post("/sign-in/second", {"code": "000000"}).status_code for _ in range(4)]
    assert answers == [422, 422, 422, 429]
    assert own.post("/sign-in/second", {"code": next_code(key)}).status_code == 303


def test_letters_asked_for_by_strangers_do_not_shut_the_owner_out(app: Flask, people: dict[str, int]) -> None:
    app.config["SIGN_INS_PER_HOUR"] = 2
    own = Browser(app.test_client())
    by_link(app, own, people["focal_point"])
    asked = {"email": "focal_point@example.org"}
    assert [Browser(app.test_client()).post("/sign-in", asked).status_code for _ in range(3)] == [200, 200, 429]
    assert own.post("/sign-in", asked).status_code == 200


def test_sessions_are_listed_and_ended_by_their_owner_only(app: Flask, people: dict[str, int]) -> None:
    one, two, stranger = (Browser(app.test_client()) for _ in range(3))
    for browser in (one, two):
        by_link(app, browser, people["focal_point"])
    set_up(app, stranger, people["co_chair"])
    page = one.get("/account?lang=en").text
    [name] = re.findall(r'name="which" value="([0-9a-f]{16})"', page)
    assert stranger.post("/account/sessions", {"which": name}).status_code == 404
    assert two.get("/account").status_code == 200
    assert one.post("/account/sessions", {"which": name}).status_code == 303
    assert two.get("/account").location == "/sign-in?next=/account"
    assert one.get("/account").status_code == 200


def test_a_new_proof_ends_all_other_sessions(app: Flask, people: dict[str, int]) -> None:
    one, two = Browser(app.test_client()), Browser(app.test_client())
    for browser in (one, two):
        by_link(app, browser, people["focal_point"])
    sealed, key = sealed_and_key(one.get("/account/app").text)
    assert one.post("/account/app", {"secret": sealed, "code": pyotp.TOTP(key).now()}).status_code == 303
    assert one.get("/account").status_code == 200
    assert two.get("/account").status_code == 303


def test_a_session_that_is_not_fresh_changes_no_proof(
    app: Flask, visitor: Browser, people: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    from surveyapp.web.account import arrival

    set_up(app, visitor, people["secretariat"])
    monkeypatch.setattr(arrival, "RECENT", arrival.RECENT * 0)
    for path in ("/account/password", "/account/app/end", "/account/recovery-codes", "/account/passkeys/options"):
        assert visitor.post(path, {"password": PASSWORD}).location == "/sign-in/second?next=/account", path


def test_the_staffs_last_proof_stays(app: Flask, visitor: Browser, people: dict[str, int]) -> None:
    set_up(app, visitor, people["secretariat"])
    assert visitor.post("/account/app/end").status_code == 303
    with app.app_context():
        assert proofs.factors_of(people["secretariat"]).second


def test_a_focal_points_password_goes_with_the_last_proof(app: Flask, people: dict[str, int]) -> None:
    browser = Browser(app.test_client())
    by_link(app, browser, people["focal_point"])
    sealed, key = sealed_and_key(browser.get("/account/app").text)
    browser.post("/account/app", {"secret": sealed, "code": pyotp.TOTP(key).now()})
    browser.post("/account/password", {"password": PASSWORD})
    browser.post("/account/app/end")
    with app.app_context():
        kept = proofs.factors_of(people["focal_point"])
    assert kept.password_since is None and not kept.second


def test_the_secretariat_lets_a_colleague_begin_anew(
    app: Flask, people: dict[str, int], signed_in: Callable[[str], Browser]
) -> None:
    browser, _key = with_password(app, people["co_chair"])
    office = signed_in("secretariat")
    assert office.post(f"/secretariat/people/{people['secretariat']}", {"do": "begin-anew"}).status_code == 400, (
        "not oneself"
    )
    assert office.post(f"/secretariat/people/{people['co_chair']}", {"do": "begin-anew"}).status_code == 303
    assert browser.get("/reports/").status_code == 303
    given = {"email": "co_chair@example.org", "password": PASSWORD}
    assert browser.post("/sign-in/password", given).status_code == 422
    assert by_link(app, browser, people["co_chair"]) == "/sign-in/second?next=/"
    assert 'class="key"' in browser.get("/sign-in/second").text
    with app.app_context():
        assert "proofs-forgotten" in [event.kind for event in audit_log.search()]


def test_who_joins_the_staff_signs_in_anew(app: Flask, visitor: Browser, people: dict[str, int]) -> None:
    by_link(app, visitor, people["focal_point"])
    with app.app_context():
        accounts.grant_role(people["focal_point"], "co_chair")
    assert visitor.get("/reports/").location == "/sign-in?next=/reports/"
    assert by_link(app, visitor, people["focal_point"]) == "/sign-in/second?next=/"


def test_who_is_of_the_staff_already_stays_signed_in(app: Flask, visitor: Browser, people: dict[str, int]) -> None:
    set_up(app, visitor, people["secretariat"])
    with app.app_context():
        accounts.grant_role(people["secretariat"], "co_chair")
    assert visitor.get("/reports/").status_code == 200


def test_an_app_of_another_secret_key_lets_nobody_in(app: Flask, people: dict[str, int]) -> None:
    key = set_up(app, Browser(app.test_client()), people["secretariat"])
    app.config["SECRET_KEY"] = "another one, after a restore"
    browser = Browser(app.test_client())
    by_link(app, browser, people["secretariat"])
    assert browser.post("/sign-in/second", {"code": next_code(key)}).status_code == 422


def test_what_a_passkey_sends_is_checked(app: Flask, visitor: Browser, people: dict[str, int]) -> None:
    for sent in ("", "no json", "[]", '{"id": "x"}', '{"id": "x", "response": {"clientDataJSON": "eyJ9"}}'):
        answer = visitor.post("/sign-in/passkey", {"credential": sent})
        assert answer.status_code in (303, 400), sent
        assert visitor.get("/account").status_code == 303
    by_link(app, visitor, people["secretariat"])
    assert visitor.post("/account/passkeys", {"credential": '{"id": "x", "response": {}}'}).status_code == 400
    assert visitor.get("/secretariat/people").status_code == 303
