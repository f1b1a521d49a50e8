"""Which replies a figure is of, and as of when. It is written into the address of a page: a link gives the figure again."""

from __future__ import annotations

import datetime
import functools
import operator
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from surveyapp.definition.answer_facts import ANY, EVERY
from surveyapp.definition.messages import N_
from surveyapp.definition.question_types.dates import NOT_A_DATE
from surveyapp.definition.typed_days import read_day

from .dimensions import Dimension
from .replies import DatedReply, Invited, Reply

Person = TypeVar("Person", bound=Invited)
Answered = TypeVar("Answered", bound=DatedReply)
#: before a dimension's name, in an address
CONDITION = "w."
UNKNOWN = N_("“%(name)s” is not asked in this round. The condition has been left out.")


@dataclass(frozen=True)
class Selection:
    """`where`: a reply is in when, for each dimension named, it has at least one of the codes."""

    where: tuple[tuple[str, tuple[str, ...]], ...] = ()
    since: datetime.date | None = None  #: submitted on this day or later
    until: datetime.date | None = None  #: submitted on this day or earlier
    as_of: datetime.datetime | None = None  #: the figures as they stood at that moment

    def parameters(self) -> list[tuple[str, str]]:
        """What an address says of it, always in one order."""
        written = [(CONDITION + name, code) for name, codes in self.where for code in codes]
        days = (("since", self.since), ("until", self.until), ("as_of", self.as_of))
        return written + [(name, _written(moment)) for name, moment in days if moment is not None]

    @property
    def of_all(self) -> bool:
        """Does it leave nothing out? Read by `cochair/selection.html`."""
        return self == Selection()

    @property
    def in_days(self) -> bool:
        """Is it of replies submitted within certain days?"""
        return self.since is not None or self.until is not None


def _written(moment: datetime.date) -> str:
    if isinstance(moment, datetime.datetime):
        return moment.astimezone(datetime.UTC).isoformat().replace("+00:00", "Z")
    return moment.isoformat()


def _canonical(where: Mapping[str, Iterable[str]]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    return tuple(sorted((name, tuple(sorted(set(codes)))) for name, codes in where.items() if codes))


def read_selection(
    parameters: Iterable[tuple[str, str]], dimensions: Mapping[str, Dimension]
) -> tuple[Selection, list[tuple[str, dict[str, str]]]]:
    """(the selection, problems): a condition that cannot be understood is left out, and said."""
    where: dict[str, list[str]] = {}
    days: dict[str, Any] = {}  # dates and one moment, as `Selection` takes them
    problems: list[tuple[str, dict[str, str]]] = []
    for name, value in parameters:
        if name.startswith(CONDITION):
            dimension = dimensions.get(name.removeprefix(CONDITION))
            if dimension is None or value not in dimension.codes:
                problems.append((UNKNOWN, {"name": f"{name.removeprefix(CONDITION)} = {value}"[:80]}))
            else:
                where.setdefault(dimension.name, []).append(value)
        elif name in ("since", "until", "as_of") and value.strip():
            try:
                days[name] = _moment(value.strip()) if name == "as_of" else read_day(value)
            except ValueError:
                problems.append((NOT_A_DATE, {}))
    return Selection(_canonical(where), **days), problems


def _moment(text: str) -> datetime.datetime:
    """A day means its end."""
    if (day := read_day(text[:10])) and len(text) == 10:
        return datetime.datetime.combine(day, datetime.time(23, 59, 59), datetime.UTC)
    moment = datetime.datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=datetime.UTC)


def chosen_replies(
    selection: Selection, dimensions: Mapping[str, Dimension], replies: Sequence[Answered]
) -> list[Answered]:
    """Those that the selection is of, in their order."""
    return [
        reply
        for reply in replies
        if _in_time(selection, reply) and _meets(selection, dimensions, reply, participants=False)
    ]


def chosen_set(selection: Selection, sets: Mapping[str, Mapping[str, int]]) -> int:
    """As `chosen_replies`, of sets of replies by dimension and code; under the empty name all of them."""
    chosen = sets[EVERY][ANY]
    for name, codes in selection.where:
        chosen &= functools.reduce(operator.or_, (sets[name].get(code, 0) for code in codes), 0)
    return chosen


def chosen_invited(
    selection: Selection, dimensions: Mapping[str, Dimension], invited: Sequence[Person]
) -> list[Person]:
    """By what is known of who has not replied: region and treaty status alone."""
    return [person for person in invited if _meets(selection, dimensions, person, participants=True)]


def _in_time(selection: Selection, reply: DatedReply) -> bool:
    if not selection.in_days:
        return True
    day = reply.submitted_at.date()
    return bool((selection.since or day) <= day <= (selection.until or day))


def _meets(
    selection: Selection, dimensions: Mapping[str, Dimension], person: Reply | Invited, *, participants: bool
) -> bool:
    for name, codes in selection.where:
        dimension = dimensions[name]
        if participants and not dimension.of_participants:
            continue
        if not (dimension.read(person) or frozenset()).intersection(codes):
            return False
    return True
