"""Tables → one .xlsx. The same data at the same moment give the same bytes."""

from __future__ import annotations

import datetime
import gc
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from surveyapp.definition.tables import Column, Table, Value

from .archive import Stream, stamp_office_file
from .cell import FORMATS, LongTexts, escape_text, split_text, utf16_units, write_cell
from .excel_charts import draw_chart
from .register_xml import long_texts, with_rows

HEAD = PatternFill("solid", fgColor="DCE6F1")
BOLD, TITLE, SMALL = Font(bold=True), Font(bold=True, size=14), Font(italic=True, color="555555")
WRAP = Alignment(wrap_text=True, vertical="top")


@dataclass(frozen=True)
class SheetOfTables:
    """One sheet: its name, and tables one below the other. `register`: one long table with filter and frozen head."""

    name: str
    tables: tuple[Table, ...]
    register: bool = False
    charts: bool = False


@dataclass(frozen=True)
class Properties:
    """Of the file, and the words of the sheet that takes up texts too long for a cell."""

    title: str
    creator: str
    moment: datetime.datetime
    right_to_left: bool
    too_long_name: str
    too_long_columns: tuple[str, str, str]


def build_workbook(sheets: tuple[SheetOfTables, ...], properties: Properties) -> bytes:
    """The workbook's bytes. Everything typed by people passes `cell.write_cell`."""
    moment = properties.moment.astimezone(datetime.UTC).replace(tzinfo=None, microsecond=0)
    raw, streams = _saved(sheets, properties, moment)
    if streams:
        gc.collect()  # openpyxl's objects point at one another; what they took is wanted for the rows
    return stamp_office_file(raw, moment, streams)


def _saved(
    sheets: tuple[SheetOfTables, ...], properties: Properties, moment: datetime.datetime
) -> tuple[io.BytesIO, dict[str, Stream]]:
    """As openpyxl writes it, and the parts that are written anew."""
    book = Workbook()
    book.remove(book.active)  # type: ignore[arg-type]  # a new workbook has a sheet
    too_long = LongTexts()
    made = [_sheet(book, each, properties, too_long) for each in sheets]
    if too_long.texts:
        made.append(_sheet(book, _too_long_sheet(too_long, properties), properties, LongTexts()))
    book.properties.title, book.properties.creator = escape_text(properties.title), escape_text(properties.creator)
    book.properties.created = book.properties.modified = moment
    raw = io.BytesIO()
    book.save(raw)
    return raw, {f"xl/worksheets/sheet{place}.xml": stream for place, stream in enumerate(made, 1) if stream}


def _too_long_sheet(too_long: LongTexts, properties: Properties) -> SheetOfTables:
    columns = tuple(
        Column(title, width=width) for title, width in zip(properties.too_long_columns, (30, 8, 100), strict=True)
    )
    rows = tuple(
        (f"{sheet}!{cell}", part, text)
        for sheet, cell, whole in too_long.texts
        for part, text in enumerate(split_text(whole), 1)
    )
    return SheetOfTables(properties.too_long_name, (Table(properties.too_long_name, columns, rows),), register=True)


def column_letter(place: int) -> str:
    """A, B … of a column, counted from 0."""
    return get_column_letter(place + 1)


def sheet_name(wanted: str, taken: Iterable[str]) -> str:
    """At most 31 characters, none that the format forbids, and unlike the others whatever the case."""
    plain = (
        _shortened(re.sub("[\\[\\]:*?/\\\\\x00-\x1f\ud800-\udfff\ufffe\uffff]", " ", wanted).strip(" '"), 31) or "Sheet"
    )
    name, number = plain, 1
    while name.lower() in {other.lower() for other in taken}:
        number += 1
        name = f"{_shortened(plain, 30 - len(str(number)))} {number}"
    return name


def _shortened(name: str, limit: int) -> str:
    """Excel counts UTF-16 units, and refuses an apostrophe at the end."""
    while utf16_units(name) > limit:
        name = name[:-1]
    return name.rstrip(" '")


def _sheet(book: Workbook, layout: SheetOfTables, properties: Properties, too_long: LongTexts) -> Stream | None:
    sheet = book.create_sheet(sheet_name(layout.name, book.sheetnames))
    sheet.sheet_view.rightToLeft = properties.right_to_left
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", 9
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.oddFooter.center.text = "&P / &N"
    stream = None
    if layout.register:
        stream = _register(sheet, layout.tables[0], too_long)
    else:
        row = 1
        for table in layout.tables:
            row = _block(sheet, table, row, layout.charts, too_long, properties.right_to_left)
        sheet.freeze_panes = "B1" if layout.charts else None
    _widths(sheet, layout.tables)
    return stream


def _register(sheet: Worksheet, table: Table, too_long: LongTexts) -> Stream:
    """The head and the ways a cell can look; the rows are written into the file as they come."""
    _head(sheet, table, 1, LongTexts())
    styles = {"head": sheet.cell(1, 1).style_id}
    for place, looks in enumerate(("General", *dict.fromkeys(FORMATS.values()))):
        cell = sheet.cell(2, place + 1)
        cell.number_format = looks
        styles[looks] = cell.style_id
    wrapped = sheet.cell(2, len(styles) + 1)
    wrapped.alignment = WRAP
    styles["text"] = wrapped.style_id
    long_texts(table, sheet.title, too_long)
    sheet.freeze_panes = "B2"
    sheet.print_title_rows = "1:1"
    if table.rows:
        sheet.auto_filter.ref = f"A1:{get_column_letter(len(table.columns))}{len(table.rows) + 1}"
    return with_rows(table, sheet.title, styles)


def _block(sheet: Worksheet, table: Table, row: int, charts: bool, too_long: LongTexts, mirrored: bool) -> int:
    """Title, base line, head, rows, and the chart below them; the row where the next block begins."""
    title = f"{table.code} · {table.title}" if table.code else table.title
    write_cell(sheet, row, 1, title, too_long).font = TITLE
    if table.base_line:
        row += 1
        write_cell(sheet, row, 1, table.base_line, too_long).font = SMALL
    row += 1
    _head(sheet, table, row, too_long)
    first = row + 1
    for values in table.rows:
        row += 1
        _row(sheet, table, row, values, too_long)
    for chart in table.charts if charts else ():
        row += draw_chart(sheet, chart, first, row + 2, mirrored)
    return row + 3


def _head(sheet: Worksheet, table: Table, row: int, too_long: LongTexts) -> None:
    for place, column in enumerate(table.columns, 1):
        cell = write_cell(sheet, row, place, column.title, too_long)
        cell.font, cell.fill, cell.alignment = BOLD, HEAD, WRAP


def _row(sheet: Worksheet, table: Table, row: int, values: Sequence[Value], too_long: LongTexts) -> None:
    for place, (column, value) in enumerate(zip(table.columns, values, strict=True), 1):
        cell = write_cell(sheet, row, place, value, too_long, column.format)
        if isinstance(value, str):
            cell.alignment = WRAP


def _widths(sheet: Worksheet, tables: tuple[Table, ...]) -> None:
    widths: dict[int, int] = {}
    for table in tables:
        for place, column in enumerate(table.columns, 1):
            held = [len(str(row[place - 1])) for row in table.rows[:200] if row[place - 1] is not None]
            wanted = column.width or max([12, *(min(40, length + 2) for length in held)])
            widths[place] = max(widths.get(place, 0), wanted)
    for place, width in widths.items():
        sheet.column_dimensions[get_column_letter(place)].width = width
