"""The structured discussion: an agenda item, its guiding questions, and what was said."""

from __future__ import annotations

import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from ..columns import Moment, one_of
from ..database import Base
from .participants import Participant
from .people import Person
from .rounds import Round

KINDS = ("introductory", "national", "intervention")


class Discussion(Base):
    """A structured discussion of one round, under an agenda item."""

    __tablename__ = "discussions"

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey(Round.id), index=True)
    #: as the agenda numbers it
    agenda_item: Mapped[str] = mapped_column(String(20))
    title: Mapped[str] = mapped_column(Text)
    held_on: Mapped[datetime.date | None] = mapped_column()
    by: Mapped[int] = mapped_column(ForeignKey(Person.id))
    at: Mapped[datetime.datetime] = mapped_column(Moment)


class GuidingQuestion(Base):
    """What the discussion was asked to consider; the questionnaire's question stands beside it."""

    __tablename__ = "guiding_questions"
    __table_args__ = (UniqueConstraint("discussion_id", "place"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    discussion_id: Mapped[int] = mapped_column(ForeignKey(Discussion.id))
    place: Mapped[int]
    text: Mapped[str] = mapped_column(Text)
    question_code: Mapped[str | None] = mapped_column(String(48))


class Intervention(Base):
    """What one delegation, or a presenter, said. Taken back with a mark; the row stays."""

    __tablename__ = "interventions"
    __table_args__ = (
        one_of("kind", KINDS),
        CheckConstraint("participant_id IS NOT NULL OR speaker <> ''", name="somebody"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    discussion_id: Mapped[int] = mapped_column(ForeignKey(Discussion.id), index=True)
    guiding_id: Mapped[int | None] = mapped_column(ForeignKey(GuidingQuestion.id))
    kind: Mapped[str] = mapped_column(String(20))
    participant_id: Mapped[int | None] = mapped_column(ForeignKey(Participant.id))
    #: a name, where it was no participant, or one of theirs
    speaker: Mapped[str] = mapped_column(Text)
    language: Mapped[str] = mapped_column(String(8))
    summary: Mapped[str] = mapped_column(Text)
    by: Mapped[int] = mapped_column(ForeignKey(Person.id))
    at: Mapped[datetime.datetime] = mapped_column(Moment)
    removed_at: Mapped[datetime.datetime | None] = mapped_column(Moment)
