"""Rows first, bytes later: a table that pages, workbooks and documents all draw.

It stands on the ground floor because `analysis` makes tables and `handouts` writes them, and neither knows the other.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Literal

Value = str | int | float | bool | datetime.date | datetime.datetime | None
Conditions = tuple[tuple[str, str], ...]  #: (name of a dimension, code)
Format = Literal["text", "number", "percent", "date", "moment"]


@dataclass(frozen=True)
class Column:
    title: str
    format: Format = "text"
    width: int | None = None  #: in characters; None: from what it holds


@dataclass(frozen=True)
class Table:
    """`base_line` says in words what the percentages are of; it is shown wherever the table is."""

    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Value, ...], ...]
    base_line: str = ""
    code: str = ""  #: the question's stable identifier, where there is one
    #: (label column, value column, number of rows) of the bar chart that belongs to it
    chart: tuple[int, int, int] | None = None
    #: row by row and cell by cell, by which conditions the replies behind a figure are found; empty: by none
    behind: tuple[tuple[Conditions | None, ...], ...] = ()
