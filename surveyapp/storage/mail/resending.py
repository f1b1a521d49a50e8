"""Letters that did not arrive: which addresses are not written to any more, and letters that are sent once more."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Connection, func, select, update

from ..audit import audit_log
from ..columns import utc_now
from ..models import Bounce, MailAttempt, OutboxMessage, Person
from ..people import tokens
from ..transactions import reading, writing

#: letters that ask somebody to come: the link in them is made anew
WITH_LINK = frozenset({"invitation", "reminder", "appointment"})
#: where a token stood, once the letter is gone
STRUCK_OUT = "/sign-in/…"


def is_dead(recipient: str) -> bool:
    """Was a letter to this address refused, or has one come back, and none been taken since?"""
    mine = OutboxMessage.recipient == recipient
    refused = (
        select(func.max(MailAttempt.at))
        .join(OutboxMessage, OutboxMessage.id == MailAttempt.letter_id)
        .where(mine, MailAttempt.outcome == "refused")
    )
    returned = select(func.max(Bounce.at)).join(OutboxMessage, OutboxMessage.id == Bounce.letter_id).where(mine)
    taken = select(func.max(OutboxMessage.sent_at)).where(mine, OutboxMessage.id.not_in(select(Bounce.letter_id)))
    with reading() as connection:
        failures = [moment for query in (refused, returned) if (moment := connection.scalar(query))]
        last = connection.scalar(taken) if failures else None
    return bool(failures) and (last is None or max(failures) > last)


def send_again(letter_ids: Collection[int], *, by: int) -> int:
    """Queues letters that were given up once more, to the address that their reader has now, with a link made anew.

    Returns how many. A sign-in link is left: it has lapsed, and its reader asks for another one.
    """
    query = select(OutboxMessage.id, OutboxMessage.kind, OutboxMessage.person_id, OutboxMessage.recipient)
    query = query.where(OutboxMessage.id.in_(letter_ids), OutboxMessage.given_up_at.is_not(None))
    done = 0
    with writing() as connection:
        rows = connection.execute(query.where(OutboxMessage.kind != "sign_in", OutboxMessage.recipient != "")).all()
        for letter_id, kind, person_id, recipient in rows:
            _queue_anew(connection, letter_id, kind, person_id, recipient)
            audit_log.record("letter-sent-again", by, letter=letter_id)
            done += 1
    return done


def _queue_anew(connection: Connection, letter_id: int, kind: str, person_id: int | None, recipient: str) -> None:
    values: dict[str, object] = {"given_up_at": None, "next_at": utc_now(), "attempts": 0}
    if person_id is not None:
        person = connection.execute(select(Person.email, Person.disabled_at).where(Person.id == person_id)).one()
        if person.disabled_at is not None:
            return
        values["recipient"] = person.email or recipient
        body = connection.scalars(select(OutboxMessage.body).where(OutboxMessage.id == letter_id)).one()
        if kind in WITH_LINK and STRUCK_OUT in body:
            token = tokens.issue(person_id, "invitation")
            values |= {"secret": token, "body": body.replace(STRUCK_OUT, f"/sign-in/{token}")}
    connection.execute(update(OutboxMessage).where(OutboxMessage.id == letter_id).values(**values))
