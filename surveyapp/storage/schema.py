"""Migrations as functions, for the command line and the tests. They need an application context."""

from __future__ import annotations

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import current_app

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
    """The revision of the tables; None where there are none."""
    with reading() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def newest() -> str:
    """The revision that this program wants."""
    head = ScriptDirectory.from_config(_config()).get_current_head()
    assert head is not None
    return head
