"""The outline of a report: its paragraphs in their order, and every version of their texts."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection, func, insert, select, update

from ..audit import audit_log
from ..columns import utc_now
from ..models import Paragraph, ParagraphComment, ParagraphVersion, Person, Report
from ..transactions import new_id, reading, writing


@dataclass(frozen=True)
class TextVersion:
    """`number`: 1, 2 … of one paragraph in one language; 0: nothing is written yet."""

    number: int
    text: str
    name: str = ""
    at: datetime.datetime | None = None


@dataclass(frozen=True)
class ParagraphFacts:
    """`kind`: what the paragraph is, such as heading or paragraph. `open_comments`: in all languages."""

    id: int
    kind: str
    texts: Mapping[str, TextVersion] = field(default_factory=dict)  #: the newest, by language
    open_comments: int = 0

    def text(self, language: str) -> str:
        """The newest; empty where nothing is written in this language."""
        kept = self.texts.get(language)
        return kept.text if kept else ""


class EditConflict(Exception):
    """Somebody else wrote a newer version meanwhile; `newest` is it."""

    def __init__(self, newest: TextVersion) -> None:
        self.newest = newest
        super().__init__(str(newest.number))


def add_version(connection: Connection, paragraph_id: int, language: str, number: int, text: str, by: int) -> None:
    """In the caller's transaction, which has made sure that `number` is the next one."""
    row = {"paragraph_id": paragraph_id, "language": language, "number": number, "text": text, "by": by}
    connection.execute(insert(ParagraphVersion).values(**row, at=utc_now()))


def outline(report_id: int) -> list[ParagraphFacts]:
    """In their order, each with its newest text in each language."""
    paragraph, version = Paragraph, ParagraphVersion
    newest = (
        select(version.paragraph_id, version.language, func.max(version.number).label("number"))
        .group_by(version.paragraph_id, version.language)
        .subquery()
    )
    texts = (
        select(version.paragraph_id, version.language, version.number, version.text, Person.name, version.at)
        .join(
            newest,
            (newest.c.paragraph_id == version.paragraph_id)
            & (newest.c.language == version.language)
            & (newest.c.number == version.number),
        )
        .join(paragraph, paragraph.id == version.paragraph_id)
        .join(Person, Person.id == version.by)
        .where(paragraph.report_id == report_id)
    )
    open_comments = (
        select(ParagraphComment.paragraph_id, func.count())
        .join(paragraph, paragraph.id == ParagraphComment.paragraph_id)
        .where(paragraph.report_id == report_id, ParagraphComment.settled_at.is_(None))
        .group_by(ParagraphComment.paragraph_id)
    )
    with reading() as connection:
        standing = select(paragraph.id, paragraph.kind).where(
            paragraph.report_id == report_id, paragraph.removed_at.is_(None)
        )
        rows = connection.execute(standing.order_by(paragraph.place, paragraph.id)).all()
        newest_texts: dict[int, dict[str, TextVersion]] = {}
        for paragraph_id, language, *rest in connection.execute(texts):
            newest_texts.setdefault(paragraph_id, {})[language] = TextVersion(*rest)
        comments = {row[0]: row[1] for row in connection.execute(open_comments)}
    return [ParagraphFacts(row.id, row.kind, newest_texts.get(row.id, {}), comments.get(row.id, 0)) for row in rows]


def add_paragraph(report_id: int, kind: str, after: int | None, *, by: int) -> int:
    """Behind another one; None: at the end."""
    with writing() as connection:
        ids = _standing(connection, report_id)
        added = new_id(connection.execute(insert(Paragraph).values(report_id=report_id, place=0, kind=kind)))
        place = ids.index(after) + 1 if after in ids else len(ids)
        _in_order(connection, [*ids[:place], added, *ids[place:]])
        audit_log.record("paragraph-added", by, paragraph=added)
    return added


def move_paragraph(report_id: int, paragraph_id: int, step: int, *, by: int) -> None:
    """By `step` places, down if positive, to the first or the last at most. Nothing for one of another report."""
    with writing() as connection:
        ids = _standing(connection, report_id)
        if paragraph_id not in ids:
            return
        place = ids.index(paragraph_id)
        ids.insert(min(max(place + step, 0), len(ids) - 1), ids.pop(place))
        _in_order(connection, ids)
        audit_log.record("paragraph-moved", by, paragraph=paragraph_id)


def remove_paragraph(paragraph_id: int, *, by: int) -> None:
    """Out of the outline; its texts stay."""
    with writing() as connection:
        connection.execute(update(Paragraph).where(Paragraph.id == paragraph_id).values(removed_at=utc_now()))
        audit_log.record("paragraph-removed", by, paragraph=paragraph_id)


def _standing(connection: Connection, report_id: int) -> list[int]:
    connection.execute(select(Report.id).where(Report.id == report_id).with_for_update())
    query = (
        select(Paragraph.id)
        .where(Paragraph.report_id == report_id, Paragraph.removed_at.is_(None))
        .order_by(Paragraph.place, Paragraph.id)
    )
    return list(connection.scalars(query))


def _in_order(connection: Connection, ids: Sequence[int]) -> None:
    for place, paragraph_id in enumerate(ids, 1):
        connection.execute(update(Paragraph).where(Paragraph.id == paragraph_id).values(place=place))


def write_text(paragraph_id: int, language: str, text: str, seen: int, *, by: int) -> None:
    """`seen`: the number of the version that the writer began from, 0 for none. Raises EditConflict; nothing is lost by it."""
    with writing() as connection:
        connection.execute(select(Paragraph.id).where(Paragraph.id == paragraph_id).with_for_update())
        earlier = text_versions(paragraph_id, language)
        newest = earlier[-1] if earlier else TextVersion(0, "")
        if newest.text == text:
            return
        if newest.number != seen:
            raise EditConflict(newest)
        add_version(connection, paragraph_id, language, newest.number + 1, text, by)
        audit_log.record("paragraph-written", by, paragraph=paragraph_id, language=language, number=newest.number + 1)


def text_versions(paragraph_id: int, language: str) -> list[TextVersion]:
    """The oldest first."""
    query = (
        select(ParagraphVersion.number, ParagraphVersion.text, Person.name, ParagraphVersion.at)
        .join(Person, Person.id == ParagraphVersion.by)
        .where(ParagraphVersion.paragraph_id == paragraph_id, ParagraphVersion.language == language)
        .order_by(ParagraphVersion.number)
    )
    with reading() as connection:
        return [TextVersion(*row) for row in connection.execute(query)]
