"""Words that are no answer yet: drafts of a colleague's proposals, values that were not accepted, details of choices not ticked."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from frozen import Json, Moment, on_postgresql

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


REASONS = ("not_applicable", "not_available", "prefer_not", "later")


def upgrade() -> None:
    op.create_table(
        "proposal_drafts",
        *_key(),
        sa.Column("value", Json(), nullable=False),
        sa.Column("declined", sa.String(20)),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("language", sa.String(8), nullable=False),
        *_checks("proposal_drafts", "value", declined=REASONS),
        sa.PrimaryKeyConstraint("response_id", "address", "by", name=op.f("pk_proposal_drafts")),
    )
    op.create_table(
        "unsaved_words",
        *_key(),
        sa.Column("place", sa.String(10), nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("parts", Json(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        *_checks("unsaved_words", "parts", place=("reply", "proposal", "entry"), kind=("refused", "detail")),
        sa.PrimaryKeyConstraint("response_id", "address", "by", "place", "kind", name=op.f("pk_unsaved_words")),
    )


def _checks(table: str, json: str, **columns: tuple[str, ...]) -> list[sa.CheckConstraint]:
    checks = {
        f"ck_{table}_{name}_known": f"{name} IN ({', '.join(map(repr, words))})" for name, words in columns.items()
    }
    if not on_postgresql():
        checks[f"ck_{table}_{json}_json"] = f"json_valid({json})"
    return [sa.CheckConstraint(check, name=op.f(name)) for name, check in checks.items()]


def _key() -> list[sa.Column[object]]:
    return [
        sa.Column("response_id", sa.Integer(), sa.ForeignKey("responses.id"), nullable=False),
        sa.Column("address", sa.String(120), nullable=False),
        sa.Column("by", sa.Integer(), sa.ForeignKey("people.id"), nullable=False),
    ]


def downgrade() -> None:
    op.drop_table("unsaved_words")
    op.drop_table("proposal_drafts")
