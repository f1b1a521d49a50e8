"""What the machinery keeps: letters to send, how often something was tried, what happened."""

from __future__ import annotations

import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from surveyapp.extensions import Base

from ..columns import Json, Moment
from .people import Person


class OutboxMessage(Base):
    """A letter, written in the same transaction as its cause; a worker sends it."""

    __tablename__ = "outbox"
    __table_args__ = (Index("ix_outbox_sent_at_id", "sent_at", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    recipient: Mapped[str] = mapped_column(String(254))
    subject: Mapped[str] = mapped_column(String(300))
    #: plain text
    body: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime.datetime] = mapped_column(Moment)
    #: NULL: still to send
    sent_at: Mapped[datetime.datetime | None] = mapped_column(Moment)


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
