"""A delegation that has ended names who ended it."""

from __future__ import annotations

from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE delegations ADD COLUMN ended_by INTEGER REFERENCES people (id)")


def downgrade() -> None:
    op.drop_column("delegations", "ended_by")
