"""Published published, rounds that pin one, and who is invited."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Select, insert, select, update

from surveyapp.definition.deadline import Deadline, DeadlineState
from surveyapp.definition.model import Audience

from ..audit import audit_log
from ..models import Round
from ..transactions import new_id, reading, writing
from .versions import compiled


class IncompleteLanguages(ValueError):
    """A round was to open in languages whose catalogues are not complete."""

    def __init__(self, languages: Iterable[str]) -> None:
        self.languages = tuple(languages)
        super().__init__(f"catalogues are not complete in: {', '.join(self.languages)}")


@dataclass(frozen=True)
class RoundFacts:
    """A round as it stands. `titles`: by language; `opens`, `closes`: aware, in UTC."""

    id: int
    code: str
    titles: Mapping[str, str]
    version_id: int
    audience: Mapping[str, Sequence[str]]
    languages: tuple[str, ...]
    demonstration: bool
    opens: datetime.datetime
    closes: datetime.datetime | None
    free_reopening: bool
    grace_days: int = 0
    archived_at: datetime.datetime | None = None

    def title(self, language: str) -> str:
        """In this language, or in English."""
        return self.titles.get(language) or self.titles["en"]

    def closed_because(self, now: datetime.datetime) -> str | None:
        """`round_not_open`, `round_closed`, or None while it is open."""
        if now < self.opens:
            return "round_not_open"
        return "round_closed" if self.last_moment is not None and now >= self.last_moment else None

    @property
    def deadline(self) -> Deadline | None:
        """As `words.deadline` prints it; None: until further notice."""
        return Deadline.at(self.closes, self.grace_days) if self.closes else None

    def deadline_state(self, now: datetime.datetime) -> DeadlineState:
        """`grace` after the deadline, while answers are still taken. A round that has not opened is `open` here."""
        if self.closes is None or now < self.closes:
            return "open"
        return "grace" if self.last_moment is not None and now < self.last_moment else "closed"

    @property
    def last_moment(self) -> datetime.datetime | None:
        """Until when answers are taken: the deadline, and the days of grace after it."""
        return self.closes + datetime.timedelta(days=self.grace_days) if self.closes else None


def open_round(
    code: str,
    titles: Mapping[str, str],
    version_id: int,
    *,
    opens: datetime.datetime,
    closes: datetime.datetime | None = None,
    languages: Sequence[str] | None = None,
    audience: Audience | Mapping[str, Sequence[str]] | None = None,
    demonstration: bool = False,
    free_reopening: bool = False,
    grace_days: int = 0,
    by: int | None = None,
) -> int:
    """The round's id. Languages and audience are the questionnaire's own unless told. Invites nobody yet."""
    version = compiled(version_id)
    chosen = tuple(languages or version.languages)
    if unready := set(chosen) - set(version.languages):
        raise IncompleteLanguages(sorted(unready))
    chosen_audience = audience or version.questionnaire.audience
    wanted = chosen_audience.model_dump(mode="json") if isinstance(chosen_audience, Audience) else dict(chosen_audience)
    row = {"code": code, "titles": dict(titles), "version_id": version_id, "audience": wanted}
    times = {"opens": opens, "closes": closes, "free_reopening": free_reopening, "grace_days": grace_days}
    with writing() as connection:
        values = row | times | {"languages": list(chosen), "demonstration": demonstration}
        added = connection.execute(insert(Round).values(**values))
        audit_log.record("round-opened", by, round=code, version=version.digest)
        return new_id(added)


#: what can be changed while a round is open: never what is asked
CHANGEABLE = frozenset({"titles", "closes", "grace_days", "free_reopening", "audience", "opens", "archived_at"})


def change_round(round_id: int, *, by: int | None, **values: object) -> None:
    """Of `CHANGEABLE` alone. Whom a wider audience takes in is not invited by that: see `invite`."""
    if unknown := values.keys() - CHANGEABLE:
        raise ValueError(f"a round's {', '.join(sorted(unknown))} cannot be changed")
    with writing() as connection:
        connection.execute(update(Round).where(Round.id == round_id).values(**values))
        facts = {
            name: value.isoformat() if isinstance(value, datetime.datetime) else value for name, value in values.items()
        }
        audit_log.record("round-changed", by, round=round_by_id(round_id).code, **facts)


def close_round(round_id: int, at: datetime.datetime, *, by: int | None = None) -> None:
    """Takes no answers from then on; what was saved stays."""
    with writing() as connection:
        connection.execute(update(Round).where(Round.id == round_id).values(closes=at))
        audit_log.record("round-closed", by, round=round_by_id(round_id).code)


ROUND_COLUMNS = (
    Round.id,
    Round.code,
    Round.titles,
    Round.version_id,
    Round.audience,
    Round.languages,
    Round.demonstration,
    Round.opens,
    Round.closes,
    Round.free_reopening,
    Round.grace_days,
    Round.archived_at,
)


def as_round(row: Sequence[object]) -> RoundFacts:
    """From a row of ROUND_COLUMNS."""
    values = dict(zip((column.key for column in ROUND_COLUMNS), row, strict=True))
    values["languages"] = tuple(values["languages"])  # type: ignore[arg-type]
    return RoundFacts(**values)  # type: ignore[arg-type]  # the row's types are those of its columns


def rounds() -> list[RoundFacts]:
    """The newest first."""
    return _rounds(select(*ROUND_COLUMNS).order_by(Round.opens.desc(), Round.id.desc()))


def round(code: str) -> RoundFacts | None:
    """None: there is none of this code."""
    return next(iter(_rounds(select(*ROUND_COLUMNS).where(Round.code == code))), None)


def round_by_id(round_id: int) -> RoundFacts:
    """KeyError: no such round."""
    rounds_found = _rounds(select(*ROUND_COLUMNS).where(Round.id == round_id))
    if not rounds_found:
        raise KeyError(round_id)
    return rounds_found[0]


def _rounds(query: Select[tuple[object, ...]]) -> list[RoundFacts]:
    with reading() as connection:
        return [as_round(tuple(row)) for row in connection.execute(query)]
