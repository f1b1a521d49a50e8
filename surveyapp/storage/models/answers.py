"""A participant's reply: one row per answer, every revision of it, and what was submitted."""

from __future__ import annotations

import datetime

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from surveyapp.definition.answer_values import AnswerValue
from surveyapp.definition.model import HANDLINGS, REASONS

from ..columns import Json, Moment, one_of
from ..database import Base
from .participants import Participant
from .people import Person
from .rounds import Round

STATUSES = ("not_started", "in_progress", "submitted", "reopened")
CHANNELS = ("page", "autosave", "workbook", "demonstration", "secretariat")


class Response(Base):
    """One participant's one official reply in one round; made when they are invited."""

    __tablename__ = "responses"
    __table_args__ = (
        UniqueConstraint("round_id", "participant_id"),
        one_of("status", STATUSES),
        CheckConstraint(
            "(status IN ('submitted', 'reopened')) = (reference IS NOT NULL)", name="reference_once_submitted"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey(Round.id))
    participant_id: Mapped[int] = mapped_column(ForeignKey(Participant.id), index=True)
    #: not_started → in_progress → submitted → (reopened → submitted)
    status: Mapped[str] = mapped_column(String(20), default="not_started")
    #: the one last answered in
    language: Mapped[str | None] = mapped_column(String(8))
    #: of the last submission
    reference: Mapped[str | None] = mapped_column(String(40), unique=True)
    #: JSON of `definition.path.Path`: a cache of the walk over these answers, written with each change of them.
    #: Kept as text so that an unchanged one need not be parsed again.
    path: Mapped[str] = mapped_column(Text)
    #: the participant's last submission of the same questionnaire, offered at each question
    earlier_id: Mapped[int | None] = mapped_column(ForeignKey("submissions.id", use_alter=True))
    #: when somebody of the participant's first looked at it; NULL: nobody has
    opened_at: Mapped[datetime.datetime | None] = mapped_column(Moment)
    #: goes up with each change of the response or its answers: what was read at a number holds while it stands
    changes: Mapped[int] = mapped_column(server_default="0")
    invited_at: Mapped[datetime.datetime] = mapped_column(Moment)
    updated_at: Mapped[datetime.datetime] = mapped_column(Moment)


class AnswerRevision(Base):
    """Append-only: every value an answer ever had."""

    __tablename__ = "answer_revisions"
    __table_args__ = (
        CheckConstraint("revision >= 1", name="revision_positive"),
        CheckConstraint("json_valid(value)", name="value_json").ddl_if(dialect="sqlite"),
        one_of("channel", CHANNELS),
        one_of("handling", HANDLINGS),
        one_of("declined", REASONS),
        # rows stand where their key says: one response's answers are read in one go
        {"sqlite_with_rowid": False},
    )

    response_id: Mapped[int] = mapped_column(ForeignKey(Response.id), primary_key=True)
    #: `code`, or `repeat/item/code`
    address: Mapped[str] = mapped_column(String(120), primary_key=True)
    #: 1, 2, 3 … without a gap
    revision: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    #: JSON null: cleared, or left open with a reason
    value: Mapped[AnswerValue] = mapped_column(Json)
    #: why it is left open: one of `definition.model.Reason`
    declined: Mapped[str | None] = mapped_column(String(20))
    #: who may see it, since it was given; NULL: nothing was given, and nothing chosen
    handling: Mapped[str | None] = mapped_column(String(20))
    #: of an answer that was given last time too: confirmed, changed
    basis: Mapped[str | None] = mapped_column(String(10))
    at: Mapped[datetime.datetime] = mapped_column(Moment)
    by: Mapped[int | None] = mapped_column(ForeignKey(Person.id))
    #: whose proposal it was, where `by` accepted one
    proposed_by: Mapped[int | None] = mapped_column(ForeignKey(Person.id))
    #: the language the page was in
    language: Mapped[str] = mapped_column(String(8))
    #: page, autosave, workbook, demonstration, secretariat
    channel: Mapped[str] = mapped_column(String(20))


class Answer(Base):
    """The newest revision of each address. It cannot exist without that revision."""

    __tablename__ = "answers"
    __table_args__ = (
        ForeignKeyConstraint(
            ["response_id", "address", "revision"],
            [AnswerRevision.response_id, AnswerRevision.address, AnswerRevision.revision],
        ),
        CheckConstraint("json_valid(value)", name="value_json").ddl_if(dialect="sqlite"),
        one_of("handling", HANDLINGS),
        one_of("declined", REASONS),
        {"sqlite_with_rowid": False},
    )

    response_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    address: Mapped[str] = mapped_column(String(120), primary_key=True)
    #: the address's last part
    question_code: Mapped[str] = mapped_column(String(48))
    #: of the repeat's item it belongs to
    item_id: Mapped[str | None] = mapped_column(String(12))
    value: Mapped[AnswerValue] = mapped_column(Json)
    declined: Mapped[str | None] = mapped_column(String(20))
    handling: Mapped[str | None] = mapped_column(String(20))
    basis: Mapped[str | None] = mapped_column(String(10))
    revision: Mapped[int]
    at: Mapped[datetime.datetime] = mapped_column(Moment)
    by: Mapped[int | None] = mapped_column(ForeignKey(Person.id))
    language: Mapped[str] = mapped_column(String(8))


class Submission(Base):
    """What was official from then on. Append-only."""

    __tablename__ = "submissions"
    __table_args__ = (
        UniqueConstraint("response_id", "number"),
        CheckConstraint("number >= 1", name="number_positive"),
        CheckConstraint("length(digest) = 64", name="digest_length"),
        Index("uq_submissions_previous", "previous", unique=True),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    response_id: Mapped[int] = mapped_column(ForeignKey(Response.id))
    #: 1, 2 … of this response
    number: Mapped[int]
    #: canonical JSON, byte for byte what the digest was taken of
    snapshot: Mapped[str] = mapped_column(Text)
    #: SHA-256 of the snapshot's UTF-8, in hexadecimal
    digest: Mapped[str] = mapped_column(String(64))
    #: SHA-256 of the participant's submission before it, in whichever round: two cannot follow the same one
    previous: Mapped[str | None] = mapped_column(String(64))
    #: told to the participant; names the submission without telling anything about it
    reference: Mapped[str] = mapped_column(String(40), unique=True)
    at: Mapped[datetime.datetime] = mapped_column(Moment)
    by: Mapped[int | None] = mapped_column(ForeignKey(Person.id))
    language: Mapped[str] = mapped_column(String(8))


class ReopenRequest(Base):
    """A State asks to change what it submitted; the secretariat grants it or not, once."""

    __tablename__ = "reopen_requests"
    __table_args__ = (
        CheckConstraint("(granted IS NULL) = (decided_at IS NULL)", name="decided_once"),
        Index(
            "uq_reopen_requests_open",
            "response_id",
            unique=True,
            sqlite_where=text("granted IS NULL"),
            postgresql_where=text("granted IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    response_id: Mapped[int] = mapped_column(ForeignKey(Response.id))
    by: Mapped[int] = mapped_column(ForeignKey(Person.id))
    at: Mapped[datetime.datetime] = mapped_column(Moment)
    note: Mapped[str] = mapped_column(Text)
    #: NULL: not decided yet
    granted: Mapped[bool | None]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey(Person.id))
    decided_at: Mapped[datetime.datetime | None] = mapped_column(Moment)
    #: what the secretariat said
    answer: Mapped[str] = mapped_column(Text)
