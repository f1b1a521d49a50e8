"""What officials say about a question. It stays inside the government unless addressed to the secretariat."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from sqlalchemy import insert, select

from ..columns import utc_now
from ..models import Comment, Person
from ..transactions import reading, writing


@dataclass(frozen=True)
class CommentFacts:
    """One comment. `address`: a question's; empty: about the reply as a whole."""

    response_id: int
    address: str
    by: int
    name: str
    at: datetime.datetime
    text: str
    to_secretariat: bool
    from_secretariat: bool = False


_comments = select(
    Comment.response_id,
    Comment.address,
    Comment.by,
    Person.name,
    Comment.at,
    Comment.text,
    Comment.to_secretariat,
    Comment.from_secretariat,
).join(Person, Person.id == Comment.by)


def add_comment(
    response_id: int,
    address: str,
    text: str,
    *,
    by: int,
    to_secretariat: bool = False,
    from_secretariat: bool = False,
) -> None:
    """The secretariat reads what is addressed to it; what it answers is always of that thread."""
    row = {"response_id": response_id, "address": address, "by": by, "at": utc_now(), "text": text}
    row |= {"to_secretariat": to_secretariat or from_secretariat, "from_secretariat": from_secretariat}
    with writing() as connection:
        connection.execute(insert(Comment).values(**row))


def thread(response_id: int, address: str) -> list[CommentFacts]:
    """About one question, the oldest first."""
    query = _comments.where(Comment.response_id == response_id, Comment.address == address)
    with reading() as connection:
        return [CommentFacts(*row) for row in connection.execute(query.order_by(Comment.id))]


def threads_with_secretariat(response_id: int | None = None) -> list[list[CommentFacts]]:
    """Threads of what was addressed to it and what it answered; nothing else is the secretariat's to read. Those that wait for
    an answer first, then the newest; each from its oldest word on."""
    query = _comments.where(Comment.to_secretariat).order_by(Comment.id)
    if response_id is not None:
        query = query.where(Comment.response_id == response_id)
    threads: dict[tuple[int, str], list[CommentFacts]] = {}
    with reading() as connection:
        for row in connection.execute(query):
            threads.setdefault((row.response_id, row.address), []).append(CommentFacts(*row))
    return sorted(threads.values(), key=lambda thread: (thread[-1].from_secretariat, -thread[-1].at.timestamp()))
