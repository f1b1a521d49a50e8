"""Dates, months and periods in ISO 8601."""

from __future__ import annotations

import datetime
import re
from typing import TypeVar

from .. import model as m
from ..answer_values import PeriodAnswer
from ..compiled import Compiled
from ..messages import N_
from ..typed_text import is_blank
from .answer_problems import AnswerProblem
from .numbers import western

NOT_A_DATE = N_("Enter a real date, as year, month and day, such as 2024-12-24.")
NOT_A_MONTH = N_("Enter a real month, as year and month, such as 2024-12.")
TOO_EARLY = N_("Enter %(limit)s or a later date.")
TOO_LATE = N_("Enter %(limit)s or an earlier date.")
END_FIRST = N_("Enter an end that is not before the beginning.")
BOTH_ENDS = N_("Enter both the beginning and the end.")
BEGINNING = N_("Enter the beginning of the period.")

DATE = re.compile(r"\d{4}-\d{1,2}-\d{1,2}", re.ASCII)
MONTH = re.compile(r"\d{4}-\d{1,2}", re.ASCII)

#: a day, or a month as `YYYY-MM`
Moment = TypeVar("Moment", datetime.date, str)


def date(raw: object, low: datetime.date | None = None, high: datetime.date | None = None) -> str | None:
    """An ISO date between the limits; None where nothing was typed."""
    if raw is None or (isinstance(raw, str) and is_blank(raw)):
        return None
    typed = western(raw).strip() if isinstance(raw, str) else ""
    if not DATE.fullmatch(typed):
        raise AnswerProblem(NOT_A_DATE)
    try:
        day = datetime.date(*map(int, typed.split("-")))
    except ValueError:
        raise AnswerProblem(NOT_A_DATE) from None
    _between(day, low, high)
    return day.isoformat()


def _between(value: Moment, low: Moment | None, high: Moment | None) -> None:
    if low is not None and value < low:
        raise AnswerProblem(TOO_EARLY, limit=str(low))
    if high is not None and value > high:
        raise AnswerProblem(TOO_LATE, limit=str(high))


def clean_date(compiled: Compiled, question: m.Date, raw: object) -> str | None:
    """YYYY-MM-DD within the question's bounds; None if empty. Raises AnswerProblem."""
    return date(raw, question.min, question.max)


def clean_month(compiled: Compiled, question: m.Month, raw: object) -> str | None:
    """YYYY-MM within the question's bounds; None if empty. Raises AnswerProblem."""
    if raw is None or (isinstance(raw, str) and is_blank(raw)):
        return None
    typed = western(raw).strip() if isinstance(raw, str) else ""
    if not MONTH.fullmatch(typed):
        raise AnswerProblem(NOT_A_MONTH)
    try:
        year, number = map(int, typed.split("-"))  # the page's month picker posts 1, not 01
        month = datetime.date(year, number, 1).isoformat()[:7]
    except ValueError:
        raise AnswerProblem(NOT_A_MONTH) from None
    _between(month, question.min, question.max)
    return month


def clean_period(compiled: Compiled, question: m.Period, raw: object) -> PeriodAnswer | None:
    """`{from, to}` as YYYY-MM-DD, in order; `to` may be open where the question allows it. Raises AnswerProblem,
    placed in its end."""
    if not isinstance(raw, dict):
        raise AnswerProblem(NOT_A_DATE)
    ends: dict[str, str | None] = {}
    for part in ("from", "to"):
        try:
            ends[part] = date(raw.get(part), question.min, question.max)
        except AnswerProblem as problem:
            raise problem.inside(part) from None
    return _period(ends["from"], ends["to"], question.open_ended)


def _period(start: str | None, end: str | None, open_ended: bool) -> PeriodAnswer | None:
    if start is None and end is None:
        return None
    if start is None:
        raise AnswerProblem(BEGINNING, "from")
    if end is None and not open_ended:
        raise AnswerProblem(BOTH_ENDS, "to")
    if end is not None and end < start:
        raise AnswerProblem(END_FIRST, "to")
    return {"from": start, "to": end} if end else {"from": start}
