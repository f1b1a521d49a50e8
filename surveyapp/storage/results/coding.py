"""Themes applied to what was said, by several readers; passages kept for quoting. Taken back by a mark, never removed."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, exc, insert, or_, select, update

from ..audit import audit_log
from ..columns import utc_now
from ..models import Coding, Person, Quotation, Theme
from ..transactions import new_id, reading, writing
from .tallies import SubmittedReply


@dataclass(frozen=True)
class ThemeFacts:
    """A code for free text. `labels`: by language; `retired_at`: None while it is offered."""

    id: int
    code: str
    round_id: int | None  #: None: shared by all rounds
    labels: Mapping[str, str]
    definition: str
    retired_at: datetime.datetime | None = None

    def label(self, language: str) -> str:
        """In this language, or in the first that it has."""
        return self.labels.get(language) or next(iter(self.labels.values()), self.code)


@dataclass(frozen=True)
class CodingFacts:
    """One reader's coding. `start` and `stop`: a passage, in characters; None: the whole answer."""

    id: int
    theme: str
    response_id: int | None
    address: str | None
    revision: int | None
    intervention_id: int | None
    start: int | None
    stop: int | None
    by: int
    name: str
    at: datetime.datetime

    @property
    def place(self) -> tuple[int, str]:
        """(response, address) of an answer."""
        return self.response_id or 0, self.address or ""


@dataclass(frozen=True)
class QuotationFacts:
    """A passage of an answer, chosen for quoting; `start` and `stop` in characters."""

    id: int
    response_id: int
    address: str
    revision: int
    start: int
    stop: int
    name: str  #: who chose it


class CodeTaken(ValueError):
    """There is a theme of that code, perhaps a retired one."""


_THEME = (Theme.id, Theme.code, Theme.round_id, Theme.labels, Theme.definition, Theme.retired_at)


def themes(round_id: int, as_of: datetime.datetime | None = None, *, retired: bool = False) -> list[ThemeFacts]:
    """A round's own and the shared ones, by code; as of a moment, those that were in use then."""
    query = select(*_THEME).where(or_(Theme.round_id.is_(None), Theme.round_id == round_id)).order_by(Theme.code)
    if not retired:
        query = query.where(_in_use(as_of))
    if as_of is not None:
        query = query.where(Theme.at <= as_of)
    with reading() as connection:
        return [ThemeFacts(*row) for row in connection.execute(query)]


def _in_use(as_of: datetime.datetime | None) -> ColumnElement[bool]:
    in_use = Theme.retired_at.is_(None)
    return in_use if as_of is None else or_(in_use, Theme.retired_at > as_of)


def theme(round_id: int, code: str) -> ThemeFacts | None:
    """One that may be applied in the round."""
    return next((theme for theme in themes(round_id) if theme.code == code), None)


def add_theme(code: str, labels: Mapping[str, str], definition: str, *, round_id: int | None, by: int | None) -> int:
    """Raises CodeTaken."""
    row = {"code": code, "labels": dict(labels), "definition": definition, "round_id": round_id, "by": by}
    try:
        with writing() as connection:
            added = connection.execute(insert(Theme).values(**row, at=utc_now()))
            audit_log.record("theme-added", by, theme=code)
            return new_id(added)
    except exc.IntegrityError:
        raise CodeTaken(code) from None


def change_theme(theme_id: int, labels: Mapping[str, str], definition: str, *, by: int) -> None:
    """Its words; what it was before stays in the log."""
    with writing() as connection:
        before = connection.execute(select(Theme.labels, Theme.definition).where(Theme.id == theme_id)).one()
        connection.execute(update(Theme).where(Theme.id == theme_id).values(labels=dict(labels), definition=definition))
        was = {"labels": before.labels, "definition": before.definition}
        audit_log.record("theme-changed", by, theme=theme_id, before=was, labels=dict(labels), definition=definition)


def retire_theme(theme_id: int, *, by: int) -> None:
    """It is offered no longer, and counts nowhere; what was coded with it stays."""
    with writing() as connection:
        connection.execute(update(Theme).where(Theme.id == theme_id).values(retired_at=utc_now()))
        audit_log.record("theme-retired", by, theme=theme_id)


def apply(
    theme_id: int,
    *,
    by: int,
    answer: tuple[int, str, int] | None = None,
    passage: tuple[int, int] | None = None,
    intervention_id: int | None = None,
) -> bool:
    """`answer` is (response, address, revision). False where this reader had said so already."""
    response_id, address, revision = answer or (None, None, None)
    start, stop = passage or (None, None)
    row: dict[str, Any] = {"theme_id": theme_id, "response_id": response_id, "address": address, "revision": revision}
    row |= {"intervention_id": intervention_id, "start": start, "stop": stop, "by": by}
    with writing() as connection:
        same = [getattr(Coding, name).is_not_distinct_from(value) for name, value in row.items()]
        if connection.scalar(select(Coding.id).where(*same, Coding.undone_at.is_(None))) is not None:
            return False
        connection.execute(insert(Coding).values(**row, at=utc_now()))
    return True


def undo(coding_id: int, *, by: int) -> bool:
    """One's own only."""
    with writing() as connection:
        done = connection.execute(
            update(Coding)
            .where(Coding.id == coding_id, Coding.by == by, Coding.undone_at.is_(None))
            .values(undone_at=utc_now())
        )
        return done.rowcount == 1


_CODING = (
    Coding.id, Theme.code, Coding.response_id, Coding.address, Coding.revision, Coding.intervention_id, Coding.start,
    Coding.stop, Coding.by, Person.name, Coding.at,
)  # fmt: skip


def of_answers(response_ids: Collection[int], as_of: datetime.datetime | None = None) -> list[CodingFacts]:
    """By when it was said; as of a moment, what stood then."""
    query = select(*_CODING).join(Theme, Theme.id == Coding.theme_id).join(Person, Person.id == Coding.by)
    query = query.where(Coding.response_id.in_(response_ids), _in_use(as_of))
    stood: ColumnElement[bool] = Coding.undone_at.is_(None)
    if as_of is not None:
        stood = or_(stood, Coding.undone_at > as_of)
        query = query.where(Coding.at <= as_of)
    with reading() as connection:
        return [CodingFacts(*row) for row in connection.execute(query.where(stood).order_by(Coding.id))]


def of_interventions(ids: Collection[int]) -> list[CodingFacts]:
    """Those that stand, by when they were made."""
    query = select(*_CODING).join(Theme, Theme.id == Coding.theme_id).join(Person, Person.id == Coding.by)
    query = query.where(Coding.intervention_id.in_(ids), Coding.undone_at.is_(None), Theme.retired_at.is_(None))
    with reading() as connection:
        return [CodingFacts(*row) for row in connection.execute(query.order_by(Coding.id))]


def standing(replies: Sequence[SubmittedReply], as_of: datetime.datetime | None = None) -> list[CodingFacts]:
    """Of the revisions in these replies: what was said of an earlier answer is not said of this one."""
    shown = {(reply.response_id, place): revision for reply in replies for place, revision in reply.revisions.items()}
    applied = of_answers([reply.response_id for reply in replies], as_of)
    return [coding for coding in applied if shown.get(coding.place) == coding.revision]


def by_answer(applied: Sequence[CodingFacts]) -> dict[tuple[int, str], frozenset[str]]:
    """Themes by (response, address), whoever of the readers applied them."""
    themes_at: dict[tuple[int, str], set[str]] = {}
    for coding in applied:
        themes_at.setdefault(coding.place, set()).add(coding.theme)
    return {place: frozenset(codes) for place, codes in themes_at.items()}


# quotations


def quote(answer: tuple[int, str, int], passage: tuple[int, int], *, by: int) -> int:
    """The quotation's id. `answer` is (response, address, revision), `passage` (start, stop) in characters."""
    response_id, address, revision = answer
    row = {
        "response_id": response_id,
        "address": address,
        "revision": revision,
        "start": passage[0],
        "stop": passage[1],
    }
    with writing() as connection:
        added = connection.execute(insert(Quotation).values(**row, by=by, at=utc_now()))
        audit_log.record("passage-quoted", by, response=response_id, address=address)
        return new_id(added)


def withdraw(quotation_id: int, *, by: int) -> None:
    """It is offered no longer; the row stays."""
    with writing() as connection:
        connection.execute(update(Quotation).where(Quotation.id == quotation_id).values(withdrawn_at=utc_now()))
        audit_log.record("quotation-withdrawn", by, quotation=quotation_id)


def quotations(response_ids: Collection[int]) -> list[QuotationFacts]:
    """Those that were not withdrawn, in the order they were chosen."""
    query = (
        select(
            Quotation.id,
            Quotation.response_id,
            Quotation.address,
            Quotation.revision,
            Quotation.start,
            Quotation.stop,
            Person.name,
        )
        .join(Person, Person.id == Quotation.by)
        .where(Quotation.response_id.in_(response_ids), Quotation.withdrawn_at.is_(None))
        .order_by(Quotation.id)
    )
    with reading() as connection:
        return [QuotationFacts(*row) for row in connection.execute(query)]
