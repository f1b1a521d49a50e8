"""A stranger's file → what stands in its cells, as JSON on standard output. Run by `sandbox`, never imported by it.

`python -m surveyapp.handouts.fill_in.read` reads the file from standard input. Every refusal is a word that the page
puts into a sentence; nothing of the file is ever run, fetched or followed.
"""

from __future__ import annotations

import datetime
import io
import json
import sys
import zipfile
from typing import Any

from ..cell import unescape_text
from .book import IDENTITY, LISTS, BoxContent, as_read_back

OLE, ZIP = b"\xd0\xcf\x11\xe0", b"PK\x03\x04"
#: of what is unpacked: the longest questionnaire takes a twentieth
MAX_BYTES, MAX_PARTS = 24_000_000, 200
MAX_ROWS, MAX_COLUMNS, MAX_CELLS = 4_000, 300, 60_000
MAX_TABLE_COLUMNS = 40
FORBIDDEN = {"vbaproject": "macros", "externallinks/": "links", "embeddings/": "objects", "activex/": "macros"}


#: what openpyxl says of a file that is not what it seems
READ_ERRORS = (KeyError, ValueError, TypeError, AttributeError, IndexError, OSError, zipfile.BadZipFile, SyntaxError)


class Unfit(Exception):
    """The file is not to be read: why."""


def read(content: bytes) -> dict[str, object]:
    """{identity, revisions, cells} of a workbook of ours. Raises Unfit."""
    _examine(content)
    from .exact_strings import load_exactly  # only now: nothing of openpyxl is needed to refuse

    try:
        book = load_exactly(io.BytesIO(content))
        if IDENTITY not in book.sheetnames:
            raise Unfit("stranger")
        identity, revisions = _identity(book[IDENTITY])
        cells: list[BoxContent] = []
        for name in book.sheetnames:
            if name not in (IDENTITY, LISTS):
                cells += _cells(book[name], name)
                if len(cells) > MAX_CELLS:
                    raise Unfit("large")
    except READ_ERRORS as odd:
        raise Unfit("broken") from odd
    return {"identity": identity, "revisions": revisions, "cells": cells}


def read_table(content: bytes) -> dict[str, object]:
    """The rows of the first sheet: what stands in each cell, as text, numbers and days."""
    _examine(content)
    from .exact_strings import load_exactly

    try:
        book = load_exactly(io.BytesIO(content))
        sheet = book[book.sheetnames[0]]
        sheet.reset_dimensions()  # what a file says of its own size is not to be trusted
        rows = [[_plain(cell) for cell in row] for row in sheet.iter_rows(max_row=MAX_ROWS, max_col=MAX_TABLE_COLUMNS)]
    except READ_ERRORS as odd:
        raise Unfit("broken") from odd
    return {"rows": rows}


def _plain(cell: Any) -> str | float | None:
    """A formula is no content: what it would give is not ours to work out."""
    value = getattr(cell, "value", None)
    if value is None or cell.data_type in ("f", "e"):
        return None
    if isinstance(value, datetime.datetime):
        return value.date().isoformat()
    return value if isinstance(value, int | float) and not isinstance(value, bool) else unescape_text(str(value))


def _examine(content: bytes) -> None:
    """Refuses before anything is parsed."""
    if content.startswith(OLE):
        raise Unfit("old")  # .xls, and a file with a password
    if not content.startswith(ZIP):
        raise Unfit("not_xlsx")
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
    except (zipfile.BadZipFile, NotImplementedError, ValueError) as odd:
        raise Unfit("broken") from odd
    _examine_names(archive.infolist())
    left = MAX_BYTES
    for part in archive.infolist():
        left -= _scan(archive, part, left)


def _examine_names(parts: list[zipfile.ZipInfo]) -> None:
    names = [part.filename.lower() for part in parts]
    if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_BYTES:
        raise Unfit("large")
    if "[content_types].xml" not in names or "xl/workbook.xml" not in names:
        raise Unfit("not_xlsx")
    for sign, reason in FORBIDDEN.items():
        if any(sign in name for name in names):
            raise Unfit(reason)


def _scan(archive: zipfile.ZipFile, part: zipfile.ZipInfo, left: int) -> int:
    """Its real size, whatever its head says; no entity may be declared in it."""
    try:
        with archive.open(part) as opened:
            text = opened.read(left + 1)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError, ValueError) as odd:
        raise Unfit("broken") from odd
    if len(text) > left:
        raise Unfit("large")
    if part.filename.lower().endswith((".xml", ".rels")):
        plain = text.replace(b"\x00", b"").upper()  # UTF-16 too
        if b"<!DOCTYPE" in plain or b"<!ENTITY" in plain:
            raise Unfit("entities")
        if b"MACROENABLED" in plain:
            raise Unfit("macros")
    return len(text)


def _identity(sheet: Any) -> tuple[dict[str, str], dict[str, int]]:
    identity: dict[str, str] = {}
    revisions: dict[str, int] = {}
    for kind, name, text in sheet.iter_rows(max_row=MAX_CELLS, max_col=3, values_only=True):
        if kind == "revision":
            revisions[str(name)] = int(str(text))
        elif name is not None:
            identity[str(name)] = "" if text is None else unescape_text(str(text))
    return identity, revisions


def _cells(sheet: Any, title: str) -> list[BoxContent]:
    cells: list[BoxContent] = []
    heads: dict[int, str] = {}
    for number, row in enumerate(sheet.iter_rows(max_row=MAX_ROWS, max_col=MAX_COLUMNS), 1):
        name = row[0].value if row else None
        if number == 1 and name is None:
            heads = {place: str(cell.value) for place, cell in enumerate(row) if place and cell.value is not None}
        if isinstance(name, str):
            cells += [_content(box, cell, title) for box, cell in _boxes(name, row, heads)]
    return cells


def _boxes(name: str, row: tuple[Any, ...], heads: dict[int, str]) -> list[tuple[str, Any]]:
    """(name, cell) of each box of a row: several in the row of a list's item, else the one in column C."""
    if name.count("/") == 1 and heads:
        return [(f"{name}/{head}", row[place] if place < len(row) else None) for place, head in heads.items()]
    return [(name, row[2] if len(row) > 2 else None)]


def _content(name: str, cell: Any, title: str) -> BoxContent:
    value = getattr(cell, "value", None)
    place = f"{title}!{cell.coordinate}" if value is not None else title
    if value is not None and cell.data_type == "f":
        return name, None, "formula", place
    if value is not None and cell.data_type == "e":
        return name, None, "error", place
    kind = "date" if isinstance(value, datetime.date) else ""
    if isinstance(value, bool):
        value = str(value)
    if isinstance(value, datetime.time | datetime.timedelta):
        value = str(value)
    if isinstance(value, str):
        value = unescape_text(value)
    return name, as_read_back(value), kind, place


def main() -> None:
    """Writes the content or `{"refused": reason}`; never raises."""
    try:
        answer = (read_table if "--table" in sys.argv else read)(sys.stdin.buffer.read())
    except Unfit as unfit:
        answer = {"refused": str(unfit)}
    except (MemoryError, RecursionError):
        answer = {"refused": "large"}
    json.dump(answer, sys.stdout)


if __name__ == "__main__":
    main()
