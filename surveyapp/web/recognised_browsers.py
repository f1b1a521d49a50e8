"""Browsers in which somebody has signed in before. Tries from these are counted apart from those of strangers: whoever guesses at
another's password uses up the strangers' tries, and locks nobody out of their own browser.
"""

from __future__ import annotations

import datetime
import secrets
from typing import Any

from flask import current_app, g, request
from itsdangerous import BadSignature, URLSafeTimedSerializer
from werkzeug.wrappers import Response

from surveyapp.storage.people import rate_limits

from .cookies import cookie_name, set_cookie

#: seconds that a browser stays known
COOKIE_TTL = 180 * 24 * 3600
#: of how many people one browser is known
MAX_PEOPLE = 5
HOUR = datetime.timedelta(hours=1)


def allow(purpose: str, address: str, person_id: int | None) -> bool:
    """Counts one try of `what` for an address; True while it is within the limit.

    Both are counted always: whether one was counted must not be seen from how the other ends.
    """
    most = current_app.config["SIGN_INS_PER_HOUR"]
    who = _people().get(str(person_id)) or "strangers"
    by_address = rate_limits.allow(f"{purpose} address {address.strip().lower()} {who}", most, HOUR)
    by_network = rate_limits.allow(f"{purpose} network {request.remote_addr}", most * 10, HOUR)
    return by_address and by_network


def remember_browser(person_id: int) -> None:
    """From now on this browser is known as theirs."""
    people = _people()
    people.pop(str(person_id), None)
    newest = [*people.items()][-(MAX_PEOPLE - 1) :]
    g.known_browser = [*newest, (str(person_id), secrets.token_urlsafe(9))]


def hand_out(response: Response) -> Response:
    """Sets the cookie by which this browser is recognised, if this request signed a person in."""
    if "known_browser" in g:
        set_cookie(response, cookie_name("known"), str(_signer().dumps(g.known_browser)), COOKIE_TTL)
    return response


def _people() -> dict[str, Any]:
    """Person → the name that this browser has for them."""
    try:
        return dict(_signer().loads(request.cookies.get(cookie_name("known"), ""), max_age=COOKIE_TTL))
    except (BadSignature, TypeError, ValueError):
        return {}


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.config["SECRET_KEY"], salt="known browser")
