"""The mail server's own refusals: while they last every letter waits, none is blamed, and the secretariat is told once."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from sqlalchemy import delete, insert, select, update

from ..columns import utc_now
from ..models import MailServerTrouble
from ..transactions import reading, writing

#: minutes until the server is asked again, after each try in a row
PAUSES = (1, 2, 5, 10, 15)


@dataclass(frozen=True)
class TroubleFacts:
    """`detail`: what the server said last, without addresses."""

    since: datetime.datetime
    last_at: datetime.datetime
    tries: int
    next_at: datetime.datetime
    detail: str


_COLUMNS = (
    MailServerTrouble.since,
    MailServerTrouble.last_at,
    MailServerTrouble.tries,
    MailServerTrouble.next_at,
    MailServerTrouble.detail,
)


def current_trouble() -> TroubleFacts | None:
    """None: the server took what it was last offered, or answered about it."""
    with reading() as connection:
        row = connection.execute(select(*_COLUMNS)).first()
        return TroubleFacts(*row) if row else None


def record_trouble(detail: str) -> None:
    """Once more the server took nothing."""
    now, before = utc_now(), current_trouble()
    tries = before.tries + 1 if before else 1
    pause = datetime.timedelta(minutes=PAUSES[min(tries, len(PAUSES)) - 1])
    row = {"last_at": now, "tries": tries, "next_at": now + pause, "detail": detail[:300]}
    with writing() as connection:
        if connection.execute(update(MailServerTrouble).values(**row)).rowcount == 0:
            connection.execute(insert(MailServerTrouble).values(id=1, since=now, **row))


def end_trouble() -> None:
    """The server has taken a letter, or has given an answer about one."""
    if current_trouble() is not None:
        with writing() as connection:
            connection.execute(delete(MailServerTrouble))


def retry_now() -> None:
    """The secretariat has put something right: the next turn of a worker tries again."""
    with writing() as connection:
        connection.execute(update(MailServerTrouble).values(next_at=utc_now()))
