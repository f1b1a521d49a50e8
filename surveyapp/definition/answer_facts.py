"""What one reply says to one question, as facts that can be counted: every figure begins here.

A fact is (name, code). The name is a question's code, or `grid.row`; the code is a choice's, or one of

    *asked  *  *withheld  *declined    the question's fate in this reply (`*`: answered, and this reader may see it)
    =2.0                               a number that was answered
    import#1                           a choice and its rank
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Protocol

from . import model as m
from .answer_values import AnswerValue, GridCell
from .compiled import Compiled
from .question_types import codes, is_empty, summarise
from .questionnaire_layout import AnyItem

ANY, ASKED, DECLINED, WITHHELD = "*", "*asked", "*declined", "*withheld"
NUMBER, RANK = "=", "#"
#: the fact that every reply is, whatever it says
EVERY, REPLIED = "", "*replied"

Fact = tuple[str, str]
Place = tuple[str | None, str | None]  #: (region, treaty status) of who says it


class AnswerFacts(Protocol):
    """A submitted reply as one reader may see it."""

    @property
    def answers(self) -> Mapping[str, AnswerValue]:
        """Address → stored value; only what this reader may see, on path."""

    @property
    def withheld(self) -> frozenset[str]:
        """Addresses that are answered, but not for this reader."""

    @property
    def asked(self) -> frozenset[str]:
        """Addresses on path when the reply was submitted."""

    @property
    def declined(self) -> Mapping[str, str]:
        """Address → stated reason for leaving it open."""


def values(compiled: Compiled, question: AnyItem, reply: AnswerFacts) -> Iterator[AnswerValue]:
    """The answers of one reply: one, or one per item of a repeat."""
    repeat = compiled.repeat_of.get(question.code)
    places = [question.code] if repeat is None else _inside(reply.answers, question.code)
    for place in places:
        value = reply.answers.get(place)
        if not is_empty(question, value):
            yield value


def facts(compiled: Compiled, question: AnyItem, reply: AnswerFacts) -> dict[Fact, int]:
    """Fact → how often. A choice counts once a reply, however many items of a repeat give it; numbers and ranks each time."""
    answers = list(values(compiled, question, reply))
    counts = dict.fromkeys(((question.code, fate) for fate in _fates(compiled, question, reply, bool(answers))), 1)
    if answers:
        counts |= dict.fromkeys(((question.code, code) for value in answers for code in codes(question, value)), 1)
        counts |= _measured(compiled, question, answers)
    return counts


def _fates(compiled: Compiled, question: AnyItem, reply: AnswerFacts, answered: bool) -> Iterator[str]:
    """What is withheld or declined in one item of a list counts only where no other item is answered."""

    def has(places: Collection[str]) -> bool:
        return question.code in places or bool(compiled.repeat_of.get(question.code) and _inside(places, question.code))

    if has(reply.asked):
        yield ASKED
    if answered:
        yield ANY
    else:
        yield from (fate for fate, places in ((WITHHELD, reply.withheld), (DECLINED, reply.declined)) if has(places))


def _inside(places: Collection[str], code: str) -> list[str]:
    return [place for place in places if place.endswith("/" + code)]


def _measured(compiled: Compiled, question: AnyItem, answers: list[AnswerValue]) -> Mapping[Fact, int]:
    count = MEASURED.get(summarise(question))
    return {} if count is None else count(compiled, question, answers)


def _cells(compiled: Compiled, question: AnyItem, answers: list[AnswerValue]) -> Mapping[Fact, int]:
    assert isinstance(question, m.Grid)
    rows = [(f"{question.code}.{row.code}", row.code) for row in compiled.rows(question)]
    cells = ((name, code) for answer in answers for name, row in rows for code in cell_codes(answer.get(row)))
    return dict.fromkeys(cells, 1)


def _numbers(compiled: Compiled, question: AnyItem, answers: list[AnswerValue]) -> Mapping[Fact, int]:
    numbers = (answer for answer in answers if isinstance(answer, int | float))
    return Counter((question.code, f"{NUMBER}{float(number)!r}") for number in numbers)


def _ranks(compiled: Compiled, question: AnyItem, answers: list[AnswerValue]) -> Mapping[Fact, int]:
    ranked = ((code, rank) for answer in answers for rank, code in enumerate(answer, 1))
    return Counter((question.code, f"{code}{RANK}{rank}") for code, rank in ranked)


#: what is counted beside choices, by how a type is tallied
MEASURED: Mapping[str, Callable[[Compiled, AnyItem, list[AnswerValue]], Mapping[Fact, int]]] = {
    "grid": _cells,
    "number": _numbers,
    "scale": _numbers,
    "ranking": _ranks,
}


def cell_codes(cell: GridCell | None) -> tuple[str, ...]:
    """The columns that were chosen, or filled in, in one row of a grid."""
    return (cell,) if isinstance(cell, str) else tuple(cell or ())


def is_choice(code: str) -> bool:
    """No fate, number or rank."""
    return not code.startswith(("*", NUMBER)) and RANK not in code
