"""People, what they may do, and how they prove who they are. Tokens are kept only as their SHA-256."""

from __future__ import annotations

import datetime

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, String, false, text
from sqlalchemy.orm import Mapped, mapped_column

from ..columns import Moment, one_of
from ..database import Base
from .participants import Participant

ROLES = ("focal_point", "co_chair", "secretariat")
PURPOSES = ("sign_in", "invitation", "demonstration")


class Person(Base):
    """Somebody who may sign in, or did: history names them also when they no longer may."""

    __tablename__ = "people"
    __table_args__ = (CheckConstraint("email = lower(email)", name="email_lower"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    #: in lower case; where links are sent
    email: Mapped[str] = mapped_column(String(254), unique=True)
    #: in which letters and first pages are written
    language: Mapped[str] = mapped_column(String(8), default="en")
    created_at: Mapped[datetime.datetime] = mapped_column(Moment)
    #: from then on they get no reminders; NULL: they do
    reminders_off_at: Mapped[datetime.datetime | None] = mapped_column(Moment)
    #: from then on nothing of theirs opens anything; the person stays, for history names them
    disabled_at: Mapped[datetime.datetime | None] = mapped_column(Moment)
    #: name and address are gone since then
    erased_at: Mapped[datetime.datetime | None] = mapped_column(Moment)


class Role(Base):
    """What a person may do; a focal point's is for one participant."""

    __tablename__ = "roles"
    __table_args__ = (
        one_of("role", ROLES),
        CheckConstraint("(role = 'focal_point') = (participant_id IS NOT NULL)", name="participant_of_focal_points"),
        CheckConstraint("valid_until >= valid_from", name="ends_after_start"),
        Index("uq_roles_person_id_role_participant_id", "person_id", "role", "participant_id", unique=True),
        # two NULLs are never equal, so roles without a participant need their own wall
        Index(
            "uq_roles_person_id_role",
            "person_id",
            "role",
            unique=True,
            sqlite_where=text("participant_id IS NULL"),
            postgresql_where=text("participant_id IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey(Person.id))
    #: focal_point, co_chair, secretariat
    role: Mapped[str] = mapped_column(String(20))
    #: for whom a focal point answers
    participant_id: Mapped[int | None] = mapped_column(ForeignKey(Participant.id), index=True)
    #: what a focal point is at home, such as "Director for Disarmament"
    position: Mapped[str] = mapped_column(String(200), default="", server_default="")
    #: the first and the last day on which it holds; NULL: without an end
    valid_from: Mapped[datetime.date | None] = mapped_column(Date)
    valid_until: Mapped[datetime.date | None] = mapped_column(Date)


class SignInSession(Base):
    """One signed-in browser."""

    __tablename__ = "sessions"
    __table_args__ = (CheckConstraint("expires_at > created_at", name="ends_after_start"),)

    #: SHA-256 of the cookie's token, in hexadecimal
    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey(Person.id), index=True)
    created_at: Mapped[datetime.datetime] = mapped_column(Moment)
    last_seen_at: Mapped[datetime.datetime] = mapped_column(Moment)
    #: the longest it can last, however often it is used
    expires_at: Mapped[datetime.datetime] = mapped_column(Moment)
    #: the second proof is still awaited: it opens nothing else
    half_open: Mapped[bool] = mapped_column(default=False, server_default=false())
    #: link, password, passkey, provider, demonstration
    how: Mapped[str] = mapped_column(String(20), default="link", server_default="link")
    #: what it calls itself, for its owner's list of sessions
    browser: Mapped[str] = mapped_column(String(200), default="", server_default="")
    #: when it was last proved who sits there
    proved_at: Mapped[datetime.datetime] = mapped_column(Moment)
    #: signed out, renewed after a second factor, or ended by the secretariat
    revoked_at: Mapped[datetime.datetime | None] = mapped_column(Moment)


class SignInToken(Base):
    """A link that was sent. It is used once."""

    __tablename__ = "sign_in_tokens"
    __table_args__ = (
        one_of("purpose", PURPOSES),
        CheckConstraint("expires_at > created_at", name="ends_after_start"),
    )

    #: SHA-256 of the link's token, in hexadecimal
    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    #: sign_in, invitation, demonstration
    purpose: Mapped[str] = mapped_column(String(20))
    person_id: Mapped[int] = mapped_column(ForeignKey(Person.id), index=True)
    #: SHA-256 of a secret in a cookie of the browser that asked; NULL: any browser
    browser_hash: Mapped[str | None] = mapped_column(String(64))
    created_at: Mapped[datetime.datetime] = mapped_column(Moment)
    expires_at: Mapped[datetime.datetime] = mapped_column(Moment)
    used_at: Mapped[datetime.datetime | None] = mapped_column(Moment)


class RateLimit(Base):
    """How often a key was hit in a window of time."""

    __tablename__ = "rate_limits"
    __table_args__ = (CheckConstraint("count >= 1", name="count_positive"),)

    #: SHA-256 of what is counted (an address, a person), so that the table tells nothing
    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    window_start: Mapped[datetime.datetime] = mapped_column(Moment, primary_key=True)
    count: Mapped[int]
