"""What can be counted of the machinery at any moment, for whoever watches over it."""

from __future__ import annotations

from sqlalchemy import Select, func, select

from ..columns import utc_now
from ..models import Job, OutboxMessage, Response, Round, SignInSession
from ..transactions import reading

Values = list[tuple[dict[str, str], float]]


def measure() -> list[tuple[str, str, Values]]:
    """(name, what it is, values with their labels)"""
    waiting = OutboxMessage.sent_at.is_(None) & OutboxMessage.given_up_at.is_(None)
    now = utc_now()
    with reading() as connection:

        def count(query: Select[tuple[int]]) -> float:
            return float(connection.scalar(query) or 0)

        by_status = connection.execute(
            select(Round.code, Response.status, func.count()).join(Response, Response.round_id == Round.id)
            .where(Round.archived_at.is_(None)).group_by(Round.code, Response.status)
        ).all()  # fmt: skip
        oldest = connection.scalar(select(func.min(OutboxMessage.created_at)).where(waiting))
        return [
            ("responses", "Replies by round and status.",
             [({"round": code, "status": status}, n) for code, status, n in by_status]),
            ("letters_waiting", "Letters that are still to be sent.",
             [({}, count(select(func.count()).select_from(OutboxMessage).where(waiting)))]),
            ("letters_oldest_seconds", "How long the oldest of them has waited.",
             [({}, (now - oldest).total_seconds() if oldest else 0.0)]),
            ("letters_given_up", "Letters that could not be delivered.",
             [({}, count(select(func.count()).select_from(OutboxMessage).where(OutboxMessage.given_up_at.is_not(None))))]),
            ("jobs_waiting", "Files that are still to be made.",
             [({}, count(select(func.count()).select_from(Job).where(Job.finished_at.is_(None))))]),
            ("sessions", "Signed-in browsers.",
             [({}, count(select(func.count()).select_from(SignInSession).where(
                 SignInSession.revoked_at.is_(None), SignInSession.expires_at > now)))]),
        ]  # fmt: skip
