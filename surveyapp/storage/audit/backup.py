"""The whole of it in one file, taken while it runs: every table at one moment, and the documents that were handed in.

The file knows no database: what was taken from one kind can be restored into the other.
"""

from __future__ import annotations

import base64
import datetime
import hashlib
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, DateTime, LargeBinary, Table, func, insert, select, update
from sqlalchemy.types import TypeDecorator

from .. import schema
from ..columns import Json, Moment, utc_now
from ..database import db
from ..transactions import reading, writing

#: what can be made again, or is of this moment only
LEFT_OUT = frozenset({"rate_limits", "jobs", "challenges", "alembic_version"})
ROWS_AT_ONCE = 1_000


class NotABackup(ValueError):
    """The message says what to do."""


def backup(target: Path, documents: Path) -> dict[str, int]:
    """Rows by table. The documents are read after the tables: one that came in between is too many, never one too few."""
    counts: dict[str, int] = {}
    part = target.with_name(target.name + ".part")
    with zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED) as archive:
        digests: dict[str, str] = {}
        with reading() as connection:
            for table in _tables():
                with archive.open(f"tables/{table.name}.jsonl", "w", force_zip64=True) as out:
                    digest, counts[table.name] = hashlib.sha256(), 0
                    for line in _lines(connection, table):
                        out.write(line)
                        digest.update(line)
                        counts[table.name] += 1
                digests[f"tables/{table.name}.jsonl"] = digest.hexdigest()
            revision = schema.revision()
        for file in sorted(documents.rglob("*")) if documents.is_dir() else ():
            if file.is_file():
                name = f"documents/{file.relative_to(documents).as_posix()}"
                archive.write(file, name)
                digests[name] = hashlib.sha256(file.read_bytes()).hexdigest()
        facts = {"form": "surveyapp-backup-1", "revision": revision, "at": utc_now().isoformat(), "files": digests}
        archive.writestr("backup.json", json.dumps(facts, indent=1))
    part.replace(target)  # half a backup never bears the name of a whole one
    return counts


def _tables() -> list[Table]:
    """Those first that others point at."""
    return [table for table in db.metadata.sorted_tables if table.name not in LEFT_OUT]


def _lines(connection: Connection, table: Table) -> Iterator[bytes]:
    query = select(table).order_by(*table.primary_key.columns)
    for row in connection.execution_options(yield_per=ROWS_AT_ONCE).execute(query).mappings():
        yield (
            json.dumps({column.name: _plain(row[column]) for column in table.columns}, ensure_ascii=False) + "\n"
        ).encode()


def _plain(value: Any) -> Any:
    if isinstance(value, bytes):
        return {"base64": base64.b64encode(value).decode()}
    return value.isoformat() if isinstance(value, datetime.date) else value


def restore(source: Path, documents: Path) -> dict[str, int]:
    """Into an empty database; rows by table. Raises NotABackup, and then nothing is there."""
    try:
        with zipfile.ZipFile(source) as archive:
            facts = json.loads(archive.read("backup.json"))
            _examine(archive, facts, documents)
            if facts["revision"] != schema.newest():
                raise NotABackup(
                    f"The backup is of revision {facts['revision']}, this program of {schema.newest()}. Restore it with the "
                    "program of its time, then upgrade."
                )
            counts = _fill(archive)
            for name in facts["files"]:
                if name.startswith("documents/"):
                    _put(_place(documents, name), archive.read(name))
            return counts
    except (zipfile.BadZipFile, KeyError, UnicodeDecodeError, json.JSONDecodeError) as odd:
        raise NotABackup(f"This is no backup of surveyapp ({odd}).") from None


def _examine(archive: zipfile.ZipFile, facts: dict[str, Any], documents: Path) -> None:
    if facts.get("form") != "surveyapp-backup-1":
        raise NotABackup("This is no backup of surveyapp.")
    for name, promised in facts["files"].items():
        if name.startswith("documents/"):
            _place(documents, name)
        if hashlib.sha256(archive.read(name)).hexdigest() != promised:
            raise NotABackup(f"{name} is not what was backed up: the file was damaged or changed.")


def _place(documents: Path, name: str) -> Path:
    target = (documents / name.removeprefix("documents/")).resolve()
    if not target.is_relative_to(documents.resolve()):
        raise NotABackup(f"{name} would be written outside the folder of documents.")
    return target


def _put(target: Path, content: bytes) -> None:
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    target.write_bytes(content)


def _fill(archive: zipfile.ZipFile) -> dict[str, int]:
    counts: dict[str, int] = {}
    later: list[tuple[Table, str, dict[str, Any]]] = []
    with writing() as connection:
        for table in _tables():
            if connection.execute(select(func.count()).select_from(table)).scalar():
                raise NotABackup(f"There are rows in {table.name}. Restore into an empty database.")
        for table in _tables():
            rows = [_row(table, json.loads(line)) for line in archive.open(f"tables/{table.name}.jsonl")]
            first = [
                {name: None if name in _pointing_on(table) else value for name, value in row.items()} for row in rows
            ]
            for start in range(0, len(rows), ROWS_AT_ONCE):
                connection.execute(insert(table), first[start : start + ROWS_AT_ONCE])
            later += [(table, name, row) for row in rows for name in _pointing_on(table) if row[name] is not None]
            counts[table.name] = len(rows)
        for table, name, row in later:
            connection.execute(update(table).where(table.c.id == row["id"]).values({name: row[name]}))
        _count_on(connection)
    return counts


def _row(table: Table, kept: dict[str, Any]) -> dict[str, Any]:
    return {column.name: _value(column.type, kept[column.name]) for column in table.columns}


def _value(kind: Any, value: Any) -> Any:
    if value is None or isinstance(kind, Json):
        return value
    inner = kind.impl if isinstance(kind, TypeDecorator) else kind
    if isinstance(kind, Moment) or isinstance(inner, DateTime):
        return datetime.datetime.fromisoformat(value)
    if isinstance(inner, LargeBinary):
        return base64.b64decode(value["base64"])
    return datetime.date.fromisoformat(value) if inner.python_type is datetime.date else value


def _pointing_on(table: Table) -> set[str]:
    """Columns that point at a table which points back: filled in once both are there."""
    return {column.name for column in table.columns for key in column.foreign_keys if key.use_alter}


def _count_on(connection: Connection) -> None:
    """PostgreSQL's own counters do not see what was inserted with its number."""
    if connection.dialect.name != "postgresql":
        return
    for table in _tables():
        if "id" in table.columns and table.columns["id"].autoincrement is not False:
            sequence = connection.scalar(select(func.pg_get_serial_sequence(table.name, "id")))
            if sequence:
                last = select(func.coalesce(func.max(table.columns["id"]), 0) + 1)
                connection.execute(select(func.setval(sequence, last.scalar_subquery(), False)))
