"""The texts of a workbook as its format holds them: `_xHHHH_` stands for a character, once, wherever a text stands.

openpyxl drops each `x005F_` of a shared text and undoes no other escape, so what `cell.escape_text` wrote would not be
what comes back, and an escape that somebody typed could not be told from one that the format needed.
"""

from __future__ import annotations

from typing import IO, Any

from openpyxl.cell.text import Text
from openpyxl.reader.excel import ExcelReader
from openpyxl.xml.constants import SHARED_STRINGS, SHEET_MAIN_NS
from openpyxl.xml.functions import iterparse


class _ExactReader(ExcelReader):
    """Leaves the escapes of shared texts as they stand, as those of inline texts are left."""

    def read_strings(self) -> None:
        table = self.package.find(SHARED_STRINGS)  # type: ignore[no-untyped-call]
        if table is not None:
            with self.archive.open(table.PartName[1:]) as source:
                self.shared_strings = _shared_texts(source)


def _shared_texts(source: IO[bytes]) -> list[str]:
    texts = []
    for _event, node in iterparse(source):
        if node.tag == f"{{{SHEET_MAIN_NS}}}si":
            text = Text.from_tree(node)
            texts.append(text.content if text else "")
            node.clear()
    return texts


def load_exactly(source: IO[bytes]) -> Any:
    """openpyxl's workbook, read only, whose texts are still escaped: `cell.unescape_text` gives what they say."""
    reader = _ExactReader(source, read_only=True, keep_vba=False, data_only=False, keep_links=False)
    reader.read()
    return reader.wb
