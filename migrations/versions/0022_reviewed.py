"""A section's clearance keeps what was cleared; a participant has its rule of clearance; a revision names whose proposal it was."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("clearances", sa.Column("digest", sa.String(64)))
    op.execute("ALTER TABLE answer_revisions ADD COLUMN proposed_by INTEGER REFERENCES people (id)")
    op.execute(
        "ALTER TABLE participants ADD COLUMN clearance_rule VARCHAR(10) DEFAULT 'off' NOT NULL "
        "CONSTRAINT ck_participants_clearance_rule_known CHECK (clearance_rule IN ('off', 'warn', 'require'))"
    )


def downgrade() -> None:
    op.drop_column("participants", "clearance_rule")
    op.drop_column("answer_revisions", "proposed_by")
    op.drop_column("clearances", "digest")
