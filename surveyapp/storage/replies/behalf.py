"""A reply that came by letter or as a file: the secretariat enters it, the focal point confirms it. Until then it is no answer."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Select, func, insert, select, update

from ..audit import audit_log
from ..columns import utc_now
from ..models import Entry, Person, Proposal
from ..transactions import new_id, reading, writing
from . import proposals
from .answers import Change
from .responses import ResponseState


@dataclass(frozen=True)
class EntryFacts:
    """One entry on a State's behalf. `dated`: the day that its source bears; `sent_at`: None while it is the secretariat's alone."""

    id: int
    response_id: int
    source: str
    dated: datetime.date
    by: int
    name: str
    at: datetime.datetime
    sent_at: datetime.datetime | None
    answers: int  #: open proposals of it

    @property
    def sent(self) -> bool:
        """Do the focal points see it?"""
        return self.sent_at is not None


class NoSuchEntry(KeyError):
    """It was sent or taken back meanwhile, or is another person's."""


def begin_entry(response_id: int, source: str, dated: datetime.date, *, by: int) -> int:
    """The entry's id. Nothing is proposed yet."""
    row = {"response_id": response_id, "source": source, "dated": dated, "by": by, "at": utc_now()}
    with writing() as connection:
        made = new_id(connection.execute(insert(Entry).values(**row)))
        audit_log.record("entry-begun", by, response=response_id, entry=made, source=source, dated=dated.isoformat())
    return made


def entries(response_id: int) -> list[EntryFacts]:
    """Those that were not taken back, the newest first."""
    with reading() as connection:
        return [EntryFacts(*row) for row in connection.execute(_entries().where(Entry.response_id == response_id))]


def _entries() -> Select[
    tuple[int, int, str, datetime.date, int, str, datetime.datetime, datetime.datetime | None, int]
]:
    count = (
        select(func.count())
        .where(Proposal.entry_id == Entry.id, Proposal.status == "open")
        .correlate(Entry)
        .scalar_subquery()
    )
    columns = (
        Entry.id,
        Entry.response_id,
        Entry.source,
        Entry.dated,
        Entry.by,
        Person.name,
        Entry.at,
        Entry.sent_at,
        count,
    )
    query = select(*columns).join(Person, Person.id == Entry.by)
    return query.where(Entry.ended_at.is_(None)).order_by(Entry.id.desc())


def unsent_entry(response_id: int, by: int) -> EntryFacts | None:
    """What this person is entering, and has not sent yet."""
    return next((entry for entry in entries(response_id) if entry.by == by and not entry.sent), None)


def save_entry(
    state: ResponseState, entry: EntryFacts, changes: Mapping[str, Change], *, by: int, language: str
) -> None:
    """Puts answers beside those that stand there. Raises NotEditable, NoSuchEntry."""
    with writing():
        _still_open(entry.id, by)
        proposals.upsert_proposals(state, changes, by=by, language=language, entry_id=entry.id)
        audit_log.record("entry-changed", by, response=state.id, entry=entry.id, addresses=sorted(changes))


def send_entry(entry: EntryFacts, *, by: int) -> None:
    """From now on the focal points see it, and decide. Raises NoSuchEntry."""
    with writing() as connection:
        _still_open(entry.id, by)
        connection.execute(update(Entry).where(Entry.id == entry.id).values(sent_at=utc_now()))
        audit_log.record("entry-sent", by, response=entry.response_id, entry=entry.id, answers=entry.answers)


def withdraw_entry(entry: EntryFacts, *, by: int) -> None:
    """Before it is sent: its proposals go out of sight. Raises NoSuchEntry."""
    gone = {"status": "superseded", "decided_at": utc_now(), "decided_by": by}
    with writing() as connection:
        _still_open(entry.id, by)
        mine = (Proposal.entry_id == entry.id, Proposal.status == "open")
        connection.execute(update(Proposal).where(*mine).values(**gone))
        connection.execute(update(Entry).where(Entry.id == entry.id).values(ended_at=utc_now()))
        audit_log.record("entry-taken-back", by, response=entry.response_id, entry=entry.id)


def _still_open(entry_id: int, by: int) -> None:
    mine = (Entry.id == entry_id, Entry.by == by, Entry.sent_at.is_(None), Entry.ended_at.is_(None))
    with writing() as connection:
        if connection.scalar(select(Entry.id).where(*mine).with_for_update()) is None:
            raise NoSuchEntry(entry_id)


@dataclass(frozen=True)
class Confirmation:
    """What became of an entry's open proposals, in numbers."""

    accepted: int
    left: int  #: the answer had changed since: to be compared one by one


def confirm_entry(state: ResponseState, entry_id: int, *, by: int, language: str) -> Confirmation:
    """All of an entry that stands beside what the answers were when it was made. Raises NotEditable."""
    accepted = left = 0
    with writing():
        for proposal in proposals.of_response(state.id):
            if proposal.entry_id != entry_id:
                continue
            saved = proposals.accept(state, proposal.id, expected=proposal.base_revision, by=by, language=language)
            if saved is not None and not saved.conflicts:
                accepted += 1
            else:
                left += 1
        audit_log.record("entry-confirmed", by, response=state.id, entry=entry_id, accepted=accepted, left=left)
    return Confirmation(accepted, left)
