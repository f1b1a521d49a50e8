"""The visitor's session: opaque, renewed at sign-in, ended at sign-out; forms are bound to it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask, flash

from surveyapp.storage.people import browsers, tokens
from surveyapp.web.access import anyone
from surveyapp.web.sessions import csrf
from tests.world.people import disable_person
from tests.world.web_client import SITE, Browser


def enter(app: Flask, visitor: Browser, person: int) -> None:
    """Through a link, as people do."""
    visitor.get("/sign-in")
    with app.app_context():
        link = tokens.issue(person, "sign_in", browser=visitor.cookie("__Host-browser"))
    assert visitor.post(f"/sign-in/{link}").status_code == 303


def test_cookies_are_out_of_reach_of_scripts_and_other_sites(
    app: Flask, visitor: Browser, people: dict[str, int]
) -> None:
    visitor.get("/sign-in")
    with app.app_context():
        link = tokens.issue(people["co_chair"], "sign_in", browser=visitor.cookie("__Host-browser"))
    cookies = visitor.post(f"/sign-in/{link}").headers.getlist("Set-Cookie")
    session = next(cookie for cookie in cookies if cookie.startswith("__Host-session="))
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= set(session.split("; "))
    assert "Domain" not in session


def test_signing_in_makes_a_new_session_and_ends_the_one_before(
    app: Flask, visitor: Browser, people: dict[str, int]
) -> None:
    enter(app, visitor, people["co_chair"])
    first = visitor.cookie("__Host-session")
    enter(app, visitor, people["secretariat"])
    assert first != visitor.cookie("__Host-session")
    with app.app_context():
        assert browsers.find(first or "") is None


def test_a_session_that_somebody_planted_is_not_taken_over(
    app: Flask, visitor: Browser, people: dict[str, int]
) -> None:
    visitor.client.set_cookie("__Host-session", "planted", domain="surveyapp.example", secure=True)
    enter(app, visitor, people["co_chair"])
    assert visitor.cookie("__Host-session") != "planted"


def test_signing_out_ends_the_session_for_every_copy_of_the_cookie(
    app: Flask, signed_in: Callable[[str], Browser]
) -> None:
    visitor = signed_in("co_chair")
    copied = visitor.cookie("__Host-session") or ""
    visitor.post("/sign-out")
    assert visitor.cookie("__Host-session") is None
    visitor.client.set_cookie("__Host-session", copied, domain="surveyapp.example", secure=True)
    assert "A co_chair" not in visitor.get("/").text


def test_a_person_who_was_shut_out_is_out_at_once(
    app: Flask, people: dict[str, int], signed_in: Callable[[str], Browser]
) -> None:
    visitor = signed_in("co_chair")
    assert "A co_chair" in visitor.get("/").text
    with app.app_context():
        disable_person(people["co_chair"])
    assert "A co_chair" not in visitor.get("/").text


@pytest.mark.parametrize("token", ["", "wrong", "."])
def test_a_form_without_its_token_is_refused(signed_in: Callable[[str], Browser], token: str) -> None:
    assert signed_in("co_chair").post("/sign-out", token=token).status_code == 400


def test_a_token_of_another_browser_is_refused(visitor: Browser, signed_in: Callable[[str], Browser]) -> None:
    assert signed_in("co_chair").post("/sign-out", token=visitor.token()).status_code == 400


def test_a_token_from_before_signing_in_is_refused_after_it(
    app: Flask, visitor: Browser, people: dict[str, int]
) -> None:
    before = visitor.token()
    enter(app, visitor, people["co_chair"])
    assert visitor.post("/sign-out", token=before).status_code == 400
    assert visitor.post("/sign-out").status_code == 303


def test_a_form_from_another_site_is_refused_even_with_the_token(visitor: Browser) -> None:
    data = {"csrf_token": visitor.token(), "language": "fr"}
    answer = visitor.client.post("/language", data=data, base_url=SITE, headers={"Referer": "https://evil.example/"})
    assert answer.status_code == 400


def test_asking_for_a_page_writes_no_session(app: Flask, visitor: Browser) -> None:
    visitor.get("/")
    assert visitor.cookie("__Host-session") is None


def test_a_notice_is_shown_once_on_the_next_page(app: Flask, visitor: Browser) -> None:
    @app.post("/notice")
    @csrf.exempt
    @anyone
    def notice() -> str:
        flash("It is <saved>", "success")
        return "ok"

    visitor.post("/notice")
    assert "It is &lt;saved&gt;" in visitor.get("/").text
    assert "It is &lt;saved&gt;" not in visitor.get("/").text


def test_a_forged_notice_is_not_shown(visitor: Browser) -> None:
    visitor.client.set_cookie(
        "__Host-notice", "W1sic3VjY2VzcyIsICJIYSJdXQ.x.y", domain="surveyapp.example", secure=True
    )
    assert visitor.get("/").status_code == 200
