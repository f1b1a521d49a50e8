"""Migrations as functions, for the command line and the tests. They need an application context."""

from __future__ import annotations

from typing import Any

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import current_app
from sqlalchemy import inspect

from .columns import Json
from .database import db
from .transactions import reading


def upgrade(revision: str = "head") -> None:
    """Makes the tables, or brings them and their rows to this revision."""
    command.upgrade(_config(), revision)


def downgrade(revision: str) -> None:
    """Raises RuntimeError rather than drop a table that holds answers."""
    command.downgrade(_config(), revision)


def _config() -> Config:
    config: Config = current_app.extensions["migrate"].migrate.get_config()
    return config


def revision() -> str | None:
    """Of the tables; None where there are none."""
    with reading() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def newest() -> str:
    """That this program wants."""
    found = ScriptDirectory.from_config(_config()).get_current_head()
    assert found is not None
    return found


def is_empty() -> bool:
    """Has nothing been made here yet?"""
    return not inspect(db.engine).get_table_names()


def drift() -> list[Any]:
    """How the tables differ from the models; an empty list if they do not."""

    def compare_type(*compared: Any) -> bool | None:
        return False if isinstance(compared[-1], Json) else None

    with reading() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": compare_type})
        return list(compare_metadata(context, db.metadata))
