"""People, roles, sessions and sign-in links. A token is told once, to its owner; only its SHA-256 is kept."""

from __future__ import annotations

import datetime
import hashlib
import secrets
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, bindparam, delete, insert, or_, select, update

from .columns import utc_now
from .models import Participant, Person, Role, SignInSession, SignInToken
from .transactions import new_id, reading, writing

SESSION_LIFE = datetime.timedelta(hours=12)
IDLE_LIFE = datetime.timedelta(hours=2)
#: `last_seen_at` is written at most this often, so that reading pages writes next to nothing
TOUCH_EVERY = datetime.timedelta(minutes=5)
LINK_LIFE = {
    "sign_in": datetime.timedelta(minutes=10),
    "invitation": datetime.timedelta(days=14),
    "demonstration": datetime.timedelta(days=7),
}


@dataclass(frozen=True)
class RoleHeld:
    role: str  #: focal_point, co_chair, secretariat
    participant_id: int | None
    participant_code: str | None


@dataclass(frozen=True)
class PersonFacts:
    id: int
    name: str
    email: str
    language: str
    roles: tuple[RoleHeld, ...]


@dataclass(frozen=True)
class SessionFacts:
    person: PersonFacts
    created_at: datetime.datetime
    last_seen_at: datetime.datetime
    expires_at: datetime.datetime


@dataclass(frozen=True)
class TokenFacts:
    purpose: str
    person_id: int
    expires_at: datetime.datetime


def token_hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


# people


def create_person(name: str, email: str, language: str = "en") -> int:
    """Its id. An address in use raises sqlalchemy's IntegrityError."""
    row = {"name": name, "email": email.strip().lower(), "language": language, "created_at": utc_now()}
    with writing() as connection:
        return new_id(connection.execute(insert(Person).values(**row)))


def find_or_create(name: str, email: str, language: str = "en") -> int:
    """The person with this address, whatever they are called there; else a new one."""
    wanted = email.strip().lower()
    with writing() as connection:
        found = connection.scalar(select(Person.id).where(Person.email == wanted))
        return int(found) if found is not None else create_person(name, wanted, language)


def grant(person_id: int, role: str, participant_id: int | None = None) -> None:
    """A focal point answers for one participant (or several, by several grants); others for none."""
    with writing() as connection:
        connection.execute(insert(Role).values(person_id=person_id, role=role, participant_id=participant_id))


def take_away(person_id: int, role: str, participant_id: int | None = None) -> None:
    held = and_(
        Role.person_id == person_id, Role.role == role, Role.participant_id.is_not_distinct_from(participant_id)
    )
    with writing() as connection:
        connection.execute(delete(Role).where(held))


def disable_person(person_id: int) -> None:
    """Ends all their sessions; their name stays in history."""
    with writing() as connection:
        connection.execute(update(Person).where(Person.id == person_id).values(disabled_at=utc_now()))
        revoke_all_sessions(person_id)


def update_person(person_id: int, *, name: str | None = None, language: str | None = None) -> None:
    """What people may say about themselves; None leaves it as it is."""
    values = {key: value for key, value in (("name", name), ("language", language)) if value is not None}
    if values:
        with writing() as connection:
            connection.execute(update(Person).where(Person.id == person_id).values(**values))


def wants_reminders(person_id: int) -> bool:
    with reading() as connection:
        query = select(Person.id).where(Person.id == person_id, Person.reminders_off_at.is_(None))
        return connection.scalar(query) is not None


def want_reminders(person_id: int, wanted: bool) -> None:
    off = None if wanted else utc_now()
    with writing() as connection:
        connection.execute(update(Person).where(Person.id == person_id).values(reminders_off_at=off))


_ROLES_OF_PERSON = (Role.role, Role.participant_id, Participant.code)
_PERSON = (Person.id, Person.name, Person.email, Person.language)
_person_query = (
    select(*_PERSON, *_ROLES_OF_PERSON)
    .outerjoin(Role, Role.person_id == Person.id)
    .outerjoin(Participant, Participant.id == Role.participant_id)
    .where(Person.disabled_at.is_(None))
    .order_by(Role.id)
)


def person(person_id: int) -> PersonFacts | None:
    """None also for a disabled one."""
    with reading() as connection:
        return _person([tuple(row) for row in connection.execute(_person_query.where(Person.id == person_id))])


def person_by_email(email: str) -> PersonFacts | None:
    wanted = email.strip().lower()
    with reading() as connection:
        return _person([tuple(row) for row in connection.execute(_person_query.where(Person.email == wanted))])


def people() -> list[PersonFacts]:
    """Everyone who is not disabled, by name."""
    with reading() as connection:
        rows = [tuple(row) for row in connection.execute(_person_query)]
    by_id: dict[int, list[tuple[object, ...]]] = {}
    for row in rows:
        by_id.setdefault(row[0], []).append(row)
    found = [facts for own in by_id.values() if (facts := _person(own))]
    return sorted(found, key=lambda facts: facts.name)


def names(ids: Collection[int]) -> dict[int, str]:
    """Names by id, of disabled people too: history names whoever did something."""
    with reading() as connection:
        rows = connection.execute(select(Person.id, Person.name).where(Person.id.in_(ids)))
        return {row.id: row.name for row in rows}


def _person(rows: list[tuple[object, ...]]) -> PersonFacts | None:
    if not rows:
        return None
    roles = tuple(RoleHeld(*row[4:7]) for row in rows if row[4] is not None)  # type: ignore[arg-type]
    return PersonFacts(*rows[0][:4], roles)  # type: ignore[arg-type, call-arg]


# sessions


def create_session(person_id: int, life: datetime.timedelta = SESSION_LIFE) -> str:
    """The token for the cookie."""
    token, now = secrets.token_urlsafe(32), utc_now()
    row = {"token_hash": token_hash(token), "person_id": person_id}
    times = {"created_at": now, "last_seen_at": now, "expires_at": now + life}
    with writing() as connection:
        connection.execute(insert(SignInSession).values(**row, **times))
    return token


_session_query = (
    select(
        *_PERSON,
        *_ROLES_OF_PERSON,
        SignInSession.created_at,
        SignInSession.last_seen_at,
        SignInSession.expires_at,
        SignInSession.revoked_at,
        Person.disabled_at,
    )
    .join(Person, Person.id == SignInSession.person_id)
    .outerjoin(Role, Role.person_id == Person.id)
    .outerjoin(Participant, Participant.id == Role.participant_id)
    .where(SignInSession.token_hash == bindparam("hash"))  # made once: this runs for every request
    .order_by(Role.id)
)


def find_session(token: str, now: datetime.datetime | None = None) -> SessionFacts | None:
    """One query: the person with their roles. None if it is unknown, ended, idle too long or revoked."""
    moment = now or utc_now()
    with reading() as connection:
        rows = connection.execute(_session_query, {"hash": token_hash(token)}).all()
    if not rows:
        return None
    created, seen, expires, revoked, disabled = rows[0][7:]
    if revoked or disabled or moment >= min(expires, seen + IDLE_LIFE):
        return None
    found = _person([tuple(row[:7]) for row in rows])
    return SessionFacts(found, created, seen, expires) if found else None


def touch_session(token: str, session: SessionFacts) -> None:
    """Keeps a session in use from going idle; writes only now and then."""
    now = utc_now()
    if now - session.last_seen_at >= TOUCH_EVERY:
        with writing() as connection:
            kept = SignInSession.token_hash == token_hash(token)
            connection.execute(update(SignInSession).where(kept).values(last_seen_at=now))


def rotate_session(token: str) -> str | None:
    """A new token for the same person, the old one ended; its longest life does not begin anew."""
    with writing() as connection:
        session = find_session(token)
        if session is None:
            return None
        revoke_session(token)
        renewed = create_session(session.person.id)
        kept = SignInSession.token_hash == token_hash(renewed)
        connection.execute(update(SignInSession).where(kept).values(expires_at=session.expires_at))
    return renewed


def sessions_of(person_id: int) -> list[tuple[datetime.datetime, datetime.datetime]]:
    """(signed in at, last seen at) of each browser that is signed in now, the latest first."""
    one, now = SignInSession, utc_now()
    running = (
        one.person_id == person_id,
        one.revoked_at.is_(None),
        one.expires_at > now,
        one.last_seen_at > now - IDLE_LIFE,
    )
    with reading() as connection:
        rows = connection.execute(
            select(one.created_at, one.last_seen_at).where(*running).order_by(one.created_at.desc())
        )
        return [(row[0], row[1]) for row in rows]


def revoke_session(token: str) -> None:
    _revoke(SignInSession.token_hash == token_hash(token))


def revoke_all_sessions(person_id: int) -> None:
    _revoke(SignInSession.person_id == person_id)


def _revoke(which: ColumnElement[bool]) -> None:
    running = SignInSession.revoked_at.is_(None)
    with writing() as connection:
        connection.execute(update(SignInSession).where(which, running).values(revoked_at=utc_now()))


# sign-in links


def issue_token(
    person_id: int, purpose: str, *, browser: str | None = None, life: datetime.timedelta | None = None
) -> str:
    """The token for a link. With `browser` (a secret in its cookie) it works in that browser only."""
    token, now = secrets.token_urlsafe(32), utc_now()
    row = {"token_hash": token_hash(token), "purpose": purpose, "person_id": person_id}
    bound = {"browser_hash": token_hash(browser) if browser else None}
    with writing() as connection:
        times = {"created_at": now, "expires_at": now + (life or LINK_LIFE[purpose])}
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


def look_up_token(token: str, browser: str | None = None) -> TokenFacts | None:
    """What a link would do, without using it up."""
    query = select(SignInToken.purpose, SignInToken.person_id, SignInToken.expires_at)
    with reading() as connection:
        row = connection.execute(query.where(*_usable(token, browser, utc_now()))).first()
    return TokenFacts(*row) if row else None


def consume_token(token: str, browser: str | None = None) -> TokenFacts | None:
    """Uses a link up. Of two who press at the same time, one gets None."""
    now = utc_now()
    with writing() as connection:
        facts = look_up_token(token, browser)
        used = update(SignInToken).where(*_usable(token, browser, now)).values(used_at=now)
        return facts if connection.execute(used).rowcount == 1 else None
