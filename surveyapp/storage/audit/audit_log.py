"""Who did what. Written in the transaction of the deed, so neither exists without the other; and chained.

Each event gets a seal: the SHA-256 of the event and of the seal before it. What is changed, removed or put in another order
breaks the chain; what is cut off at its end is told by a seal that was noted elsewhere.
"""

from __future__ import annotations

import datetime
import hashlib
import json
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import ColumnElement, Connection, Row, Select, Text, cast, false, func, insert, or_, select

from surveyapp.definition.typed_text import IMPOSSIBLE

from ..columns import canonical, utc_now
from ..models import AuditEvent, AuditSeal, Person
from ..transactions import before_commit, new_id, reading, writing

#: what the first seal follows
BEGINNING = "0" * 64
#: of the lock that makes those who seal wait for one another, on PostgreSQL
LOCK = 7_164_001


@dataclass(frozen=True)
class AuditEntry:
    """An event of the log. `person`: a name, None where the program itself acted; `facts`: plain JSON; `digest`: its seal."""

    id: int
    at: datetime.datetime
    kind: str
    person: str | None
    facts: dict[str, Any]
    digest: str


_unsealed: WeakKeyDictionary[Connection, list[int]] = WeakKeyDictionary()


def record(kind: str, person_id: int | None = None, **facts: object) -> None:
    """`facts` are plain JSON, and never an answer's value. Text that no database holds stands in it escaped."""
    with writing() as connection:
        row = {"at": utc_now(), "kind": kind, "person_id": person_id, "facts": escaped(facts)}
        added = new_id(connection.execute(insert(AuditEvent).values(**row)))
        _unsealed.setdefault(connection, []).append(added)


def escaped(value: Any) -> Any:
    """The same JSON with zero bytes and halves of surrogate pairs written out, such as \\u0000."""
    if isinstance(value, str):
        return IMPOSSIBLE.sub(lambda sign: f"\\u{ord(sign[0]):04x}", value)
    if isinstance(value, dict):
        return {escaped(name): escaped(part) for name, part in value.items()}
    return [escaped(part) for part in value] if isinstance(value, list | tuple) else value


def _seal(connection: Connection) -> None:
    """Last of all in a transaction: from here to its end nobody else's deed can be sealed."""
    noted = _unsealed.pop(connection, [])
    if not noted:
        return
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(LOCK)))
    last = connection.execute(
        select(AuditSeal.place, AuditSeal.digest).order_by(AuditSeal.place.desc()).limit(1)
    ).first()
    place, previous = (last.place, last.digest) if last else (0, BEGINNING)
    query = (
        select(AuditEvent.id, AuditEvent.at, AuditEvent.kind, AuditEvent.person_id, AuditEvent.facts)
        .where(AuditEvent.id.in_(noted))
        .order_by(AuditEvent.id)
    )
    seals = []
    for row in connection.execute(query):  # what a savepoint took back is not there
        place, previous = place + 1, seal_of(previous, *row)
        seals.append({"place": place, "event_id": row.id, "digest": previous})
    if seals:
        connection.execute(insert(AuditSeal), seals)


before_commit.append(_seal)


def seal_of(
    previous: str, event_id: int, at: datetime.datetime, kind: str, person_id: int | None, facts: dict[str, Any]
) -> str:
    """SHA-256, in hexadecimal, of an event and of the seal before it."""
    sealed = {
        "previous": previous,
        "id": event_id,
        "at": at.isoformat(),
        "kind": kind,
        "person": person_id,
        "facts": facts,
    }
    return hashlib.sha256(canonical(sealed).encode("utf-8")).hexdigest()


def search(
    *,
    kind: str = "",
    person_id: int | None = None,
    since: datetime.datetime | None = None,
    until: datetime.datetime | None = None,
    before: int | None = None,
    limit: int | None = 100,
) -> list[AuditEntry]:
    """The newest first; `before`: the id to go on from."""
    query: Select[Any] = (
        select(AuditEvent.id, AuditEvent.at, AuditEvent.kind, Person.name, AuditEvent.facts, AuditSeal.digest)
        .join(AuditSeal, AuditSeal.event_id == AuditEvent.id)
        .outerjoin(Person, Person.id == AuditEvent.person_id)
        .order_by(AuditEvent.id.desc())
    )
    if kind:
        query = query.where(AuditEvent.kind == kind)
    if person_id is not None:
        query = query.where(AuditEvent.person_id == person_id)
    if since is not None:
        query = query.where(AuditEvent.at >= since)
    if until is not None:
        query = query.where(AuditEvent.at < until)
    if before is not None:
        query = query.where(AuditEvent.id < before)
    with reading() as connection:
        return [_entry(row) for row in connection.execute(query.limit(limit))]


def _entry(row: Row[Any]) -> AuditEntry:
    return AuditEntry(row.id, row.at, row.kind, row.name, escaped(row.facts), row.digest)


def entries_about(response_ids: Collection[int], participant_id: int, code: str, limit: int = 50) -> list[AuditEntry]:
    """The newest events that name one of these replies, or this participant by id or code."""
    with reading() as connection:
        named = (
            _names(connection, "response", [str(each) for each in response_ids]),
            _names(connection, "participant", [str(participant_id), code]),
        )
        query = (
            select(AuditEvent.id, AuditEvent.at, AuditEvent.kind, Person.name, AuditEvent.facts, AuditSeal.digest)
            .join(AuditSeal, AuditSeal.event_id == AuditEvent.id)
            .outerjoin(Person, Person.id == AuditEvent.person_id)
            .where(or_(*named))
            .order_by(AuditEvent.id.desc())
        )
        return [_entry(row) for row in connection.execute(query.limit(limit))]


def _names(connection: Connection, name: str, values: Sequence[str]) -> ColumnElement[bool]:
    """Does the event's fact of this name have one of the values?

    PostgreSQL's functions for JSON fail at every row that holds an escaped NUL, and a log that was poisoned before such text
    was refused must stay readable: there, the JSON's text is asked. A name and its colon stand in no other place of it, for
    within a text a quotation mark has a backslash before it.
    """
    if not values:
        return false()
    if connection.dialect.name != "postgresql":
        return cast(func.json_extract(AuditEvent.facts, f"$.{name}"), Text).in_(values)
    either = "|".join(re.escape(json.dumps(value)[1:-1]) for value in values)
    return cast(AuditEvent.facts, Text).regexp_match(f'"{name}":\\s?"?({either})"?[,}}]')


def kinds() -> list[str]:
    """Every kind that the log holds, in alphabetical order."""
    with reading() as connection:
        return list(connection.scalars(select(AuditEvent.kind).distinct().order_by(AuditEvent.kind)))


def verify(head: str | None = None) -> tuple[int, str, list[str]]:
    """(how many events are sealed, the last seal, what is wrong). `head`: a seal that was noted and has to be there."""
    wrong, previous, expected = [], BEGINNING, 0
    head_seen = head is None
    for place, digest, row in _chain():
        expected += 1
        if place != expected:
            wrong.append(f"seal {expected} is missing: the next one is {place}")
            expected = place
        if row is None:
            wrong.append(f"seal {place}: its event has been removed")
        elif seal_of(previous, *row) != digest:
            wrong.append(f"seal {place}: event {row[0]} ({row[2]}) or its place in the chain has been changed")
        previous = digest
        head_seen = head_seen or digest == head
    wrong += [f"event {each} has no seal" for each in _without_seal()]
    if not head_seen:
        wrong.append(f"the seal {head} is not in the chain: its end has been cut off")
    return expected, previous, wrong


def _chain() -> Iterator[tuple[int, str, Any]]:
    query = (
        select(
            AuditSeal.place,
            AuditSeal.digest,
            AuditEvent.id,
            AuditEvent.at,
            AuditEvent.kind,
            AuditEvent.person_id,
            AuditEvent.facts,
        )
        .outerjoin(AuditEvent, AuditEvent.id == AuditSeal.event_id)
        .order_by(AuditSeal.place)
    )
    with reading() as connection:
        for row in connection.execute(query.execution_options(yield_per=1000)):
            yield row[0], row[1], tuple(row[2:]) if row[2] is not None else None


def _without_seal() -> list[int]:
    query = select(AuditEvent.id).outerjoin(AuditSeal, AuditSeal.event_id == AuditEvent.id)
    with reading() as connection:
        return list(connection.scalars(query.where(AuditSeal.place.is_(None)).order_by(AuditEvent.id).limit(20)))
