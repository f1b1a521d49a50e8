"""A participant's reply as it stands: who replies, how far it is, and each answer. Writing is `saving`."""

from __future__ import annotations

import datetime
import functools
import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from typing import cast as cast_to
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine, Select, Text, bindparam, cast, select, update

from surveyapp.definition.answer_values import AnswerValue
from surveyapp.definition.compiled import Compiled
from surveyapp.definition.model import Handling
from surveyapp.definition.path import Path

from ..columns import utc_now
from ..database import db
from ..models import Answer, Participant, Response, Round
from ..rounds.participants import PARTICIPANT_COLUMNS, ParticipantFacts, status_on
from ..rounds.rounds import ROUND_COLUMNS, RoundFacts, as_round
from ..rounds.versions import compiled
from ..transactions import in_writing, reading, writing
from . import previous_reply
from .answers import StoredAnswer, narrower
from .previous_reply import PreviousReply

EDITABLE = frozenset({"not_started", "in_progress", "reopened"})


@dataclass(frozen=True)
class ResponseState:
    """One reply as it was read, with its answers by address."""

    id: int
    round: RoundFacts
    participant: ParticipantFacts
    status: str
    language: str | None
    reference: str | None
    updated_at: datetime.datetime
    path: Path
    changes: int  #: how often it was changed so far
    answers: Mapping[str, StoredAnswer]  #: cleared ones too, with the value None
    whole: bool  #: are these all its answers?
    earlier_id: int | None = None  #: the submission of an earlier round that is offered

    @functools.cached_property
    def compiled(self) -> Compiled:
        """The version that the round has now."""
        return compiled(self.round.version_id)

    @property
    def values(self) -> dict[str, AnswerValue]:
        """What is answered, on path or not."""
        return {address: kept.value for address, kept in self.answers.items() if kept.value is not None}

    @property
    def earlier(self) -> PreviousReply | None:
        """The participant's last reply to the same questionnaire."""
        return previous_reply.of(self.compiled, self.earlier_id) if self.earlier_id else None

    def reason(self, address: str) -> str | None:
        """Why the question is left open, where that was said."""
        stored = self.answers.get(address)
        return stored.declined if stored else None

    def handling(self, address: str) -> Handling:
        """Who may see the answer: as it stands with it, or as it would be presumed of an answer given now."""
        stored = self.answers.get(address)
        return cast_to(Handling, stored.handling) if stored and stored.handling else self.presumed_handling(address)

    def presumed_handling(self, address: str) -> Handling:
        """Of an answer of which nobody says who may see it: the question's default, or as last time where that is narrower."""
        default: Handling = self.compiled.handling(address.rpartition("/")[2]).default
        return narrower(default, self.earlier.handlings.get(address)) if self.earlier_id and self.earlier else default

    def locked_because(self, now: datetime.datetime | None = None) -> str | None:
        """`submitted`, `round_not_open`, `round_closed`; None: it may be answered."""
        return "submitted" if self.status not in EDITABLE else self.round.closed_because(now or utc_now())


@dataclass(frozen=True)
class SaveResult:
    """What came of one save; all by address."""

    saved: Mapping[str, int]  #: the revision now kept, of unchanged ones too
    conflicts: Mapping[str, StoredAnswer]  #: not written: someone else's newer value is there
    path: Path
    changed: frozenset[str] = field(default=frozenset())  #: addresses that got a new revision
    #: makes the whole response as this save left it, for who wants to show it
    afterwards: Callable[[], ResponseState] | None = None

    @property
    def state(self) -> ResponseState | None:
        """The whole response after it, without reading it again; None where that was not worked out."""
        return self.afterwards() if self.afterwards else None


class NotEditable(Exception):
    """`reason`: submitted, round_not_open, round_closed; for `reopen`: not_submitted."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


class UnknownAddress(ValueError):
    """An answer to a question that this version does not have."""


# reading

_STATE = (
    Response.id,
    Response.status,
    Response.language,
    Response.reference,
    Response.updated_at,
    Response.changes,
    Response.path,
    Response.earlier_id,
)
_state_query = (
    select(*_STATE, *PARTICIPANT_COLUMNS, status_on(bindparam("today")), *ROUND_COLUMNS)
    .join(Round, Round.id == Response.round_id)
    .join(Participant, Participant.id == Response.participant_id)
    .where(Response.id == bindparam("response"))
)
_locked_query = _state_query.with_for_update(of=Response)
# values come as text, to be parsed in one go: see `_parsed`
_answers_query = select(
    Answer.address,
    cast(Answer.value, Text),
    Answer.revision,
    Answer.at,
    Answer.by,
    Answer.language,
    Answer.declined,
    Answer.handling,
    Answer.basis,
).where(Answer.response_id == bindparam("response"))
_some_answers_query = _answers_query.where(Answer.question_code.in_(bindparam("codes", expanding=True)))


def load(response_id: int) -> ResponseState:
    """The response with all its answers. KeyError: no such response."""
    with reading() as connection:
        return _load(connection, _state_query, response_id)


def load_locked(connection: Connection, response_id: int) -> ResponseState:
    """As `load`, and nobody else writes to it before this transaction ends."""
    return _load(connection, _locked_query, response_id)


def load_page(response_id: int, codes: Collection[str]) -> ResponseState:
    """The response with the answers to these questions only (in all items of repeats). Two queries."""
    with reading() as connection:
        return _load(connection, _state_query, response_id, codes)


def mark_opened(response_id: int) -> None:
    """The first time that somebody of the participant's looks at it."""
    unseen = (Response.id == response_id, Response.opened_at.is_(None))
    with reading() as connection:
        if connection.scalar(select(Response.id).where(*unseen)) is None:
            return
    with writing() as connection:
        connection.execute(update(Response).where(*unseen).values(opened_at=utc_now()))


def find(round_code: str, participant_id: int) -> int | None:
    """The id of a participant's response; remembered, since a response is never removed."""
    cache = _response_ids.setdefault(db.engine, {})
    if (round_code, participant_id) not in cache:
        query = select(Response.id).join(Round, Round.id == Response.round_id)
        with reading() as connection:
            response_id = connection.scalar(
                query.where(Round.code == round_code, Response.participant_id == participant_id)
            )
        if response_id is None or in_writing():
            return response_id
        cache[round_code, participant_id] = response_id
    return cache[round_code, participant_id]


_response_ids: WeakKeyDictionary[Engine, dict[tuple[str, int], int]] = WeakKeyDictionary()


def _load(
    connection: Connection, query: Select[Any], response_id: int, codes: Collection[str] | None = None
) -> ResponseState:
    row = connection.execute(query, {"response": response_id, "today": utc_now().date()}).first()
    if row is None:
        raise KeyError(response_id)
    if codes is None:
        rows = connection.execute(_answers_query, {"response": response_id}).all()
    else:
        rows = connection.execute(_some_answers_query, {"response": response_id, "codes": list(codes)}).all()
    values = _parsed([row[1] for row in rows])
    answers = {row[0]: StoredAnswer(value, *row[2:]) for row, value in zip(rows, values, strict=True)}
    return _as_state(tuple(row), answers, whole=codes is None)


def _parsed(texts: Sequence[str]) -> list[AnswerValue]:
    """JSON texts as one array: the parser's start-up costs more than most answers."""
    values: list[AnswerValue] = json.loads(f"[{','.join(texts)}]")
    return values


def _as_state(row: tuple[Any, ...], answers: Mapping[str, StoredAnswer], whole: bool) -> ResponseState:
    own = len(_STATE)
    response_id, status, language, reference, updated_at, changes, path, earlier_id = row[:own]
    cut = own + len(PARTICIPANT_COLUMNS) + 1
    return ResponseState(
        id=response_id,
        round=as_round(row[cut:]),
        participant=ParticipantFacts(*row[own:cut]),
        status=status,
        language=language,
        reference=reference,
        updated_at=updated_at,
        path=_kept_path(path),
        changes=changes,
        answers=answers,
        whole=whole,
        earlier_id=earlier_id,
    )


@functools.lru_cache(maxsize=512)
def _kept_path(text: str) -> Path:
    """Paths never change, so equal texts may share one."""
    return Path.from_json(json.loads(text))
