"""Passwords, authenticator apps, passkeys, recovery codes, OpenID; sessions that are half open. The staff sign in anew."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from frozen import Json, Moment

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _sessions()
    op.create_table(
        "passwords", _person(primary=True),
        sa.Column("hash", sa.String(200), nullable=False), sa.Column("set_at", Moment(), nullable=False),
    )  # fmt: skip
    op.create_table(
        "authenticator_apps", _person(primary=True), sa.Column("secret", sa.String(300), nullable=False),
        sa.Column("added_at", Moment(), nullable=False), sa.Column("last_step", sa.Integer(), nullable=False),
    )  # fmt: skip
    op.create_table(
        "passkeys", sa.Column("id", sa.String(1400), primary_key=True), _person(),
        sa.Column("name", sa.String(100), nullable=False), sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("sign_count", sa.Integer(), nullable=False), sa.Column("added_at", Moment(), nullable=False),
        sa.Column("used_at", Moment()),
    )  # fmt: skip
    op.create_table(
        "recovery_codes", sa.Column("code_hash", sa.String(64), primary_key=True), _person(), sa.Column("used_at", Moment()),
    )  # fmt: skip
    op.create_table(
        "provider_identities", sa.Column("issuer", sa.String(300), primary_key=True),
        sa.Column("subject", sa.String(255), primary_key=True), _person(), sa.Column("since", Moment(), nullable=False),
    )  # fmt: skip
    op.create_table(
        "challenges", sa.Column("hash", sa.String(64), primary_key=True), sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("browser_hash", sa.String(64), nullable=False), sa.Column("facts", Json(), nullable=False),
        sa.Column("expires_at", Moment(), nullable=False),
        sa.CheckConstraint("kind IN ('passkey', 'provider')", name="kind_known"),
    )  # fmt: skip
    for table in ("passkeys", "recovery_codes", "provider_identities"):
        op.create_index(f"ix_{table}_person_id", table, ["person_id"])


def _person(primary: bool = False) -> sa.Column[int]:
    key = sa.ForeignKey("people.id")
    if primary:
        return sa.Column("person_id", sa.Integer(), key, primary_key=True, autoincrement=False)
    return sa.Column("person_id", sa.Integer(), key, nullable=False)


def _sessions() -> None:
    op.add_column("sessions", sa.Column("half_open", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("sessions", sa.Column("how", sa.String(20), nullable=False, server_default="link"))
    op.add_column("sessions", sa.Column("browser", sa.String(200), nullable=False, server_default=""))
    op.add_column("sessions", sa.Column("proved_at", Moment()))
    op.execute("UPDATE sessions SET proved_at = created_at")
    with op.batch_alter_table("sessions") as table:
        table.alter_column("proved_at", existing_type=Moment(), nullable=False)
    op.execute(
        "UPDATE sessions SET revoked_at = last_seen_at WHERE revoked_at IS NULL"
        " AND person_id IN (SELECT person_id FROM roles WHERE role IN ('secretariat', 'co_chair'))"
    )


def downgrade() -> None:
    for table in ("challenges", "provider_identities", "recovery_codes", "passkeys", "authenticator_apps", "passwords"):
        op.drop_table(table)
    with op.batch_alter_table("sessions") as table:
        for column in ("proved_at", "browser", "how", "half_open"):
            table.drop_column(column)
