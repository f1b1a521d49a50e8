"""Triggers that refuse to change or remove history, whoever asks."""

from __future__ import annotations

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

TABLES = ("answer_revisions", "submissions", "versions", "audit_events")
OPERATIONS = ("UPDATE", "DELETE")

# A later batch operation on one of these tables drops its triggers on SQLite: make them again there.
SQLITE = """
CREATE TRIGGER {table}_no_{lower} BEFORE {operation} ON {table}
BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END
"""
POSTGRESQL_FUNCTION = """
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation'; END $$
"""
POSTGRESQL = """
CREATE TRIGGER {table}_no_{lower} BEFORE {operation} ON {table} FOR EACH {each} EXECUTE FUNCTION refuse_change()
"""


def _postgresql() -> bool:
    return op.get_bind().dialect.name == "postgresql"


def upgrade() -> None:
    if _postgresql():
        op.execute(POSTGRESQL_FUNCTION)
    for table in TABLES:
        for operation in OPERATIONS:
            statement = POSTGRESQL if _postgresql() else SQLITE
            op.execute(statement.format(table=table, operation=operation, lower=operation.lower(), each="ROW"))
        if _postgresql():
            op.execute(POSTGRESQL.format(table=table, operation="TRUNCATE", lower="truncate", each="STATEMENT"))


def downgrade() -> None:
    if _postgresql():
        op.execute("DROP FUNCTION refuse_change() CASCADE")
        return
    for table in TABLES:
        for operation in OPERATIONS:
            op.execute(f"DROP TRIGGER {table}_no_{operation.lower()}")
