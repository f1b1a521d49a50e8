"""Letters to send. Queued in the transaction of their cause; taken by a worker."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import insert, select, update

from .columns import utc_now
from .models import OutboxMessage
from .transactions import new_id, writing


@dataclass(frozen=True)
class Letter:
    id: int
    recipient: str
    subject: str
    body: str


def enqueue(recipient: str, subject: str, body: str) -> int:
    """`body` is plain text. Returns the letter's id."""
    letter = {"recipient": recipient, "subject": subject, "body": body, "created_at": utc_now()}
    with writing() as connection:
        return new_id(connection.execute(insert(OutboxMessage).values(**letter)))


def deliver(send: Callable[[Letter], None], at_most: int = 50) -> int:
    """Sends what waits, oldest first; a letter whose `send` raises stays for the next time.

    Several workers may run: on PostgreSQL each skips the letters another one holds, on SQLite they queue.
    """
    done = 0
    while done < at_most and _deliver_one(send):
        done += 1
    return done


def _deliver_one(send: Callable[[Letter], None]) -> bool:
    message = OutboxMessage
    waiting = select(message.id, message.recipient, message.subject, message.body).where(message.sent_at.is_(None))
    with writing() as connection:
        row = connection.execute(waiting.order_by(message.id).limit(1).with_for_update(skip_locked=True)).first()
        if row is None:
            return False
        send(Letter(*row))
        connection.execute(update(message).where(message.id == row.id).values(sent_at=utc_now()))
    return True
