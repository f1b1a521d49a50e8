"""What a focal point is at home and how long; letters that came back; contacts that were erased."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from frozen import Moment

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("people", sa.Column("erased_at", Moment()))
    with op.batch_alter_table("roles") as table:
        table.add_column(sa.Column("position", sa.String(200), nullable=False, server_default=""))
        table.add_column(sa.Column("valid_from", sa.Date()))
        table.add_column(sa.Column("valid_until", sa.Date()))
        table.create_check_constraint("ends_after_start", "valid_until >= valid_from")
    op.create_table(
        "bounces",
        sa.Column("letter_id", sa.Integer(), sa.ForeignKey("outbox.id"), primary_key=True, autoincrement=False),
        sa.Column("at", Moment(), nullable=False), sa.Column("detail", sa.String(300), nullable=False),
    )  # fmt: skip


def downgrade() -> None:
    op.drop_table("bounces")
    with op.batch_alter_table("roles") as table:
        table.drop_constraint("ends_after_start", type_="check")
        for column in ("valid_until", "valid_from", "position"):
            table.drop_column(column)
    op.drop_column("people", "erased_at")
