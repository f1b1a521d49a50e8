"""Who inside a government answers what, what they propose, and what was said about it."""

from __future__ import annotations

import datetime

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, String, Text, false, text
from sqlalchemy.orm import Mapped, mapped_column

from surveyapp.definition.answer_values import AnswerValue
from surveyapp.definition.model import HANDLINGS, REASONS

from ..columns import Json, Moment, one_of
from ..database import Base
from .answers import Response
from .people import Person

POWERS = ("answer", "comment", "read")
DECISIONS = ("open", "accepted", "returned", "superseded")
CLEARANCES = ("draft", "ready", "cleared")


class Delegation(Base):
    """A part of one reply, put into a colleague's hands. Ended, never removed."""

    __tablename__ = "delegations"
    __table_args__ = (
        one_of("power", POWERS),
        Index(
            "uq_delegations_open",
            "response_id",
            "person_id",
            "scope",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    response_id: Mapped[int] = mapped_column(ForeignKey(Response.id))
    person_id: Mapped[int] = mapped_column(ForeignKey(Person.id), index=True)
    #: a section's code, a question's code, or `repeat/item`
    scope: Mapped[str] = mapped_column(String(120))
    #: answer, comment, read: each includes those after it
    power: Mapped[str] = mapped_column(String(10))
    note: Mapped[str] = mapped_column(Text)
    due: Mapped[datetime.date | None] = mapped_column(Date)
    given_by: Mapped[int] = mapped_column(ForeignKey(Person.id))
    given_at: Mapped[datetime.datetime] = mapped_column(Moment)
    ended_at: Mapped[datetime.datetime | None] = mapped_column(Moment)
    #: also who put another one in its place; NULL of one that ended before that was kept
    ended_by: Mapped[int | None] = mapped_column(ForeignKey(Person.id))


class Entry(Base):
    """What the secretariat enters on a State's behalf, from a letter or a file: proposals, that the focal point confirms."""

    __tablename__ = "entries"
    __table_args__ = (
        CheckConstraint("sent_at IS NULL OR ended_at IS NULL OR ended_at >= sent_at", name="sent_then_ended"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    response_id: Mapped[int] = mapped_column(ForeignKey(Response.id), index=True)
    #: what it is entered from, such as "Note verbale 12/2026"
    source: Mapped[str] = mapped_column(String(300))
    #: the day that the letter bears
    dated: Mapped[datetime.date] = mapped_column(Date)
    by: Mapped[int] = mapped_column(ForeignKey(Person.id))
    at: Mapped[datetime.datetime] = mapped_column(Moment)
    #: from then on the focal points see it
    sent_at: Mapped[datetime.datetime | None] = mapped_column(Moment)
    #: taken back before it was sent
    ended_at: Mapped[datetime.datetime | None] = mapped_column(Moment)


class Proposal(Base):
    """A delegate's answer beside the current one, until the focal point decides. Or the secretariat's, of an entry."""

    __tablename__ = "proposals"
    __table_args__ = (
        one_of("status", DECISIONS),
        one_of("handling", HANDLINGS),
        one_of("declined", REASONS),
        CheckConstraint("json_valid(value)", name="value_json").ddl_if(dialect="sqlite"),
        CheckConstraint("(status = 'open') = (decided_at IS NULL)", name="decided_once"),
        # a colleague has one proposal at a time for a question; a newer one supersedes it
        Index(
            "uq_proposals_open",
            "response_id",
            "address",
            "by",
            unique=True,
            sqlite_where=text("status = 'open'"),
            postgresql_where=text("status = 'open'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    response_id: Mapped[int] = mapped_column(ForeignKey(Response.id))
    address: Mapped[str] = mapped_column(String(120))
    #: JSON null: proposes to clear the answer
    value: Mapped[AnswerValue] = mapped_column(Json)
    declined: Mapped[str | None] = mapped_column(String(20))
    #: who could see such an answer when this was proposed
    handling: Mapped[str | None] = mapped_column(String(20))
    #: of the current answer when this was proposed
    base_revision: Mapped[int]
    by: Mapped[int] = mapped_column(ForeignKey(Person.id))
    #: of which entry on the State's behalf; NULL: a colleague's
    entry_id: Mapped[int | None] = mapped_column(ForeignKey(Entry.id))
    at: Mapped[datetime.datetime] = mapped_column(Moment)
    language: Mapped[str] = mapped_column(String(8))
    status: Mapped[str] = mapped_column(String(12), default="open")
    decided_by: Mapped[int | None] = mapped_column(ForeignKey(Person.id))
    decided_at: Mapped[datetime.datetime | None] = mapped_column(Moment)
    #: what the focal point said when returning it
    note: Mapped[str] = mapped_column(Text, default="")


class Comment(Base):
    """Said about a question. Append-only; stays inside the government unless addressed to the secretariat."""

    __tablename__ = "comments"

    id: Mapped[int] = mapped_column(primary_key=True)
    response_id: Mapped[int] = mapped_column(ForeignKey(Response.id), index=True)
    #: a question's; empty: about the reply as a whole
    address: Mapped[str] = mapped_column(String(120))
    by: Mapped[int] = mapped_column(ForeignKey(Person.id))
    at: Mapped[datetime.datetime] = mapped_column(Moment)
    text: Mapped[str] = mapped_column(Text)
    to_secretariat: Mapped[bool] = mapped_column(default=False)
    #: an answer of the secretariat's
    from_secretariat: Mapped[bool] = mapped_column(default=False, server_default=false())


class Clearance(Base):
    """How far a section is: the newest row counts. Append-only."""

    __tablename__ = "clearances"
    __table_args__ = (one_of("state", CLEARANCES),)

    id: Mapped[int] = mapped_column(primary_key=True)
    response_id: Mapped[int] = mapped_column(ForeignKey(Response.id), index=True)
    section: Mapped[str] = mapped_column(String(64))
    state: Mapped[str] = mapped_column(String(10))
    #: SHA-256 of what the section said then (`replies.reviewed`); NULL: of before that was kept
    digest: Mapped[str | None] = mapped_column(String(64))
    by: Mapped[int] = mapped_column(ForeignKey(Person.id))
    at: Mapped[datetime.datetime] = mapped_column(Moment)
