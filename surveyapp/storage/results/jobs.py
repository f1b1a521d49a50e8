"""Files that are asked for and made later by a worker. A worker that dies leaves its job to the next one."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import case, delete, insert, or_, select, update

from ..columns import utc_now
from ..models import Job
from ..transactions import new_id, reading, writing

#: without a sign of life for so long, its worker is taken for dead
HEARTBEAT_TIMEOUT = datetime.timedelta(minutes=2)
MAX_ATTEMPTS = 3
RETENTION = datetime.timedelta(days=7)


@dataclass(frozen=True)
class JobFacts:
    """`facts`: what the file is to hold. `done` of `steps` are made. `by`: whose it is."""

    id: int
    by: int
    facts: Mapping[str, Any]
    asked_at: datetime.datetime
    done: int
    steps: int
    finished_at: datetime.datetime | None
    file_name: str | None
    state: str  #: waiting · under_way · ready · failed


_STATE = case(
    (Job.content.is_not(None), "ready"),
    (Job.finished_at.is_not(None), "failed"),
    (Job.beat_at.is_not(None), "under_way"),
    else_="waiting",
)
_FACTS = (Job.id, Job.by, Job.facts, Job.asked_at, Job.done, Job.steps, Job.finished_at, Job.file_name, _STATE)


def enqueue(facts: Mapping[str, Any], *, by: int) -> int:
    """The job's id; a worker makes the file."""
    with writing() as connection:
        return new_id(connection.execute(insert(Job).values(by=by, facts=dict(facts), asked_at=utc_now())))


def claim() -> JobFacts | None:
    """The oldest that nobody makes; None: there is nothing to do. After `ATTEMPTS` it is given up."""
    now = utc_now()
    idle = or_(Job.beat_at.is_(None), Job.beat_at < now - HEARTBEAT_TIMEOUT)
    with writing() as connection:
        given_up = update(Job).where(Job.finished_at.is_(None), idle, Job.attempts >= MAX_ATTEMPTS)
        connection.execute(given_up.values(finished_at=now))
        waiting = select(*_FACTS).where(Job.finished_at.is_(None), idle).order_by(Job.id).limit(1)
        row = connection.execute(waiting.with_for_update(skip_locked=True)).first()
        if row is None:
            return None
        begun = {"beat_at": now, "attempts": Job.attempts + 1, "done": 0}
        connection.execute(update(Job).where(Job.id == row.id).values(**begun))
        return JobFacts(*row)


def progress(job_id: int, done: int, steps: int) -> None:
    """A sign of life from the worker, and how far it is."""
    with writing() as connection:
        connection.execute(update(Job).where(Job.id == job_id).values(done=done, steps=steps, beat_at=utc_now()))


def finish(job_id: int, file_name: str, content: bytes) -> None:
    """Keeps the file; nothing where the job was finished or given up before."""
    made = {"finished_at": utc_now(), "file_name": file_name, "content": content, "done": Job.steps}
    with writing() as connection:
        connection.execute(update(Job).where(Job.id == job_id, Job.finished_at.is_(None)).values(**made))


def give_up(job_id: int) -> None:
    """It is shown as failed."""
    with writing() as connection:
        connection.execute(update(Job).where(Job.id == job_id).values(finished_at=utc_now()))


def of_person(by: int) -> list[JobFacts]:
    """The newest first."""
    with reading() as connection:
        return [
            JobFacts(*row) for row in connection.execute(select(*_FACTS).where(Job.by == by).order_by(Job.id.desc()))
        ]


def content(job_id: int, by: int) -> bytes | None:
    """None where it is not theirs, or not made."""
    with reading() as connection:
        return connection.scalar(select(Job.content).where(Job.id == job_id, Job.by == by))


def forget_old() -> int:
    """What was finished some days ago: its figures can be made again."""
    with writing() as connection:
        return connection.execute(delete(Job).where(Job.finished_at < utc_now() - RETENTION)).rowcount
