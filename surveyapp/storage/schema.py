"""Migrations as functions, for the command line and the tests. They need an application context."""

from __future__ import annotations

from typing import Any

import flask_migrate  # type: ignore[import-untyped]
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect

from surveyapp.extensions import db

from .columns import Json
from .transactions import reading


def upgrade(revision: str = "head") -> None:
    """Makes the tables, or brings them and their rows to this revision."""
    flask_migrate.upgrade(revision=revision)


def downgrade(revision: str) -> None:
    flask_migrate.downgrade(revision=revision)


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
