"""Reports of a round: code, title, symbol, and which frozen data their figures stand on."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import exc, insert, select, update

from ..audit import audit_log
from ..columns import utc_now
from ..models import Freeze, Paragraph, Report
from ..transactions import new_id, reading, writing
from .paragraphs import add_version


@dataclass(frozen=True)
class ReportFacts:
    """`titles`: by language. `freeze_id`: None while its figures are those of the moment."""

    id: int
    code: str
    round_id: int
    titles: Mapping[str, str]
    symbol: str
    freeze_id: int | None
    frozen_at: datetime.datetime | None  #: its figures are as of then

    def title(self, language: str) -> str:
        """In this language, or in the first that it has."""
        return self.titles.get(language) or next(iter(self.titles.values()), self.code)


class CodeTaken(ValueError):
    """There is a report of that code."""


_REPORT = (
    Report.id, Report.code, Report.round_id, Report.titles, Report.symbol, Report.freeze_id, Freeze.moment,
)  # fmt: skip
_reports = select(*_REPORT).outerjoin(Freeze, Freeze.id == Report.freeze_id)


def reports() -> list[ReportFacts]:
    """The newest first."""
    with reading() as connection:
        return [ReportFacts(*row) for row in connection.execute(_reports.order_by(Report.id.desc()))]


def report(code: str) -> ReportFacts | None:
    """None: there is no report of this code."""
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
                    add_version(connection, new_id(added), language, 1, text, by)
            audit_log.record("report-begun", by, report=code)
            return report_id
    except exc.IntegrityError:
        raise CodeTaken(code) from None


def set_title(report_id: int, language: str, title: str, *, by: int) -> None:
    """In one language; what it was before stays in the audit log."""
    with writing() as connection:
        titles = connection.scalar(select(Report.titles).where(Report.id == report_id).with_for_update())
        connection.execute(
            update(Report).where(Report.id == report_id).values(titles={**(titles or {}), language: title})
        )
        audit_log.record("report-entitled", by, report=report_id, language=language, before=titles, title=title)
