"""Field names and how the parts of one answer are posted.

`q-` + address, sub-parts after a dot: `q-code.detail.other`, `q-code.from`, `q-grid.row.column`,
`q-links.0.url`. The prefix also keeps WTForms' own names (`data`, `errors`, …) from being taken.
Each reader gives the loosely typed value that `question_types.clean` takes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from surveyapp.definition import model as m
from surveyapp.definition.compiled import Compiled
from surveyapp.definition.questionnaire_layout import AnyItem

PREFIX = "q-"
#: one field's posted values by the part's name ("" is the field itself)
Posted = Mapping[str, list[str]]
Reader = Callable[[Compiled, Any, Posted], object]  #: the question is of the type that the reader stands for

ADDRESS = re.compile(r"q-([a-z0-9_]+(?:/[a-z0-9]+/[a-z0-9_]+)?)(?:\.(.*))?", re.ASCII | re.DOTALL)


def split_name(name: str) -> tuple[str, str] | None:
    """`q-address.part` → (address, part); None for a name that is no question's."""
    match = ADDRESS.fullmatch(name)
    return (match[1], match[2] or "") if match else None


def _first(posted: Posted, part: str = "") -> str | None:
    values = posted.get(part)
    return values[0] if values else None


def plain(compiled: Compiled, question: AnyItem, posted: Posted) -> str | None:
    """The one field as typed; None where it was not posted."""
    return _first(posted)


def single(compiled: Compiled, question: AnyItem, posted: Posted) -> object:
    """The code and what was typed beside that choice."""
    code = _first(posted)
    return {"choice": code, "detail": _first(posted, f"detail.{code}")} if code else None


def multiple(compiled: Compiled, question: AnyItem, posted: Posted) -> object:
    """The codes and what was typed beside each of them."""
    picked = posted.get("", [])
    return {"choices": picked, "details": {code: _first(posted, f"detail.{code}") for code in picked}}


def several(compiled: Compiled, question: AnyItem, posted: Posted) -> object:
    """The codes as they were ticked."""
    return list(posted.get("", []))


def _parts(*names: str) -> Reader:
    return lambda compiled, question, posted: {name: _first(posted, name) for name in names if name in posted}


def month(compiled: Compiled, question: AnyItem, posted: Posted) -> object:
    """One field, or a year and a month where the browser has no month picker."""
    if "year" not in posted and "month" not in posted:
        return _first(posted)
    year, number = _first(posted, "year") or "", _first(posted, "month") or ""
    return f"{year.strip()}-{number.strip()}" if year.strip() or number.strip() else None


def grid(compiled: Compiled, question: m.Grid, posted: Posted) -> object:
    """By row, in the shape that the grid's cells have."""
    columns = [choice.code for choice in compiled.columns(question)]
    read: dict[str, Callable[[str], object]] = {
        "single": lambda row: _first(posted, row),
        "multiple": lambda row: posted.get(row, []),
        "text": lambda row: {column: _first(posted, f"{row}.{column}") for column in columns},
    }
    cell = read["text" if question.cell in ("text", "number") else question.cell]
    return {row.code: cell(row.code) for row in compiled.rows(question)}


def links(compiled: Compiled, question: m.Links, posted: Posted) -> object:
    """One mapping for each link, in the order of their numbers; numbers may have gaps."""
    by_place: dict[int, dict[str, str | None]] = {}
    for part in posted:
        place, _, name = part.partition(".")
        if place.isascii() and place.isdigit() and len(place) <= 3 and name in ("url", "title", "language", "date"):
            by_place.setdefault(int(place), {})[name] = _first(posted, part)
    return [by_place[place] for place in sorted(by_place)]


#: how each type's answer arrives; a ranking stands in `ranking`, a repeat's items in `web`'s buttons
READERS: Mapping[str, Reader] = {
    "short_text": plain,
    "long_text": plain,
    "integer": plain,
    "number": plain,
    "percentage": plain,
    "yes_no": plain,
    "single_choice": single,
    "multiple_choice": multiple,
    "scale": plain,
    "date": plain,
    "month": month,
    "year": plain,
    "period": _parts("from", "to"),
    "state": plain,
    "states": several,
    "grid": grid,
    "repeat": several,
    "links": links,
    "document": _parts("title", "language", "date", "where", "file"),
    "contact": _parts("name", "position", "institution", "email", "phone"),
    "consent": plain,
}
