"""Links that let somebody in. A token is told once, to its owner; only its SHA-256 is kept."""

from __future__ import annotations

import datetime
import secrets
from dataclasses import dataclass

from sqlalchemy import ColumnElement, insert, or_, select, update

from ..columns import utc_now
from ..models import Person, SignInToken
from ..transactions import reading, writing
from .browsers import token_hash

TTL = {
    "sign_in": datetime.timedelta(minutes=10),
    "invitation": datetime.timedelta(days=14),
    "demonstration": datetime.timedelta(days=7),
}


@dataclass(frozen=True)
class LinkFacts:
    """What a link is for, and whose it is."""

    purpose: str
    person_id: int
    expires_at: datetime.datetime


def issue(person_id: int, purpose: str, *, browser: str | None = None, life: datetime.timedelta | None = None) -> str:
    """The token for a link. With `browser` (a secret in its cookie) it works in that browser only."""
    token, now = secrets.token_urlsafe(32), utc_now()
    row = {"token_hash": token_hash(token), "purpose": purpose, "person_id": person_id}
    bound = {"browser_hash": token_hash(browser) if browser else None}
    with writing() as connection:
        times = {"created_at": now, "expires_at": now + (life or TTL[purpose])}
        connection.execute(insert(SignInToken).values(**row, **bound, **times))
    return token


def _usable(token: str, browser: str | None, now: datetime.datetime) -> list[ColumnElement[bool]]:
    anywhere = SignInToken.browser_hash.is_(None)
    bound = or_(anywhere, SignInToken.browser_hash == token_hash(browser)) if browser else anywhere
    return [
        SignInToken.token_hash == token_hash(token),
        SignInToken.used_at.is_(None),
        SignInToken.expires_at > now,
        SignInToken.person_id.in_(select(Person.id).where(Person.disabled_at.is_(None))),
        bound,
    ]


def look_up(token: str, browser: str | None = None) -> LinkFacts | None:
    """What a link would do, without using it up."""
    query = select(SignInToken.purpose, SignInToken.person_id, SignInToken.expires_at)
    with reading() as connection:
        row = connection.execute(query.where(*_usable(token, browser, utc_now()))).first()
    return LinkFacts(*row) if row else None


def consume(token: str, browser: str | None = None) -> LinkFacts | None:
    """Uses a link up. Of two who press at the same time, one gets None."""
    now = utc_now()
    with writing() as connection:
        facts = look_up(token, browser)
        used = update(SignInToken).where(*_usable(token, browser, now)).values(used_at=now)
        return facts if connection.execute(used).rowcount == 1 else None
