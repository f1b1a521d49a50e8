"""The one guard at the Excel cell: what was typed is what the cell holds.

Text stays text, whatever it begins with: no formula, no error value, no apostrophe. What a cell cannot hold (more than
32,767 UTF-16 units) is cut with a visible mark and kept in full on a sheet of its own. Control characters and look-alikes
of their escapes are written as the escapes that the format provides, which Excel and LibreOffice read back.
"""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from surveyapp.definition.tables import Format, Value

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

MAX_UNITS = 32_767  #: UTF-16 units in one cell
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
_ESCAPE = re.compile("_x([0-9A-Fa-f]{4})_")
_SURROGATE = re.compile("[\ud800-\udfff]")


@dataclass
class LongTexts:
    """Texts that no cell can hold: (sheet, cell, whole text)."""

    texts: list[tuple[str, str, str]] = field(default_factory=list)


class CellContent(NamedTuple):
    """What a cell holds. `kind`: text · number · truth · day (a date or a naive UTC moment)."""

    kind: str
    value: Any
    number_format: str = "General"


def guard_value(value: Value, shape: Format, sheet: str, coordinate: str, too_long: LongTexts) -> CellContent:
    """The guard: every cell of every workbook passes it, whoever writes the XML."""
    if isinstance(value, str):
        return CellContent(
            "text", escape_text(value if len(value) <= SAFE_LENGTH else _fitting(value, sheet, coordinate, too_long))
        )
    if isinstance(value, bool):
        return CellContent("truth", value)
    if isinstance(value, datetime.date):
        return _day(value)
    if isinstance(value, int) and abs(value) >= 10**15:  # the format keeps fifteen digits
        return CellContent("text", str(value))
    return CellContent("number", value, FORMATS.get(shape, "General"))


def write_cell(
    sheet: Worksheet, row: int, column: int, value: Value, too_long: LongTexts, shape: Format = "text"
) -> Any:
    """Writes one value at a 1-based place through openpyxl. The only function that touches such a cell's value."""
    cell = sheet.cell(row=row, column=column)
    if value is None:
        return cell
    content = guard_value(value, shape, sheet.title, cell.coordinate, too_long)
    cell.value = content.value
    if content.kind == "text":
        # openpyxl takes text that begins with `=` for a formula, and `#N/A` for an error
        cell.data_type = "s"
    else:
        cell.number_format = content.number_format
    return cell


def _fitting(value: str, sheet: str, coordinate: str, too_long: LongTexts) -> str:
    if utf16_units(escape_text(value)) <= MAX_UNITS:
        return value
    too_long.texts.append((sheet, coordinate, value))
    mark = f"… [{sheet}!{coordinate}]"
    cut = split_text(value, MAX_UNITS - utf16_units(mark) - 16)[0]
    return cut + mark


#: one sign becomes seven at most: `_xHHHH_`
SAFE_LENGTH = MAX_UNITS // 7


def escape_text(text: str) -> str:
    """The text with what XML cannot carry written as `_xHHHH_`; an escape that somebody typed is escaped itself."""
    if text.isprintable() and "_x" not in text:
        return text
    plain = _SURROGATE.sub("\ufffd", text)
    plain = _LOOKS_ESCAPED.sub("_x005F_", plain)
    return _CONTROL.sub(lambda match: f"_x{ord(match.group()):04X}_", plain)


def unescape_text(text: str) -> str:
    """What a text of the format says: the inverse of `escape_text` for every text without half characters."""
    return _ESCAPE.sub(lambda match: chr(int(match[1], 16)), text) if "_x" in text else text


def utf16_units(text: str) -> int:
    """UTF-16 units, which is how the format counts."""
    return len(text) + sum(sign > "\uffff" for sign in text)


def split_text(text: str, limit: int = MAX_UNITS) -> list[str]:
    """The text in parts that each fit a cell, none of them breaking a character."""
    parts: list[str] = []
    current: list[str] = []
    size = 0
    for sign in text:
        width = utf16_units(escape_text(sign)) + 6 * (sign == "_")
        if size + width > limit and current:
            parts.append("".join(current))
            current, size = [], 0
        current.append(sign)
        size += width
    return [*parts, "".join(current)]


def _day(value: datetime.date) -> CellContent:
    if isinstance(value, datetime.datetime) and value.tzinfo is not None:
        value = value.astimezone(datetime.UTC).replace(tzinfo=None)  # aware times fail only when saved
    day = value.date() if isinstance(value, datetime.datetime) else value
    if day < FIRST_DAY:
        return CellContent("text", value.isoformat())
    return CellContent("day", value, FORMATS["moment" if isinstance(value, datetime.datetime) else "date"])


__all__ = [
    "MAX_UNITS",
    "CellContent",
    "LongTexts",
    "escape_text",
    "guard_value",
    "split_text",
    "unescape_text",
    "write_cell",
    "utf16_units",
]
