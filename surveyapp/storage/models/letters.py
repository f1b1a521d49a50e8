"""What the secretariat writes to those it invited, and when it reminds them."""

from __future__ import annotations

import datetime

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from surveyapp.extensions import Base

from ..columns import Moment, one_of
from .people import Person
from .rounds import Round

LETTER_KINDS = ("invitation", "reminder")
#: of those that were invited: who has not submitted; who has not looked; who has saved nothing; who lacks required answers
WHOM = ("silent", "not_opened", "not_begun", "incomplete")


class RoundLetter(Base):
    """A round's own wording of a letter; where there is none, the house's."""

    __tablename__ = "round_letters"
    __table_args__ = (one_of("kind", LETTER_KINDS),)

    round_id: Mapped[int] = mapped_column(ForeignKey(Round.id), primary_key=True)
    #: invitation, reminder
    kind: Mapped[str] = mapped_column(String(20), primary_key=True)
    language: Mapped[str] = mapped_column(String(8), primary_key=True)
    subject: Mapped[str] = mapped_column(String(300))
    #: with fields such as {name}
    body: Mapped[str] = mapped_column(Text)
    by: Mapped[int] = mapped_column(ForeignKey(Person.id))
    at: Mapped[datetime.datetime] = mapped_column(Moment)


class Reminder(Base):
    """Planned for a moment; whom it reaches is decided then."""

    __tablename__ = "reminders"
    __table_args__ = (one_of("whom", WHOM),)

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey(Round.id), index=True)
    whom: Mapped[str] = mapped_column(String(20))
    due_at: Mapped[datetime.datetime] = mapped_column(Moment)
    by: Mapped[int] = mapped_column(ForeignKey(Person.id))
    at: Mapped[datetime.datetime] = mapped_column(Moment)
    sent_at: Mapped[datetime.datetime | None] = mapped_column(Moment)
    #: how many it reached
    letters: Mapped[int | None]
    cancelled_at: Mapped[datetime.datetime | None] = mapped_column(Moment)
