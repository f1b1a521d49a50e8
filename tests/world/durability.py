"""Databases that do not wait for the disk, for tests in which nothing is killed.

The product's own setting is tested by those marked `durable`, and runs in every server that a test starts.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from typing import Any

from sqlalchemy import Engine, event


def relaxed(set_up: Callable[[Engine], None]) -> Callable[[Engine], None]:
    """`extensions.set_up`, after which each new connection is told not to wait."""

    def set_up_relaxed(engine: Engine) -> None:
        set_up(engine)
        event.listen(engine, "connect", _relax)

    return set_up_relaxed


def _relax(connection: Any, _: object) -> None:
    if isinstance(connection, sqlite3.Connection):
        connection.execute("PRAGMA synchronous=OFF")
        return
    connection.execute("SET synchronous_commit = off")
    connection.commit()
