"""Runs migrations on the application's own engine, in one transaction, up or down or not at all."""

from __future__ import annotations

from typing import Any

from alembic import context
from flask import current_app
from sqlalchemy import Connection, Engine

from surveyapp.storage.columns import Json, Moment
from surveyapp.storage.database import db
from surveyapp.storage.transactions import queued


def render_type(kind: str, item: Any, _: Any) -> str | bool:
    """Our column types are written into migrations by what they are in the database."""
    if kind == "type" and isinstance(item, Json):
        return "JSON"
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(item, Moment) else False


def compare_type(_: Any, __: Any, ___: Any, ____: Any, mine: Any) -> bool | None:
    """JSON is text on SQLite: nothing to compare there. None: Alembic's own comparison."""
    return False if isinstance(mine, Json) else None


def run(connection: Connection) -> None:
    sqlite = connection.dialect.name == "sqlite"
    if sqlite:
        # batch operations build a table anew and drop the old one; the rows that point at it must not mind meanwhile
        raw: Any = connection.connection.dbapi_connection
        raw.execute("PRAGMA foreign_keys=OFF")  # has no effect inside a transaction, hence beside SQLAlchemy's
    try:
        context.configure(
            connection=connection,
            target_metadata=db.metadata,
            render_as_batch=sqlite,
            compare_type=compare_type,
            render_item=render_type,
            transactional_ddl=True,
            process_revision_directives=_nothing_to_do,
        )
        with context.begin_transaction():
            context.run_migrations()
            if sqlite and (broken := connection.exec_driver_sql("PRAGMA foreign_key_check").all()):
                raise RuntimeError(f"the migration leaves rows that point at nothing: {broken[:5]}")
    finally:
        if sqlite:
            connection.invalidate()  # the next one is prepared afresh, with foreign keys on


def _nothing_to_do(_: Any, __: Any, directives: list[Any]) -> None:
    """`flask db migrate` makes no empty file."""
    if getattr(context.config.cmd_opts, "autogenerate", False) and directives[0].upgrade_ops.is_empty():
        directives[:] = []


def main() -> None:
    engine: Engine = current_app.extensions["migrate"].db.engine
    with queued(engine), engine.connect().execution_options(writing=True) as connection:
        run(connection)


if context.is_offline_mode():
    raise SystemExit("Migrations look at the data they move: run them on a database, not as a script.")
main()
