"""Participants, and what they are to the Treaty as of a day."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Row, ScalarSelect, Select, and_, delete, insert, select

from surveyapp.definition.model import TreatyStatus
from surveyapp.definition.path import Facts
from surveyapp.definition.states import STATES

from ..columns import utc_now
from ..models import Participant, TreatyStatusPeriod
from ..transactions import new_id, reading, writing

#: the day whose statuses the reference table gives
TABLE_DAY = datetime.date(2025, 7, 1)


@dataclass(frozen=True)
class ParticipantFacts:
    """A participant as of a day. `names`: by language; `code`: never reused."""

    id: int
    kind: str
    code: str
    iso3: str | None
    names: Mapping[str, str]
    invented: bool
    region: str | None
    subregion: str | None
    groups: Sequence[str]  #: the secretariat's own
    treaty_status: str | None  #: as of the day asked for; None where no period has begun

    def name(self, language: str) -> str:
        """In this language, or in English."""
        return self.names.get(language) or self.names["en"]

    def facts(self, today: datetime.date) -> Facts:
        """What rules may know."""
        return Facts(self.kind, self.code, self.region, self.subregion, self.treaty_status, today)


def status_on(day: datetime.date | ColumnElement[datetime.date]) -> ScalarSelect[str]:
    """A subquery: the outer participant's status as of a day."""
    return (
        select(TreatyStatusPeriod.status)
        .where(TreatyStatusPeriod.participant_id == Participant.id, TreatyStatusPeriod.from_day <= day)
        .order_by(TreatyStatusPeriod.from_day.desc())
        .limit(1)
        .correlate(Participant)
        .scalar_subquery()
    )


PARTICIPANT_COLUMNS = (
    Participant.id,
    Participant.kind,
    Participant.code,
    Participant.iso3,
    Participant.names,
    Participant.invented,
    Participant.region,
    Participant.subregion,
    Participant.groups,
)


def _with_status(day: datetime.date | None) -> Select[Any]:
    return select(*PARTICIPANT_COLUMNS, status_on(day or utc_now().date()))


def _facts(row: Row[Any]) -> ParticipantFacts:
    return ParticipantFacts(*row)


def seed_states(from_day: datetime.date = TABLE_DAY) -> int:
    """Adds the reference table's States that are not there yet; returns how many."""
    with writing() as connection:
        existing = set(connection.scalars(select(Participant.code)))
        missing = [state for state in STATES.values() if state.iso3 not in existing]
        for state in missing:
            add_participant(
                kind="state",
                code=state.iso3,
                iso3=state.iso3,
                names=state.names,
                region=state.region,
                subregion=state.subregion_code,
                treaty_status=state.treaty_status,
                from_day=from_day,
            )
    return len(missing)


def add_participant(
    *,
    kind: str,
    code: str,
    names: Mapping[str, str],
    iso3: str | None = None,
    region: str | None = None,
    subregion: str | None = None,
    invented: bool = False,
    treaty_status: TreatyStatus | None = None,
    from_day: datetime.date = TABLE_DAY,
    groups: Sequence[str] = (),
) -> int:
    """Its id. `subregion` is a code such as western_africa."""
    values = {"kind": kind, "code": code, "iso3": iso3, "region": region, "subregion": subregion}
    with writing() as connection:
        added = connection.execute(
            insert(Participant).values(**values, names=dict(names), invented=invented, groups=list(groups))
        )
        participant = new_id(added)
        if treaty_status:
            record_status(participant, treaty_status, from_day)
    return participant


def record_status(participant: int, status: TreatyStatus, from_day: datetime.date) -> None:
    """From this day on, until a later recorded day. Recording a day again corrects it."""
    period = TreatyStatusPeriod
    same_day = and_(period.participant_id == participant, period.from_day == from_day)
    with writing() as connection:
        connection.execute(delete(period).where(same_day))
        connection.execute(insert(period).values(participant_id=participant, from_day=from_day, status=status))


def status_history(code: str) -> list[tuple[datetime.date, str]]:
    """(from when, treaty status) of a State, the oldest first."""
    query = select(TreatyStatusPeriod.from_day, TreatyStatusPeriod.status).join(
        Participant, Participant.id == TreatyStatusPeriod.participant_id
    )
    with reading() as connection:
        rows = connection.execute(query.where(Participant.code == code).order_by(TreatyStatusPeriod.from_day))
        return [(row[0], row[1]) for row in rows]


def participants(day: datetime.date | None = None, *, invented: bool | None = None) -> list[ParticipantFacts]:
    """By code, with their status as of the day (today unless told)."""
    query = _with_status(day).order_by(Participant.code)
    if invented is not None:
        query = query.where(Participant.invented.is_(invented))
    with reading() as connection:
        return [_facts(row) for row in connection.execute(query)]


def participant(code: str, day: datetime.date | None = None) -> ParticipantFacts | None:
    """None: there is none of this code. Its status as of the day (today unless told)."""
    with reading() as connection:
        row = connection.execute(_with_status(day).where(Participant.code == code)).first()
    return _facts(row) if row else None
