"""The tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

#: as `storage.columns.Json` is kept
JSON = sa.Text().with_variant(postgresql.JSON(), "postgresql")


def upgrade() -> None:
    op.create_table(
        "outbox",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("recipient", sa.String(length=254), nullable=False),
        sa.Column("subject", sa.String(length=300), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
    )
    op.create_index("ix_outbox_sent_at_id", "outbox", ["sent_at", "id"], unique=False)

    op.create_table(
        "participants",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("code", sa.String(length=48), nullable=False),
        sa.Column("iso3", sa.String(length=3), nullable=True),
        sa.Column("names", JSON, nullable=False),
        sa.Column("invented", sa.Boolean(), nullable=False),
        sa.Column("region", sa.String(length=20), nullable=True),
        sa.Column("subregion", sa.String(length=48), nullable=True),
        sa.CheckConstraint("iso3 IS NULL OR kind = 'state'", name=op.f("ck_participants_iso3_of_states")),
        sa.CheckConstraint("kind <> 'state' OR region IS NOT NULL", name=op.f("ck_participants_states_have_region")),
        sa.CheckConstraint("kind IN ('state', 'organisation')", name=op.f("ck_participants_kind_known")),
        sa.CheckConstraint(
            "region IN ('africa', 'americas', 'asia', 'europe', 'oceania')", name=op.f("ck_participants_region_known")
        ),
        sa.CheckConstraint("iso3 IS NULL OR length(iso3) = 3", name=op.f("ck_participants_iso3_length")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_participants")),
        sa.UniqueConstraint("code", name=op.f("uq_participants_code")),
        sa.UniqueConstraint("iso3", name=op.f("uq_participants_iso3")),
    )
    op.create_table(
        "people",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("disabled_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("email = lower(email)", name=op.f("ck_people_email_lower")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_people")),
        sa.UniqueConstraint("email", name=op.f("uq_people_email")),
    )
    op.create_table(
        "rate_limits",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("window_start", sa.DateTime(timezone=True), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.CheckConstraint("count >= 1", name=op.f("ck_rate_limits_count_positive")),
        sa.PrimaryKeyConstraint("key", "window_start", name=op.f("pk_rate_limits")),
    )
    op.create_table(
        "versions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("questionnaire", sa.String(length=64), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("files", JSON, nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("number >= 1", name=op.f("ck_versions_number_positive")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_versions")),
        sa.UniqueConstraint("digest", name=op.f("uq_versions_digest")),
    )
    op.create_index(op.f("ix_versions_questionnaire"), "versions", ["questionnaire"], unique=False)

    op.create_table(
        "audit_events",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("facts", JSON, nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_audit_events_person_id_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_events")),
    )
    op.create_index(op.f("ix_audit_events_kind"), "audit_events", ["kind"], unique=False)

    op.create_table(
        "roles",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("participant_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(role = 'focal_point') = (participant_id IS NOT NULL)", name=op.f("ck_roles_participant_of_focal_points")
        ),
        sa.CheckConstraint("role IN ('focal_point', 'co_chair', 'secretariat')", name=op.f("ck_roles_role_known")),
        sa.ForeignKeyConstraint(
            ["participant_id"], ["participants.id"], name=op.f("fk_roles_participant_id_participants")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_roles_person_id_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_roles")),
    )
    op.create_index(op.f("ix_roles_participant_id"), "roles", ["participant_id"], unique=False)
    op.create_index(
        "uq_roles_person_id_role",
        "roles",
        ["person_id", "role"],
        unique=True,
        sqlite_where=sa.text("participant_id IS NULL"),
        postgresql_where=sa.text("participant_id IS NULL"),
    )
    op.create_index(
        "uq_roles_person_id_role_participant_id", "roles", ["person_id", "role", "participant_id"], unique=True
    )

    op.create_table(
        "rounds",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("titles", JSON, nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("audience", JSON, nullable=False),
        sa.Column("languages", JSON, nullable=False),
        sa.Column("demonstration", sa.Boolean(), nullable=False),
        sa.Column("opens", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closes", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("closes > opens", name=op.f("ck_rounds_closes_after_opens")),
        sa.ForeignKeyConstraint(["version_id"], ["versions.id"], name=op.f("fk_rounds_version_id_versions")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rounds")),
        sa.UniqueConstraint("code", name=op.f("uq_rounds_code")),
    )
    op.create_table(
        "sessions",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("expires_at > created_at", name=op.f("ck_sessions_ends_after_start")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_sessions_person_id_people")),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_sessions")),
    )
    op.create_index(op.f("ix_sessions_person_id"), "sessions", ["person_id"], unique=False)

    op.create_table(
        "sign_in_tokens",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("purpose", sa.String(length=20), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("browser_hash", sa.String(length=64), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "purpose IN ('sign_in', 'invitation', 'demonstration')", name=op.f("ck_sign_in_tokens_purpose_known")
        ),
        sa.CheckConstraint("expires_at > created_at", name=op.f("ck_sign_in_tokens_ends_after_start")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_sign_in_tokens_person_id_people")),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_sign_in_tokens")),
    )
    op.create_index(op.f("ix_sign_in_tokens_person_id"), "sign_in_tokens", ["person_id"], unique=False)

    op.create_table(
        "treaty_status_periods",
        sa.Column("participant_id", sa.Integer(), nullable=False),
        sa.Column("from_day", sa.Date(), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.CheckConstraint(
            "status IN ('state_party', 'signatory', 'not_party')", name=op.f("ck_treaty_status_periods_status_known")
        ),
        sa.ForeignKeyConstraint(
            ["participant_id"], ["participants.id"], name=op.f("fk_treaty_status_periods_participant_id_participants")
        ),
        sa.PrimaryKeyConstraint("participant_id", "from_day", name=op.f("pk_treaty_status_periods")),
    )
    op.create_table(
        "responses",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("participant_id", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=True),
        sa.Column("reference", sa.String(length=40), nullable=True),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("invited_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(status IN ('submitted', 'reopened')) = (reference IS NOT NULL)",
            name=op.f("ck_responses_reference_once_submitted"),
        ),
        sa.CheckConstraint(
            "status IN ('not_started', 'in_progress', 'submitted', 'reopened')", name=op.f("ck_responses_status_known")
        ),
        sa.ForeignKeyConstraint(
            ["participant_id"], ["participants.id"], name=op.f("fk_responses_participant_id_participants")
        ),
        sa.ForeignKeyConstraint(["round_id"], ["rounds.id"], name=op.f("fk_responses_round_id_rounds")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_responses")),
        sa.UniqueConstraint("reference", name=op.f("uq_responses_reference")),
        sa.UniqueConstraint("round_id", "participant_id", name=op.f("uq_responses_round_id_participant_id")),
    )
    op.create_index(op.f("ix_responses_participant_id"), "responses", ["participant_id"], unique=False)

    op.create_table(
        "answer_revisions",
        sa.Column("response_id", sa.Integer(), nullable=False),
        sa.Column("address", sa.String(length=120), nullable=False),
        sa.Column("revision", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("value", JSON, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.Integer(), nullable=True),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.CheckConstraint(
            "channel IN ('page', 'autosave', 'workbook', 'demonstration', 'office')",
            name=op.f("ck_answer_revisions_channel_known"),
        ),
        sa.CheckConstraint("json_valid(value)", name=op.f("ck_answer_revisions_value_json")).ddl_if(dialect="sqlite"),
        sa.CheckConstraint("revision >= 1", name=op.f("ck_answer_revisions_revision_positive")),
        sa.ForeignKeyConstraint(["by"], ["people.id"], name=op.f("fk_answer_revisions_by_people")),
        sa.ForeignKeyConstraint(
            ["response_id"], ["responses.id"], name=op.f("fk_answer_revisions_response_id_responses")
        ),
        sa.PrimaryKeyConstraint("response_id", "address", "revision", name=op.f("pk_answer_revisions")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "submissions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("response_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("snapshot", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("reference", sa.String(length=40), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.Integer(), nullable=True),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.CheckConstraint("length(digest) = 64", name=op.f("ck_submissions_digest_length")),
        sa.CheckConstraint("number >= 1", name=op.f("ck_submissions_number_positive")),
        sa.ForeignKeyConstraint(["by"], ["people.id"], name=op.f("fk_submissions_by_people")),
        sa.ForeignKeyConstraint(["response_id"], ["responses.id"], name=op.f("fk_submissions_response_id_responses")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_submissions")),
        sa.UniqueConstraint("reference", name=op.f("uq_submissions_reference")),
        sa.UniqueConstraint("response_id", "number", name=op.f("uq_submissions_response_id_number")),
    )
    op.create_table(
        "answers",
        sa.Column("response_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("address", sa.String(length=120), nullable=False),
        sa.Column("question_code", sa.String(length=48), nullable=False),
        sa.Column("item_id", sa.String(length=12), nullable=True),
        sa.Column("value", JSON, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.Integer(), nullable=True),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.CheckConstraint("json_valid(value)", name=op.f("ck_answers_value_json")).ddl_if(dialect="sqlite"),
        sa.ForeignKeyConstraint(["by"], ["people.id"], name=op.f("fk_answers_by_people")),
        sa.ForeignKeyConstraint(
            ["response_id", "address", "revision"],
            ["answer_revisions.response_id", "answer_revisions.address", "answer_revisions.revision"],
            name=op.f("fk_answers_response_id_address_revision_answer_revisions"),
        ),
        sa.PrimaryKeyConstraint("response_id", "address", name=op.f("pk_answers")),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    """Goes down to nothing only while nothing was answered: what a State said is never dropped by a command."""
    kept = op.get_bind().execute(sa.text("SELECT count(*) FROM answer_revisions")).scalar_one()
    if kept:
        raise RuntimeError(f"{kept} answers are kept here: going down would lose them. Remove the database by hand.")
    op.drop_table("answers")
    op.drop_table("submissions")
    op.drop_table("answer_revisions")
    op.drop_table("responses")
    op.drop_table("treaty_status_periods")
    op.drop_table("sign_in_tokens")
    op.drop_table("sessions")
    op.drop_table("rounds")
    op.drop_table("roles")
    op.drop_table("audit_events")
    op.drop_table("versions")
    op.drop_table("rate_limits")
    op.drop_table("people")
    op.drop_table("participants")
    op.drop_table("outbox")
