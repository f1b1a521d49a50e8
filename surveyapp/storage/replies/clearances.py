"""How far each section of a reply is inside its government: draft, ready, cleared; by whom and when."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from sqlalchemy import func, insert, select

from ..columns import utc_now
from ..models import AnswerRevision, Clearance, Person
from ..models.delegation import CLEARANCES
from ..transactions import reading, writing

STATES = CLEARANCES


@dataclass(frozen=True)
class SectionState:
    """How far one section is, and who said so."""

    section: str
    state: str  #: draft, ready, cleared
    name: str
    at: datetime.datetime


def set_state(response_id: int, section: str, state: str, *, by: int) -> None:
    """`state`: one of STATES. Raises ValueError."""
    if state not in CLEARANCES:
        raise ValueError(state)
    row = {"response_id": response_id, "section": section, "state": state, "by": by, "at": utc_now()}
    with writing() as connection:
        connection.execute(insert(Clearance).values(**row))


def by_section(response_id: int) -> dict[str, SectionState]:
    """The newest of each section; a section nobody cleared is absent: it is a draft."""
    query = select(Clearance.section, Clearance.state, Person.name, Clearance.at).join(
        Person, Person.id == Clearance.by
    )
    with reading() as connection:
        rows = connection.execute(query.where(Clearance.response_id == response_id).order_by(Clearance.id))
        return {row.section: SectionState(*row) for row in rows}


def authors(response_id: int) -> dict[str, list[tuple[str, datetime.datetime]]]:
    """Address → who changed its answer and when they last did, for the sign-off sheet."""
    query = (
        select(AnswerRevision.address, Person.name, func.max(AnswerRevision.at))
        .join(Person, Person.id == AnswerRevision.by)
        .where(AnswerRevision.response_id == response_id)
        .group_by(AnswerRevision.address, Person.id, Person.name)
        .order_by(AnswerRevision.address, Person.name)
    )
    by_address: dict[str, list[tuple[str, datetime.datetime]]] = {}
    with reading() as connection:
        for address, name, at in connection.execute(query):
            by_address.setdefault(address, []).append((name, at))
    return by_address
