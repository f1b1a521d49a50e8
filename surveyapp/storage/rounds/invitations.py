"""Whom a round is put to: one response for each participant that is invited."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import insert, select

from surveyapp.definition.path import walk

from ..audit import audit_log
from ..columns import dumps, utc_now
from ..models import Participant, Response, Round
from ..replies import previous_reply
from ..transactions import reading, writing
from .participants import ParticipantFacts, participants
from .rounds import ROUND_COLUMNS, RoundFacts, as_round, round_by_id
from .versions import compiled


@dataclass(frozen=True)
class ResponseRow:
    """One line of the secretariat's list of replies."""

    id: int
    participant_code: str
    names: Mapping[str, str]
    kind: str
    region: str | None
    status: str
    language: str | None
    reference: str | None
    updated_at: datetime.datetime


def invite(round_id: int, participant_ids: Iterable[int] | None = None, *, by: int | None = None) -> int:
    """Makes a not-started response for each (for the whole audience unless told); returns how many are new.

    A demonstration invites invented participants only, and any other round real ones only.
    """
    with writing() as connection:
        round = round_by_id(round_id)
        invited = set(connection.scalars(select(Response.participant_id).where(Response.round_id == round_id)))
        everyone = {participant.id: participant for participant in participants(invented=round.demonstration)}
        wanted = [participant.id for participant in everyone.values() if _in_audience(round, participant)]
        ids = [
            participant
            for participant in (wanted if participant_ids is None else participant_ids)
            if participant not in invited
        ]
        now, version = utc_now(), compiled(round.version_id)
        last = previous_reply.newest(connection, version.questionnaire.questionnaire, ids)
        rows = [
            {
                "round_id": round_id,
                "participant_id": participant,
                "status": "not_started",
                "path": dumps(walk(version, {}, everyone[participant].facts(now.date())).to_json()),
                "invited_at": now,
                "updated_at": now,
                "earlier_id": last.get(participant),
            }
            for participant in ids
        ]
        if rows:
            connection.execute(insert(Response), rows)
            audit_log.record("participants-invited", by, round=round.code, participants=[everyone[i].code for i in ids])
    return len(rows)


def _in_audience(round: RoundFacts, participant: ParticipantFacts) -> bool:
    asked = {name: round.audience.get(name) or () for name in ("kinds", "treaty_status", "regions", "groups")}
    has: dict[str, set[str | None]] = {
        "kinds": {participant.kind},
        "treaty_status": {participant.treaty_status},
        "regions": {participant.region},
        "groups": set(participant.groups),
    }
    return all(not wanted or has[name].intersection(wanted) for name, wanted in asked.items())


def audience_of(round: RoundFacts) -> list[ParticipantFacts]:
    """Whom the round's audience takes in, invited or not."""
    return [
        participant for participant in participants(invented=round.demonstration) if _in_audience(round, participant)
    ]


def responses_of(round_id: int) -> list[ResponseRow]:
    """Everyone invited, by code."""
    query = (
        select(
            Response.id,
            Participant.code,
            Participant.names,
            Participant.kind,
            Participant.region,
            Response.status,
            Response.language,
            Response.reference,
            Response.updated_at,
        )
        .join(Participant, Participant.id == Response.participant_id)
        .where(Response.round_id == round_id)
        .order_by(Participant.code)
    )
    with reading() as connection:
        return [ResponseRow(*row) for row in connection.execute(query)]


def responses_for(participant_ids: Iterable[int]) -> list[tuple[RoundFacts, int, str]]:
    """(round, response id, status) of all that these participants are invited to, the newest round first."""
    query = (
        select(*ROUND_COLUMNS, Response.id, Response.status)
        .join(Response, Response.round_id == Round.id)
        .where(Response.participant_id.in_(list(participant_ids)))
        .order_by(Round.opens.desc(), Response.id)
    )
    with reading() as connection:
        return [(as_round(tuple(row[:-2])), row[-2], row[-1]) for row in connection.execute(query)]
