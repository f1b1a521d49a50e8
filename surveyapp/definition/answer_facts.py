"""What one reply says to one question, as facts that can be counted: every figure begins here.

A fact is (name, code). The name is a question's code, or `grid.row`; the code is a choice's, or one of

    *asked  *  *withheld  *declined    the question's fate in this reply (`*`: answered, and this reader may see it)
    =2.0                               a number that was given
    import#1                           a choice and the rank it was given
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from typing import Any, Protocol

from . import model as m
from .compiled import Compiled
from .layout import AnyItem
from .question_types import codes, is_empty, summarise

ANY, ASKED, DECLINED, WITHHELD = "*", "*asked", "*declined", "*withheld"
NUMBER, RANK = "=", "#"
#: the fact that every reply is, whatever it says
EVERY, REPLIED = "", "*replied"

Fact = tuple[str, str]
Place = tuple[str | None, str | None]  #: (region, treaty status) of who says it


class Said(Protocol):
    """A submitted reply as one reader may see it."""

    @property
    def answers(self) -> Mapping[str, Any]: ...
    @property
    def withheld(self) -> frozenset[str]: ...
    @property
    def asked(self) -> frozenset[str]: ...
    @property
    def declined(self) -> Mapping[str, str]: ...


def values(compiled: Compiled, question: AnyItem, reply: Said) -> Iterator[Any]:
    """The answers of one reply: one, or one per item of a repeat."""
    repeat = compiled.repeat_of.get(question.code)
    places = [question.code] if repeat is None else _inside(reply.answers, question.code)
    for place in places:
        value = reply.answers.get(place)
        if not is_empty(question, value):
            yield value


def facts(compiled: Compiled, question: AnyItem, reply: Said) -> dict[Fact, int]:
    """Fact → how often. A choice counts once a reply, however many items of a repeat give it; numbers and ranks each time."""
    given = list(values(compiled, question, reply))
    found = dict.fromkeys(((question.code, fate) for fate in _fates(compiled, question, reply, bool(given))), 1)
    if given:
        found |= dict.fromkeys(((question.code, code) for value in given for code in codes(question, value)), 1)
        found |= _measured(compiled, question, given)
    return found


def _fates(compiled: Compiled, question: AnyItem, reply: Said, answered: bool) -> Iterator[str]:
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


def _measured(compiled: Compiled, question: AnyItem, given: list[Any]) -> Mapping[Fact, int]:
    kind = summarise(question)
    if kind == "grid" and isinstance(question, m.Grid):
        rows = [(f"{question.code}.{row.code}", row.code) for row in compiled.rows(question)]
        cells = ((name, code) for value in given for name, row in rows for code in cell_codes(value.get(row)))
        return dict.fromkeys(cells, 1)
    if kind in ("number", "scale"):
        numbers = (value for value in given if isinstance(value, int | float))
        return Counter((question.code, f"{NUMBER}{float(value)!r}") for value in numbers)
    if kind == "ranking":
        ranked = ((code, rank) for value in given for rank, code in enumerate(value, 1))
        return Counter((question.code, f"{code}{RANK}{rank}") for code, rank in ranked)
    return {}


def cell_codes(cell: Any) -> tuple[str, ...]:
    """The columns that were chosen, or filled in, in one row of a grid."""
    return (cell,) if isinstance(cell, str) else tuple(cell or ())


def is_choice(code: str) -> bool:
    """No fate, number or rank."""
    return not code.startswith(("*", NUMBER)) and RANK not in code
