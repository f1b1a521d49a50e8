"""The queue of letters: claims, attempts, what is sent once; and people who want no reminders."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from frozen import Moment, make_append_only

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

ADDED = (
    "message_id",
    "kind",
    "key",
    "secret",
    "person_id",
    "round_id",
    "next_at",
    "attempts",
    "claimed_until",
    "given_up_at",
)


def upgrade() -> None:
    op.add_column("people", sa.Column("reminders_off_at", Moment()))
    for column in (
        sa.Column("message_id", sa.String(120)), sa.Column("kind", sa.String(20)), sa.Column("key", sa.String(120)),
        sa.Column("secret", sa.String(200)), sa.Column("person_id", sa.Integer()), sa.Column("round_id", sa.Integer()),
        sa.Column("next_at", Moment()), sa.Column("attempts", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("claimed_until", Moment()), sa.Column("given_up_at", Moment()),
    ):  # fmt: skip
        op.add_column("outbox", column)
    op.execute("UPDATE outbox SET message_id = '<' || id || '@surveyapp>', kind = 'letter', next_at = created_at")
    with op.batch_alter_table("outbox") as outbox:
        outbox.alter_column("message_id", existing_type=sa.String(120), nullable=False)
        outbox.alter_column("kind", existing_type=sa.String(20), nullable=False)
        outbox.alter_column("next_at", existing_type=Moment(), nullable=False)
        outbox.create_unique_constraint("uq_outbox_message_id", ["message_id"])
        outbox.create_unique_constraint("uq_outbox_key", ["key"])
        outbox.create_check_constraint("sent_or_given_up", "sent_at IS NULL OR given_up_at IS NULL")
        outbox.create_foreign_key("fk_outbox_person_id_people", "people", ["person_id"], ["id"])
        outbox.create_foreign_key("fk_outbox_round_id_rounds", "rounds", ["round_id"], ["id"])
    op.create_index("ix_outbox_person_id", "outbox", ["person_id"])
    op.create_index("ix_outbox_round_id", "outbox", ["round_id"])
    op.create_table(
        "mail_attempts", sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("letter_id", sa.Integer(), sa.ForeignKey("outbox.id"), nullable=False),
        sa.Column("at", Moment(), nullable=False), sa.Column("outcome", sa.String(20), nullable=False),
        sa.Column("detail", sa.String(300), nullable=False),
        sa.CheckConstraint("outcome IN ('sent', 'deferred', 'refused')", name="outcome_known"),
    )  # fmt: skip
    op.create_index("ix_mail_attempts_letter_id", "mail_attempts", ["letter_id"])
    make_append_only("mail_attempts")


def downgrade() -> None:
    op.drop_table("mail_attempts")
    with op.batch_alter_table("outbox") as outbox:
        outbox.drop_constraint("fk_outbox_person_id_people", type_="foreignkey")
        outbox.drop_constraint("fk_outbox_round_id_rounds", type_="foreignkey")
        outbox.drop_constraint("sent_or_given_up", type_="check")
        outbox.drop_constraint("uq_outbox_key", type_="unique")
        outbox.drop_constraint("uq_outbox_message_id", type_="unique")
        outbox.drop_index("ix_outbox_person_id")
        outbox.drop_index("ix_outbox_round_id")
        for name in ADDED:
            outbox.drop_column(name)
    op.drop_column("people", "reminders_off_at")
