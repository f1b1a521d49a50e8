"""What readers may see: the last submission of each response, on path, within the reader's clearance.

Figures come from snapshots only, so what is typed but not submitted never shows, and a reopened response
counts as it was last submitted.
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import Connection, Row, func, select, true

from surveyapp.definition.answer_values import AnswerValue
from surveyapp.definition.model import Handling

from ..columns import utc_now
from ..models import AnswerRevision, Participant, Response, Round, Submission
from ..replies.narrowing import NOT_NARROWED, Narrowed, narrowed_since
from ..replies.visibility import Visibility
from ..rounds.participants import status_on
from ..rounds.versions import compiled_of_digest
from ..transactions import reading

#: the narrowest circle each role belongs to
CLEARANCE: Mapping[str, Handling] = {"co_chair": "co_chairs", "secretariat": "secretariat"}


@dataclass(frozen=True)
class SubmittedReply:
    """One participant's last submission, as far as the reader may see it."""

    response_id: int
    participant_code: str
    names: Mapping[str, str]
    kind: str
    region: str | None
    subregion: str | None
    treaty_status: str | None  #: on the day of submission
    submitted_at: datetime.datetime
    reference: str
    language: str
    answers: Mapping[str, AnswerValue]  #: by address: on path, answered, and visible to the reader
    calculated: Mapping[str, AnswerValue]  #: the same for calculations
    withheld: frozenset[str]  #: given, but not for this reader
    asked: frozenset[str]  #: on path, as far as that follows from what the reader may see
    languages: Mapping[str, str] = field(default_factory=dict)  #: each answer was given in, by address
    revisions: Mapping[str, int] = field(default_factory=dict)  #: of each answer that was submitted
    declined: Mapping[str, str] = field(default_factory=dict)  #: why it was left open, by address; for this reader
    handlings: Mapping[str, Handling] = field(default_factory=dict)  #: who may see each of these answers
    bases: Mapping[str, str] = field(default_factory=dict)  #: confirmed or changed since last time, by address

    def name(self, language: str) -> str:
        """In this language, or in English."""
        return self.names.get(language) or self.names["en"]


@dataclass(frozen=True)
class ParticipantRow:
    """Somebody invited, and how far their reply is."""

    code: str
    names: Mapping[str, str]
    region: str | None
    subregion: str | None
    treaty_status: str | None  #: today's
    kind: str
    status: str  #: of the response
    opened_at: datetime.datetime | None = None  #: when somebody of the participant's first looked at it
    began_at: datetime.datetime | None = None  #: when its first answer was saved
    first_submitted_at: datetime.datetime | None = None
    submitted_at: datetime.datetime | None = None

    @property
    def opened(self) -> bool:
        """Has anybody of the participant's looked at it?"""
        return bool(self.opened_at or self.began_at or self.first_submitted_at)

    def name(self, language: str) -> str:
        """In this language, or in English."""
        return self.names.get(language) or self.names["en"]


def submitted(round_id: int, reader: Handling, as_of: datetime.datetime | None = None) -> list[SubmittedReply]:
    """By participant code: the last submission of each response, or the last one by a moment.

    As of a moment, an answer is read by the narrower of its handling then and now.

    `reader` is the narrowest circle the reader belongs to; see `CLEARANCE`.
    """
    by_then = Submission.at <= as_of if as_of else true()
    newest = (
        select(Submission.response_id, func.max(Submission.number).label("number"))
        .where(by_then, Submission.response_id.in_(select(Response.id).where(Response.round_id == round_id)))
        .group_by(Submission.response_id)
        .subquery()
    )
    query = (
        select(Submission.id, Submission.digest, Response.id.label("response"), Participant.names, Round.version_id)
        .join(Response, Response.id == Submission.response_id)
        .join(newest, (newest.c.response_id == Submission.response_id) & (newest.c.number == Submission.number))
        .join(Participant, Participant.id == Response.participant_id)
        .join(Round, Round.id == Response.round_id)
        .where(Response.round_id == round_id)
        .order_by(Participant.code)
    )
    with reading() as connection:
        rows = connection.execute(query).all()
        since = narrowed_since(connection, round_id, as_of) if as_of else {}
        replies = _replies(connection, rows, reader, since)
    return [replace(replies[row.digest], response_id=row.response, names=row.names) for row in rows]


def _replies(
    connection: Connection, rows: Sequence[Row[Any]], reader: Handling, since: Mapping[int, Narrowed]
) -> dict[str, SubmittedReply]:
    """By SHA-256, which says all that a submission says: one that was read before by this version is not read again."""
    keys = {
        row.digest: (row.digest, row.version_id, reader, since.get(row.response, NOT_NARROWED).digest) for row in rows
    }
    replies = {digest: _read[key] for digest, key in keys.items() if key in _read}
    missing = {row.id: row for row in rows if row.digest not in replies}
    if not missing:
        return replies
    texts = select(Submission.id, Submission.snapshot, Submission.at, Submission.reference).where(
        Submission.id.in_(missing)
    )
    for number, snapshot, at, reference in connection.execute(texts):
        row = missing[number]
        facts = json.loads(snapshot)
        version = compiled_of_digest(facts["version"]["digest"], row.version_id)
        visibility = Visibility(version, facts, reader, since.get(row.response, NOT_NARROWED).handlings)
        replies[row.digest] = _reply(visibility, row.response, row.names, at, reference)
    if len(_read) + len(missing) > MAX_CACHED:
        _read.clear()
    _read.update({keys[row.digest]: replies[row.digest] for row in missing.values()})
    return replies


MAX_CACHED = 2_000
_read: dict[tuple[str, int, Handling, str], SubmittedReply] = {}


def _reply(
    visibility: Visibility, response_id: int, names: Mapping[str, str], at: datetime.datetime, reference: str
) -> SubmittedReply:
    seen, snapshot = visibility.seen, visibility.snapshot
    kept_of = {address: snapshot["answers"][address] for address in seen.answers}
    return SubmittedReply(
        response_id=response_id,
        participant_code=snapshot["participant"]["code"],
        names=names,
        kind=snapshot["participant"]["kind"],
        region=snapshot["participant"]["region"],
        subregion=snapshot["participant"]["subregion"],
        treaty_status=snapshot["participant"]["treaty_status"],
        submitted_at=at,
        reference=reference,
        language=snapshot["language"],
        answers=seen.answers,
        calculated=seen.calculated,
        withheld=seen.withheld,
        asked=seen.asked,
        languages={address: kept.get("language", snapshot["language"]) for address, kept in kept_of.items()},
        revisions={address: kept["revision"] for address, kept in kept_of.items()},
        handlings={address: visibility.handling(address) for address in kept_of},
        bases={address: kept["basis"] for address, kept in kept_of.items() if kept.get("basis")},
        declined=seen.declined,
    )


def saved_at(response_ids: Collection[int]) -> dict[tuple[int, str, int], datetime.datetime]:
    """When each revision was saved, by (response, address, revision)."""
    query = select(
        AnswerRevision.response_id, AnswerRevision.address, AnswerRevision.revision, AnswerRevision.at
    ).where(AnswerRevision.response_id.in_(response_ids))
    with reading() as connection:
        return {(row[0], row[1], row[2]): row[3] for row in connection.execute(query)}


def participation_of(round_id: int, as_of: datetime.datetime | None = None) -> list[ParticipantRow]:
    """Everyone invited, by code; as of a moment, by what had been saved and submitted by then."""
    moment = as_of or utc_now()
    here = select(Response.id).where(Response.round_id == round_id)
    first = (
        select(AnswerRevision.response_id, func.min(AnswerRevision.at).label("at"))
        .where(AnswerRevision.response_id.in_(here))
        .group_by(AnswerRevision.response_id)
        .subquery()
    )
    done = (
        select(Submission.response_id, func.min(Submission.at).label("first"), func.max(Submission.at).label("last"))
        .where(Submission.at <= moment, Submission.response_id.in_(here))
        .group_by(Submission.response_id)
        .subquery()
    )
    query = (
        select(
            Participant.code,
            Participant.names,
            Participant.region,
            Participant.subregion,
            status_on(moment.date()),
            Participant.kind,
            Response.status,
            Response.opened_at,
            first.c.at,
            done.c.first,
            done.c.last,
        )
        .join(Response, Response.participant_id == Participant.id)
        .outerjoin(first, first.c.response_id == Response.id)
        .outerjoin(done, done.c.response_id == Response.id)
        .where(Response.round_id == round_id)
        .order_by(Participant.code)
    )
    with reading() as connection:
        rows = connection.execute(query).all()
    return [ParticipantRow(*(*row[:6], _status(row, as_of), *row[7:])) for row in rows]


def _status(row: Row[Any], as_of: datetime.datetime | None) -> str:
    if as_of is None:
        return str(row.status)
    if row.first is not None:
        return "submitted"
    return "in_progress" if row.at is not None and row.at <= as_of else "not_started"
