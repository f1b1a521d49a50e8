"""Comments on a paragraph of a report in one language, with a suggested wording or without."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from sqlalchemy import insert, select, update

from ..columns import utc_now
from ..models import ParagraphComment, Person
from ..transactions import reading, writing


@dataclass(frozen=True)
class ParagraphCommentFacts:
    """`suggested`: the wording that is proposed instead; None: there is none. `settled_at`: None while it is open."""

    id: int
    text: str
    suggested: str | None
    name: str
    at: datetime.datetime
    settled_at: datetime.datetime | None


def add_comment(paragraph_id: int, language: str, text: str, suggested: str | None, *, by: int) -> None:
    """On the paragraph's text in this language."""
    row = {"paragraph_id": paragraph_id, "language": language, "text": text, "suggested": suggested, "by": by}
    with writing() as connection:
        connection.execute(insert(ParagraphComment).values(**row, at=utc_now()))


def of_paragraph(paragraph_id: int, language: str) -> list[ParagraphCommentFacts]:
    """The oldest first."""
    query = (
        select(
            ParagraphComment.id,
            ParagraphComment.text,
            ParagraphComment.suggested,
            Person.name,
            ParagraphComment.at,
            ParagraphComment.settled_at,
        )
        .join(Person, Person.id == ParagraphComment.by)
        .where(ParagraphComment.paragraph_id == paragraph_id, ParagraphComment.language == language)
        .order_by(ParagraphComment.id)
    )
    with reading() as connection:
        return [ParagraphCommentFacts(*row) for row in connection.execute(query)]


def resolve_comment(comment_id: int, *, by: int) -> None:
    """It stays, and counts as open no longer."""
    values = {"settled_at": utc_now(), "settled_by": by}
    with writing() as connection:
        connection.execute(update(ParagraphComment).where(ParagraphComment.id == comment_id).values(**values))
