"""From a draft to the official reply and back: submitting, receipts, requests to reopen."""

from __future__ import annotations

import datetime
import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Select, insert, select, update

from surveyapp.definition.answer_values import AnswerValue
from surveyapp.definition.path import Facts, Path, Violation

from ..audit import audit_log
from ..columns import canonical, dumps, utc_now
from ..models import Participant, Response, Submission
from ..results import rollups
from ..transactions import new_id, reading, writing
from . import proposals
from .clearances import require_cleared
from .receipts import FORM, digest
from .responses import ResponseState, load_locked
from .reviewed import NotAsReviewed, Reviewed, as_of_now, require_reviewed
from .saving import INCREMENT_CHANGES, require_editable
from .snapshot import Snapshot, SnapshotAnswer
from .unsaved import require_none_refused

#: no 0, 1, I, L, O, U: read out over the telephone without mistakes, and no words
REFERENCE_LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"


@dataclass(frozen=True)
class SubmissionFacts:
    """One submission. `digest`: SHA-256 of its canonical text, as its receipt says."""

    reference: str
    at: datetime.datetime
    number: int
    digest: str
    previous: str | None = None  #: SHA-256 of the participant's submission before it, in whichever round


class NotReady(Exception):
    """It cannot be submitted yet."""

    def __init__(self, missing: tuple[str, ...], violations: tuple[Violation, ...]) -> None:
        self.missing, self.violations = missing, violations
        super().__init__(f"{len(missing)} missing, {len(violations)} to correct")


def submit(
    response_id: int,
    *,
    by: int | None,
    language: str,
    reviewed: Reviewed | None = None,
    uncleared: Collection[str] = (),
    refused: Collection[str] = (),
) -> SubmissionFacts:
    """Makes what is on path official. Raises NotReady, NotEditable, NotAsReviewed, NotCleared, RefusedValues, KeyError.

    `reviewed`: what was read back, with the proposals that were open then: another one is something unread. `uncleared`:
    sections that were shown as not cleared and go along, where the participant's rule allows that.
    `refused`: addresses that were shown to have a value that was not accepted; the reply goes without those.
    """
    with writing() as connection:
        state = as_of_now(load_locked(connection, response_id))
        require_editable(state)
        require_reviewed(state, reviewed)
        if reviewed is not None and any(
            each.id not in reviewed.proposals for each in proposals.of_response(response_id)
        ):
            raise NotAsReviewed
        require_cleared(state, uncleared)
        require_none_refused(response_id, state.path.on_path, refused)
        now, path = utc_now(), state.path
        if path.missing or path.violations:
            raise NotReady(path.missing, path.violations)
        number = 1 + len(submissions(response_id))
        reference, previous = _new_reference(), _end_of_chain(connection, state.participant.id)
        chained = {"form": FORM, "reference": reference, "previous": previous}
        text = canonical({**chained, **snapshot_of(state, path, number, language, now)})
        done = SubmissionFacts(reference, now, number, digest(text), previous)
        row = {"number": number, "snapshot": text, "digest": done.digest, "previous": previous, "at": now}
        added = insert(Submission).values(response_id=response_id, reference=reference, by=by, language=language, **row)
        rollups.note_submission(connection, state.round.id, response_id, new_id(connection.execute(added)))
        kept = {"status": "submitted", "reference": reference, "language": language, "updated_at": now}
        connection.execute(
            update(Response)
            .where(Response.id == response_id)
            .values(**kept, **INCREMENT_CHANGES, path=dumps(path.to_json()))
        )
        audit_log.record("response-submitted", by, response=response_id, number=number, digest=done.digest)
    return done


def _end_of_chain(connection: Connection, participant_id: int) -> str | None:
    """The end of the participant's chain. Its row is locked: two rounds cannot add to the same end."""
    connection.execute(select(Participant.id).where(Participant.id == participant_id).with_for_update())
    query = select(Submission.digest).join(Response, Response.id == Submission.response_id)
    newest = query.where(Response.participant_id == participant_id).order_by(Submission.id.desc()).limit(1)
    return connection.scalar(newest)


def snapshot_of(state: ResponseState, path: Path, number: int, language: str, now: datetime.datetime) -> Snapshot:
    """All it takes to read the submission on its own, years later."""
    facts: Facts = state.participant.facts(now.date())
    version = state.compiled
    questionnaire = version.questionnaire
    return {
        "round": state.round.code,
        "questionnaire": questionnaire.questionnaire,
        "version": {"number": questionnaire.version, "digest": version.digest},
        "participant": {
            "code": state.participant.code,
            "kind": state.participant.kind,
            "region": facts.region,
            "subregion": facts.subregion,
            "treaty_status": facts.treaty_status,
        },
        "number": number,
        "language": language,
        "at": now.isoformat(),
        "answers": {
            address: _submitted_answer(state, address, value) for address, value in path.visible(state.values).items()
        },
        "declined": {
            address: {"reason": kept.declined, "revision": kept.revision, "handling": state.handling(address)}
            for address, kept in state.answers.items()
            if kept.declined and address in path.on_path
        },
        "earlier": {"reference": last.reference, "sha256": last.digest} if (last := state.earlier) else None,
        "calculated": dict(path.calculated),
        "asked": sorted(path.on_path),
    }


def _submitted_answer(state: ResponseState, address: str, value: AnswerValue) -> SnapshotAnswer:
    stored = state.answers[address]
    answer: SnapshotAnswer = {
        "value": value,
        "revision": stored.revision,
        "handling": state.handling(address),
        "language": stored.language,
    }
    if stored.basis:
        answer["basis"] = stored.basis
    return answer


def _new_reference() -> str:
    """30^10 possibilities: cannot be guessed, and two never meet (a unique constraint would say so)."""
    letters = "".join(secrets.choice(REFERENCE_LETTERS) for _ in range(10))
    return f"WGTU-{letters[:5]}-{letters[5:]}"


def submissions(response_id: int) -> Sequence[SubmissionFacts]:
    """The oldest first."""
    query = select(Submission.reference, Submission.at, Submission.number, Submission.digest, Submission.previous)
    with reading() as connection:
        rows = connection.execute(query.where(Submission.response_id == response_id).order_by(Submission.number))
        return [SubmissionFacts(*row) for row in rows]


def snapshot(response_id: int, number: int) -> str | None:
    """The canonical text of a response's submission, byte for byte as its receipt's SHA-256 was taken."""
    query = select(Submission.snapshot).where(Submission.response_id == response_id, Submission.number == number)
    with reading() as connection:
        return connection.scalar(query)


def chains() -> dict[str, list[tuple[str, str]]]:
    """Every participant's (canonical text, SHA-256 of the receipt), the oldest first: for `verify-receipt --all`."""
    query: Select[Any] = (
        select(Participant.code, Submission.snapshot, Submission.digest)
        .join(Response, Response.id == Submission.response_id)
        .join(Participant, Participant.id == Response.participant_id)
        .order_by(Participant.code, Submission.id)
    )
    by_participant: dict[str, list[tuple[str, str]]] = {}
    with reading() as connection:
        for code, text, promised in connection.execute(query):
            by_participant.setdefault(code, []).append((text, promised))
    return by_participant
