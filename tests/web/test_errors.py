"""What people see when something is wrong, in their language, with nothing of the inside in it."""

from __future__ import annotations

import json
import logging

import pytest
from flask import Flask, abort

from surveyapp.definition.texts import LANGUAGES
from surveyapp.storage.transactions import DatabaseUnavailable
from surveyapp.web import errors, sessions
from surveyapp.web.access import anyone
from surveyapp.web.request_log import JsonLines
from surveyapp.web.sessions import csrf
from tests.world.web_client import SITE, Browser


@pytest.fixture
def broken(app: Flask) -> Flask:
    """Routes that fail in every way."""

    @app.route("/fail/<int:code>", methods=["GET", "POST"])
    @csrf.exempt
    @anyone
    def fail(code: int) -> str:
        if code == 500:
            raise RuntimeError("the answer was: forty-two")
        abort(code)

    app.config["PROPAGATE_EXCEPTIONS"] = False
    return app


@pytest.mark.parametrize("code", sorted(errors.TEXTS))
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_error_has_a_page_in_every_language(broken: Flask, visitor: Browser, code: int, language: str) -> None:
    answer = visitor.get(f"/fail/{code}?lang={language}")
    assert answer.status_code == code
    assert f'<html lang="{language}" dir="{"rtl" if language == "ar" else "ltr"}">' in answer.text
    assert "<h1>" in answer.text
    assert "Traceback" not in answer.text


@pytest.mark.parametrize("code", [406, 410, 415, 418, 422, 451, 501, 504])
def test_an_error_without_words_of_its_own_still_has_a_page(broken: Flask, visitor: Browser, code: int) -> None:
    answer = visitor.get(f"/fail/{code}")
    assert answer.status_code == code
    assert "<h1>" in answer.text


def test_a_fault_tells_nothing_of_the_inside(broken: Flask, visitor: Browser) -> None:
    answer = visitor.get("/fail/500")
    assert "forty-two" not in answer.text
    assert answer.headers["X-Request-Id"] in answer.text


def test_a_wrong_method_says_which_are_right(visitor: Browser) -> None:
    answer = visitor.get("/sign-out")
    assert answer.status_code == 405
    assert "POST" in answer.headers["Allow"]


def test_a_database_that_went_away_gives_503_and_comes_back_by_itself(
    app: Flask, visitor: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away() -> None:
        raise DatabaseUnavailable("gone")

    with monkeypatch.context() as patched:
        patched.setattr(sessions, "of_request", away)
        answer = visitor.get("/")
        assert answer.status_code == 503
        assert int(answer.headers["Retry-After"]) > 0
        assert "Nothing that was saved is lost" in answer.text
        assert visitor.get("/static/css/app.css").status_code == 200
    assert visitor.get("/").status_code == 200


@pytest.mark.parametrize("path", ["/none", "/sign-in/x/y", "/static/none"])
def test_an_unknown_address_is_answered_without_the_database(
    app: Flask, visitor: Browser, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    monkeypatch.setattr(sessions, "of_request", lambda: pytest.fail("the database was asked"))
    visitor.client.set_cookie("__Host-session", "any", domain="surveyapp.example", secure=True)
    assert visitor.get(path).status_code == 404


def test_a_log_line_holds_no_answer_and_no_token(
    broken: Flask, visitor: Browser, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, logger="surveyapp"):
        visitor.client.post("/fail/500", base_url=SITE, data={"q-interest": "secret words"})
        visitor.get("/sign-in/a-secret-token")
    lines = [JsonLines().format(record) for record in caplog.records]
    assert all(json.loads(line)["event"] for line in lines)
    everything = "\n".join(lines)
    assert '"fault": "RuntimeError"' in everything
    assert '"route": "/sign-in/<token>"' in everything
    for secret in ("secret words", "a-secret-token", "forty-two"):
        assert secret not in everything
