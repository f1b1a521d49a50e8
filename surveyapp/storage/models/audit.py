"""The audit log: what happened, and the chain of seals over it."""

from __future__ import annotations

import datetime
from typing import Any

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from ..columns import Json, Moment
from ..database import Base
from .people import Person


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
