"""An answer may be left open with a stated reason, and has its own handling."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table in ("answers", "answer_revisions"):
        for column in ("declined", "handling"):
            op.add_column(table, sa.Column(column, sa.String(20)))


def downgrade() -> None:
    """Refused where it would lose what a State said."""
    for table in ("answers", "answer_revisions"):
        said = sa.table(table, sa.column("declined"), sa.column("handling"))
        kept = (
            sa.select(sa.func.count())
            .select_from(said)
            .where(said.c.declined.is_not(None) | said.c.handling.is_not(None))
        )
        if op.get_bind().execute(kept).scalar_one():
            raise RuntimeError("going down would lose stated reasons and handlings")
    for table in ("answers", "answer_revisions"):
        for column in ("declined", "handling"):
            op.drop_column(table, column)
