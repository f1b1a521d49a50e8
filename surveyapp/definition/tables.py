"""Rows first, bytes later: a table that pages, workbooks and documents all draw.

It stands on the ground floor because `analysis` makes tables and `handouts` writes them, and neither knows the other.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Value = str | int | float | bool | datetime.date | datetime.datetime | None
Conditions = tuple[tuple[str, str], ...]  #: (name of a dimension, code)
Format = Literal["text", "number", "percent", "date", "moment"]


@dataclass(frozen=True)
class Coding:
    """What a column says in words, as numbers: 1, 2 … in the order of the choices, as statistics programs want them."""

    labels: Mapping[int, str]
    numbers: tuple[int | None, ...]  #: row by row


@dataclass(frozen=True)
class Column:
    """One column's head, and how its values are written."""

    title: str
    format: Format = "text"
    width: int | None = None  #: in characters; None: from what it holds
    name: str = ""  #: the same in every language and version, such as a question's code
    coding: Coding | None = None


@dataclass(frozen=True)
class Chart:
    """What is drawn of a table, in places of its columns and rows.

    bars · columns: a figure a row; ranks: mean ranks, 1 the highest; heat: shades of cells; stacked: a part for each row, a
    bar for each of `values`.
    """

    kind: Literal["bars", "columns", "ranks", "heat", "stacked"]
    values: tuple[int, ...]  #: columns
    first: int  #: row
    count: int  #: of rows
    label: int = 0  #: the column that names the rows


@dataclass(frozen=True)
class Table:
    """`base_line` says in words what the percentages are of; it is shown wherever the table is."""

    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Value, ...], ...]
    base_line: str = ""
    code: str = ""  #: the question's stable identifier, where there is one
    charts: tuple[Chart, ...] = ()  #: the pictures that belong to it, the chief one first
    #: row by row and cell by cell, by which conditions the replies behind a figure are found; empty: by none
    behind: tuple[tuple[Conditions | None, ...], ...] = ()
