"""What a State has narrowed since: the handling that each answer of an earlier submission has now."""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from surveyapp.definition.model import Handling

from ..models import AnswerRevision, Response, Round, Submission
from ..rounds.versions import compiled_of_digest
from .answers import narrower
from .snapshot import Snapshot
from .visibility import Visibility


@dataclass(frozen=True)
class Narrowed:
    """`digest`: of the submission that says so; `handlings`: what they are now, by address."""

    digest: str
    handlings: Mapping[str, Handling]


NOT_NARROWED = Narrowed("", {})


def narrowed_since(connection: Connection, round_id: int, moment: datetime.datetime) -> dict[int, Narrowed]:
    """Response → the handlings of its last submission, where that came after the moment.

    An answer that the last submission no longer has keeps the handling that was last saved with it before that.
    """
    newest = (
        select(Submission.response_id, func.max(Submission.number).label("number"))
        .join(Response, Response.id == Submission.response_id)
        .where(Response.round_id == round_id)
        .group_by(Submission.response_id)
        .subquery()
    )
    query = (
        select(Submission.response_id, Submission.digest, Submission.snapshot, Submission.at, Round.version_id)
        .join(newest, (newest.c.response_id == Submission.response_id) & (newest.c.number == Submission.number))
        .join(Response, Response.id == Submission.response_id)
        .join(Round, Round.id == Response.round_id)
        .where(Submission.at > moment)
    )
    since = {}
    for response_id, digest, text, at, version_id in connection.execute(query).all():
        handlings = dict(_saved_by(connection, response_id, at))
        handlings |= submitted_handlings(json.loads(text), version_id)
        since[response_id] = Narrowed(digest, handlings)
    return since


def submitted_handlings(snapshot: Snapshot, version_id: int) -> dict[str, Handling]:
    """Who may see each answer and each reason of a submission. `version_id`: of the round, where its own is not known."""
    visibility = Visibility(compiled_of_digest(snapshot["version"]["digest"], version_id), snapshot, "secretariat")
    return {address: visibility.handling(address) for address in (*visibility.answers, *visibility.declined)}


def _saved_by(connection: Connection, response_id: int, moment: datetime.datetime) -> Iterator[tuple[str, Handling]]:
    query = (
        select(AnswerRevision.address, AnswerRevision.handling)
        .where(AnswerRevision.response_id == response_id, AnswerRevision.at <= moment)
        .where(AnswerRevision.handling.is_not(None))
        .order_by(AnswerRevision.revision)
    )
    for address, handling in connection.execute(query):
        yield address, narrower(handling)
