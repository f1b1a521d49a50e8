"""Column types that mean the same on both databases, and small pieces many tables share."""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterable
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Connection, DateTime, Dialect, Text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.types import TypeDecorator, TypeEngine


def utc_now() -> datetime.datetime:
    """The moment, aware, in UTC: the one clock of storage."""
    return datetime.datetime.now(datetime.UTC)


def as_moment(text: str) -> datetime.datetime:
    """What `isoformat` wrote into a snapshot."""
    return datetime.datetime.fromisoformat(text)


#: compact JSON that keeps every letter as it is; made once, for `json.dumps` makes an encoder at each call
dumps = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def canonical(value: object) -> str:
    """The one JSON text of a value: sorted keys, no spaces. Digests are taken over its UTF-8."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True, allow_nan=False)


class Json(TypeDecorator[Any]):
    """`json` on PostgreSQL (it keeps the text; jsonb would rewrite numbers), text on SQLite.

    Not SQLAlchemy's JSON on SQLite: a column declared JSON there has numeric affinity, and 1.0 comes back as 1.
    Python's None is JSON's null; an absent value is a NULL that only an omitted column makes.
    """

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """`json` on PostgreSQL, text elsewhere."""
        return dialect.type_descriptor(JSON() if dialect.name == "postgresql" else Text())

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        """Python value → what the driver takes."""
        return value if dialect.name == "postgresql" else dumps(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        """What the driver gives → Python value."""
        return json.loads(value) if isinstance(value, str) and dialect.name != "postgresql" else value


class Moment(TypeDecorator[datetime.datetime]):
    """An aware point in time, kept and given in UTC. A naive one is refused: whose clock would it be?"""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime.datetime | None, dialect: Dialect) -> datetime.datetime | None:
        """Into UTC. Raises ValueError where there is no time zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs its time zone")
        return value.astimezone(datetime.UTC)

    def process_result_value(self, value: datetime.datetime | None, dialect: Dialect) -> datetime.datetime | None:
        """Aware, in UTC, whatever the driver gave."""
        if value is None:
            return None
        return value.replace(tzinfo=datetime.UTC) if value.tzinfo is None else value.astimezone(datetime.UTC)


def insert_into(connection: Connection, table: Any) -> Any:
    """An insert that can say what to do where its key is taken: SQLAlchemy has one for each database."""
    return (postgresql if connection.dialect.name == "postgresql" else sqlite).insert(table)


def one_of(column: str, allowed: Iterable[str], name: str | None = None) -> CheckConstraint:
    """A named check that a column holds one of a few words."""
    words = ", ".join(f"'{word}'" for word in allowed)
    return CheckConstraint(f"{column} IN ({words})", name=name or f"{column}_known")
