"""Passwords, authenticator apps, passkeys and recovery codes: what people prove themselves with beside their mailbox."""

from __future__ import annotations

import datetime
import hashlib
import secrets
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Table, delete, func, insert, or_, select, update

from surveyapp.definition.question_types.numbers import western

from ..columns import insert_into, utc_now
from ..models import AuthenticatorApp, Passkey, Password, Person, ProviderIdentity, RecoveryCode
from ..transactions import reading, writing

RECOVERY_CODES = 10
#: letters that nobody takes for others
ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"


@dataclass(frozen=True)
class Factors:
    """What a person has set up."""

    password_since: datetime.datetime | None
    app_since: datetime.datetime | None
    passkeys: tuple[PasskeyFacts, ...]
    recovery_codes: int  #: still to be used

    @property
    def second(self) -> bool:
        """Something that a second proof can be given with."""
        return self.app_since is not None or bool(self.passkeys)


@dataclass(frozen=True)
class PasskeyFacts:
    """The public half of a device's key pair. `id`: base64url, as the device names it."""

    id: str
    person_id: int
    name: str
    public_key: bytes
    sign_count: int
    added_at: datetime.datetime
    used_at: datetime.datetime | None


def factors_of(person_id: int) -> Factors:
    """What this person has set up, beside the link to their mailbox."""
    unused = (RecoveryCode.person_id == person_id, RecoveryCode.used_at.is_(None))
    with reading() as connection:
        return Factors(
            connection.scalar(select(Password.set_at).where(Password.person_id == person_id)),
            connection.scalar(select(AuthenticatorApp.added_at).where(AuthenticatorApp.person_id == person_id)),
            tuple(PasskeyFacts(*row) for row in connection.execute(_passkeys.where(Passkey.person_id == person_id))),
            connection.execute(select(func.count()).where(*unused)).scalar_one(),
        )


def remove_all(person_id: int) -> None:
    """For somebody who lost everything: they begin again with the link to their mailbox."""
    with writing() as connection:
        for table in (Password, AuthenticatorApp, Passkey, RecoveryCode, ProviderIdentity):
            connection.execute(delete(table).where(table.person_id == person_id))


def set_password(person_id: int, hashed: str) -> None:
    """`hashed`: argon2id, as `argon2` writes it. Takes the place of an earlier one."""
    values = {"hash": hashed, "set_at": utc_now()}
    with writing() as connection:
        row = insert_into(connection, Password).values(person_id=person_id, **values)
        connection.execute(row.on_conflict_do_update(index_elements=[Password.person_id], set_=values))


def password_of(email: str) -> tuple[int, str] | None:
    """(person, hash) for an address; None where it is nobody's, or has no password."""
    query = select(Person.id, Password.hash).join(Password, Password.person_id == Person.id)
    wanted = (Person.email == email.strip().lower(), Person.disabled_at.is_(None))
    with reading() as connection:
        row = connection.execute(query.where(*wanted)).first()
        return (row[0], row[1]) if row else None


def remove_password(person_id: int) -> None:
    """Does nothing where there is none."""
    with writing() as connection:
        connection.execute(delete(Password).where(Password.person_id == person_id))


def set_app(person_id: int, secret: str, step: int) -> None:
    """`secret`: encrypted. `step`: of the code that was typed to show that it works."""
    values = {"secret": secret, "added_at": utc_now(), "last_step": step}
    with writing() as connection:
        row = insert_into(connection, AuthenticatorApp).values(person_id=person_id, **values)
        connection.execute(row.on_conflict_do_update(index_elements=[AuthenticatorApp.person_id], set_=values))


def app_of(person_id: int) -> str | None:
    """The encrypted secret."""
    with reading() as connection:
        return connection.scalar(select(AuthenticatorApp.secret).where(AuthenticatorApp.person_id == person_id))


def use_step(person_id: int, step: int) -> bool:
    """False where a code of this or of a later step was taken before: of two who type the same code, one is let in."""
    later = (AuthenticatorApp.person_id == person_id, AuthenticatorApp.last_step < step)
    with writing() as connection:
        return connection.execute(update(AuthenticatorApp).where(*later).values(last_step=step)).rowcount == 1


def remove_app(person_id: int) -> None:
    """Does nothing where there is none."""
    with writing() as connection:
        connection.execute(delete(AuthenticatorApp).where(AuthenticatorApp.person_id == person_id))


_passkeys = select(
    Passkey.id,
    Passkey.person_id,
    Passkey.name,
    Passkey.public_key,
    Passkey.sign_count,
    Passkey.added_at,
    Passkey.used_at,
).order_by(Passkey.added_at, Passkey.id)


def passkey(passkey_id: str) -> PasskeyFacts | None:
    """None also for one of a person who was let out."""
    shown = Passkey.person_id.in_(select(Person.id).where(Person.disabled_at.is_(None)))
    with reading() as connection:
        row = connection.execute(_passkeys.where(Passkey.id == passkey_id, shown)).first()
        return PasskeyFacts(*row) if row else None


def add_passkey(person_id: int, passkey_id: str, name: str, public_key: bytes, sign_count: int) -> bool:
    """False where this key is known already."""
    row = {"id": passkey_id, "person_id": person_id, "name": name, "public_key": public_key}
    with writing() as connection:
        new = insert_into(connection, Passkey).values(**row, sign_count=sign_count, added_at=utc_now())
        return _added(connection, new, Passkey.id)


def use_passkey(passkey_id: str, sign_count: int) -> bool:
    """False where its count went back: somebody has a copy. Keys that sync do not count, and say 0."""
    later = or_(Passkey.sign_count < sign_count, (Passkey.sign_count == 0) & (sign_count == 0))
    used = update(Passkey).where(Passkey.id == passkey_id, later).values(sign_count=sign_count, used_at=utc_now())
    with writing() as connection:
        return connection.execute(used).rowcount == 1


def remove_passkey(person_id: int, passkey_id: str) -> None:
    """One of the person's own; nothing for another's."""
    own = (Passkey.id == passkey_id, Passkey.person_id == person_id)
    with writing() as connection:
        connection.execute(delete(Passkey).where(*own))


def new_recovery_codes(person_id: int) -> list[str]:
    """Told once; those before them end."""
    codes = [_code() for _ in range(RECOVERY_CODES)]
    with writing() as connection:
        connection.execute(delete(RecoveryCode).where(RecoveryCode.person_id == person_id))
        rows = [{"code_hash": _code_hash(code), "person_id": person_id} for code in codes]
        connection.execute(insert(_codes()), rows)
    return codes


def _codes() -> Table:
    table: Table = RecoveryCode.__table__  # type: ignore[assignment]
    return table


def _code() -> str:
    letters = "".join(secrets.choice(ALPHABET) for _ in range(16))
    return "-".join(letters[at : at + 4] for at in range(0, 16, 4))


def _code_hash(code: str) -> str:
    """However it was typed: capitals, spaces, hyphens."""
    return hashlib.sha256("".join(letter for letter in western(code).lower() if letter.isalnum()).encode()).hexdigest()


def use_recovery_code(person_id: int, code: str) -> bool:
    """Once each."""
    wanted = (RecoveryCode.code_hash == _code_hash(code), RecoveryCode.person_id == person_id)
    used = update(RecoveryCode).where(*wanted, RecoveryCode.used_at.is_(None)).values(used_at=utc_now())
    with writing() as connection:
        return connection.execute(used).rowcount == 1


def person_at_provider(issuer: str, subject: str) -> int | None:
    """Who this is, from an earlier sign-in."""
    identity = (ProviderIdentity.issuer == issuer, ProviderIdentity.subject == subject)
    with reading() as connection:
        return connection.scalar(select(ProviderIdentity.person_id).where(*identity))


def remember_at_provider(issuer: str, subject: str, person_id: int) -> bool:
    """False where the person is known to this provider as somebody else: an address that changed hands opens nothing."""
    taken = (ProviderIdentity.issuer == issuer, ProviderIdentity.person_id == person_id)
    row = {"issuer": issuer, "subject": subject, "person_id": person_id, "since": utc_now()}
    with writing() as connection:
        if connection.scalar(select(ProviderIdentity.subject).where(*taken)) is not None:
            return False
        new = insert_into(connection, ProviderIdentity).values(**row)
        return _added(connection, new, ProviderIdentity.subject)


def _added(connection: Connection, new: Any, key: Any) -> bool:
    """What comes back tells: a row count is not to be had from every database."""
    return connection.execute(new.on_conflict_do_nothing().returning(key)).first() is not None
