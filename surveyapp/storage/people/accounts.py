"""People and their roles."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import and_, delete, func, insert, or_, select, update

from ..columns import utc_now
from ..models import Participant, Person, Role, SignInSession
from ..transactions import new_id, reading, writing

#: who reads more than their own State's answers, and proves it twice
STAFF = frozenset({"secretariat", "co_chair"})


@dataclass(frozen=True)
class RoleHeld:
    """A role in force; with a participant where it is a focal point's."""

    role: str  #: focal_point, co_chair, secretariat
    participant_id: int | None
    participant_code: str | None


@dataclass(frozen=True)
class PersonFacts:
    """A person who is not disabled, with the roles that are in force today. `email`: in lower case."""

    id: int
    name: str
    email: str
    language: str
    roles: tuple[RoleHeld, ...]


def create_person(name: str, email: str, language: str = "en") -> int:
    """Its id. An address in use raises sqlalchemy's IntegrityError."""
    row = {"name": name, "email": email.strip().lower(), "language": language, "created_at": utc_now()}
    with writing() as connection:
        return new_id(connection.execute(insert(Person).values(**row)))


def find_or_create(name: str, email: str, language: str = "en") -> int:
    """The person with this address, whatever they are called there; else a new one."""
    wanted = email.strip().lower()
    with writing() as connection:
        existing = connection.scalar(select(Person.id).where(Person.email == wanted))
        return int(existing) if existing is not None else create_person(name, wanted, language)


def grant_role(person_id: int, role: str, participant_id: int | None = None) -> None:
    """A focal point answers for one participant (or several, by several grants); others for none. Who joins the staff signs in
    anew, with a second factor: a session that began without one must not grow into more."""
    with writing() as connection:
        of_staff = select(Role.id).where(Role.person_id == person_id, Role.role.in_(STAFF))
        joins = role in STAFF and connection.scalar(of_staff.limit(1)) is None
        connection.execute(insert(Role).values(person_id=person_id, role=role, participant_id=participant_id))
        if joins:
            sign_out_everywhere(person_id)


def revoke_role(person_id: int, role: str, participant_id: int | None = None) -> None:
    """Does nothing where they do not hold it. Their sessions go on, without the role."""
    held = and_(
        Role.person_id == person_id, Role.role == role, Role.participant_id.is_not_distinct_from(participant_id)
    )
    with writing() as connection:
        connection.execute(delete(Role).where(held))


def sign_out_everywhere(person_id: int) -> None:
    """Ends every session of theirs."""
    running = (SignInSession.person_id == person_id, SignInSession.revoked_at.is_(None))
    with writing() as connection:
        connection.execute(update(SignInSession).where(*running).values(revoked_at=utc_now()))


def update_person(person_id: int, *, name: str | None = None, language: str | None = None) -> None:
    """What people may say about themselves; None leaves it as it is."""
    values = {key: value for key, value in (("name", name), ("language", language)) if value is not None}
    if values:
        with writing() as connection:
            connection.execute(update(Person).where(Person.id == person_id).values(**values))


def wants_reminders(person_id: int) -> bool:
    """False where they turned reminders off, and for nobody."""
    with reading() as connection:
        query = select(Person.id).where(Person.id == person_id, Person.reminders_off_at.is_(None))
        return connection.scalar(query) is not None


def set_reminders(person_id: int, wanted: bool) -> None:
    """Turns reminders on or off for one person."""
    off = None if wanted else utc_now()
    with writing() as connection:
        connection.execute(update(Person).where(Person.id == person_id).values(reminders_off_at=off))


ROLE_COLUMNS = (Role.role, Role.participant_id, Participant.code)
PERSON_COLUMNS = (Person.id, Person.name, Person.email, Person.language)
#: a focal point's days: outside them they answer for nobody
IN_FORCE = and_(
    or_(Role.valid_from.is_(None), Role.valid_from <= func.current_date()),
    or_(Role.valid_until.is_(None), Role.valid_until >= func.current_date()),
)
_person_query = (
    select(*PERSON_COLUMNS, *ROLE_COLUMNS)
    .outerjoin(Role, and_(Role.person_id == Person.id, IN_FORCE))
    .outerjoin(Participant, Participant.id == Role.participant_id)
    .where(Person.disabled_at.is_(None))
    .order_by(Role.id)
)


def person(person_id: int) -> PersonFacts | None:
    """None also for a disabled one."""
    with reading() as connection:
        return as_person([tuple(row) for row in connection.execute(_person_query.where(Person.id == person_id))])


def person_by_email(email: str) -> PersonFacts | None:
    """However the address is written; None also for a disabled one."""
    wanted = email.strip().lower()
    with reading() as connection:
        return as_person([tuple(row) for row in connection.execute(_person_query.where(Person.email == wanted))])


def people() -> list[PersonFacts]:
    """Everyone who is not disabled, by name."""
    with reading() as connection:
        rows = [tuple(row) for row in connection.execute(_person_query)]
    by_id: dict[int, list[tuple[object, ...]]] = {}
    for row in rows:
        by_id.setdefault(row[0], []).append(row)
    everyone = [facts for own in by_id.values() if (facts := as_person(own))]
    return sorted(everyone, key=lambda facts: facts.name)


def names(ids: Collection[int]) -> dict[int, str]:
    """Names by id, of disabled people too: history names whoever did something."""
    with reading() as connection:
        rows = connection.execute(select(Person.id, Person.name).where(Person.id.in_(ids)))
        return {row.id: row.name for row in rows}


def as_person(rows: list[tuple[object, ...]]) -> PersonFacts | None:
    """From rows of PERSON_COLUMNS and ROLE_COLUMNS, one for each role; None of no rows."""
    if not rows:
        return None
    roles = tuple(RoleHeld(*row[4:7]) for row in rows if row[4] is not None)  # type: ignore[arg-type]
    return PersonFacts(*rows[0][:4], roles)  # type: ignore[arg-type, call-arg]
