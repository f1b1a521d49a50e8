"""The database extension and how its connections are set up. `init_app(app)` is all a factory calls."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path
from typing import Any

from flask import Flask
from flask_migrate import Migrate
from sqlalchemy import Connection, Engine, event, make_url

from .storage import models  # noqa: F401 - the metadata is complete only once they are imported
from .storage.database import db

MIGRATIONS = Path(__file__).resolve().parent.parent / "migrations"

#: seconds a connection waits for a lock or for the server before it gives up with `DatabaseUnavailable`
TIMEOUT_SECONDS = 10

migrate = Migrate(directory=str(MIGRATIONS), render_as_batch=True, compare_type=True)


def init_app(app: Flask) -> None:
    """Reads `SQLALCHEMY_DATABASE_URI`; connects only when first asked."""
    url = database_url(app.config["SQLALCHEMY_DATABASE_URI"])
    app.config["SQLALCHEMY_DATABASE_URI"] = url
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = engine_options(url) | app.config.get("SQLALCHEMY_ENGINE_OPTIONS", {})
    db.init_app(app)
    migrate.init_app(app, db)
    with app.app_context():
        set_up(db.engine)


def database_url(url: str) -> str:
    """Hosting platforms hand out `postgres://`; psycopg 3 has to be asked for by name."""
    for prefix in ("postgres://", "postgresql://"):
        if url.startswith(prefix):
            return "postgresql+psycopg://" + url.removeprefix(prefix)
    return url


def engine_options(url: str) -> dict[str, Any]:
    if make_url(url).get_backend_name() == "sqlite":
        return {"connect_args": {"timeout": TIMEOUT_SECONDS}}
    # a database or role set to synchronous_commit=off would lose acknowledged answers: say it on every connection
    settings = {
        "synchronous_commit": "on",
        "lock_timeout": f"{TIMEOUT_SECONDS}s",
        "idle_in_transaction_session_timeout": "60s",
        "TimeZone": "UTC",
    }
    options = " ".join(f"-c {name}={value}" for name, value in settings.items())
    # the ping makes a database that went away and came back invisible to the next request
    return {"pool_pre_ping": True, "connect_args": {"connect_timeout": TIMEOUT_SECONDS, "options": options}}


def set_up(engine: Engine) -> None:
    """Hooks of one engine; also for engines made outside Flask (migrations, tests)."""
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    # a connection shared with a forked child would be read by both: the child forgets the parent's
    os.register_at_fork(after_in_child=lambda: engine.dispose(close=False))


def _prepare_sqlite(connection: sqlite3.Connection, _: object) -> None:
    connection.isolation_level = None  # else the driver begins transactions on its own, and never IMMEDIATE
    connection.execute("PRAGMA journal_mode=DELETE")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("PRAGMA foreign_keys=ON")
    connection.execute(f"PRAGMA busy_timeout={TIMEOUT_SECONDS * 1000}")


def _begin_sqlite(connection: Connection) -> None:
    """A read that turns into a write fails at once when another writer is about; so writers say so first."""
    writing = connection.get_execution_options().get("writing", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")
