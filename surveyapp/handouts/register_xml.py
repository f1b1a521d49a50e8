"""A long table's rows as the XML of a sheet, written as they come: openpyxl makes an object of each cell first.

The workbook is made by openpyxl, styles and all; of a register only the `sheetData` is put in its place.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Iterator
from functools import lru_cache

from openpyxl.utils import get_column_letter
from openpyxl.utils.datetime import to_excel

from surveyapp.definition.tables import Format, Table, Value

from .cell import SAFE_LENGTH, CellContent, LongTexts, guard_value

#: by number format, the index of the style; `text` and `head` are the two that wrap
Styles = dict[str, int]
ROWS_AT_ONCE, MAX_REMEMBERED = 2, 1_000
_DATA = re.compile(rb"<sheetData\s*/>|<sheetData>.*</sheetData>", re.DOTALL)
_SIZE = re.compile(rb'<dimension ref="[^"]*"\s*/>')


def with_rows(table: Table, sheet: str, styles: Styles) -> Callable[[bytes], Iterator[bytes]]:
    """Of the sheet as openpyxl wrote it: what stands before the rows, the rows, what stands behind them."""

    def parts(made: bytes) -> Iterator[bytes]:
        data = _DATA.search(made)
        assert data is not None, "a sheet has its data"
        last = f"A1:{get_column_letter(len(table.columns))}{len(table.rows) + 1}"
        yield _SIZE.sub(f'<dimension ref="{last}"/>'.encode(), made[: data.start()])
        yield b"<sheetData>"
        yield from _rows(table, sheet, styles)
        yield b"</sheetData>" + made[data.end() :]

    return parts


def _rows(table: Table, sheet: str, styles: Styles) -> Iterator[bytes]:
    letters = [get_column_letter(place) for place in range(1, len(table.columns) + 1)]
    too_long = LongTexts()  # too long texts were noted when the sheet was made
    #: what follows a cell's place: the same answer is given again and again
    seen: dict[tuple[type, Value, Format], str] = {}

    def tail(value: Value, shape: Format, place: str) -> str:
        key = (type(value), value, shape)
        written = seen.get(key)
        if written is None:
            written = _tail(guard_value(value, shape, sheet, place, too_long), styles)
            if not isinstance(value, int | float) and len(written) < 500 and len(seen) < MAX_REMEMBERED:
                seen[key] = written
        return written

    head = styles | {"text": styles["head"]}
    titles = [_tail(guard_value(column.title, "text", sheet, "", too_long), head) for column in table.columns]
    columns = list(
        zip([f'<c r="{letter}' for letter in letters], [column.format for column in table.columns], strict=True)
    )
    first = "".join(f'<c r="{letter}1{title}' for letter, title in zip(letters, titles, strict=True))
    chunk = [f'<row r="1">{first}</row>']
    for number, values in enumerate(table.rows, 2):
        row = str(number)
        cells = [
            begin + row + tail(value, shape, begin[6:] + row)
            for value, (begin, shape) in zip(values, columns, strict=True)
            if value is not None
        ]
        chunk.append(f'<row r="{row}">{"".join(cells)}</row>')
        if len(chunk) >= ROWS_AT_ONCE:
            yield "".join(chunk).encode()
            chunk.clear()
    yield "".join(chunk).encode()


def _tail(content: CellContent, styles: Styles) -> str:
    """A cell from behind its place to its end."""
    if content.kind == "text":
        text = content.value.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        kept = "" if text == text.strip() else ' xml:space="preserve"'
        return f'" s="{styles["text"]}" t="inlineStr"><is><t{kept}>{text}</t></is></c>'
    looks = styles[content.number_format]
    if content.kind == "truth":
        return f'" s="{looks}" t="b"><v>{int(content.value)}</v></c>'
    number = _serial(content.value) if content.kind == "day" else content.value
    return f'" s="{looks}"><v>{number!r}</v></c>'


@lru_cache(maxsize=4096)
def _serial(day: datetime.date) -> float | int:
    return to_excel(day)  # type: ignore[no-any-return, no-untyped-call]


def long_texts(table: Table, sheet: str, too_long: LongTexts) -> None:
    """Notes the texts that no cell can hold, before the sheet that lists them is made."""
    for number, values in enumerate(table.rows, 2):
        for place, value in enumerate(values, 1):
            if isinstance(value, str) and len(value) > SAFE_LENGTH:
                guard_value(value, "text", sheet, f"{get_column_letter(place)}{number}", too_long)
