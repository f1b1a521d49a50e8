"""What the machinery keeps: letters to send, how often something was tried, what happened."""

from __future__ import annotations

import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from surveyapp.extensions import Base

from ..columns import Json, Moment, one_of
from .people import Person
from .rounds import Round


class OutboxMessage(Base):
    """A letter, written in the same transaction as its cause; a worker sends it."""

    __tablename__ = "outbox"
    __table_args__ = (
        Index("ix_outbox_sent_at_id", "sent_at", "id"),
        UniqueConstraint("message_id"),
        UniqueConstraint("key"),
        CheckConstraint("sent_at IS NULL OR given_up_at IS NULL", name="sent_or_given_up"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    recipient: Mapped[str] = mapped_column(String(254))
    subject: Mapped[str] = mapped_column(String(300))
    #: plain text
    body: Mapped[str] = mapped_column(Text)
    #: RFC 5322: the same at every attempt
    message_id: Mapped[str] = mapped_column(String(120))
    #: such as sign_in, invitation, reminder
    kind: Mapped[str] = mapped_column(String(20))
    #: of what is sent once, such as a reminder to a person; NULL: as often as it is asked for
    key: Mapped[str | None] = mapped_column(String(120))
    #: the part of the body that is struck out once it is gone
    secret: Mapped[str | None] = mapped_column(String(200))
    person_id: Mapped[int | None] = mapped_column(ForeignKey(Person.id), index=True)
    round_id: Mapped[int | None] = mapped_column(ForeignKey(Round.id), index=True)
    created_at: Mapped[datetime.datetime] = mapped_column(Moment)
    #: not before then
    next_at: Mapped[datetime.datetime] = mapped_column(Moment)
    attempts: Mapped[int] = mapped_column(default=0, server_default="0")
    #: a worker is at it; afterwards it is taken for dead
    claimed_until: Mapped[datetime.datetime | None] = mapped_column(Moment)
    #: NULL: still to send
    sent_at: Mapped[datetime.datetime | None] = mapped_column(Moment)
    given_up_at: Mapped[datetime.datetime | None] = mapped_column(Moment)


class Bounce(Base):
    """A letter that a mail server took, and that came back later."""

    __tablename__ = "bounces"

    letter_id: Mapped[int] = mapped_column(ForeignKey(OutboxMessage.id), primary_key=True)
    at: Mapped[datetime.datetime] = mapped_column(Moment)
    #: what the returning server said, without addresses
    detail: Mapped[str] = mapped_column(String(300))


class MailAttempt(Base):
    """Append-only: every time that a letter was tried, and what the server said."""

    __tablename__ = "mail_attempts"
    __table_args__ = (one_of("outcome", ("sent", "deferred", "refused")),)

    id: Mapped[int] = mapped_column(primary_key=True)
    letter_id: Mapped[int] = mapped_column(ForeignKey(OutboxMessage.id), index=True)
    at: Mapped[datetime.datetime] = mapped_column(Moment)
    #: sent, deferred, refused
    outcome: Mapped[str] = mapped_column(String(20))
    detail: Mapped[str] = mapped_column(String(300))


class RateLimit(Base):
    """How often a key was hit in a window of time."""

    __tablename__ = "rate_limits"
    __table_args__ = (CheckConstraint("count >= 1", name="count_positive"),)

    #: SHA-256 of what is counted (an address, a person), so that the table tells nothing
    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    window_start: Mapped[datetime.datetime] = mapped_column(Moment, primary_key=True)
    count: Mapped[int]


class AuditEvent(Base):
    """Append-only: who did what. Never holds an answer's value."""

    __tablename__ = "audit_events"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime.datetime] = mapped_column(Moment)
    #: such as response-submitted
    kind: Mapped[str] = mapped_column(String(60), index=True)
    #: NULL: the program itself
    person_id: Mapped[int | None] = mapped_column(ForeignKey(Person.id))
    facts: Mapped[Any] = mapped_column(Json)


class AuditSeal(Base):
    """Append-only: the chain over the events, in the order in which their transactions ended."""

    __tablename__ = "audit_seals"

    #: 1, 2, 3 … without a gap
    place: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    #: no foreign key: that an event was removed has to show
    event_id: Mapped[int] = mapped_column(unique=True)
    #: SHA-256 of the event and of the seal before it
    digest: Mapped[str] = mapped_column(String(64))
