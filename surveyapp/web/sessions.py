"""The browser's session: an opaque token in a cookie, whose row in the database can be revoked.

Flask's own session is kept for two things. The secret that forms send back (Flask-WTF reads it from there) is derived from
the cookie and kept nowhere: signing in changes the cookie, and with it every form's token. A notice flashed for the next
page travels in a signed cookie.
"""

from __future__ import annotations

import contextlib
import datetime
import hashlib
import hmac
import secrets
from typing import Any

from flask import Flask, Request, current_app, g, request
from flask.sessions import SessionInterface, SessionMixin
from flask_wtf.csrf import CSRFProtect
from itsdangerous import BadSignature, URLSafeTimedSerializer
from werkzeug.wrappers import Response

from surveyapp.storage import accounts

csrf = CSRFProtect()
#: the key under which Flask's `flash()` keeps notices
NOTICES = "_flashes"


class BrowserSession(dict[str, Any], SessionMixin):
    """What outlives a request is in the database; only notices for the next page travel in a cookie."""


class BrowserSessions(SessionInterface):
    """Gives Flask-WTF the secret of this browser, and Flask its notices; asks no database."""

    def open_session(self, app: Flask, request: Request) -> BrowserSession:
        session = BrowserSession(csrf_token=_form_secret(app, request))
        if kept := request.cookies.get(cookie_name("notice", app)):
            with contextlib.suppress(BadSignature):
                session[NOTICES] = [tuple(notice) for notice in _signer(app).loads(kept, max_age=600)]
        session.modified = False
        return session

    def save_session(self, app: Flask, session: Any, response: Any) -> None:
        name, notices = cookie_name("notice", app), session.get(NOTICES)
        if notices:
            kept = [(category, str(text)) for category, text in notices]  # str: a lazy text is of this page's language
            _set(response, name, str(_signer(app).dumps(kept)), None)
        elif name in request.cookies:
            _set(response, name, "", None)


def cookie_name(kind: str = "session", app: Flask | None = None) -> str:
    """`__Host-` makes browsers refuse the cookie from a sibling host, another path or plain http."""
    return f"__Host-{kind}" if (app or current_app).config["COOKIE_SECURE"] else kind


def init_app(app: Flask) -> None:
    app.session_interface = BrowserSessions()
    # a form may stay open for days; the token lives as long as the cookie it is derived from
    app.config.setdefault("WTF_CSRF_TIME_LIMIT", None)
    csrf.init_app(app)
    app.after_request(_hand_out)


def person_of_request() -> accounts.PersonFacts | None:
    """The person whose session this browser holds, or None: signed out, expired, revoked, disabled."""
    token = request.cookies.get(cookie_name(), "")
    session = accounts.find_session(token) if token else None
    if session is None:
        return None
    accounts.touch_session(token, session)
    return session.person


def browser_secret() -> str:
    """A secret of this browser, signed in or not. A sign-in link works only where this is the same."""
    kept = request.cookies.get(cookie_name("browser"), "")
    return kept or _new_browser_secret(request.environ)


def begin(person_id: int) -> None:
    """Signs this browser in, under a new token whatever it held before."""
    end()
    g.session_cookie = accounts.create_session(person_id, _life())


def end() -> None:
    """Signs this browser out: the row is revoked, so a copy of the cookie opens nothing."""
    if token := request.cookies.get(cookie_name(), ""):
        accounts.revoke_session(token)
    g.session_cookie = ""
    g.pop("person", None)


def _life() -> datetime.timedelta:
    return datetime.timedelta(hours=current_app.config["SESSION_HOURS"])


def _signer(app: Flask) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(app.config["SECRET_KEY"], salt="notice")


def _form_secret(app: Flask, request: Request) -> str:
    cookies = request.cookies
    token = cookies.get(cookie_name("session", app)) or cookies.get(cookie_name("browser", app))
    token = token or _new_browser_secret(request.environ)
    return hmac.new(app.config["SECRET_KEY"].encode(), b"form " + token.encode(), hashlib.sha256).hexdigest()


def _new_browser_secret(environ: dict[str, Any]) -> str:
    """One per request: the form on this page and the cookie sent with it must be of one secret."""
    return str(environ.setdefault("surveyapp.browser", secrets.token_urlsafe(24)))


def _hand_out(response: Response) -> Response:
    if "session_cookie" in g:
        _set(response, cookie_name(), g.session_cookie, int(_life().total_seconds()))
    new = request.environ.get("surveyapp.browser")
    if new and request.endpoint != "static":
        _set(response, cookie_name("browser"), new, None)
    return response


def _set(response: Response, name: str, value: str, seconds: int | None) -> None:
    """An empty value takes the cookie away."""
    response.set_cookie(
        name,
        value,
        max_age=seconds if value else 0,
        path="/",
        secure=current_app.config["COOKIE_SECURE"],
        httponly=True,
        samesite="Lax",
    )
