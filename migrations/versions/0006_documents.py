"""Laws and decrees that States hand in as files."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from frozen import Moment, make_append_only

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "documents",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("response_id", sa.Integer(), sa.ForeignKey("responses.id"), nullable=False),
        sa.Column("address", sa.String(120), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("format", sa.String(8), nullable=False),
        sa.Column("name", sa.String(255), nullable=False),
        sa.Column("by", sa.Integer(), sa.ForeignKey("people.id"), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.CheckConstraint("length(sha256) = 64", name="sha256_length"),
        sa.UniqueConstraint("response_id", "address", "sha256", name="uq_documents_response_id_address_sha256"),
    )
    make_append_only("documents")


def downgrade() -> None:
    if op.get_bind().scalar(sa.text("SELECT count(*) FROM documents")):
        raise RuntimeError("There are documents: this step back would forget whose they are.")
    op.drop_table("documents")
