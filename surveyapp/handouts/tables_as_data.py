"""The same tables without a workbook: CSV files with a Frictionless data package, and JSON."""

from __future__ import annotations

import csv
import datetime
import io
import json
from collections.abc import Callable, Sequence

from surveyapp.definition.tables import Column, Table, Value

from .archive import zip_parts
from .workbook import Properties, SheetOfTables

#: by Frictionless Table Schema
TYPES = {"text": "string", "number": "number", "percent": "number", "date": "date", "moment": "datetime"}


def as_csv_package(sheets: Sequence[SheetOfTables], properties: Properties) -> bytes:
    """A zip file: UTF-8 with a byte order mark, since Excel takes it for another encoding without."""
    return as_package(sheets, properties, "csv", as_csv)


def as_csv(table: Table) -> bytes:
    """UTF-8 with a byte order mark."""
    return b"\xef\xbb\xbf" + _csv(table).encode("utf-8")


def as_package(
    sheets: Sequence[SheetOfTables], properties: Properties, ending: str, write: Callable[[Table], bytes]
) -> bytes:
    """A zip file of one file per table, and a Frictionless data package that says what is in them."""
    parts: dict[str, bytes] = {}
    resources = []
    for number, table in enumerate(_tables(sheets), 1):
        name = f"{number:02}-{table.code or 'table'}".lower().replace("_", "-")
        parts[f"data/{name}.{ending}"] = write(table)
        resources.append(_resource(name, table, ending))
    package = {
        "profile": "tabular-data-package" if ending == "csv" else "data-package",
        "name": "surveyapp-export",
        "title": properties.title,
        "created": _moment(properties.moment),
        "resources": resources,
    }
    described = json.dumps(package, ensure_ascii=False, indent=1).encode("utf-8")
    return zip_parts({"datapackage.json": described, **parts}, naive(properties.moment))


def as_json(sheets: Sequence[SheetOfTables], properties: Properties) -> bytes:
    """UTF-8; rows as lists, numbers as numbers, days as ISO text."""
    tables = [
        {
            "sheet": sheet.name,
            "title": table.title,
            "code": table.code,
            "base": table.base_line,
            "columns": [{"title": column.title, "type": TYPES[column.format]} for column in table.columns],
            "rows": [[_plain(value) for value in row] for row in table.rows],
        }
        for sheet in sheets
        for table in sheet.tables
    ]
    whole = {"title": properties.title, "created": _moment(properties.moment), "tables": tables}
    return (json.dumps(whole, ensure_ascii=False, indent=1) + "\n").encode("utf-8")


def _tables(sheets: Sequence[SheetOfTables]) -> list[Table]:
    return [table for sheet in sheets for table in sheet.tables]


def _csv(table: Table) -> str:
    """Text as it was typed: a file of data is no place to run formulas, and what was typed is what it holds."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([name for name, _ in _fields(table)])
    writer.writerows([["" if value is None else _plain(value) for value in row] for row in table.rows])
    return out.getvalue()


def _fields(table: Table) -> list[tuple[str, Column]]:
    """Names of columns, each once: two choices may read alike."""
    seen: dict[str, int] = {}
    fields = []
    for place, column in enumerate(table.columns, 1):
        name = column.title or f"column {place}"
        seen[name] = seen.get(name, 0) + 1
        fields.append((name if seen[name] == 1 else f"{name} ({seen[name]})", column))
    return fields


def _resource(name: str, table: Table, ending: str) -> dict[str, object]:
    fields = [
        {"name": title, "type": column_type(table, place)} for place, (title, column) in enumerate(_fields(table))
    ]
    described = {"name": name, "path": f"data/{name}.{ending}"}
    if ending == "csv":
        described |= {"profile": "tabular-data-resource", "encoding": "utf-8"}
    return described | {"title": table.title, "description": table.base_line, "schema": {"fields": fields}}


def column_type(table: Table, place: int) -> str:
    """As it says, if all its values are of that type."""
    column = table.columns[place]
    values = [row[place] for row in table.rows if row[place] is not None]
    if column.format in ("number", "percent") and all(isinstance(value, int | float) for value in values):
        return "number"
    if column.format in ("date", "moment") and all(isinstance(value, datetime.date) for value in values):
        return TYPES[column.format]
    return "string"


def _plain(value: Value) -> str | float | None:
    if isinstance(value, datetime.datetime):
        return _moment(value)
    return value.isoformat() if isinstance(value, datetime.date) else value


def _moment(moment: datetime.datetime) -> str:
    return moment.astimezone(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def naive(moment: datetime.datetime) -> datetime.datetime:
    """In UTC, without its zone and to the second, as Office files and archives want it."""
    return moment.astimezone(datetime.UTC).replace(tzinfo=None, microsecond=0)
