"""A day as somebody types it into a plain field or an address."""

from __future__ import annotations

import datetime

from .question_types.numbers import western

#: outside of these, a day could not be counted on from, nor brought into another time zone
YEARS = range(1800, 3000)


def read_day(typed: str | None) -> datetime.date | None:
    """An ISO date in the digits of any script; None for an empty field. Raises ValueError for anything else."""
    text = western((typed or "").strip())
    if not text:
        return None
    day = datetime.date.fromisoformat(text)
    if day.year not in YEARS:
        raise ValueError("a day in none of our years")
    return day
