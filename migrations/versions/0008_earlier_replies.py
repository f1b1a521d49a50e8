"""What a reply is offered of the participant's last one, and what each answer says about it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table in ("answers", "answer_revisions"):
        op.add_column(table, sa.Column("basis", sa.String(10)))
    # by hand: SQLite adds a column with its reference, and rewriting the table would drop what points at it
    op.execute("ALTER TABLE responses ADD COLUMN earlier_id INTEGER REFERENCES submissions (id)")


def downgrade() -> None:
    """Refused where it would lose what a State confirmed."""
    for table in ("answers", "answer_revisions"):
        said = sa.table(table, sa.column("basis"))
        if op.get_bind().scalar(sa.select(sa.func.count()).select_from(said).where(said.c.basis.is_not(None))):
            raise RuntimeError("going down would lose what States confirmed")
    for table in ("answers", "answer_revisions"):
        op.drop_column(table, "basis")
    op.drop_column("responses", "earlier_id")
