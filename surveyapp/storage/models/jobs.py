"""Work that is done later, and what came of it."""

from __future__ import annotations

import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from ..columns import Json, Moment
from ..database import Base
from .people import Person


class Job(Base):
    """A file that somebody asked for; a worker makes it, and it is kept for some days."""

    __tablename__ = "jobs"
    __table_args__ = (
        CheckConstraint("done <= steps", name="done_of_steps"),
        CheckConstraint("content IS NULL OR finished_at IS NOT NULL", name="content_once_finished"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    by: Mapped[int] = mapped_column(ForeignKey(Person.id), index=True)
    #: all that it takes to make it; never an answer
    facts: Mapped[Any] = mapped_column(Json)
    asked_at: Mapped[datetime.datetime] = mapped_column(Moment)
    #: the last sign of life of the worker that makes it; NULL: none has begun
    beat_at: Mapped[datetime.datetime | None] = mapped_column(Moment)
    #: how often it was begun
    attempts: Mapped[int] = mapped_column(default=0, server_default="0")
    done: Mapped[int] = mapped_column(default=0, server_default="0")
    steps: Mapped[int] = mapped_column(default=1, server_default="1")
    #: made, or given up
    finished_at: Mapped[datetime.datetime | None] = mapped_column(Moment)
    file_name: Mapped[str | None] = mapped_column(String(200))
    content: Mapped[bytes | None] = mapped_column(LargeBinary)
