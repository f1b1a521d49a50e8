"""Triggers that refuse to change or remove history, whoever asks."""

from __future__ import annotations

from alembic import op
from frozen import OPERATIONS, make_append_only, on_postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

TABLES = ("answer_revisions", "submissions", "versions", "audit_events")

POSTGRESQL_FUNCTION = """
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation'; END $$
"""


def upgrade() -> None:
    if on_postgresql():
        op.execute(POSTGRESQL_FUNCTION)
    for table in TABLES:
        make_append_only(table)


def downgrade() -> None:
    if on_postgresql():
        op.execute("DROP FUNCTION refuse_change() CASCADE")
        return
    for table in TABLES:
        for operation in OPERATIONS:
            op.execute(f"DROP TRIGGER {table}_no_{operation.lower()}")
