"""Letters that came back: a mail server took them, and another one returned them later (RFC 3464)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage, Message

from sqlalchemy import select

from ..audit import audit_log
from ..columns import insert_into, utc_now
from ..models import Bounce, OutboxMessage
from ..transactions import writing
from .outbox import without_addresses

MAX_BYTES = 2_000_000
#: the domain in it is the site's of that day; the first part alone is ours, and is kept with "@surveyapp"
_ID = re.compile(r"<([0-9a-f]{32})@[^<>@\s]+>")


class NotABounce(ValueError):
    """It tells of no letter of ours that could not be delivered; the message says why."""


def record_bounce(content: bytes) -> str:
    """A report as a mail server sends it; the address that it was sent to. Raises NoBounce.

    Only the Message-ID of the returned letter is believed: it cannot be guessed, so nobody else can make one.
    """
    message = message_from_bytes(content[:MAX_BYTES], policy=policy.default)
    assert isinstance(message, EmailMessage)
    if message.get_content_type() != "multipart/report":
        raise NotABounce("it is no delivery report (multipart/report)")
    status = [part for part in _parts(message) if part.get_content_type() == "message/delivery-status"]
    fields = [field for part in status for field in _fields(part)]
    if not any(field.get("Action", "").strip().lower() == "failed" for field in fields):
        raise NotABounce("it tells of no failure")
    diagnostic = next((field["Diagnostic-Code"] for field in fields if field.get("Diagnostic-Code")), "")
    return _record(_returned(message), without_addresses(" ".join(str(diagnostic).split()))[:300])


def _parts(message: Message) -> Iterator[Message]:
    yield from message.walk()


def _fields(part: Message) -> list[Message]:
    """A delivery status is a list of blocks of headers."""
    payload = part.get_payload()
    return [each for each in payload if isinstance(each, Message)] if isinstance(payload, list) else []


def _returned(message: Message) -> str:
    """The Message-ID of the letter that comes back, whole or its head alone."""
    for part in _parts(message):
        if part.get_content_type() in ("message/rfc822", "text/rfc822-headers", "message/rfc822-headers"):
            message_id = _ID.search(part.as_string())
            if message_id:
                return f"<{message_id[1]}@surveyapp>"
    raise NotABounce("it returns no letter of ours")


def _record(message_id: str, detail: str) -> str:
    with writing() as connection:
        letter = connection.execute(
            select(OutboxMessage.id, OutboxMessage.recipient).where(OutboxMessage.message_id == message_id)
        ).first()
        if letter is None:
            raise NotABounce("it returns no letter of ours")
        row = insert_into(connection, Bounce).values(letter_id=letter.id, at=utc_now(), detail=detail)
        new = connection.execute(row.on_conflict_do_nothing().returning(Bounce.letter_id)).first()
        if new is not None:
            audit_log.record("letter-came-back", None, letter=letter.id)
        return str(letter.recipient)
