"""Counts of one question, always with their bases.

invited  everyone the round was put to            replied  those who have submitted
asked    replies on whose path the question is    answered those of them that answered, and that the reader may see
withheld answered, but not for this reader        declined left open with a stated reason
A percentage is always of `answered`.
"""

from __future__ import annotations

import math
import statistics
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from surveyapp.definition import model as m
from surveyapp.definition.compiled import AnyItem, Compiled
from surveyapp.definition.question_types import codes, is_empty, summarise
from surveyapp.definition.question_types.choices import yes_no_codes
from surveyapp.definition.states import REGIONS

from .replies import Invited, Reply

STATUSES = ("state_party", "signatory", "not_party")
GROUPS: Mapping[str, tuple[str, ...]] = {"region": REGIONS, "treaty_status": STATUSES}


@dataclass(frozen=True)
class Bases:
    """None: not shown, because it is small; see `suppression`."""

    invited: int
    replied: int
    asked: int | None
    answered: int | None
    withheld: int | None
    declined: int | None = 0


@dataclass(frozen=True)
class Count:
    """One choice: how many gave it, in all and in each group (group code → count)."""

    code: str
    count: int
    by: Mapping[str, Mapping[str, int | None]] = field(default_factory=dict)

    def share(self, of: int | None) -> float | None:
        """As a fraction of a base; None where the base is empty: no percentage of nothing."""
        return self.count / of if of else None


@dataclass(frozen=True)
class Numbers:
    n: int
    least: float | None
    median: float
    mean: float
    most: float | None
    bins: tuple[
        tuple[float, float, int], ...
    ] = ()  #: (from, up to, how many), all of one width; the last takes its end in


@dataclass(frozen=True)
class Tally:
    question: AnyItem
    bases: Bases
    group_bases: Mapping[str, Mapping[str, Bases]]
    counts: tuple[Count, ...] = ()
    numbers: Numbers | None = None
    rows: Mapping[str, tuple[Count, ...]] = field(default_factory=dict)  #: a grid's, by row code


def tally(compiled: Compiled, question: AnyItem, replies: Sequence[Reply], invited: Sequence[Invited]) -> Tally:
    """The counts of one question over submitted replies."""
    found = [(reply, list(values(compiled, question, reply))) for reply in replies]
    answered = [(reply, given) for reply, given in found if given]
    fates = [(reply, _fate(compiled, question, reply, bool(given))) for reply, given in found]
    group_bases = {
        group: {
            code: _bases(
                [fate for reply, fate in fates if getattr(reply, group) == code],
                sum(getattr(one, group) == code for one in invited),
            )
            for code in members
        }
        for group, members in GROUPS.items()
    }
    kind = summarise(question)
    bases = _bases([fate for _, fate in fates], len(invited))
    if kind == "grid" and isinstance(question, m.Grid):
        rows = {row.code: _grid_row(compiled, question, row.code, answered) for row in compiled.rows(question)}
        return Tally(question, bases, group_bases, rows=rows)
    counts = _counts(offered_codes(compiled, question, answered), answered, lambda value: codes(question, value))
    return Tally(question, bases, group_bases, counts, _numbers(kind, answered))


def values(compiled: Compiled, question: AnyItem, reply: Reply) -> Iterator[Any]:
    """The answers of one reply: one, or one per item of a repeat."""
    repeat = compiled.repeat_of.get(question.code)
    places = [question.code] if repeat is None else _inside(reply.answers, question.code)
    for place in places:
        value = reply.answers.get(place)
        if not is_empty(question, value):
            yield value


def _inside(places: Any, code: str) -> list[str]:
    return [place for place in places if place.endswith("/" + code)]


Fate = tuple[bool, bool, bool, bool]  #: of one reply: asked, answered, withheld, declined


def _fate(compiled: Compiled, question: AnyItem, reply: Reply, answered: bool) -> Fate:
    """What is withheld or declined in one item of a list counts only where no other item is answered."""

    def has(places: Collection[str]) -> bool:
        return question.code in places or bool(compiled.repeat_of.get(question.code) and _inside(places, question.code))

    return has(reply.asked), answered, not answered and has(reply.withheld), not answered and has(reply.declined)


def _bases(fates: Sequence[Fate], invited: int) -> Bases:
    asked, answered, withheld, declined = (sum(fate[place] for fate in fates) for place in range(4))
    return Bases(invited, len(fates), asked, answered, withheld, declined)


def offered_codes(compiled: Compiled, question: AnyItem, answered: Sequence[Any] = ()) -> tuple[str, ...]:
    """All that may be counted, in the questionnaire's order: a choice that nobody gave shows its zero."""
    if isinstance(question, m.YesNo):
        return yes_no_codes(question)
    if isinstance(question, m.Consent):
        return ("given", "refused")
    if isinstance(question, m.Scale):
        return tuple(str(step) for step in range(question.min, question.max + 1))
    if isinstance(question, m.StatePicker):
        given = {code for _, values in answered for value in values for code in codes(question, value)}
        return tuple(sorted(given))
    return tuple(choice.code for choice in compiled.choices(question))


def _counts(
    offered: Sequence[str], answered: Sequence[tuple[Reply, list[Any]]], read: Callable[[Any], tuple[str, ...]]
) -> tuple[Count, ...]:
    """Each reply counts once for a choice, however many items of a repeat give it."""
    whole: Counter[str] = Counter()
    by: dict[tuple[str, str, str], int] = Counter()
    for reply, values in answered:
        given = {code for value in values for code in read(value)}
        whole.update(given)
        for group in GROUPS:
            for code in given:
                by[group, str(getattr(reply, group)), code] += 1
    return tuple(
        Count(
            code, whole[code], {g: {member: by[g, member, code] for member in members} for g, members in GROUPS.items()}
        )
        for code in offered
    )


def _grid_row(compiled: Compiled, grid: m.Grid, row: str, answered: Any) -> tuple[Count, ...]:
    def read(value: Any) -> tuple[str, ...]:
        cell = value.get(row, ())
        return (cell,) if isinstance(cell, str) else tuple(cell)

    return _counts([column.code for column in compiled.columns(grid)], answered, read)


def _numbers(kind: str, answered: Sequence[tuple[Reply, list[Any]]]) -> Numbers | None:
    if kind not in ("number", "scale"):
        return None
    values = [float(value) for _, found in answered for value in found if isinstance(value, int | float)]
    if not values:
        return None
    return Numbers(
        len(values), min(values), statistics.median(values), statistics.fmean(values), max(values), _bins(values)
    )


MOST_BINS = 8


def _bins(values: Sequence[float]) -> tuple[tuple[float, float, int], ...]:
    """Of one width, round enough to be read out: 1, 2 or 5 times a power of ten."""
    low, high = min(values), max(values)
    if low == high:
        return ((low, high, len(values)),)
    step = next(s for s in _steps((high - low) / MOST_BINS) if (high - low) / s <= MOST_BINS)
    first = math.floor(low / step)
    last = max(first, math.ceil(high / step) - 1)
    places = Counter(min(last, math.floor(value / step)) for value in values)
    return tuple((place * step, (place + 1) * step, places[place]) for place in range(first, last + 1))


def _steps(least: float) -> Iterator[float]:
    power = 10.0 ** math.floor(math.log10(least))
    while True:
        yield from (power, 2 * power, 5 * power)
        power *= 10


def ranking_points(question: m.Ranking, replies: Sequence[Reply], code: str) -> tuple[int, float | None]:
    """(how often first, mean rank among those that ranked it)."""
    ranks = [ranked.index(code) + 1 for reply in replies if code in (ranked := reply.answers.get(question.code) or [])]
    return ranks.count(1), statistics.fmean(ranks) if ranks else None
