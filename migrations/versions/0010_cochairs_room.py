"""The co-chairs' room: who opened a reply, themes and quotations, discussions, reports, frozen data."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from frozen import Json, Moment, make_append_only

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

APPEND_ONLY = ("freezes", "paragraph_versions")
#: made in this order, taken away in the other
TABLES = (
    "discussions", "guiding_questions", "interventions", "themes", "codings", "quotations", "freezes", "reports",
    "paragraphs", "paragraph_versions", "paragraph_comments",
)  # fmt: skip


def _id() -> sa.Column[int]:
    return sa.Column("id", sa.Integer(), primary_key=True)


def _to(name: str, table: str, *, empty: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), sa.ForeignKey(f"{table}.id"), nullable=empty)


def _moment(name: str, *, empty: bool = False) -> sa.Column[object]:
    return sa.Column(name, Moment(), nullable=empty)


def _text(name: str, length: int | None = None, *, empty: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String(length) if length else sa.Text(), nullable=empty)


def _number(name: str, *, empty: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), nullable=empty)


def upgrade() -> None:
    op.add_column("responses", sa.Column("opened_at", Moment()))
    _discussion()
    _coding()
    _reports()
    for table in APPEND_ONLY:
        make_append_only(table)


def _discussion() -> None:
    op.create_table(
        "discussions", _id(), _to("round_id", "rounds"), _text("agenda_item", 20), _text("title"),
        sa.Column("held_on", sa.Date()), _to("by", "people"), _moment("at"),
    )  # fmt: skip
    op.create_index("ix_discussions_round_id", "discussions", ["round_id"])
    op.create_table(
        "guiding_questions", _id(), _to("discussion_id", "discussions"), _number("place"), _text("text"),
        _text("question_code", 48, empty=True), sa.UniqueConstraint("discussion_id", "place"),
    )  # fmt: skip
    op.create_table(
        "interventions", _id(), _to("discussion_id", "discussions"), _to("guiding_id", "guiding_questions", empty=True),
        _text("kind", 20), _to("participant_id", "participants", empty=True), _text("speaker"), _text("language", 8),
        _text("summary"), _to("by", "people"), _moment("at"), _moment("removed_at", empty=True),
        sa.CheckConstraint("kind IN ('introductory', 'national', 'intervention')", name="kind_known"),
        sa.CheckConstraint("participant_id IS NOT NULL OR speaker <> ''", name="somebody"),
    )  # fmt: skip
    op.create_index("ix_interventions_discussion_id", "interventions", ["discussion_id"])


def _coding() -> None:
    op.create_table(
        "themes", _id(), _text("code", 48), _to("round_id", "rounds", empty=True), sa.Column("labels", Json(), nullable=False),
        _text("definition"), _to("by", "people", empty=True), _moment("at"), _moment("retired_at", empty=True),
        sa.UniqueConstraint("code"),
    )  # fmt: skip
    op.create_table(
        "codings", _id(), _to("theme_id", "themes"), _to("response_id", "responses", empty=True),
        _text("address", 120, empty=True), _number("revision", empty=True),
        _to("intervention_id", "interventions", empty=True), _number("start", empty=True), _number("stop", empty=True),
        _to("by", "people"), _moment("at"), _moment("undone_at", empty=True),
        sa.CheckConstraint("(response_id IS NULL) <> (intervention_id IS NULL)", name="one_target"),
        sa.CheckConstraint("(start IS NULL) = (stop IS NULL)", name="passage"),
        sa.CheckConstraint("stop > start", name="passage_order"),
    )  # fmt: skip
    op.create_index("ix_codings_response_id", "codings", ["response_id"])
    once = sa.text("undone_at IS NULL AND start IS NULL AND response_id IS NOT NULL")
    columns = ["response_id", "address", "revision", "theme_id", "by"]
    op.create_index("uq_codings_whole", "codings", columns, unique=True, sqlite_where=once, postgresql_where=once)
    op.create_table(
        "quotations", _id(), _to("response_id", "responses"), _text("address", 120), _number("revision"),
        _number("start"), _number("stop"), _to("by", "people"), _moment("at"), _moment("withdrawn_at", empty=True),
        sa.CheckConstraint("stop > start", name="passage_order"),
    )  # fmt: skip
    op.create_index("ix_quotations_response_id", "quotations", ["response_id"])


def _reports() -> None:
    op.create_table(
        "freezes", _id(), _to("round_id", "rounds"), _text("handling", 20), _moment("moment"), _text("digest", 64),
        sa.Column("content", sa.LargeBinary(), nullable=False), _to("by", "people", empty=True), _moment("at"),
        sa.CheckConstraint("length(digest) = 64", name="digest_length"),
    )  # fmt: skip
    op.create_index("ix_freezes_round_id", "freezes", ["round_id"])
    op.create_table(
        "reports", _id(), _text("code", 64), _to("round_id", "rounds"), sa.Column("titles", Json(), nullable=False),
        _text("symbol", 80), _to("freeze_id", "freezes", empty=True), _to("by", "people"), _moment("at"),
        sa.UniqueConstraint("code"),
    )  # fmt: skip
    kinds = "kind IN ('heading', 'subheading', 'paragraph', 'recommendation', 'figure')"
    op.create_table(
        "paragraphs", _id(), _to("report_id", "reports"), _number("place"), _text("kind", 20),
        _moment("removed_at", empty=True), sa.CheckConstraint(kinds, name="kind_known"),
    )  # fmt: skip
    op.create_index("ix_paragraphs_report_id", "paragraphs", ["report_id"])
    op.create_table(
        "paragraph_versions", _id(), _to("paragraph_id", "paragraphs"), _text("language", 8), _number("number"),
        _text("text"), _to("by", "people"), _moment("at"), sa.UniqueConstraint("paragraph_id", "language", "number"),
    )  # fmt: skip
    op.create_table(
        "paragraph_comments", _id(), _to("paragraph_id", "paragraphs"), _text("language", 8), _text("text"),
        _text("suggested", empty=True), _to("by", "people"), _moment("at"), _moment("settled_at", empty=True),
        _to("settled_by", "people", empty=True),
    )  # fmt: skip
    op.create_index("ix_paragraph_comments_paragraph_id", "paragraph_comments", ["paragraph_id"])


def downgrade() -> None:
    """Refused where it would lose what co-chairs wrote."""
    for table in TABLES:
        if op.get_bind().scalar(sa.select(sa.func.count()).select_from(sa.table(table))):
            raise RuntimeError(f"There are rows in {table}: this step back would lose them.")
    for table in reversed(TABLES):
        op.drop_table(table)
    op.drop_column("responses", "opened_at")
