"""Contacts that want looking after, and contacts that are forgotten: the reply is kept, the person behind it is not for ever."""

from __future__ import annotations

import datetime
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, and_, delete, exists, func, or_, select, update

from ..audit import audit_log
from ..columns import utc_now
from ..models import Bounce, Delegation, OutboxMessage, Participant, Person, Response, Role, SignInSession, SignInToken
from ..transactions import reading, writing
from . import proofs
from .accounts import IN_FORCE
from .handovers import FOCAL_POINT, FocalPoint, focal_points

#: days after an invitation in which somebody is expected to have signed in
SIGN_IN_EXPECTED_DAYS = 30
#: days before the end of a contact's time at which a successor is asked for
ENDING_SOON_DAYS = 30
#: days without a sign-in after which an address may no longer be read by anybody
LONG_ABSENCE_DAYS = 365


@dataclass(frozen=True)
class ContactIssue:
    """`why`: returned · never · long · ending · ended."""

    holder: FocalPoint
    names: dict[str, str]
    why: str
    when: datetime.date | None


def requiring_attention(today: datetime.date) -> list[ContactIssue]:
    """Focal points whose letters come back, who have not been seen, or whose time ends; the most pressing reason of each."""
    with reading() as connection:
        names = {row.id: row.names for row in connection.execute(select(Participant.id, Participant.names))}
        seen = dict(tuple(row) for row in connection.execute(_last_seen()))
        asked = dict(tuple(row) for row in connection.execute(_last(OutboxMessage.kind == "invitation")))
        back = dict(tuple(row) for row in connection.execute(_last(_FAILED)))
        since = dict(tuple(row) for row in connection.execute(select(Person.id, Person.created_at)))
    issues = []
    for focal_point in focal_points(ever=True):
        reason = _reason(
            focal_point,
            today,
            seen.get(focal_point.person_id),
            asked.get(focal_point.person_id),
            back.get(focal_point.person_id),
            since,
        )
        if reason is not None:
            issues.append(ContactIssue(focal_point, dict(names[focal_point.participant_id]), *reason))
    order = ("returned", "ended", "ending", "never", "long")
    return sorted(issues, key=lambda issue: (order.index(issue.why), issue.holder.participant_code, issue.holder.name))


def _reason(
    focal_point: FocalPoint,
    today: datetime.date,
    seen: datetime.datetime | None,
    asked: datetime.datetime | None,
    back: datetime.datetime | None,
    since: dict[int, datetime.datetime],
) -> tuple[str, datetime.date | None] | None:
    if back and (seen is None or back > seen):
        return "returned", back.date()
    if focal_point.valid_until and focal_point.valid_until < today:
        return "ended", focal_point.valid_until
    if focal_point.valid_until and focal_point.valid_until <= today + datetime.timedelta(days=ENDING_SOON_DAYS):
        return "ending", focal_point.valid_until
    if seen is None and asked and asked.date() <= today - datetime.timedelta(days=SIGN_IN_EXPECTED_DAYS):
        return "never", asked.date()
    if seen and seen.date() <= today - datetime.timedelta(days=LONG_ABSENCE_DAYS):
        return "long", seen.date()
    return None


def _last_seen() -> Select[tuple[int, datetime.datetime]]:
    return select(SignInSession.person_id, func.max(SignInSession.last_seen_at)).group_by(SignInSession.person_id)


_FAILED = or_(OutboxMessage.given_up_at.is_not(None), OutboxMessage.id.in_(select(Bounce.letter_id)))


def _last(which: ColumnElement[bool]) -> Select[tuple[int | None, datetime.datetime]]:
    query = select(OutboxMessage.person_id, func.max(OutboxMessage.created_at)).where(
        which, OutboxMessage.person_id.is_not(None)
    )
    return query.group_by(OutboxMessage.person_id)


def without_contact() -> list[str]:
    """Codes of participants that have been invited to a round, and for whom nobody answers now."""
    served = exists().where(Role.participant_id == Participant.id, Role.role == FOCAL_POINT, IN_FORCE)
    invited = exists().where(Response.participant_id == Participant.id)
    with reading() as connection:
        query = select(Participant.code).where(invited, ~served).order_by(Participant.code)
        return list(connection.scalars(query))


# retention


def due_for_erasure(months: int, now: datetime.datetime | None = None) -> list[int]:
    """People with no role and nothing in their hands, not seen for so many months: their ids."""
    before = (now or utc_now()) - datetime.timedelta(days=months * 30.44)
    held = exists().where(
        Role.person_id == Person.id, or_(Role.valid_until.is_(None), Role.valid_until >= before.date())
    )
    assigned = exists().where(Delegation.person_id == Person.id, Delegation.ended_at.is_(None))
    seen = exists().where(SignInSession.person_id == Person.id, SignInSession.last_seen_at >= before)
    written = exists().where(OutboxMessage.person_id == Person.id, OutboxMessage.created_at >= before)
    old = and_(Person.created_at < before, or_(Person.disabled_at.is_(None), Person.disabled_at < before))
    query = select(Person.id).where(Person.erased_at.is_(None), old, ~held, ~assigned, ~seen, ~written)
    with reading() as connection:
        return list(connection.scalars(query.order_by(Person.id)))


def erase(person_ids: Collection[int]) -> None:
    """Name, address, what they prove themselves with, and the words of letters to them go. What they answered stays, under a number."""
    now = utc_now()
    with writing() as connection:
        for number in person_ids:
            gone = {
                "name": f"№ {number}",
                "email": f"erased-{number}@erased.invalid",
                "erased_at": now,
                "disabled_at": now,
            }
            connection.execute(update(Person).where(Person.id == number, Person.erased_at.is_(None)).values(**gone))
            letters = {"recipient": "", "subject": "", "body": "", "secret": None}
            connection.execute(update(OutboxMessage).where(OutboxMessage.person_id == number).values(**letters))
            connection.execute(update(SignInSession).where(SignInSession.person_id == number).values(browser=""))
            connection.execute(update(Delegation).where(Delegation.person_id == number).values(note=""))
            connection.execute(delete(SignInToken).where(SignInToken.person_id == number))
            connection.execute(delete(Role).where(Role.person_id == number))
            proofs.remove_all(number)
        if person_ids:
            audit_log.record("contacts-erased", None, people=sorted(person_ids))


def erase_due(months: int) -> int:
    """How many; 0 months: never."""
    if not months:
        return 0
    with writing():
        due = due_for_erasure(months)
        erase(due)
    return len(due)
