"""A State asks to change what it submitted; the secretariat grants it or not. What was submitted stands meanwhile."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from sqlalchemy import insert, select, update

from surveyapp.definition.path import walk

from ..audit import audit_log
from ..columns import dumps, utc_now
from ..models import Person, ReopenRequest, Response
from ..transactions import new_id, reading, writing
from .responses import NotEditable, load, load_locked
from .saving import INCREMENT_CHANGES


def reopen(response_id: int, *, by: int | None) -> None:
    """Lets a submitted response be answered again; what was submitted stands until it is submitted anew."""
    with writing() as connection:
        state = load_locked(connection, response_id)
        if state.status != "submitted":
            raise NotEditable("not_submitted")
        path = walk(
            state.compiled, state.values, state.participant.facts(utc_now().date())
        )  # the round may have moved on
        reopened = {"status": "reopened", "updated_at": utc_now(), "path": dumps(path.to_json())}
        connection.execute(update(Response).where(Response.id == response_id).values(**reopened, **INCREMENT_CHANGES))
        audit_log.record("response-reopened", by, response=response_id, reference=state.reference)


@dataclass(frozen=True)
class ReopenRequestFacts:
    """To reopen a submitted reply, with its answer where there is one."""

    id: int
    response_id: int
    name: str
    at: datetime.datetime
    note: str
    granted: bool | None
    decided_at: datetime.datetime | None
    answer: str


_requests = select(
    ReopenRequest.id,
    ReopenRequest.response_id,
    Person.name,
    ReopenRequest.at,
    ReopenRequest.note,
    ReopenRequest.granted,
    ReopenRequest.decided_at,
    ReopenRequest.answer,
).join(Person, Person.id == ReopenRequest.by)


def request_reopening(response_id: int, note: str, *, by: int) -> bool:
    """Reopens at once (True) where the round allows it, or leaves a request to the secretariat. Raises NotEditable."""
    state = load(response_id)
    if state.status != "submitted":
        raise NotEditable("not_submitted")
    if closed := state.round.closed_because(utc_now()):
        raise NotEditable(closed)
    if state.round.free_reopening:
        reopen(response_id, by=by)
        return True
    with writing() as connection:
        if not any(each.granted is None for each in reopen_requests(response_id)):
            row = {"response_id": response_id, "by": by, "at": utc_now(), "note": note, "answer": ""}
            added = connection.execute(insert(ReopenRequest).values(**row))
            audit_log.record("reopening-asked", by, response=response_id, request=new_id(added))
    return False


def reopen_requests(response_id: int) -> list[ReopenRequestFacts]:
    """The oldest first."""
    query = _requests.where(ReopenRequest.response_id == response_id).order_by(ReopenRequest.id)
    with reading() as connection:
        return [ReopenRequestFacts(*row) for row in connection.execute(query)]


def open_reopen_requests() -> list[ReopenRequestFacts]:
    """Of all rounds, for the secretariat."""
    with reading() as connection:
        rows = connection.execute(_requests.where(ReopenRequest.granted.is_(None)).order_by(ReopenRequest.id))
        return [ReopenRequestFacts(*row) for row in rows]


def decide_reopening(request_id: int, *, granted: bool, answer: str, by: int) -> bool:
    """Grants (and reopens) or refuses, once. False: somebody decided before, or it is submitted no longer."""
    with writing() as connection:
        still = (
            update(ReopenRequest)
            .where(ReopenRequest.id == request_id, ReopenRequest.granted.is_(None))
            .returning(ReopenRequest.response_id)
        )
        decided = {"granted": granted, "decided_by": by, "decided_at": utc_now(), "answer": answer}
        response_id = connection.scalar(still.values(**decided))
        if response_id is None:
            return False
        audit_log.record("reopening-decided", by, response=response_id, request=request_id, granted=granted)
        if granted and load(response_id).status == "submitted":
            reopen(response_id, by=by)
    return True
