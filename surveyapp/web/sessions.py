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

from surveyapp.storage.people import browsers

from . import recognised_browsers
from .cookies import cookie_name, set_cookie

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
            set_cookie(response, name, str(_signer(app).dumps(kept)), None)
        elif name in request.cookies:
            set_cookie(response, name, "", None)


def init_app(app: Flask) -> None:
    app.session_interface = BrowserSessions()
    # a form may stay open for days; the token lives as long as the cookie it is derived from
    app.config.setdefault("WTF_CSRF_TIME_LIMIT", None)
    csrf.init_app(app)
    app.after_request(_hand_out)
    app.after_request(recognised_browsers.hand_out)


def of_request() -> browsers.SessionFacts | None:
    """The session that this browser holds, whole or half open. None: signed out, expired, revoked, disabled."""
    token = request.cookies.get(cookie_name(), "")
    session = browsers.find(token) if token else None
    if session is not None:
        browsers.touch(token, session)
    return session


def browser_secret() -> str:
    """A secret of this browser, signed in or not. A sign-in link works only where this is the same."""
    kept = request.cookies.get(cookie_name("browser"), "")
    return kept or _new_browser_secret(request.environ)


def begin(person_id: int, how: str, *, half_open: bool = False) -> None:
    """Signs this browser in, under a new token whatever it held before; half open where a second proof is awaited."""
    end()
    called = request.user_agent.string
    g.session_cookie = browsers.sign_in(person_id, _life(), how=how, browser=called, half_open=half_open)
    if not half_open:
        recognised_browsers.remember_browser(person_id)


def proved() -> bool:
    """The person has given the second proof, or proved themselves once more: a whole session, under a new token. False
    where it has ended meanwhile."""
    token = request.cookies.get(cookie_name(), "")
    session = browsers.find(token)
    renewed = browsers.complete_sign_in(token, _life()) if session else None
    if session is None or renewed is None:
        return False
    g.session_cookie = renewed
    recognised_browsers.remember_browser(session.person.id)
    forget_read()
    return True


def own_token() -> str:
    """Of this browser's session, also of one that began in this request."""
    return str(g.get("session_cookie") or request.cookies.get(cookie_name(), ""))


def forget_read() -> None:
    """What this request read of the session no longer holds."""
    g.pop("session_facts", None)
    g.pop("delegated", None)


def end() -> None:
    """Signs this browser out: the row is revoked, so a copy of the cookie opens nothing."""
    if token := request.cookies.get(cookie_name(), ""):
        browsers.revoke(token)
    g.session_cookie = ""
    forget_read()


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
        set_cookie(response, cookie_name(), g.session_cookie, int(_life().total_seconds()))
    new = request.environ.get("surveyapp.browser")
    if new and request.endpoint != "static":
        set_cookie(response, cookie_name("browser"), new, None)
    return response
