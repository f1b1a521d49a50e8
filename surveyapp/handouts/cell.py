"""The one guard at the Excel cell: what was typed is what the cell holds.

Text stays text, whatever it begins with: no formula, no error value, no apostrophe. What a cell cannot hold (more than
32,767 UTF-16 units) is cut with a visible mark and kept in full on a sheet of its own. Control characters and look-alikes
of their escapes are written as the escapes that the format provides, which Excel and LibreOffice read back.
"""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from surveyapp.definition.tables import Format, Value

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

LIMIT = 32_767  #: UTF-16 units in one cell
#: earlier days are off by one or unknown in the format's calendar: they are written as ISO text
FIRST_DAY = datetime.date(1900, 3, 1)
FORMATS: dict[Format, str] = {
    "percent": "0.0%",
    "date": "yyyy-mm-dd",
    "moment": "yyyy-mm-dd hh:mm",
    "number": "General",
}

_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0d\x0e-\x1f\ufffe\uffff]")
#: `_x0041` before a control character counts too: that one's own escape begins with the `_` that completes it
_LOOKS_ESCAPED = re.compile("_(?=x[0-9A-Fa-f]{4}[_\x00-\x08\x0b-\x1f\ufffe\uffff])")
_SURROGATE = re.compile("[\ud800-\udfff]")


@dataclass
class TooLong:
    """Texts that no cell can hold: (sheet, cell, whole text)."""

    found: list[tuple[str, str, str]] = field(default_factory=list)


def put(sheet: Worksheet, row: int, column: int, value: Value, too_long: TooLong, shape: Format = "text") -> Any:
    """Writes one value at a 1-based place. The only function that touches a cell's value."""
    cell = sheet.cell(row=row, column=column)
    if value is None:
        return cell
    if isinstance(value, str):
        _text(cell, value, too_long, sheet.title)
    elif isinstance(value, bool):
        cell.value = value
    elif isinstance(value, datetime.date):
        _date(cell, value)
    elif isinstance(value, int) and abs(value) >= 10**15:
        _text(cell, str(value), too_long, sheet.title)  # the format keeps fifteen digits
    else:
        cell.value = value
        cell.number_format = FORMATS.get(shape, "General")
    return cell


def _text(cell: Any, value: str, too_long: TooLong, sheet: str) -> None:
    cell.value = guarded(_fitting(value, f"{sheet}!{cell.coordinate}", too_long, sheet, cell.coordinate))
    # openpyxl takes text that begins with `=` for a formula, and `#N/A` for an error
    cell.data_type = "s"


def _fitting(value: str, place: str, too_long: TooLong, sheet: str, coordinate: str) -> str:
    if units(guarded(value)) <= LIMIT:
        return value
    too_long.found.append((sheet, coordinate, value))
    mark = f"… [{place}]"
    cut = pieces(value, LIMIT - units(mark) - 16)[0]
    return cut + mark


def guarded(text: str) -> str:
    """The text with what XML cannot carry written as `_xHHHH_`; an escape that somebody typed is escaped itself."""
    plain = _SURROGATE.sub("\ufffd", text)
    plain = _LOOKS_ESCAPED.sub("_x005F_", plain)
    return _CONTROL.sub(lambda match: f"_x{ord(match.group()):04X}_", plain)


def units(text: str) -> int:
    """UTF-16 units, which is how the format counts."""
    return len(text) + sum(sign > "\uffff" for sign in text)


def pieces(text: str, limit: int = LIMIT) -> list[str]:
    """The text in parts that each fit a cell, none of them breaking a character."""
    found: list[str] = []
    current: list[str] = []
    size = 0
    for sign in text:
        width = units(guarded(sign)) + 6 * (sign == "_")
        if size + width > limit and current:
            found.append("".join(current))
            current, size = [], 0
        current.append(sign)
        size += width
    return [*found, "".join(current)]


def _date(cell: Any, value: datetime.date) -> None:
    if isinstance(value, datetime.datetime) and value.tzinfo is not None:
        value = value.astimezone(datetime.UTC).replace(tzinfo=None)  # aware times fail only when saved
    day = value.date() if isinstance(value, datetime.datetime) else value
    if day < FIRST_DAY:
        cell.value, cell.data_type = value.isoformat(), "s"
        return
    cell.value = value
    cell.number_format = FORMATS["moment" if isinstance(value, datetime.datetime) else "date"]


__all__ = ["LIMIT", "TooLong", "guarded", "pieces", "put", "units"]
