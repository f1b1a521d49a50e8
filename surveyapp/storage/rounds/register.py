"""The register of participants and their contacts: changed one by one on a page, or many at once from a file."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import select, update

from surveyapp.definition.model import TreatyStatus

from ..audit import audit_log
from ..models import Participant
from ..people import accounts
from ..people.handovers import FocalPoint, describe_focal_point, focal_points
from ..transactions import reading, writing
from .participants import add_participant, participant, record_status


@dataclass(frozen=True)
class Contact:
    """Somebody who answers for a participant, as a register has them; None: it says nothing of that."""

    name: str
    email: str
    language: str = "en"
    position: str | None = None
    valid_from: datetime.date | None = None
    valid_until: datetime.date | None = None


@dataclass(frozen=True)
class RegisterEntry:
    """What a register says of one participant; None: it says nothing of that."""

    code: str
    kind: str | None = None
    names: Mapping[str, str] = field(default_factory=dict)
    region: str | None = None
    subregion: str | None = None
    status: TreatyStatus | None = None
    status_from: datetime.date | None = None
    groups: Sequence[str] | None = None
    contacts: Sequence[Contact] = ()


def apply_entry(entry: RegisterEntry, *, by: int | None) -> bool:
    """Adds the participant, or changes what the entry says of it; contacts are added, never taken away. True: it is new."""
    with writing() as connection:
        existing = participant(entry.code)
        if existing is None:
            iso3 = entry.code if entry.kind == "state" and len(entry.code) == 3 else None
            participant_id = add_participant(
                kind=entry.kind or "organisation",
                code=entry.code,
                names=entry.names,
                iso3=iso3,
                region=entry.region,
                subregion=entry.subregion,
                groups=list(entry.groups or ()),
            )
        else:
            participant_id = existing.id
            values: dict[str, object] = {"names": {**existing.names, **entry.names}}
            for name in ("region", "subregion"):
                if getattr(entry, name) is not None:
                    values[name] = getattr(entry, name)
            if entry.groups is not None:
                values["groups"] = list(entry.groups)
            connection.execute(update(Participant).where(Participant.id == participant_id).values(**values))
        if entry.status and entry.status_from:
            record_status(participant_id, entry.status, entry.status_from)
        for contact in entry.contacts:
            person = accounts.find_or_create(contact.name, contact.email, contact.language)
            held = {holder.person_id: holder for holder in focal_points(participant_id, ever=True)}.get(person)
            if held is None:
                accounts.grant_role(person, "focal_point", participant_id)
            _describe(contact, held, person, participant_id, by)
        facts = {"participant": entry.code, "groups": list(entry.groups or ()), "contacts": len(entry.contacts)}
        facts |= {"status": entry.status, "from": entry.status_from.isoformat() if entry.status_from else None}
        audit_log.record("participant-changed" if existing else "participant-added", by, **facts)
    return existing is None


def _describe(contact: Contact, held: FocalPoint | None, person: int, participant_id: int, by: int | None) -> None:
    """What a file leaves empty stays as it is."""
    if contact.position is None and contact.valid_from is None and contact.valid_until is None:
        return
    describe_focal_point(
        participant_id,
        person,
        position=contact.position if contact.position is not None else held.position if held else "",
        valid_from=contact.valid_from or (held.valid_from if held else None),
        valid_until=contact.valid_until or (held.valid_until if held else None),
        by=by,
    )


def apply_entries(entries: Sequence[RegisterEntry], *, by: int | None) -> int:
    """All of them or, if anything fails, none; how many are new."""
    with writing():
        return sum(apply_entry(entry, by=by) for entry in entries)


def codes() -> set[str]:
    """Of every participant there is."""
    with reading() as connection:
        return set(connection.scalars(select(Participant.code)))
