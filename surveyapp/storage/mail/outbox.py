"""Letters to send. Queued in the transaction of their cause, claimed by one worker at a time, every attempt recorded.

A worker that dies between a server's yes and our record of it leaves its claim to lapse: the letter is sent again, under the
same Message-ID, by which mail programs know it for the same letter.
"""

from __future__ import annotations

import datetime
import re
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy import exc, insert, literal, or_, select, update

from ..columns import utc_now
from ..models import Bounce, MailAttempt, OutboxMessage
from ..transactions import new_id, reading, writing

#: minutes between an attempt that failed and the next; after the last one a letter is given up
BACKOFF = (1, 5, 15, 60, 240, 720, 1440)
LEASE = datetime.timedelta(minutes=2)


@dataclass(frozen=True)
class Letter:
    """What a mailer needs to send one letter. `message_id`: RFC 5322, the same at every attempt."""

    id: int
    recipient: str
    subject: str
    body: str
    message_id: str = ""
    kind: str = "letter"
    person_id: int | None = None
    attempts: int = 0  #: before this one


@dataclass(frozen=True)
class LetterFacts:
    """One letter as the secretariat sees it, without its text."""

    id: int
    recipient: str
    subject: str
    kind: str
    round_id: int | None
    person_id: int | None
    created_at: datetime.datetime
    sent_at: datetime.datetime | None
    given_up_at: datetime.datetime | None
    attempts: int


class LetterDeferred(Exception):
    """Not now; the message says why."""


class LetterRefused(Exception):
    """Never: there is no such address, or the server takes nothing for it."""


def enqueue(
    recipient: str,
    subject: str,
    body: str,
    *,
    kind: str = "letter",
    secret: str | None = None,
    person_id: int | None = None,
    round_id: int | None = None,
    key: str | None = None,
) -> int | None:
    """`body` is plain text. Returns the letter's id; None where a letter of this `key` was queued before.

    `secret`: a part of the body, such as a link's token, that is struck out here once the letter is gone.
    """
    message_id = f"<{uuid.uuid4().hex}@surveyapp>"
    about = {"kind": kind, "secret": secret, "person_id": person_id, "round_id": round_id, "key": key}
    letter = {"recipient": recipient, "subject": subject, "body": body, "message_id": message_id, **about}
    now = utc_now()
    try:
        with writing() as connection:
            return new_id(connection.execute(insert(OutboxMessage).values(**letter, created_at=now, next_at=now)))
    except exc.IntegrityError:
        if key is None:
            raise
        return None


def deliver_due(send: Callable[[Letter], None], at_most: int = 50, lease: datetime.timedelta = LEASE) -> int:
    """Sends what is due, oldest first; returns how many. `send` raises Deferred or Refused; an OSError or ValueError defers, too."""
    done = 0
    for _ in range(at_most):
        letter = _claim(lease)
        if letter is None:
            break
        try:
            send(letter)
        except LetterRefused as never:
            _record(letter, "refused", str(never))
        except LetterDeferred as later:
            _record(letter, "deferred", str(later))
        except (OSError, ValueError) as error:  # no network; an address that no header takes
            _record(letter, "deferred", type(error).__name__)
        else:
            _record(letter, "sent", "")
            done += 1
    return done


_COLUMNS = (
    OutboxMessage.id,
    OutboxMessage.recipient,
    OutboxMessage.subject,
    OutboxMessage.body,
    OutboxMessage.message_id,
    OutboxMessage.kind,
    OutboxMessage.person_id,
    OutboxMessage.attempts,
)


def _claim(lease: datetime.timedelta) -> Letter | None:
    """Nothing is locked while a letter is on its way: a slow mail server holds nobody up."""
    now = utc_now()
    free = or_(OutboxMessage.claimed_until.is_(None), OutboxMessage.claimed_until < now)
    due = select(*_COLUMNS).where(
        OutboxMessage.sent_at.is_(None), OutboxMessage.given_up_at.is_(None), OutboxMessage.next_at <= now, free
    )
    with reading() as connection:
        if connection.execute(due.limit(1)).first() is None:
            return None
    with writing() as connection:
        row = connection.execute(due.order_by(OutboxMessage.id).limit(1).with_for_update(skip_locked=True)).first()
        if row is None:
            return None
        claimed = {"claimed_until": now + lease, "attempts": OutboxMessage.attempts + 1}
        connection.execute(update(OutboxMessage).where(OutboxMessage.id == row.id).values(**claimed))
        return Letter(*row)


def _record(letter: Letter, outcome: str, detail: str) -> None:
    now = utc_now()
    values: dict[str, object] = {"claimed_until": None}
    if outcome == "sent":
        values |= {"sent_at": now}
    elif outcome == "refused" or letter.attempts >= len(BACKOFF):
        values |= {"given_up_at": now}
    else:
        values |= {"next_at": now + datetime.timedelta(minutes=BACKOFF[letter.attempts])}
    with writing() as connection:
        secret = connection.scalar(select(OutboxMessage.secret).where(OutboxMessage.id == letter.id))
        if secret and "next_at" not in values:
            values |= {"secret": None, "body": letter.body.replace(secret, "…")}
        connection.execute(update(OutboxMessage).where(OutboxMessage.id == letter.id).values(**values))
        connection.execute(
            insert(MailAttempt).values(
                letter_id=letter.id, at=now, outcome=outcome, detail=without_addresses(detail)[:300]
            )
        )


def without_addresses(text: str) -> str:
    """What a server said is kept for good; a person's address is not."""
    return re.sub(r"[^\s<>@]+@[^\s<>@]+", "…@…", text)


def attempts(letter_id: int) -> list[tuple[datetime.datetime, str, str]]:
    """(when, sent · deferred · refused · returned, what the server said), the oldest first."""
    query = select(MailAttempt.at, MailAttempt.outcome, MailAttempt.detail).where(MailAttempt.letter_id == letter_id)
    returned = select(Bounce.at, literal("returned"), Bounce.detail).where(Bounce.letter_id == letter_id)
    with reading() as connection:
        rows = [*connection.execute(query.order_by(MailAttempt.id)), *connection.execute(returned)]
        return [(row[0], row[1], row[2]) for row in rows]


def letters(
    *, round_id: int | None = None, person_ids: Sequence[int] | None = None, failed: bool = False, limit: int = 500
) -> list[LetterFacts]:
    """The newest first; `failed`: those that were given up, or came back."""
    query = select(
        OutboxMessage.id,
        OutboxMessage.recipient,
        OutboxMessage.subject,
        OutboxMessage.kind,
        OutboxMessage.round_id,
        OutboxMessage.person_id,
        OutboxMessage.created_at,
        OutboxMessage.sent_at,
        OutboxMessage.given_up_at,
        OutboxMessage.attempts,
    )
    if round_id is not None:
        query = query.where(OutboxMessage.round_id == round_id)
    if person_ids is not None:
        query = query.where(OutboxMessage.person_id.in_(person_ids))
    if failed:
        query = query.where(or_(OutboxMessage.given_up_at.is_not(None), OutboxMessage.id.in_(select(Bounce.letter_id))))
    with reading() as connection:
        return [LetterFacts(*row) for row in connection.execute(query.order_by(OutboxMessage.id.desc()).limit(limit))]
