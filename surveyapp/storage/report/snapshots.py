"""Frozen data: the dataset that a report's figures stand on, kept byte for byte."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from sqlalchemy import insert, select, update

from surveyapp.definition.model import Handling

from ..audit import audit_log
from ..columns import utc_now
from ..models import Freeze, Person, Report
from ..transactions import new_id, reading, writing


@dataclass(frozen=True)
class SnapshotFacts:
    """`handling`: the circle of readers whose answers it holds. `moment`: its data are as of then. `digest`: SHA-256 of its bytes."""

    id: int
    round_id: int
    handling: Handling
    moment: datetime.datetime
    digest: str
    name: str


def store_snapshot(
    round_id: int,
    handling: str,
    moment: datetime.datetime,
    digest: str,
    content: bytes,
    *,
    report_id: int | None,
    by: int | None,
) -> int:
    """Keeps the dataset; a report that it is for stands on it from now on."""
    row = {"round_id": round_id, "handling": handling, "moment": moment, "digest": digest, "content": content, "by": by}
    with writing() as connection:
        added = new_id(connection.execute(insert(Freeze).values(**row, at=utc_now())))
        if report_id is not None:
            connection.execute(update(Report).where(Report.id == report_id).values(freeze_id=added))
        audit_log.record("dataset-frozen", by, freeze=added, digest=digest, report=report_id)
    return added


def of_round(round_id: int) -> list[SnapshotFacts]:
    """The newest first."""
    query = (
        select(Freeze.id, Freeze.round_id, Freeze.handling, Freeze.moment, Freeze.digest, Person.name)
        .outerjoin(Person, Person.id == Freeze.by)
        .where(Freeze.round_id == round_id)
        .order_by(Freeze.id.desc())
    )
    with reading() as connection:
        return [SnapshotFacts(*row) for row in connection.execute(query)]


def content(freeze_id: int) -> bytes | None:
    """As it was stored; None: no such snapshot."""
    with reading() as connection:
        return connection.scalar(select(Freeze.content).where(Freeze.id == freeze_id))
