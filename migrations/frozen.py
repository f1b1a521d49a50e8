"""What the versions share, as it stood when they were written: nothing here follows the living program.

The versions are loaded by path; `prepend_sys_path` in alembic.ini lets them find this file, in a checkout and in a wheel.
Never change what a function here makes: a database made today must be the one that was made then.
"""

from __future__ import annotations

import datetime
import json
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
