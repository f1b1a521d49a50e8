"""The same tables for statistics programs: SPSS (.sav) and Parquet, through pyreadstat and polars.

A column that says one of a list of choices becomes a number with its labels; where its words say more than the label (a
choice that was specified, a reason for giving none), they follow in a column of their own.
"""

from __future__ import annotations

import datetime
import json
import re
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from surveyapp.definition.tables import Column, Table, Value

from .tables_as_data import as_package, column_type
from .workbook import Properties, SheetOfTables

#: bytes of UTF-8 that SPSS allows: of a text, a name, a label
TEXT, NAME, LABEL = 32_767, 64, 256
#: words of SPSS's own language
RESERVED = {"all", "and", "by", "eq", "ge", "gt", "le", "lt", "ne", "not", "or", "to", "with"}


@dataclass(frozen=True)
class Variable:
    name: str
    label: str
    kind: str  #: string, number, date, datetime
    values: Sequence[Value]
    labels: Mapping[int, str] | None = None


def as_sav_package(sheets: Sequence[SheetOfTables], properties: Properties) -> bytes:
    """A zip file of one .sav per table."""
    return as_package(sheets, properties, "sav", lambda table: _sav(table, properties.moment))


def as_parquet_package(sheets: Sequence[SheetOfTables], properties: Properties) -> bytes:
    """A zip file of one .parquet per table; labels are in its metadata, under `surveyapp`."""
    return as_package(sheets, properties, "parquet", _parquet)


def variables(table: Table) -> list[Variable]:
    """Each name once, whatever the case of its letters."""
    taken: set[str] = set()
    listed: list[Variable] = []
    for place, column in enumerate(table.columns):
        listed += [replace(variable, name=_free(variable.name, taken)) for variable in _of_column(table, place, column)]
    return listed


def _of_column(table: Table, place: int, column: Column) -> Iterator[Variable]:
    name, words = column.name or f"v{place + 1}", [row[place] for row in table.rows]
    if column.coding is None:
        yield Variable(name, column.title, column_type(table, place), words)
        return
    labels, numbers = column.coding.labels, column.coding.numbers
    yield Variable(name, column.title, "number", numbers, labels)
    if any(word != (number and labels[number]) for word, number in zip(words, numbers, strict=True)):
        yield Variable(f"{name}_text", column.title, "string", words)


def _free(name: str, taken: set[str]) -> str:
    """A lawful name that nobody has: letters, digits and low lines, a letter first."""
    plain = re.sub(r"[^A-Za-z0-9_]+", "_", name).strip("_") or "v"
    plain = (plain if plain[0].isalpha() and plain.lower() not in RESERVED else f"v_{plain}")[: NAME - 4]
    free, number = plain, 1
    while free.lower() in taken:
        number += 1
        free = f"{plain}_{number}"
    taken.add(free.lower())
    return free


def _frame(listed: Sequence[Variable]) -> Any:
    import polars

    types: dict[str, Any] = {
        "string": polars.Utf8,
        "number": polars.Float64,
        "date": polars.Date,
        "datetime": polars.Datetime("ms"),
    }
    columns = {
        variable.name: polars.Series(
            variable.name, [_value(variable, v) for v in variable.values], types[variable.kind]
        )
        for variable in listed
    }
    return polars.DataFrame(columns)


def _value(variable: Variable, value: Value) -> Value:
    if value is None:
        return None
    if variable.kind == "string":
        return value if isinstance(value, str) else _written(value)
    if isinstance(value, datetime.datetime):
        return value.astimezone(datetime.UTC).replace(tzinfo=None, microsecond=0)
    return float(value) if variable.kind == "number" else value  # type: ignore[arg-type]


def _written(value: Value) -> str:
    return value.isoformat() if isinstance(value, datetime.date) else str(value)


def _parquet(table: Table) -> bytes:
    listed = variables(table)
    descriptions = {
        variable.name: {"label": variable.label, **({"values": variable.labels} if variable.labels else {})}
        for variable in listed
    }
    described = {"title": table.title, "base": table.base_line, "columns": descriptions}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "table.parquet"
        _frame(listed).write_parquet(path, metadata={"surveyapp": json.dumps(described, ensure_ascii=False)})
        return path.read_bytes()


def _sav(table: Table, moment: datetime.datetime) -> bytes:
    import pyreadstat

    listed = list(_in_parts(variables(table)))
    labelled: Any = {
        variable.name: {number: _cut(text, 120) for number, text in variable.labels.items()}
        for variable in listed
        if variable.labels
    }
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "table.sav"
        pyreadstat.write_sav(
            _frame(listed),
            path,
            file_label=_cut(table.title, 64),
            column_labels={variable.name: _cut(variable.label, LABEL) for variable in listed},
            variable_value_labels=labelled,
        )
        return _stamped(path.read_bytes(), moment)


def _in_parts(listed: Sequence[Variable]) -> Iterator[Variable]:
    """A text that is longer than SPSS allows goes on in a column beside it: nothing is cut off."""
    taken = {variable.name.lower() for variable in listed}
    for variable in listed:
        if variable.kind != "string":
            yield variable
            continue
        texts = [_parts(str(_value(variable, value) or "")) for value in variable.values]
        for place in range(max([1, *map(len, texts)])):
            name = variable.name if place == 0 else _free(f"{variable.name}_part", taken)
            yield Variable(name, variable.label, "string", [t[place] if place < len(t) else None for t in texts])


def _parts(text: str) -> list[str]:
    raw, parts = text.encode("utf-8", "replace"), []
    while raw:
        part = raw[:TEXT].decode("utf-8", "ignore")
        parts.append(part)
        raw = raw[len(part.encode("utf-8")) :]
    return parts


def _cut(text: str, most: int) -> str:
    """Of a label; the whole one stands in datapackage.json."""
    raw = text.encode("utf-8", "replace")
    return text if len(raw) <= most else raw[: most - 3].decode("utf-8", "ignore") + "…"


def _stamped(content: bytes, moment: datetime.datetime) -> bytes:
    """The header's day and time are the data's: the same data are the same bytes. (Bytes 84 to 100 of the format.)"""
    utc = moment.astimezone(datetime.UTC)
    months = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
    stamp = f"{utc.day:02} {months[utc.month - 1]} {utc:%y%H:%M:%S}".encode("ascii")
    return content[:84] + stamp + content[84 + len(stamp) :]
