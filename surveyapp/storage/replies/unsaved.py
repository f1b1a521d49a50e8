"""Words that were not accepted as an answer, and details of choices that are not ticked: kept for who typed them.

They are no answers: no figure, submission, export or other person's page reads them. Of a value that was typed on the
official reply's page and not accepted, the other focal points see at which question it stands and whose it is.
"""

from __future__ import annotations

import datetime
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import delete, select

from ..columns import insert_into, utc_now
from ..models import Person, UnsavedWords
from ..transactions import reading, writing

#: a part's name → what was posted under it
Parts = Mapping[str, list[str]]


@dataclass(frozen=True)
class Unsaved:
    """All by address: `refused` are whole answers that were not accepted, `details` words beside choices that are not ticked."""

    refused: Mapping[str, Parts]
    details: Mapping[str, Parts]


NONE = Unsaved({}, {})


@dataclass(frozen=True)
class RefusedAnswer:
    """A value that was not accepted: where, whose, since when; not what it says."""

    address: str
    by: int
    name: str
    at: datetime.datetime


class RefusedValues(Exception):
    """Values typed into the reply were not accepted: an older answer, or none, would be submitted in their place."""

    def __init__(self, refused: Collection[RefusedAnswer]) -> None:
        self.refused = tuple(refused)
        super().__init__(", ".join(each.address for each in self.refused))


def of_person(response_id: int, by: int, place: str) -> Unsaved:
    """What one person typed on the pages of one place (`models.unsaved.PLACES`) and what is not saved there."""
    query = select(UnsavedWords.address, UnsavedWords.kind, UnsavedWords.parts).where(
        UnsavedWords.response_id == response_id, UnsavedWords.by == by, UnsavedWords.place == place
    )
    with reading() as connection:
        rows = connection.execute(query).all()
    return Unsaved(
        {address: parts for address, kind, parts in rows if kind == "refused"},
        {address: parts for address, kind, parts in rows if kind == "detail"},
    )


def keep(
    response_id: int,
    by: int,
    place: str,
    posted: Collection[str],
    refused: Mapping[str, Parts],
    details: Mapping[str, Parts],
) -> None:
    """What is not saved of the posted addresses, in place of what was not saved of them before. One transaction."""
    kept = [("refused", address, parts) for address, parts in refused.items()]
    kept += [("detail", address, parts) for address, parts in details.items()]
    before = of_person(response_id, by, place)
    if not kept and not any(address in before.refused or address in before.details for address in posted):
        return
    own = (UnsavedWords.response_id == response_id, UnsavedWords.by == by, UnsavedWords.place == place)
    now = utc_now()
    with writing() as connection:
        connection.execute(delete(UnsavedWords).where(*own, UnsavedWords.address.in_(list(posted))))
        for kind, address, parts in kept:
            row = {"response_id": response_id, "address": address, "by": by, "place": place, "kind": kind}
            content = {"parts": {name: list(values) for name, values in parts.items()}, "at": now}
            new = insert_into(connection, UnsavedWords).values(**row, **content)
            connection.execute(new.on_conflict_do_update(index_elements=list(row), set_=content))


def discard(response_id: int, by: int, place: str, address: str) -> None:
    """A value that was not accepted, by who typed it: what is saved stands."""
    own = (UnsavedWords.response_id == response_id, UnsavedWords.by == by, UnsavedWords.place == place)
    with writing() as connection:
        connection.execute(
            delete(UnsavedWords).where(*own, UnsavedWords.address == address, UnsavedWords.kind == "refused")
        )


def refused_in_reply(response_id: int) -> list[RefusedAnswer]:
    """Of every focal point, the oldest first."""
    query = (
        select(UnsavedWords.address, UnsavedWords.by, Person.name, UnsavedWords.at)
        .join(Person, Person.id == UnsavedWords.by)
        .where(UnsavedWords.response_id == response_id, UnsavedWords.place == "reply", UnsavedWords.kind == "refused")
        .order_by(UnsavedWords.at, UnsavedWords.address, UnsavedWords.by)
    )
    with reading() as connection:
        return [RefusedAnswer(*row) for row in connection.execute(query)]


def require_none_refused(response_id: int, asked: Collection[str], confirmed: Collection[str]) -> None:
    """`asked`: the addresses on path; `confirmed`: those whose refused value the reply goes without. Raises RefusedValues."""
    refused = [each for each in refused_in_reply(response_id) if each.address in asked]
    if any(each.address not in confirmed for each in refused):
        raise RefusedValues(refused)
