"""The functions that rules may call beyond CEL's own, as plain Python."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from ..word_count import count_words

Moment = datetime.datetime


@dataclass(frozen=True)
class Function:
    """`parameters` and `result` are kinds of `rule_names`; `any` fits all."""

    parameters: tuple[str, ...]
    result: str
    call: Callable[..., Any]


def _date(text: str) -> Moment:
    day = datetime.date.fromisoformat(text)
    return Moment(day.year, day.month, day.day, tzinfo=datetime.UTC)


def _sum(values: list[float]) -> float:
    """As people add: 0.1 and 0.2 make 0.3, which binary fractions do not."""
    return float(sum(Decimal(repr(value)) for value in values))


def _months_between(start: Moment, end: Moment) -> float:
    """Whole months, negative where the end comes first."""
    if end < start:
        return -_months_between(end, start)
    return float((end.year - start.year) * 12 + end.month - start.month - (end.day < start.day))


FUNCTIONS: dict[str, Function] = {
    "count": Function(("list:any",), "number", lambda values: float(len(values))),
    "sum": Function(("list:number",), "number", _sum),
    "length": Function(("text",), "number", lambda text: float(len(text))),
    "words": Function(("text",), "number", lambda text: float(count_words(text))),
    "date": Function(("text",), "date", _date),
    "year": Function(("date",), "number", lambda moment: float(moment.year)),
    "months_between": Function(("date", "date"), "number", _months_between),
    "days_between": Function(("date", "date"), "number", lambda start, end: float((end - start).days)),
}
#: CEL's own that need no declaration; conversions are there for texts in calculations
BUILT_IN = frozenset(
    {"size", "has", "string", "double", "int", "bool", "timestamp", "duration", "type", "dyn", "matches"}
)
#: rewritten before compilation, see `rule_source.special_edits`
REWRITTEN = frozenset({"answered", "or_else"})
