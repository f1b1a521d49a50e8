"""Letters to send. Queued in the transaction of their cause, claimed by one worker at a time, every attempt recorded.

A worker that dies between a server's yes and our record of it leaves its claim to lapse: the letter is sent again, under the
same Message-ID, by which mail programs know it for the same letter.
"""

from __future__ import annotations

import datetime
import logging
import re
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy import exc, insert, literal, or_, select, update

from surveyapp.definition.messages import N_

from ..columns import utc_now
from ..models import Bounce, MailAttempt, OutboxMessage
from ..transactions import DatabaseUnavailable, new_id, reading, writing
from . import server_trouble
from .resending import is_dead

logger = logging.getLogger(__name__)

#: minutes between an attempt that failed and the next; after the last one a letter is given up
BACKOFF = (1, 5, 15, 60, 240, 720, 1440)
LEASE = datetime.timedelta(minutes=2)
#: what is recorded of a letter that is not even tried
ADDRESS_IS_DEAD = N_("Not tried: a letter to this address was refused or came back.")
#: and of one that no message can be made of; the worker's log says why
CANNOT_BE_SENT = N_("This letter cannot be sent as it is. Correct the address or the wording.")


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
    language: str = "en"


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
    """Not now, for a reason of this letter's; the message says why."""


class ServerUnavailable(Exception):
    """The server, or we as its client, are at fault: it is not there, or refuses our sender, password or encryption."""


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
    language: str = "en",
) -> int | None:
    """`body` is plain text. Returns the letter's id; None where a letter of this `key` was queued before.

    `secret`: a part of the body, such as a link's token, that is struck out here once the letter is gone. A letter to an
    address that was refused is kept and listed, and not tried: somebody corrects the address, or has it sent again.
    """
    message_id = f"<{uuid.uuid4().hex}@surveyapp>"
    about = {"kind": kind, "secret": secret, "person_id": person_id, "round_id": round_id, "key": key}
    text = {"recipient": recipient, "subject": subject, "body": body, "language": language}
    now = utc_now()
    try:
        with writing() as connection:
            row = {**text, "message_id": message_id, **about, "created_at": now, "next_at": now}
            queued = new_id(connection.execute(insert(OutboxMessage).values(**row)))
            if kind != "sign_in" and is_dead(recipient):
                _record(Letter(queued, recipient, subject, body), "refused", ADDRESS_IS_DEAD)
            return queued
    except exc.IntegrityError:
        if key is None:
            raise
        return None


def was_queued(key: str) -> bool:
    """Was a letter of this `key` queued, whatever became of it?"""
    with reading() as connection:
        return connection.scalar(select(OutboxMessage.id).where(OutboxMessage.key == key)) is not None


def deliver_due(send: Callable[[Letter], None], at_most: int = 50, lease: datetime.timedelta = LEASE) -> int:
    """Sends what is due, oldest first; returns how many. `send` raises LetterDeferred, LetterRefused or ServerUnavailable.

    Where the server is at fault every letter waits, and none is blamed. Whatever else goes wrong with a letter sets that
    letter aside with its error: the rest goes on.
    """
    trouble = server_trouble.current_trouble()
    if trouble and trouble.next_at > utc_now():
        return 0
    done = 0
    for _ in range(at_most):
        letter = _claim(lease)
        if letter is None:
            break
        try:
            outcome, detail = _try(send, letter)
        except ServerUnavailable as unavailable:
            _release(letter)
            server_trouble.record_trouble(without_addresses(str(unavailable)))
            logger.warning("the mail server takes no letters: %s", without_addresses(str(unavailable)))
            break
        _record(letter, outcome, detail)
        server_trouble.end_trouble()
        logger.info("letter %s, attempt %s: %s %s", letter.id, letter.attempts + 1, outcome, without_addresses(detail))
        done += outcome == "sent"
    return done


def _try(send: Callable[[Letter], None], letter: Letter) -> tuple[str, str]:
    """(outcome, what was said)"""
    try:
        send(letter)
    except LetterRefused as never:
        return "refused", str(never)
    except LetterDeferred as later:
        return "deferred", str(later)
    except (ServerUnavailable, DatabaseUnavailable):
        raise
    except OSError as error:  # a folder that takes no file, a line that broke
        raise ServerUnavailable(f"{type(error).__name__}: {error}") from None
    except Exception:  # whatever a row holds: it is set aside, and the worker goes on
        logger.exception("letter %s cannot be sent", letter.id)
        return "refused", CANNOT_BE_SENT
    return "sent", ""


def _release(letter: Letter) -> None:
    """As if it had not been tried."""
    kept = {"claimed_until": None, "attempts": letter.attempts}
    with writing() as connection:
        connection.execute(update(OutboxMessage).where(OutboxMessage.id == letter.id).values(**kept))


_COLUMNS = (
    OutboxMessage.id,
    OutboxMessage.recipient,
    OutboxMessage.subject,
    OutboxMessage.body,
    OutboxMessage.message_id,
    OutboxMessage.kind,
    OutboxMessage.person_id,
    OutboxMessage.attempts,
    OutboxMessage.language,
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
