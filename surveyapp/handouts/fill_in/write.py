"""A Book → .xlsx: labels locked, answers open, drop-downs, messages at the cells."""

from __future__ import annotations

import datetime
import io
import math
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from ..cell import LongTexts, escape_text, write_cell
from ..workbook import sheet_name
from .book import IDENTITY, LISTS, TICK, Book, Box, Content, ListSheet, Row, Sheet

WRAP = Alignment(wrap_text=True, vertical="top")
HEAD, BOLD, TITLE = PatternFill("solid", fgColor="DCE6F1"), Font(bold=True), Font(bold=True, size=14)
SMALL = Font(size=9, color="555555")
EDGE = Side(style="thin", color="8A9BB0")
OPEN, BOXED = Protection(locked=False), Border(EDGE, EDGE, EDGE, EDGE)
FILL = PatternFill("solid", fgColor="FFFCF0")
#: the format's own limits
MAX_PROMPT, MAX_TITLE = 255, 32
#: of a sheet: A holds names and is hidden
NAME, LABEL, ANSWER, HINT = 1, 2, 3, 4
WIDTHS = {"B": 60, "C": 48, "D": 50}
LINE, MAX_LINES = 14.5, 20  #: in points; longer texts are scrolled
NUMBER_FORMATS = {"date": "yyyy-mm-dd", "text": "@", "month": "@"}


def write(book: Book) -> bytes:
    """The file's bytes. Typed text passes `cell.write_cell`."""
    made = Workbook()
    made.remove(made.active)  # type: ignore[arg-type]  # a new workbook has a sheet
    _Writer(made, book).all()
    moment = book.moment.astimezone(datetime.UTC).replace(tzinfo=None, microsecond=0)
    made.properties.title, made.properties.creator = escape_text(book.title), escape_text(book.author)
    made.properties.created = made.properties.modified = moment
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


class _Writer:
    def __init__(self, made: Workbook, book: Book) -> None:
        self.made, self.book = made, book
        self.too_long = LongTexts()
        self.ranges: dict[str, str] = {}
        self.checks: dict[tuple[str, str, str], DataValidation] = {}

    def all(self) -> None:
        self._guide()
        self._lists()
        for each in self.book.sheets:
            sheet = self.made.create_sheet(sheet_name(each.name, self.made.sheetnames))
            self._set_up(sheet)
            if isinstance(each, Sheet):
                self._section(sheet, each)
            else:
                self._list(sheet, each)
            self.checks.clear()
        self._identity()

    def _set_up(self, sheet: Worksheet) -> None:
        sheet.sheet_view.rightToLeft = self.book.right_to_left
        sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", 9
        sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
        sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
        sheet.protection.sheet = True  # without a password: it guards against slips, not against people
        sheet.protection.formatRows = sheet.protection.formatColumns = False

    def _guide(self) -> None:
        sheet = self.made.create_sheet(sheet_name(self.book.guide_name, []))
        self._set_up(sheet)
        sheet.column_dimensions["A"].hidden = True
        sheet.column_dimensions["B"].width = 100
        self._put(sheet, 1, LABEL, self.book.title).font = TITLE
        for row, text in enumerate(self.book.guide, 3):
            self._put(sheet, row, LABEL, text).alignment = WRAP

    def _lists(self) -> None:
        sheet = self.made.create_sheet(LISTS)
        sheet.sheet_state = "hidden"
        for column, (name, options) in enumerate(self.book.lists.items(), 1):
            for row, (_code, label) in enumerate(options, 1):
                self._put(sheet, row, column, label)
            letter = get_column_letter(column)
            self.ranges[name] = f"{quote_sheetname(LISTS)}!${letter}$1:${letter}${max(1, len(options))}"

    def _identity(self) -> None:
        sheet = self.made.create_sheet(IDENTITY)
        sheet.sheet_state = "hidden"
        sheet.protection.sheet = True
        rows = [("", name, text) for name, text in self.book.identity.items()]
        rows += [("revision", address, str(number)) for address, number in self.book.revisions.items()]
        for row, values in enumerate(rows, 1):
            for column, text in enumerate(values, 1):
                self._put(sheet, row, column, text)

    def _section(self, sheet: Worksheet, section: Sheet) -> None:
        for letter, width in WIDTHS.items():
            sheet.column_dimensions[letter].width = width
        sheet.column_dimensions["A"].hidden = True
        self._put(sheet, 1, LABEL, section.name).font = TITLE
        for place, row in enumerate(section.rows, 2):
            self._row(sheet, place, row)
        sheet.freeze_panes = "C2"

    def _row(self, sheet: Worksheet, place: int, row: Row) -> None:
        label = self._put(sheet, place, LABEL, row.label)
        label.font = Font(bold=True, size=12) if row.style == "heading" else BOLD if row.style == "question" else Font()
        label.alignment = Alignment(wrap_text=True, vertical="top", indent=2 if row.style == "part" else 0)
        if row.hint:
            hint = self._put(sheet, place, HINT, row.hint)
            hint.font, hint.alignment = SMALL, WRAP
        if row.box:
            self._put(sheet, place, NAME, row.box.name)
            self._box(sheet, place, ANSWER, row.box)
        texts = {"B": row.label, "C": str(self.book.shown(row.box) or "") if row.box else "", "D": row.hint}
        lines = [_lines(text, WIDTHS[letter]) for letter, text in texts.items()]
        sheet.row_dimensions[place].height = LINE * min(max(*lines, 1), MAX_LINES) + 3

    def _list(self, sheet: Worksheet, listed: ListSheet) -> None:
        sheet.column_dimensions["A"].hidden = True
        sheet.row_dimensions[1].hidden = True
        self._put(sheet, 2, LABEL, listed.title).font = TITLE
        for column, (name, label, hint) in enumerate(listed.heads, LABEL):
            self._put(sheet, 1, column, name)
            head, small = self._put(sheet, 3, column, label), self._put(sheet, 4, column, hint)
            head.font, head.fill, head.alignment = BOLD, HEAD, WRAP
            small.font, small.alignment = SMALL, WRAP
            sheet.column_dimensions[get_column_letter(column)].width = 28
        for place, (item, boxes) in enumerate(listed.rows, 5):
            self._put(sheet, place, NAME, item)
            for column, box in enumerate(boxes, LABEL):
                self._box(sheet, place, column, box)
        sheet.freeze_panes = "C5"

    def _box(self, sheet: Worksheet, row: int, column: int, box: Box) -> None:
        cell = self._put(sheet, row, column, self.book.shown(box))
        cell.number_format = NUMBER_FORMATS.get(box.kind, "General")
        cell.protection, cell.border, cell.fill, cell.alignment = OPEN, BOXED, FILL, WRAP
        check = self._check(sheet, box)
        if check is not None:
            check.add(cell)

    def _check(self, sheet: Worksheet, box: Box) -> DataValidation | None:
        """One rule for all cells of a sheet that are alike."""
        listed = self.ranges[box.options] if box.kind == "pick" else f'"{TICK}"' if box.kind == "tick" else ""
        if not listed and not box.prompt:
            return None
        key = (sheet.title, listed, box.prompt)
        if key not in self.checks:
            check = DataValidation(
                type="list" if listed else None,
                formula1=listed or None,
                allow_blank=True,
                showErrorMessage=bool(listed),
                errorTitle=self.book.wrong_title[:MAX_TITLE],
                error=self.book.wrong[:MAX_PROMPT],
                showInputMessage=bool(box.prompt),
                prompt=escape_text(_short(box.prompt)) or None,
            )
            sheet.add_data_validation(check)
            self.checks[key] = check
        return self.checks[key]

    def _put(self, sheet: Worksheet, row: int, column: int, value: Content) -> Any:
        return write_cell(sheet, row, column, value, self.too_long)


def _lines(text: str, width: int) -> int:
    """About how many lines a cell of this width takes: programs do not agree on when to work it out themselves."""
    wide = sum(1 + (sign > "\u2e7f") for sign in text)  # a Chinese sign is as wide as two letters
    return text.count("\n") + math.ceil(wide / (width * 0.95))


def _short(text: str) -> str:
    return text if len(text) <= MAX_PROMPT else text[: MAX_PROMPT - 1] + "…"
