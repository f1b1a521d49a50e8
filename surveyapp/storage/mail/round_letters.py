"""A round's letters and reminders: their wording, whom they go to, and that each reaches a person once."""

from __future__ import annotations

import datetime
import json
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, delete, insert, or_, select, true, update

from surveyapp.definition.path import Path

from ..audit import audit_log
from ..columns import utc_now
from ..models import Participant, Person, Reminder, Response, Role, Round, RoundLetter
from ..models.mail import WHOM as WHOM
from ..people.accounts import IN_FORCE
from ..transactions import DatabaseUnavailable, new_id, reading, writing

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Wording:
    """A letter's text, with fields such as {name}."""

    subject: str
    body: str


@dataclass(frozen=True)
class Recipient:
    """A focal point of a participant that a round is put to."""

    person_id: int
    name: str
    email: str
    language: str
    participant_id: int
    participant_code: str
    participant_names: dict[str, str]
    response_id: int


@dataclass(frozen=True)
class ReminderFacts:
    """`whom`: one of `WHOM`. `letters`: how many it reached; None until it is sent."""

    id: int
    round_id: int
    whom: str
    due_at: datetime.datetime
    sent_at: datetime.datetime | None
    letters: int | None
    cancelled_at: datetime.datetime | None


def wordings(round_id: int) -> dict[tuple[str, str], Wording]:
    """By (kind, language): what was written for this round."""
    query = select(RoundLetter.kind, RoundLetter.language, RoundLetter.subject, RoundLetter.body).where(
        RoundLetter.round_id == round_id
    )
    with reading() as connection:
        return {(row[0], row[1]): Wording(row[2], row[3]) for row in connection.execute(query)}


def write(round_id: int, kind: str, language: str, wording: Wording | None, *, by: int) -> None:
    """None: the house's own again."""
    key = {"round_id": round_id, "kind": kind, "language": language}
    with writing() as connection:
        same = (RoundLetter.round_id == round_id, RoundLetter.kind == kind, RoundLetter.language == language)
        connection.execute(delete(RoundLetter).where(*same))
        if wording is not None:
            written = {"subject": wording.subject, "body": wording.body, "by": by, "at": utc_now()}
            connection.execute(insert(RoundLetter).values(**key, **written))
        audit_log.record("letter-written", by, round=round_id, letter=kind, language=language)


def recipients(round_id: int, whom: str | None = None) -> list[Recipient]:
    """Everybody who answers for a participant of the round; with `whom`, those whom such a reminder is for."""
    query = (
        select(
            Person.id, Person.name, Person.email, Person.language, Participant.id, Participant.code, Participant.names,
            Response.id, Response.path,
        )
        .join(Role, Role.person_id == Person.id)
        .join(Participant, Participant.id == Role.participant_id)
        .join(Response, Response.participant_id == Participant.id)
        .where(Response.round_id == round_id, Role.role == "focal_point", Person.disabled_at.is_(None), IN_FORCE)
        .order_by(Participant.code, Person.id)
    )  # fmt: skip
    if whom is not None:
        query = query.where(Person.reminders_off_at.is_(None), *_WHOM[whom])
    with reading() as connection:
        rows = connection.execute(query).all()
    if whom == "incomplete":
        rows = [row for row in rows if _lacks(row.path)]
    return [Recipient(*row[:8]) for row in rows]


_SILENT: ColumnElement[bool] = Response.status.in_(("not_started", "in_progress", "reopened"))
_WHOM: dict[str, Sequence[ColumnElement[bool]]] = {
    "silent": (_SILENT,),
    "not_opened": (Response.status == "not_started", Response.opened_at.is_(None)),
    "not_begun": (Response.status == "not_started",),
    "incomplete": (Response.status.in_(("in_progress", "reopened")), true()),
}


def _lacks(path: str) -> bool:
    return bool(Path.from_json(json.loads(path)).missing)


# reminders


_REMINDER = (
    Reminder.id, Reminder.round_id, Reminder.whom, Reminder.due_at, Reminder.sent_at, Reminder.letters, Reminder.cancelled_at,
)  # fmt: skip


def plan(round_id: int, whom: str, due_at: datetime.datetime, *, by: int) -> int:
    """The reminder's id. `whom`: one of `WHOM`; who it reaches is decided at `due_at`."""
    row = {"round_id": round_id, "whom": whom, "due_at": due_at, "by": by, "at": utc_now()}
    with writing() as connection:
        added = new_id(connection.execute(insert(Reminder).values(**row)))
        audit_log.record("reminder-planned", by, reminder=added, round=round_id, whom=whom, due=due_at.isoformat())
        return added


def cancel(round_id: int, reminder_id: int, *, by: int | None) -> None:
    """Nothing where it went out before. `by` None: the program itself, of one that cannot be sent."""
    waiting = (
        Reminder.id == reminder_id,
        Reminder.round_id == round_id,
        Reminder.sent_at.is_(None),
        Reminder.cancelled_at.is_(None),
    )
    with writing() as connection:
        if connection.execute(update(Reminder).where(*waiting).values(cancelled_at=utc_now())).rowcount:
            audit_log.record("reminder-cancelled", by, reminder=reminder_id)


def reminders(round_id: int) -> list[ReminderFacts]:
    """In the order of their days."""
    query = select(*_REMINDER).where(Reminder.round_id == round_id).order_by(Reminder.due_at, Reminder.id)
    with reading() as connection:
        return [ReminderFacts(*row) for row in connection.execute(query)]


def send_due(send: Callable[[ReminderFacts], int]) -> int:
    """Has each reminder whose moment has come sent, once; a round that is over reminds nobody. Returns how many went out."""
    now = utc_now()
    due = (
        select(*_REMINDER)
        .where(Reminder.sent_at.is_(None), Reminder.cancelled_at.is_(None), Reminder.due_at <= now)
        .order_by(Reminder.id)
    )
    done = 0
    while (reminder := _next_due(due)) is not None:
        try:
            if not _send_one(due.where(Reminder.id == reminder.id), send):
                break  # another worker has it
            done += 1
        except DatabaseUnavailable:
            raise
        except Exception:  # whatever a row holds: it is set aside, and the others go out
            logger.exception("reminder %s cannot be sent", reminder.id)
            cancel(reminder.round_id, reminder.id, by=None)
    return done


def _next_due(due: Select[Any]) -> ReminderFacts | None:
    with reading() as connection:
        row = connection.execute(due.limit(1)).first()
        return ReminderFacts(*row) if row else None


def _send_one(due: Select[Any], send: Callable[[ReminderFacts], int]) -> bool:
    """The reminder and its letters, or nothing of them. False: another worker has it."""
    now = utc_now()
    with writing() as connection:
        row = connection.execute(due.limit(1).with_for_update(skip_locked=True)).first()
        if row is None:
            return False
        reminder = ReminderFacts(*row)
        open_now = select(Round.id).where(
            Round.id == reminder.round_id, Round.opens <= now, or_(Round.closes.is_(None), Round.closes > now)
        )
        letters = send(reminder) if connection.scalar(open_now) is not None else 0
        connection.execute(update(Reminder).where(Reminder.id == reminder.id).values(sent_at=now, letters=letters))
        audit_log.record("reminder-sent", None, reminder=reminder.id, letters=letters)
    return True
