"""What the secretariat writes to those it invited, when it reminds them, and every message on its way out."""

from __future__ import annotations

import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from ..columns import Moment, one_of
from ..database import Base
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
    #: it is written in; how its sender is called follows it
    language: Mapped[str] = mapped_column(String(8), default="en", server_default="en")
    created_at: Mapped[datetime.datetime] = mapped_column(Moment)
    #: not before then
    next_at: Mapped[datetime.datetime] = mapped_column(Moment)
    attempts: Mapped[int] = mapped_column(default=0, server_default="0")
    #: a worker is at it; afterwards it is taken for dead
    claimed_until: Mapped[datetime.datetime | None] = mapped_column(Moment)
    #: NULL: still to send
    sent_at: Mapped[datetime.datetime | None] = mapped_column(Moment)
    given_up_at: Mapped[datetime.datetime | None] = mapped_column(Moment)


class MailServerTrouble(Base):
    """While the mail server, or we as its client, are at fault: every letter waits. One row at most."""

    __tablename__ = "mail_server_trouble"
    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    since: Mapped[datetime.datetime] = mapped_column(Moment)
    last_at: Mapped[datetime.datetime] = mapped_column(Moment)
    tries: Mapped[int]
    #: nothing is tried before then
    next_at: Mapped[datetime.datetime] = mapped_column(Moment)
    #: what the server said last, without addresses
    detail: Mapped[str] = mapped_column(String(300))


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
