"""What a workbook's cells mean, read from its XML by the format's own rules and by nobody's library."""

from __future__ import annotations

import datetime
import io
import re
import zipfile
from collections.abc import Sequence

from defusedxml import ElementTree

from surveyapp.definition.tables import Column, Table, Value
from surveyapp.handouts.workbook import Properties, SheetOfTables, build_workbook

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
MOMENT = datetime.datetime(2026, 1, 2, 3, 4, 5, tzinfo=datetime.UTC)


def properties(*, right_to_left: bool = False, title: str = "Title") -> Properties:
    return Properties(title, "surveyapp", MOMENT, right_to_left, "Too long", ("Cell", "Part", "Text"))


def register(values: Sequence[Value], column: Column | None = None, name: str = "Data") -> bytes:
    """A workbook whose first sheet holds the values in A2, A3, …"""
    table = Table("T", (column or Column("Head"),), tuple((value,) for value in values))
    return build_workbook((SheetOfTables(name, (table,), register=True),), properties())


def meaning(text: str) -> str:
    """ECMA-376: `_xHHHH_` stands for a UTF-16 unit; read once, from the left."""
    return re.sub("_x([0-9A-Fa-f]{4})_", lambda match: chr(int(match[1], 16)), text)


def cells(content: bytes, sheet: int = 1) -> dict[str, tuple[str, str]]:
    """Place → (type, what it means); types as the XML has them, `n` where it says nothing."""
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        shared = []
        if "xl/sharedStrings.xml" in book.namelist():
            strings = ElementTree.fromstring(book.read("xl/sharedStrings.xml"))
            shared = ["".join(part.text or "" for part in one.iter(f"{MAIN}t")) for one in strings.iter(f"{MAIN}si")]
        root = ElementTree.fromstring(book.read(f"xl/worksheets/sheet{sheet}.xml"))
    found = {}
    for cell in root.iter(f"{MAIN}c"):
        assert cell.find(f"{MAIN}f") is None, "a formula"
        kind, value = cell.get("t", "n"), cell.findtext(f"{MAIN}v")
        if kind == "inlineStr":
            found[cell.get("r")] = ("s", meaning("".join(part.text or "" for part in cell.iter(f"{MAIN}t"))))
        elif value is not None:
            found[cell.get("r")] = (kind, meaning(shared[int(value)]) if kind == "s" else value)
    return found
