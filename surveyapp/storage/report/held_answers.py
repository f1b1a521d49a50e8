"""Answers that stand in frozen data, and that the State has since closed to the circle these were frozen for."""

from __future__ import annotations

import datetime
import json
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from surveyapp.definition.model import Handling

from ..models import Freeze, Participant, Report, Response, Round, Submission
from ..replies.narrowing import Narrowed, narrowed_since, submitted_handlings
from ..replies.visibility import may_read
from ..transactions import reading


@dataclass(frozen=True)
class HeldAnswer:
    """One answer in one frozen data set. `handling`: who may see it now; `report`: its titles, where a report stands on it."""

    freeze_id: int
    moment: datetime.datetime
    circle: Handling
    report_code: str | None
    report: Mapping[str, str] | None
    participant_code: str
    names: Mapping[str, str]
    address: str
    handling: Handling


def held_answers(round_id: int) -> list[HeldAnswer]:
    """The newest data set first, then by participant and address. What is frozen stays; this names what to act upon."""
    query = (
        select(Freeze.id, Freeze.moment, Freeze.handling, Report.code, Report.titles)
        .outerjoin(Report, Report.freeze_id == Freeze.id)
        .where(Freeze.round_id == round_id)
        .order_by(Freeze.id.desc())
    )
    held = []
    with reading() as connection:
        for freeze_id, moment, circle, code, titles in connection.execute(query).all():
            since = narrowed_since(connection, round_id, moment)
            held += [
                HeldAnswer(freeze_id, moment, circle, code, titles, *closed)
                for closed in _closed(connection, since, moment, circle)
            ]
    return held


def _closed(
    connection: Connection, since: Mapping[int, Narrowed], moment: datetime.datetime, circle: Handling
) -> list[tuple[str, Mapping[str, str], str, Handling]]:
    newest = (
        select(Submission.response_id, func.max(Submission.number).label("number"))
        .where(Submission.at <= moment, Submission.response_id.in_(since))
        .group_by(Submission.response_id)
        .subquery()
    )
    query = (
        select(Submission.response_id, Submission.snapshot, Round.version_id, Participant.code, Participant.names)
        .join(newest, (newest.c.response_id == Submission.response_id) & (newest.c.number == Submission.number))
        .join(Response, Response.id == Submission.response_id)
        .join(Round, Round.id == Response.round_id)
        .join(Participant, Participant.id == Response.participant_id)
        .order_by(Participant.code)
    )
    closed = []
    for response_id, text, version_id, code, names in connection.execute(query).all():
        now = since[response_id].handlings
        for address, then in sorted(submitted_handlings(json.loads(text), version_id).items()):
            if may_read(then, circle) and address in now and not may_read(now[address], circle):
                closed.append((code, names, address, now[address]))
    return closed
