"""By what people prove who they are, beside the link to their mailbox."""

from __future__ import annotations

import datetime
from typing import Any

from sqlalchemy import ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from ..columns import Json, Moment, one_of
from ..database import Base
from .people import Person

CHALLENGES = ("passkey", "provider")


class Password(Base):
    """Opens a session half, never wholly."""

    __tablename__ = "passwords"

    person_id: Mapped[int] = mapped_column(ForeignKey(Person.id), primary_key=True)
    #: argon2id, with its parameters and salt
    hash: Mapped[str] = mapped_column(String(200))
    set_at: Mapped[datetime.datetime] = mapped_column(Moment)


class AuthenticatorApp(Base):
    """A secret shared with an app that makes a code of it and of the time (RFC 6238)."""

    __tablename__ = "authenticator_apps"

    person_id: Mapped[int] = mapped_column(ForeignKey(Person.id), primary_key=True)
    #: encrypted under the site's secret key
    secret: Mapped[str] = mapped_column(String(300))
    added_at: Mapped[datetime.datetime] = mapped_column(Moment)
    #: the thirty seconds of the last code that was taken: a code is taken once
    last_step: Mapped[int] = mapped_column(default=0)


class Passkey(Base):
    """A key pair of a device (WebAuthn); only its public half is here."""

    __tablename__ = "passkeys"

    #: as the device names it, base64url
    id: Mapped[str] = mapped_column(String(1400), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey(Person.id), index=True)
    name: Mapped[str] = mapped_column(String(100))
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    #: how often the device says that it signed; one that goes back is a copy
    sign_count: Mapped[int]
    added_at: Mapped[datetime.datetime] = mapped_column(Moment)
    used_at: Mapped[datetime.datetime | None] = mapped_column(Moment)


class RecoveryCode(Base):
    """Stands in once for a device that was lost. 80 bits of chance: a plain SHA-256 suffices."""

    __tablename__ = "recovery_codes"

    code_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey(Person.id), index=True)
    used_at: Mapped[datetime.datetime | None] = mapped_column(Moment)


class ProviderIdentity(Base):
    """Who a person is to an OpenID provider; from the first sign-in on, this and not the address decides."""

    __tablename__ = "provider_identities"

    issuer: Mapped[str] = mapped_column(String(300), primary_key=True)
    subject: Mapped[str] = mapped_column(String(255), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey(Person.id), index=True)
    since: Mapped[datetime.datetime] = mapped_column(Moment)


class Challenge(Base):
    """What a passkey has to sign, or a provider to send back: once, soon, to the browser that asked."""

    __tablename__ = "challenges"
    __table_args__ = (one_of("kind", CHALLENGES),)

    #: SHA-256, in hexadecimal
    hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    browser_hash: Mapped[str] = mapped_column(String(64))
    facts: Mapped[dict[str, Any]] = mapped_column(Json)
    expires_at: Mapped[datetime.datetime] = mapped_column(Moment)
