"""What a fill-in workbook holds, as data. A box is a cell to fill; its name says which part of which answer it is.

Names: `address`, `address.part` (as on the page), `address=code` (a tick), `address#3` (the third of several),
`address!reason` (why it is left open). On a sheet of a list, a row stands for an item and a column for a part of it.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from surveyapp.definition.typed_text import is_blank

from ..cell import MAX_UNITS, escape_text, utf16_units

#: where the program's own words stand: out of sight, and never shown to be edited
LISTS, IDENTITY = "_lists", "_identity"
TICK = "✓"
Content = str | int | float | datetime.date | None
#: of a file that came back: (the box's name, its content, `date` · `formula` · `error` or nothing, the cell's place)
BoxContent = tuple[str, object, str, str]


@dataclass(frozen=True)
class Box:
    """`kind`: text · number · rank · date · month · pick · tick."""

    name: str
    kind: str
    value: Content = None
    options: str = ""  #: pick: the name of the list
    prompt: str = ""  #: shown when the cell is entered


@dataclass(frozen=True)
class Row:
    """`style`: heading · note · question · part."""

    style: str
    label: str
    hint: str = ""
    box: Box | None = None


@dataclass(frozen=True)
class Sheet:
    """One section."""

    name: str
    rows: Sequence[Row]


@dataclass(frozen=True)
class ListSheet:
    """The items of one list: a row each, with room for more."""

    name: str
    title: str
    heads: Sequence[tuple[str, str, str]]  #: (the part's name, label, hint) of each column
    rows: Sequence[tuple[str, Sequence[Box]]]  #: (`repeat/item`, boxes by column)


@dataclass(frozen=True)
class Book:
    """One participant's workbook, in words of one language."""

    title: str
    author: str
    right_to_left: bool
    guide_name: str
    guide: Sequence[str]
    wrong_title: str  #: over the message where something else than a choice is typed
    wrong: str
    sheets: Sequence[Sheet | ListSheet]
    lists: Mapping[str, Sequence[tuple[str, str]]]  #: name → (code, label), labels all different
    identity: Mapping[str, str]
    revisions: Mapping[str, int]
    moment: datetime.datetime
    boxes: Mapping[str, Box] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "boxes", {box.name: box for box in _boxes(self.sheets)})

    def shown(self, box: Box) -> Content:
        """What is written into its cell."""
        if box.kind == "pick" and box.value is not None:
            return dict(self.lists[box.options]).get(str(box.value), box.value)
        if box.kind == "tick":
            return TICK if box.value else None
        if isinstance(box.value, str) and not fits_cell(box.value):
            return None  # a text that no cell can hold is answered on line; the hint says so
        return box.value


def _boxes(sheets: Sequence[Sheet | ListSheet]) -> list[Box]:
    boxes: list[Box] = []
    for sheet in sheets:
        if isinstance(sheet, Sheet):
            boxes += [row.box for row in sheet.rows if row.box]
        else:
            boxes += [box for _item, row in sheet.rows for box in row]
    return boxes


def as_read_back(value: object) -> object:
    """What comes back of a content that nobody touched: what a cell can hold, as the format's readers give it."""
    if isinstance(value, bool) or value is None or value == "":
        return None if value in (None, "") else value
    if isinstance(value, int | float):
        return float(value)
    if isinstance(value, datetime.datetime):
        return value.date().isoformat() if value.time() == datetime.time() else value.isoformat()
    if isinstance(value, datetime.date):
        return value.isoformat()
    # line breaks come back as one kind, all else as it was typed
    text = str(value).replace("\r\n", "\n").replace("\r", "\n")
    return None if is_blank(text) else text


def fits_cell(text: str) -> bool:
    """Can one cell hold the text?"""
    return utf16_units(escape_text(text)) <= MAX_UNITS
