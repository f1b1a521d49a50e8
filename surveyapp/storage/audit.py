"""Who did what. Written in the transaction of the deed, so neither exists without the other."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select

from .columns import utc_now
from .models import AuditEvent
from .transactions import reading, writing


@dataclass(frozen=True)
class Event:
    at: datetime
    kind: str
    person_id: int | None
    facts: dict[str, Any]


def record(kind: str, person_id: int | None = None, **facts: Any) -> None:
    """`facts` are plain JSON, and never an answer's value."""
    with writing() as connection:
        connection.execute(insert(AuditEvent).values(at=utc_now(), kind=kind, person_id=person_id, facts=facts))


def events(limit: int = 100) -> list[Event]:
    """The newest first."""
    query = select(AuditEvent.at, AuditEvent.kind, AuditEvent.person_id, AuditEvent.facts)
    with reading() as connection:
        rows = connection.execute(query.order_by(AuditEvent.id.desc()).limit(limit)).all()
    return [Event(*row) for row in rows]
