"""What officials say about a question. It stays inside the government unless addressed to the secretariat."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from sqlalchemy import insert, select

from .columns import utc_now
from .models import Comment, Person
from .transactions import reading, writing


@dataclass(frozen=True)
class Said:
    response_id: int
    address: str
    by: int
    name: str
    at: datetime.datetime
    text: str
    to_secretariat: bool


_said = select(
    Comment.response_id, Comment.address, Comment.by, Person.name, Comment.at, Comment.text, Comment.to_secretariat
).join(Person, Person.id == Comment.by)


def say(response_id: int, address: str, text: str, *, by: int, to_secretariat: bool = False) -> None:
    row = {"response_id": response_id, "address": address, "by": by, "at": utc_now(), "text": text}
    with writing() as connection:
        connection.execute(insert(Comment).values(**row, to_secretariat=to_secretariat))


def thread(response_id: int, address: str) -> list[Said]:
    """About one question, the oldest first."""
    query = _said.where(Comment.response_id == response_id, Comment.address == address)
    with reading() as connection:
        return [Said(*row) for row in connection.execute(query.order_by(Comment.id))]


def to_the_secretariat() -> list[Said]:
    """All that governments addressed to it, the newest first; nothing else is the secretariat's to read."""
    with reading() as connection:
        rows = connection.execute(_said.where(Comment.to_secretariat).order_by(Comment.id.desc()))
        return [Said(*row) for row in rows]
