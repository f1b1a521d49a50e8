"""What a person sees when something is wrong: what happened, that nothing was lost, what to do. No page here asks the database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import Flask, current_app, make_response, render_template
from flask.globals import request_ctx
from flask_babel import lazy_gettext as _l
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import BadRequest, HTTPException, InternalServerError, ServiceUnavailable
from werkzeug.wrappers import Response

from surveyapp.answering.store import ForgedPost
from surveyapp.storage.transactions import DatabaseUnavailable, UnstorableValue

#: seconds after which trying again is worth it
RETRY_AFTER = 15


@dataclass(frozen=True)
class ErrorText:
    title: Any
    text: Any
    remedy: Any


TEXTS: Mapping[int, ErrorText] = {
    400: ErrorText(
        _l("This could not be understood"),
        _l("The form did not arrive as this site sends it. It may have been open for a long time, or in another window."),
        _l("Go back, reload the page and send it again. What was saved before is still there."),
    ),
    401: ErrorText(
        _l("You are no longer signed in"),
        _l("For your protection, sessions end after some hours. What was saved before is still there."),
        _l("Sign in in another window, then come back to this one and send the page again: what you typed is still in it."),
    ),
    403: ErrorText(
        _l("This page is not open to you"),
        _l("You are signed in, but this page is for other tasks than yours."),
        _l("If you think that you should see it, write to the secretariat."),
    ),
    404: ErrorText(
        _l("There is no such page"),
        _l("The address may be mistyped, or what it names is not for you."),
        _l("Check the address, or begin at the first page."),
    ),
    405: ErrorText(
        _l("This address works in another way"),
        _l("The page was asked for in a way that it does not answer."),
        _l("Begin at the first page."),
    ),
    413: ErrorText(
        _l("That is too large"),
        _l("What was sent is larger than this site takes at once. Nothing of it was saved; what was saved before is still there."),
        _l("Go back and shorten the longest text, or send it in parts."),
    ),
    429: ErrorText(
        _l("Too many attempts"),
        _l("This was tried too often in a short time."),
        _l("Wait for an hour, then try again."),
    ),
    500: ErrorText(
        _l("Something went wrong on our side"),
        _l("The fault has been recorded. What was saved before is still there."),
        _l("Try again. If it happens again, write to the secretariat and quote the number below."),
    ),
    503: ErrorText(
        _l("Please wait a moment"),
        _l("The site cannot reach its records just now. Nothing that was saved is lost."),
        _l("Try again in a minute. If you were sending a form, go back first: what you typed is still in it."),
    ),
}  # fmt: skip


def init_app(app: Flask) -> None:
    app.register_error_handler(HTTPException, _answer)
    app.register_error_handler(CSRFError, _answer)
    app.register_error_handler(ForgedPost, lambda forged: _answer(BadRequest()))
    app.register_error_handler(UnstorableValue, lambda refused: _answer(BadRequest()))
    app.register_error_handler(DatabaseUnavailable, _unavailable)
    app.register_error_handler(Exception, _fault)


def _answer(error: HTTPException) -> Response:
    if error.code is None or error.code < 400:  # a redirect that the routing asked for
        return error.get_response()
    text = TEXTS.get(error.code) or TEXTS[400 if error.code < 500 else 500]
    _let_links_be_built()
    page = render_template("errors/error.html", code=error.code, error=text)
    response = make_response(page, error.code)
    for name, value in error.get_headers():
        if name not in ("Content-Type", "Content-Length"):
            response.headers[name] = value
    if error.code == 503:
        response.headers["Retry-After"] = str(RETRY_AFTER)
    return response


def _let_links_be_built() -> None:
    """A request to a host that is not ours has no routes, and its error page still has the frame's links."""
    if request_ctx.url_adapter is None:
        request_ctx.url_adapter = current_app.url_map.bind("localhost")


def _unavailable(error: DatabaseUnavailable) -> Response:
    current_app.logger.error("database unavailable", exc_info=error)
    return _answer(ServiceUnavailable())


def _fault(error: Exception) -> Response:
    if current_app.config.get("PROPAGATE_EXCEPTIONS"):
        raise error
    current_app.logger.error("fault", exc_info=error)
    return _answer(InternalServerError())
