"""Counts of one question, always with their bases.

invited  everyone the round was put to            replied  those who have submitted
asked    replies on whose path the question is    answered those of them that answered, and that the reader may see
withheld answered, but not for this reader        declined left open with a stated reason
A percentage is always of `answered`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from surveyapp.definition import model as m
from surveyapp.definition.answer_facts import ANY, ASKED, DECLINED, EVERY, NUMBER, RANK, REPLIED, WITHHELD, is_choice
from surveyapp.definition.compiled import Compiled
from surveyapp.definition.question_types import summarise
from surveyapp.definition.question_types.choices import yes_no_codes
from surveyapp.definition.questionnaire_layout import AnyItem
from surveyapp.definition.states import REGIONS

from .cube import Cube, Margins, margins
from .number_summary import Numbers, numbers_of

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
class Tally:
    """One question counted: by choice, by row of a grid, as numbers or ranks, whichever its type has."""

    question: AnyItem
    bases: Bases
    group_bases: Mapping[str, Mapping[str, Bases]]
    counts: tuple[Count, ...] = ()
    numbers: Numbers | None = None
    rows: Mapping[str, tuple[Count, ...]] = field(default_factory=dict)  #: a grid's, by row code
    ranks: Mapping[str, tuple[int, float | None]] = field(
        default_factory=dict
    )  #: choice → (how often first, mean rank)


def tally_of(compiled: Compiled, question: AnyItem, cube: Cube) -> Tally:
    """The counts of one question, from a cube that has its facts. Raises nothing: what is not in the cube counts zero."""
    kind, code = summarise(question), question.code
    bases, group_bases = _bases(cube, code)
    if kind == "grid" and isinstance(question, m.Grid):
        columns = [column.code for column in compiled.columns(question)]
        rows = {row.code: _counts(cube, f"{code}.{row.code}", columns) for row in compiled.rows(question)}
        return Tally(question, bases, group_bases, rows=rows)
    counts = _counts(cube, code, offered_codes(compiled, question, cube.codes(code)))
    numbers = numbers_of(_number_counts(cube, code)) if kind in ("number", "scale") else None
    ranks = {count.code: _rank(cube, code, count.code) for count in counts} if kind == "ranking" else {}
    return Tally(question, bases, group_bases, counts, numbers, ranks=ranks)


def _bases(cube: Cube, name: str) -> tuple[Bases, dict[str, dict[str, Bases]]]:
    """(of all, of each member of each group)."""
    fates = (cube.margins(name, fate) for fate in (ASKED, ANY, WITHHELD, DECLINED))
    everyone = (margins(cube.invited), cube.margins(EVERY, REPLIED), *fates)
    return Bases(*(base.total for base in everyone)), {
        group: {member: Bases(*(base.by[place].get(member, 0) for base in everyone)) for member in members}
        for place, (group, members) in enumerate(GROUPS.items())
    }


def offered_codes(compiled: Compiled, question: AnyItem, stated: Iterable[str] = ()) -> tuple[str, ...]:
    """All that may be counted, in the questionnaire's order: a choice that nobody gave shows its zero."""
    if isinstance(question, m.YesNo):
        return yes_no_codes(question)
    if isinstance(question, m.Consent):
        return ("given", "refused")
    if isinstance(question, m.Scale):
        return tuple(str(step) for step in range(question.min, question.max + 1))
    if isinstance(question, m.StatePicker):
        return tuple(sorted(filter(is_choice, stated)))
    return tuple(choice.code for choice in compiled.choices(question))


def _counts(cube: Cube, name: str, offered: Iterable[str]) -> tuple[Count, ...]:
    return tuple(_count(code, cube.margins(name, code)) for code in offered)


def _count(code: str, counted: Margins) -> Count:
    by = {
        group: {member: counted.by[place].get(member, 0) for member in members}
        for place, (group, members) in enumerate(GROUPS.items())
    }
    return Count(code, counted.total, by)


def _number_counts(cube: Cube, name: str) -> dict[float, int]:
    numbers = [code for code in cube.codes(name) if code.startswith(NUMBER)]
    return {float(code.removeprefix(NUMBER)): cube.margins(name, code).total for code in numbers}


def _rank(cube: Cube, name: str, choice: str) -> tuple[int, float | None]:
    """(how often first, mean rank among those that ranked it)."""
    ranks = numbers_of(
        {
            float(code.partition(RANK)[2]): cube.margins(name, code).total
            for code in cube.codes(name)
            if code.startswith(choice + RANK)
        }
    )
    return cube.margins(name, f"{choice}{RANK}1").total, ranks.mean if ranks else None
