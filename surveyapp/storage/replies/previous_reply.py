"""The participant's last reply to the same questionnaire: offered at each question, to be confirmed or changed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine, func, select

from surveyapp.definition.answer_values import AnswerValue
from surveyapp.definition.compiled import Compiled
from surveyapp.definition.model import Handling
from surveyapp.definition.path import code_of
from surveyapp.definition.question_types import AnswerProblem, AnswerProblems, clean

from ..database import db
from ..models import Response, Round, Submission, Version
from ..rounds.versions import compiled_of_digest
from ..transactions import reading
from .snapshot import Snapshot

CONFIRMED, CHANGED = "confirmed", "changed"


@dataclass(frozen=True)
class PreviousReply:
    """A submission of an earlier round. `answers`: by address, those that this version can take."""

    response_id: int
    round_code: str
    titles: Mapping[str, str]
    reference: str
    digest: str
    answers: Mapping[str, AnswerValue]
    handlings: Mapping[str, Handling]  #: who could see each of them

    def inside(self, repeat: str) -> dict[str, AnswerValue]:
        """What stood in the items of a list."""
        return {address: value for address, value in self.answers.items() if address.startswith(f"{repeat}/")}

    def basis(self, address: str, value: AnswerValue) -> str | None:
        """What a new value says about the earlier one; None where there was none."""
        if address not in self.answers or value is None:
            return None
        return None if value == self.answers[address] else CHANGED


def newest(connection: Connection, questionnaire: str, participants: list[int]) -> dict[int, int]:
    """Participant → id of their last submission of this questionnaire, in whichever round."""
    query = (
        select(Response.participant_id, func.max(Submission.id))
        .join(Submission, Submission.response_id == Response.id)
        .join(Round, Round.id == Response.round_id)
        .join(Version, Version.id == Round.version_id)
        .where(Version.questionnaire == questionnaire, Response.participant_id.in_(participants))
        .group_by(Response.participant_id)
    )
    return {row[0]: row[1] for row in connection.execute(query)}


def of(version: Compiled, submission_id: int | None) -> PreviousReply | None:
    """Read once per process: a submission never changes."""
    if submission_id is None:
        return None
    cache = _cache.setdefault(db.engine, {})
    key = (submission_id, version.digest)
    if key not in cache:
        cache[key] = _read(version, submission_id)
    return cache[key]


_cache: WeakKeyDictionary[Engine, dict[tuple[int, str], PreviousReply]] = WeakKeyDictionary()


def _read(version: Compiled, submission_id: int) -> PreviousReply:
    columns = (Response.id, Round.code, Round.titles, Submission.reference, Submission.digest, Round.version_id)
    query = (
        select(*columns, Submission.snapshot)
        .join(Response, Response.id == Submission.response_id)
        .join(Round, Round.id == Response.round_id)
        .where(Submission.id == submission_id)
    )
    with reading() as connection:
        response_id, code, titles, reference, digest, version_id, text = connection.execute(query).one()
    submission: Snapshot = json.loads(text)
    submitted = submission["answers"]
    answers = {address: kept["value"] for address, kept in submitted.items() if fits(version, address, kept["value"])}
    then = compiled_of_digest(submission["version"]["digest"], version_id)
    handlings = {
        address: submitted[address].get("handling") or then.handling(code_of(address)).default for address in answers
    }
    return PreviousReply(response_id, code, titles, reference, digest, answers, handlings)


def fits(version: Compiled, address: str, value: AnswerValue) -> bool:
    """Has this version a question of the same code that can take the same answer?"""
    code = code_of(address)
    question = version.questions.get(code)
    repeat = address.partition("/")[0] if "/" in address else None
    if question is None or version.repeat_of.get(code) != repeat:
        return False
    try:
        return bool(clean(version, question, value) == value)
    except (AnswerProblem, AnswerProblems):
        return False
