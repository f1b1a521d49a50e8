"""Delegations, proposals, comments and the clearance of sections."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from frozen import Json, Moment, make_append_only

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

APPEND_ONLY = ("comments", "clearances")
TABLES = ("clearances", "comments", "proposals", "delegations")


def _response() -> sa.Column[int]:
    return sa.Column("response_id", sa.Integer(), sa.ForeignKey("responses.id"), nullable=False)


def _person(name: str, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), sa.ForeignKey("people.id"), nullable=nullable)


def _at(name: str = "at", nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, Moment(), nullable=nullable)


def upgrade() -> None:
    _delegations()
    _proposals()
    op.create_table(
        "comments",
        sa.Column("id", sa.Integer(), primary_key=True),
        _response(),
        sa.Column("address", sa.String(120), nullable=False),
        _person("by"),
        _at(),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("to_secretariat", sa.Boolean(), nullable=False),
    )
    op.create_index("ix_comments_response_id", "comments", ["response_id"])
    op.create_table(
        "clearances",
        sa.Column("id", sa.Integer(), primary_key=True),
        _response(),
        sa.Column("section", sa.String(64), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        _person("by"),
        _at(),
        sa.CheckConstraint("state IN ('draft', 'ready', 'cleared')", name="state_known"),
    )
    op.create_index("ix_clearances_response_id", "clearances", ["response_id"])
    for table in APPEND_ONLY:
        make_append_only(table)


def _delegations() -> None:
    op.create_table(
        "delegations",
        sa.Column("id", sa.Integer(), primary_key=True),
        _response(),
        _person("person_id"),
        sa.Column("scope", sa.String(120), nullable=False),
        sa.Column("power", sa.String(10), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("due", sa.Date()),
        _person("given_by"),
        _at("given_at"),
        _at("ended_at", nullable=True),
        sa.CheckConstraint("power IN ('answer', 'comment', 'read')", name="power_known"),
    )
    op.create_index("ix_delegations_person_id", "delegations", ["person_id"])
    _open_only("uq_delegations_open", "delegations", ["response_id", "person_id", "scope"], "ended_at IS NULL")


def _proposals() -> None:
    checks = [
        sa.CheckConstraint("status IN ('open', 'accepted', 'returned', 'superseded')", name="status_known"),
        sa.CheckConstraint("(status = 'open') = (decided_at IS NULL)", name="decided_once"),
    ]
    if op.get_bind().dialect.name == "sqlite":
        checks.append(sa.CheckConstraint("json_valid(value)", name="value_json"))
    op.create_table(
        "proposals",
        sa.Column("id", sa.Integer(), primary_key=True),
        _response(),
        sa.Column("address", sa.String(120), nullable=False),
        sa.Column("value", Json(), nullable=False),
        sa.Column("declined", sa.String(20)),
        sa.Column("base_revision", sa.Integer(), nullable=False),
        _person("by"),
        _at(),
        sa.Column("language", sa.String(8), nullable=False),
        sa.Column("status", sa.String(12), nullable=False),
        _person("decided_by", nullable=True),
        _at("decided_at", nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        *checks,
    )
    _open_only("uq_proposals_open", "proposals", ["response_id", "address", "by"], "status = 'open'")


def _open_only(name: str, table: str, columns: list[str], where: str) -> None:
    op.create_index(name, table, columns, unique=True, sqlite_where=sa.text(where), postgresql_where=sa.text(where))


def downgrade() -> None:
    """Refused where it would lose what officials said or proposed."""
    for table in TABLES:
        if op.get_bind().execute(sa.text(f"SELECT count(*) FROM {table}")).scalar_one():  # noqa: S608 - names of ours
            raise RuntimeError(f"going down would lose {table}")
    for table in TABLES:
        op.drop_table(table)
