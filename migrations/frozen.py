"""What the versions share, as it stood when they were written: nothing here follows the living program.

The versions are loaded by path; `prepend_sys_path` in alembic.ini lets them find this file, in a checkout and in a wheel.
Never change what a function here makes: a database made today must be the one that was made then.
"""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Callable, Mapping
from typing import Any

import sqlalchemy as sa
from alembic import op

OPERATIONS = ("UPDATE", "DELETE")


class Json(sa.types.TypeDecorator[Any]):
    """`json` on PostgreSQL, compact text on SQLite."""

    impl = sa.Text
    cache_ok = True

    def load_dialect_impl(self, dialect: sa.Dialect) -> sa.types.TypeEngine[Any]:
        return dialect.type_descriptor(sa.JSON() if dialect.name == "postgresql" else sa.Text())

    def process_bind_param(self, value: Any, dialect: sa.Dialect) -> Any:
        return value if dialect.name == "postgresql" else json.dumps(value, ensure_ascii=False, separators=(",", ":"))

    def process_result_value(self, value: Any, dialect: sa.Dialect) -> Any:
        return json.loads(value) if isinstance(value, str) and dialect.name != "postgresql" else value


class Moment(sa.types.TypeDecorator[datetime.datetime]):
    """A point in time, read as UTC whether or not the database keeps its zone."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime.datetime | None, dialect: sa.Dialect) -> datetime.datetime | None:
        return value.astimezone(datetime.UTC) if value else None

    def process_result_value(self, value: datetime.datetime | None, dialect: sa.Dialect) -> datetime.datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=datetime.UTC) if value.tzinfo is None else value.astimezone(datetime.UTC)


def on_postgresql() -> bool:
    return op.get_bind().dialect.name == "postgresql"


def make_append_only(table: str) -> None:
    """Triggers that refuse to change, remove or (PostgreSQL) truncate rows. `refuse_change()` is made by version 0002.

    A later batch operation on the table drops its triggers on SQLite: call this again there.
    """
    for operation in OPERATIONS:
        head = f"CREATE TRIGGER {table}_no_{operation.lower()} BEFORE {operation} ON {table}"
        if on_postgresql():
            op.execute(f"{head} FOR EACH ROW EXECUTE FUNCTION refuse_change()")
        else:
            op.execute(f"{head} BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END")
    if on_postgresql():
        op.execute(
            f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )


def add_checks(table: str, columns: Mapping[str, tuple[str, ...]]) -> None:
    """A check that each column holds one of its words, or nothing: `ck_TABLE_COLUMN_known`."""
    checks = {f"ck_{table}_{column}_known": _is_one_of(column, words) for column, words in columns.items()}
    if on_postgresql():
        for name, check in checks.items():
            op.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} CHECK ({check})")
        return
    more = "".join(f", CONSTRAINT {name} CHECK ({check})" for name, check in checks.items())
    _rebuild(table, lambda made: f"{made.rpartition(')')[0]}{more}){made.rpartition(')')[2]}")


def drop_checks(table: str, columns: Mapping[str, tuple[str, ...]]) -> None:
    """What `add_checks` made."""
    for column, words in columns.items():
        name = f"ck_{table}_{column}_known"
        if on_postgresql():
            op.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
        else:
            text = f", CONSTRAINT {name} CHECK ({_is_one_of(column, words)})"
            _rebuild(table, lambda made, text=text: made.replace(text, ""))


def _is_one_of(column: str, words: tuple[str, ...]) -> str:
    return f"{column} IN ({', '.join(repr(word) for word in words)})"


def _rebuild(table: str, change: Callable[[str], str]) -> None:
    """SQLite: from the table's own text, since a batch operation would lose WITHOUT ROWID and the triggers."""
    bind = op.get_bind()
    made = bind.execute(
        sa.text("SELECT type, sql FROM sqlite_master WHERE tbl_name = :table AND sql IS NOT NULL"), {"table": table}
    ).all()
    (before,) = (sql for kind, sql in made if kind == "table")
    after = change(before)
    if after == before:
        raise RuntimeError(f"{table} is not as the version before left it")
    bind.exec_driver_sql(re.sub(rf'CREATE TABLE "?{table}"?', f"CREATE TABLE {table}_new", after, count=1))
    names = ", ".join(f'"{row[1]}"' for row in bind.exec_driver_sql(f"PRAGMA table_info({table})"))
    bind.exec_driver_sql(f"INSERT INTO {table}_new ({names}) SELECT {names} FROM {table}")  # noqa: S608 - names of ours
    bind.exec_driver_sql(f"DROP TABLE {table}")
    bind.exec_driver_sql(f"ALTER TABLE {table}_new RENAME TO {table}")
    for kind, sql in made:
        if kind != "table":
            bind.exec_driver_sql(sql)
