"""Free text made countable: themes, where they were applied, and passages worth quoting."""

from __future__ import annotations

import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from ..columns import Json, Moment
from ..database import Base
from .answers import Response
from .discussion import Intervention
from .people import Person
from .rounds import Round


class Theme(Base):
    """One entry of the codebook: of one round, or shared by all."""

    __tablename__ = "themes"

    id: Mapped[int] = mapped_column(primary_key=True)
    #: never reused for another meaning
    code: Mapped[str] = mapped_column(String(48), unique=True)
    #: NULL: shared by all rounds
    round_id: Mapped[int | None] = mapped_column(ForeignKey(Round.id))
    #: language → text; where a language is missing, the one it was written in stands
    labels: Mapped[dict[str, str]] = mapped_column(Json)
    #: when it applies and when it does not, so that two readers code alike
    definition: Mapped[str] = mapped_column(Text)
    by: Mapped[int | None] = mapped_column(ForeignKey(Person.id))
    at: Mapped[datetime.datetime] = mapped_column(Moment)
    retired_at: Mapped[datetime.datetime | None] = mapped_column(Moment)


class Coding(Base):
    """A reader says that an answer, or a passage of it, or an intervention is about a theme."""

    __tablename__ = "codings"
    __table_args__ = (
        CheckConstraint("(response_id IS NULL) <> (intervention_id IS NULL)", name="one_target"),
        CheckConstraint("(start IS NULL) = (stop IS NULL)", name="passage"),
        CheckConstraint("stop > start", name="passage_order"),
        Index("ix_codings_response_id", "response_id"),
        Index(
            "uq_codings_whole", "response_id", "address", "revision", "theme_id", "by", unique=True,
            sqlite_where=text("undone_at IS NULL AND start IS NULL AND response_id IS NOT NULL"),
            postgresql_where=text("undone_at IS NULL AND start IS NULL AND response_id IS NOT NULL"),
        ),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    theme_id: Mapped[int] = mapped_column(ForeignKey(Theme.id))
    response_id: Mapped[int | None] = mapped_column(ForeignKey(Response.id))
    address: Mapped[str | None] = mapped_column(String(120))
    #: of the answer that was read: of a later one it says nothing
    revision: Mapped[int | None]
    intervention_id: Mapped[int | None] = mapped_column(ForeignKey(Intervention.id))
    #: a passage, in characters of the answer; NULL: the whole
    start: Mapped[int | None]
    stop: Mapped[int | None]
    by: Mapped[int] = mapped_column(ForeignKey(Person.id))
    at: Mapped[datetime.datetime] = mapped_column(Moment)
    #: taken back; the row stays
    undone_at: Mapped[datetime.datetime | None] = mapped_column(Moment)


class Quotation(Base):
    """A passage worth quoting. Whether its State may be named is asked each time it is shown."""

    __tablename__ = "quotations"
    __table_args__ = (CheckConstraint("stop > start", name="passage_order"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    response_id: Mapped[int] = mapped_column(ForeignKey(Response.id), index=True)
    address: Mapped[str] = mapped_column(String(120))
    revision: Mapped[int]
    start: Mapped[int]
    stop: Mapped[int]
    by: Mapped[int] = mapped_column(ForeignKey(Person.id))
    at: Mapped[datetime.datetime] = mapped_column(Moment)
    withdrawn_at: Mapped[datetime.datetime | None] = mapped_column(Moment)
