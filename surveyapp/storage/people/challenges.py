"""What a passkey has to sign, or a provider to send back: good once, soon, and for the browser that asked."""

from __future__ import annotations

import datetime
import secrets
from typing import Any

from sqlalchemy import delete, insert, select

from ..columns import utc_now
from ..models import Challenge
from ..transactions import writing
from .browsers import token_hash

TTL = datetime.timedelta(minutes=10)


def issue(kind: str, browser: str, facts: dict[str, Any] | None = None) -> str:
    """The challenge, base64url of 32 bytes. Those that have run out go."""
    challenge, now = secrets.token_urlsafe(32), utc_now()
    row = {"hash": token_hash(challenge), "kind": kind, "browser_hash": token_hash(browser)}
    with writing() as connection:
        connection.execute(delete(Challenge).where(Challenge.expires_at < now))
        connection.execute(insert(Challenge).values(**row, facts=facts or {}, expires_at=now + TTL))
    return challenge


def use(kind: str, challenge: str, browser: str) -> dict[str, Any] | None:
    """Its facts, once; None where it is none, has run out, was used, or was given to another browser."""
    mine = (
        Challenge.hash == token_hash(challenge),
        Challenge.kind == kind,
        Challenge.browser_hash == token_hash(browser),
        Challenge.expires_at > utc_now(),
    )
    with writing() as connection:
        facts = connection.scalar(select(Challenge.facts).where(*mine))
        return facts if connection.execute(delete(Challenge).where(*mine)).rowcount == 1 else None
