"""Signed-in browsers. A token is told once, to its browser; only its SHA-256 is kept.

A session may be half open: the first proof was given, the second is still awaited. It opens nothing but the page that asks for it.
"""

from __future__ import annotations

import datetime
import hashlib
import secrets
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, bindparam, func, insert, select, update

from ..columns import utc_now
from ..models import Participant, Person, Role, SignInSession
from ..transactions import reading, writing
from .accounts import IN_FORCE, PERSON_COLUMNS, ROLE_COLUMNS, PersonFacts, as_person

TTL = datetime.timedelta(hours=12)
IDLE_TTL = datetime.timedelta(hours=2)
#: how long the second proof may be awaited
HALF_OPEN_TTL = datetime.timedelta(minutes=30)
#: `last_seen_at` is written at most this often, so that reading pages writes next to nothing
TOUCH_EVERY = datetime.timedelta(minutes=5)
#: a session is named by so much of its hash on its owner's page
NAME_LENGTH = 16


@dataclass(frozen=True)
class SessionFacts:
    """A session that has not ended, and whose it is."""

    person: PersonFacts
    created_at: datetime.datetime
    last_seen_at: datetime.datetime
    expires_at: datetime.datetime
    half_open: bool
    #: when it was last proved who sits there
    proved_at: datetime.datetime


@dataclass(frozen=True)
class ListedSession:
    """A session as its owner sees it."""

    name: str
    created_at: datetime.datetime
    last_seen_at: datetime.datetime
    how: str  #: link, password, passkey, provider, demonstration
    browser: str  #: what it calls itself


def token_hash(token: str) -> str:
    """SHA-256 in hexadecimal: the only form in which a token is kept."""
    return hashlib.sha256(token.encode()).hexdigest()


def sign_in(
    person_id: int, life: datetime.timedelta = TTL, *, how: str = "link", browser: str = "", half_open: bool = False
) -> str:
    """The token for the cookie."""
    token, now = secrets.token_urlsafe(32), utc_now()
    row = {"token_hash": token_hash(token), "person_id": person_id, "how": how, "browser": browser[:200]}
    ends = now + (min(life, HALF_OPEN_TTL) if half_open else life)
    times = {"created_at": now, "last_seen_at": now, "proved_at": now, "expires_at": ends}
    with writing() as connection:
        connection.execute(insert(SignInSession).values(**row, **times, half_open=half_open))
    return token


_query = (
    select(
        *PERSON_COLUMNS,
        *ROLE_COLUMNS,
        SignInSession.created_at,
        SignInSession.last_seen_at,
        SignInSession.expires_at,
        SignInSession.half_open,
        SignInSession.proved_at,
        SignInSession.revoked_at,
        Person.disabled_at,
    )
    .join(Person, Person.id == SignInSession.person_id)
    .outerjoin(Role, and_(Role.person_id == Person.id, IN_FORCE))
    .outerjoin(Participant, Participant.id == Role.participant_id)
    .where(SignInSession.token_hash == bindparam("hash"))  # made once: this runs for every request
    .order_by(Role.id)
)


def find(token: str, now: datetime.datetime | None = None) -> SessionFacts | None:
    """One query: the person with their roles. None if it is unknown, ended, idle too long or revoked."""
    moment = now or utc_now()
    with reading() as connection:
        rows = connection.execute(_query, {"hash": token_hash(token)}).all()
    if not rows:
        return None
    created, seen, expires, half_open, proved, revoked, disabled = rows[0][7:]
    if revoked or disabled or moment >= min(expires, seen + IDLE_TTL):
        return None
    person = as_person([tuple(row[:7]) for row in rows])
    return SessionFacts(person, created, seen, expires, half_open, proved) if person else None


def touch(token: str, session: SessionFacts) -> None:
    """Keeps a session in use from going idle; writes only now and then."""
    now = utc_now()
    if now - session.last_seen_at >= TOUCH_EVERY:
        with writing() as connection:
            kept = SignInSession.token_hash == token_hash(token)
            connection.execute(update(SignInSession).where(kept).values(last_seen_at=now))


def complete_sign_in(token: str, life: datetime.timedelta = TTL) -> str | None:
    """The second proof was given: a whole session under a new token. None where the old one has ended meanwhile."""
    kept = SignInSession.token_hash == token_hash(token)
    with writing() as connection:
        session = find(token)
        if session is None:
            return None
        how, browser = connection.execute(select(SignInSession.how, SignInSession.browser).where(kept)).one()
        revoke(token)
        renewed = sign_in(session.person.id, life, how=how, browser=browser)
        if not session.half_open:  # proved once more: its longest life does not begin anew
            _keep_end(renewed, session.expires_at)
    return renewed


def _keep_end(token: str, end: datetime.datetime) -> None:
    with writing() as connection:
        kept = SignInSession.token_hash == token_hash(token)
        connection.execute(update(SignInSession).where(kept).values(expires_at=end))


def running(person_id: int) -> list[ListedSession]:
    """Each browser that is signed in now, the latest first."""
    named = func.substr(SignInSession.token_hash, 1, NAME_LENGTH)
    query = select(
        named, SignInSession.created_at, SignInSession.last_seen_at, SignInSession.how, SignInSession.browser
    )
    with reading() as connection:
        rows = connection.execute(query.where(*_running(person_id)).order_by(SignInSession.created_at.desc()))
        return [ListedSession(*row) for row in rows]


def _running(person_id: int) -> tuple[ColumnElement[bool], ...]:
    now = utc_now()
    return (
        SignInSession.person_id == person_id,
        SignInSession.revoked_at.is_(None),
        SignInSession.half_open.is_(False),
        SignInSession.expires_at > now,
        SignInSession.last_seen_at > now - IDLE_TTL,
    )


def name_of(token: str) -> str:
    """The name that `running` has for the session of this token."""
    return token_hash(token)[:NAME_LENGTH]


def revoke(token: str) -> None:
    """Ends one session; nothing where it has ended."""
    _revoke(SignInSession.token_hash == token_hash(token))


def revoke_named(person_id: int, name: str) -> bool:
    """One of the person's own. False where it is none of theirs, or has ended."""
    named = func.substr(SignInSession.token_hash, 1, NAME_LENGTH) == name
    return _revoke(SignInSession.person_id == person_id, named) > 0


def revoke_others(person_id: int, token: str) -> None:
    """All of the person's but the one of this browser."""
    _revoke(SignInSession.person_id == person_id, SignInSession.token_hash != token_hash(token))


def _revoke(*which: ColumnElement[bool]) -> int:
    with writing() as connection:
        ended = update(SignInSession).where(*which, SignInSession.revoked_at.is_(None)).values(revoked_at=utc_now())
        return connection.execute(ended).rowcount
