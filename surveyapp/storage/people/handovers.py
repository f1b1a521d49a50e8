"""A focal point leaves and another one follows: the reply, its delegations and its history stay with the participant."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from sqlalchemy import select, update

from ..audit import audit_log
from ..models import Participant, Person, Role
from ..transactions import reading, writing
from .accounts import IN_FORCE, grant_role, revoke_role, sign_out_everywhere

FOCAL_POINT = "focal_point"


@dataclass(frozen=True)
class FocalPoint:
    """Who answers for a participant now."""

    participant_id: int
    participant_code: str
    person_id: int
    name: str
    email: str
    language: str
    position: str = ""
    valid_from: datetime.date | None = None
    valid_until: datetime.date | None = None


class NotTheirFocalPoint(ValueError):
    """Who is to leave does not answer for this participant, or would follow themselves."""


def focal_points(participant_id: int | None = None, *, ever: bool = False) -> list[FocalPoint]:
    """Of one participant, or of all, by code; with `ever`, also those whose days are over or still to come."""
    columns = (Participant.id, Participant.code, Person.id, Person.name, Person.email, Person.language)
    query = (
        select(*columns, Role.position, Role.valid_from, Role.valid_until)
        .join(Role, Role.participant_id == Participant.id)
        .join(Person, Person.id == Role.person_id)
        .where(Role.role == FOCAL_POINT, Person.disabled_at.is_(None))
        .order_by(Participant.code, Person.name)
    )
    if participant_id is not None:
        query = query.where(Participant.id == participant_id)
    if not ever:
        query = query.where(IN_FORCE)
    with reading() as connection:
        return [FocalPoint(*row) for row in connection.execute(query)]


def hand_over(participant_id: int, *, leaving: int, successor: int, by: int) -> None:
    """At once and as a whole: the successor answers, who leaves is signed out everywhere. Raises NotTheirs."""
    with writing():
        present = {focal_point.person_id for focal_point in focal_points(participant_id, ever=True)}
        if leaving not in present or leaving == successor:
            raise NotTheirFocalPoint
        revoke_role(leaving, FOCAL_POINT, participant_id)
        if successor not in present:
            grant_role(successor, FOCAL_POINT, participant_id)
        sign_out_everywhere(leaving)
        audit_log.record("focal-point-left", by, participant=participant_id, person=leaving)
        audit_log.record("focal-point-appointed", by, participant=participant_id, person=successor)


def appoint(participant_id: int, person: int, *, by: int) -> None:
    """One more who answers for the participant. Raises NotTheirs: they do already."""
    with writing():
        if person in {focal_point.person_id for focal_point in focal_points(participant_id, ever=True)}:
            raise NotTheirFocalPoint
        grant_role(person, FOCAL_POINT, participant_id)
        audit_log.record("focal-point-appointed", by, participant=participant_id, person=person)


def describe_focal_point(
    participant_id: int,
    person: int,
    *,
    position: str,
    valid_from: datetime.date | None,
    valid_until: datetime.date | None,
    by: int | None,
) -> None:
    """What the focal point is at home, and between which days they answer. Raises NotTheirs."""
    mine = (Role.person_id == person, Role.participant_id == participant_id, Role.role == FOCAL_POINT)
    days = {"valid_from": valid_from, "valid_until": valid_until}
    facts = {name: day.isoformat() if day else None for name, day in days.items()}
    with writing() as connection:
        if connection.execute(update(Role).where(*mine).values(position=position, **days)).rowcount != 1:
            raise NotTheirFocalPoint
        audit_log.record("contact-changed", by, participant=participant_id, person=person, **facts)
