"""Reports: an outline of paragraphs, every version of their texts, comments, and the frozen data they stand on."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection, exc, func, insert, select, update

from surveyapp.definition.model import Handling

from ..audit import audit_log
from ..columns import utc_now
from ..models import Freeze, Paragraph, ParagraphComment, ParagraphVersion, Person, Report
from ..transactions import new_id, reading, writing


@dataclass(frozen=True)
class ReportFacts:
    id: int
    code: str
    round_id: int
    titles: Mapping[str, str]
    symbol: str
    freeze_id: int | None
    frozen_at: datetime.datetime | None  #: its figures are as of then
    frozen_digest: str | None

    def title(self, language: str) -> str:
        return self.titles.get(language) or next(iter(self.titles.values()), self.code)


@dataclass(frozen=True)
class TextVersion:
    number: int
    text: str
    name: str = ""
    at: datetime.datetime | None = None


@dataclass(frozen=True)
class ParagraphFacts:
    id: int
    kind: str
    texts: Mapping[str, TextVersion] = field(default_factory=dict)  #: the newest, by language
    open_comments: int = 0

    def text(self, language: str) -> str:
        kept = self.texts.get(language)
        return kept.text if kept else ""


@dataclass(frozen=True)
class ParagraphCommentFacts:
    id: int
    text: str
    suggested: str | None
    name: str
    at: datetime.datetime
    settled_at: datetime.datetime | None


@dataclass(frozen=True)
class SnapshotFacts:
    id: int
    round_id: int
    handling: Handling
    moment: datetime.datetime
    digest: str
    name: str


class CodeTaken(ValueError):
    """There is a report of that code."""


class EditConflict(Exception):
    """Somebody else wrote a newer version meanwhile; `newest` is it."""

    def __init__(self, newest: TextVersion) -> None:
        self.newest = newest
        super().__init__(str(newest.number))


_REPORT = (
    Report.id, Report.code, Report.round_id, Report.titles, Report.symbol, Report.freeze_id, Freeze.moment, Freeze.digest,
)  # fmt: skip
_reports = select(*_REPORT).outerjoin(Freeze, Freeze.id == Report.freeze_id)


def reports() -> list[ReportFacts]:
    """The newest first."""
    with reading() as connection:
        return [ReportFacts(*row) for row in connection.execute(_reports.order_by(Report.id.desc()))]


def report(code: str) -> ReportFacts | None:
    with reading() as connection:
        row = connection.execute(_reports.where(Report.code == code)).first()
    return ReportFacts(*row) if row else None


def create(
    code: str,
    round_id: int,
    titles: Mapping[str, str],
    symbol: str,
    outline: Sequence[tuple[str, Mapping[str, str]]],
    *,
    by: int,
) -> int:
    """`outline`: the kind and, by language, the text of each paragraph to begin with. Raises CodeTaken."""
    row = {"code": code, "round_id": round_id, "titles": dict(titles), "symbol": symbol, "by": by, "at": utc_now()}
    try:
        with writing() as connection:
            report_id = new_id(connection.execute(insert(Report).values(**row)))
            for place, (kind, texts) in enumerate(outline, 1):
                added = connection.execute(insert(Paragraph).values(report_id=report_id, place=place, kind=kind))
                for language, text in texts.items():
                    _add_version(connection, new_id(added), language, 1, text, by)
            audit_log.record("report-begun", by, report=code)
            return report_id
    except exc.IntegrityError:
        raise CodeTaken(code) from None


def set_title(report_id: int, language: str, title: str, *, by: int) -> None:
    with writing() as connection:
        titles = connection.scalar(select(Report.titles).where(Report.id == report_id).with_for_update())
        connection.execute(
            update(Report).where(Report.id == report_id).values(titles={**(titles or {}), language: title})
        )
        audit_log.record("report-entitled", by, report=report_id, language=language, before=titles, title=title)


def _add_version(connection: Connection, paragraph_id: int, language: str, number: int, text: str, by: int) -> None:
    row = {"paragraph_id": paragraph_id, "language": language, "number": number, "text": text, "by": by}
    connection.execute(insert(ParagraphVersion).values(**row, at=utc_now()))


def outline(report_id: int) -> list[ParagraphFacts]:
    """In their order, each with its newest text in each language."""
    one, version = Paragraph, ParagraphVersion
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
        .join(one, one.id == version.paragraph_id)
        .join(Person, Person.id == version.by)
        .where(one.report_id == report_id)
    )
    said = (
        select(ParagraphComment.paragraph_id, func.count())
        .join(one, one.id == ParagraphComment.paragraph_id)
        .where(one.report_id == report_id, ParagraphComment.settled_at.is_(None))
        .group_by(ParagraphComment.paragraph_id)
    )
    with reading() as connection:
        standing = select(one.id, one.kind).where(one.report_id == report_id, one.removed_at.is_(None))
        rows = connection.execute(standing.order_by(one.place, one.id)).all()
        found: dict[int, dict[str, TextVersion]] = {}
        for paragraph_id, language, *rest in connection.execute(texts):
            found.setdefault(paragraph_id, {})[language] = TextVersion(*rest)
        comments = {row[0]: row[1] for row in connection.execute(said)}
    return [ParagraphFacts(row.id, row.kind, found.get(row.id, {}), comments.get(row.id, 0)) for row in rows]


def add_paragraph(report_id: int, kind: str, after: int | None, *, by: int) -> int:
    """Behind another one; None: at the end."""
    with writing() as connection:
        ids = _standing(connection, report_id)
        added = new_id(connection.execute(insert(Paragraph).values(report_id=report_id, place=0, kind=kind)))
        place = ids.index(after) + 1 if after in ids else len(ids)
        _in_order(connection, [*ids[:place], added, *ids[place:]])
        audit_log.record("paragraph-added", by, paragraph=added)
    return added


def move(report_id: int, paragraph_id: int, step: int, *, by: int) -> None:
    with writing() as connection:
        ids = _standing(connection, report_id)
        if paragraph_id not in ids:
            return
        place = ids.index(paragraph_id)
        ids.insert(min(max(place + step, 0), len(ids) - 1), ids.pop(place))
        _in_order(connection, ids)
        audit_log.record("paragraph-moved", by, paragraph=paragraph_id)


def remove(paragraph_id: int, *, by: int) -> None:
    """Out of the outline; its texts stay."""
    with writing() as connection:
        connection.execute(update(Paragraph).where(Paragraph.id == paragraph_id).values(removed_at=utc_now()))
        audit_log.record("paragraph-removed", by, paragraph=paragraph_id)


def _standing(connection: Connection, report_id: int) -> list[int]:
    one = Paragraph
    connection.execute(select(Report.id).where(Report.id == report_id).with_for_update())
    query = select(one.id).where(one.report_id == report_id, one.removed_at.is_(None)).order_by(one.place, one.id)
    return list(connection.scalars(query))


def _in_order(connection: Connection, ids: Sequence[int]) -> None:
    for place, paragraph_id in enumerate(ids, 1):
        connection.execute(update(Paragraph).where(Paragraph.id == paragraph_id).values(place=place))


def write_text(paragraph_id: int, language: str, text: str, seen: int, *, by: int) -> None:
    """`seen`: the number of the version that the writer began from, 0 for none. Raises Stale; nothing is lost by it."""
    with writing() as connection:
        connection.execute(select(Paragraph.id).where(Paragraph.id == paragraph_id).with_for_update())
        known = versions(paragraph_id, language)
        newest = known[-1] if known else TextVersion(0, "")
        if newest.text == text:
            return
        if newest.number != seen:
            raise EditConflict(newest)
        _add_version(connection, paragraph_id, language, newest.number + 1, text, by)
        audit_log.record("paragraph-written", by, paragraph=paragraph_id, language=language, number=newest.number + 1)


def versions(paragraph_id: int, language: str) -> list[TextVersion]:
    """The oldest first."""
    one = ParagraphVersion
    query = (
        select(one.number, one.text, Person.name, one.at)
        .join(Person, Person.id == one.by)
        .where(one.paragraph_id == paragraph_id, one.language == language)
        .order_by(one.number)
    )
    with reading() as connection:
        return [TextVersion(*row) for row in connection.execute(query)]


def add_comment(paragraph_id: int, language: str, text: str, suggested: str | None, *, by: int) -> None:
    row = {"paragraph_id": paragraph_id, "language": language, "text": text, "suggested": suggested, "by": by}
    with writing() as connection:
        connection.execute(insert(ParagraphComment).values(**row, at=utc_now()))


def comments(paragraph_id: int, language: str) -> list[ParagraphCommentFacts]:
    """The oldest first."""
    one = ParagraphComment
    query = (
        select(one.id, one.text, one.suggested, Person.name, one.at, one.settled_at)
        .join(Person, Person.id == one.by)
        .where(one.paragraph_id == paragraph_id, one.language == language)
        .order_by(one.id)
    )
    with reading() as connection:
        return [ParagraphCommentFacts(*row) for row in connection.execute(query)]


def resolve_comment(comment_id: int, *, by: int) -> None:
    values = {"settled_at": utc_now(), "settled_by": by}
    with writing() as connection:
        connection.execute(update(ParagraphComment).where(ParagraphComment.id == comment_id).values(**values))


# frozen data


def store_snapshot(
    round_id: int,
    handling: str,
    moment: datetime.datetime,
    digest: str,
    content: bytes,
    *,
    report_id: int | None,
    by: int | None,
) -> int:
    """Keeps the dataset; a report that it is for stands on it from now on."""
    row = {"round_id": round_id, "handling": handling, "moment": moment, "digest": digest, "content": content, "by": by}
    with writing() as connection:
        added = new_id(connection.execute(insert(Freeze).values(**row, at=utc_now())))
        if report_id is not None:
            connection.execute(update(Report).where(Report.id == report_id).values(freeze_id=added))
        audit_log.record("dataset-frozen", by, freeze=added, digest=digest, report=report_id)
    return added


def snapshots(round_id: int) -> list[SnapshotFacts]:
    """The newest first."""
    one = Freeze
    query = (
        select(one.id, one.round_id, one.handling, one.moment, one.digest, Person.name)
        .outerjoin(Person, Person.id == one.by)
        .where(one.round_id == round_id)
        .order_by(one.id.desc())
    )
    with reading() as connection:
        return [SnapshotFacts(*row) for row in connection.execute(query)]


def snapshot_content(freeze_id: int) -> bytes | None:
    with reading() as connection:
        return connection.scalar(select(Freeze.content).where(Freeze.id == freeze_id))
