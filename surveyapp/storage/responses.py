"""Answers: loading a page's, saving changes, submitting, reopening. The heart of the promise.

A save is one short transaction: the response's row is locked (the database's single writer on SQLite),
changes are compared with what is there, revisions are added, the path is walked, and all of it is committed
before anyone is told. Nothing here changes or removes a revision.
"""

from __future__ import annotations

import datetime
import functools
import hashlib
import json
import re
import secrets
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine, Select, Text, bindparam, cast, func, insert, select, update

from surveyapp.definition.compiled import Compiled
from surveyapp.definition.path import Facts, Path, Violation, walk
from surveyapp.extensions import db

from . import audit
from .columns import canonical, dumps, utc_now
from .models import Answer, AnswerRevision, Participant, Response, Round, Submission
from .participants import PARTICIPANT_COLUMNS, ParticipantFacts, status_on
from .rounds import ROUND_COLUMNS, RoundFacts, as_round, compiled
from .transactions import in_writing, reading, writing

EDITABLE = frozenset({"not_started", "in_progress", "reopened"})
#: no 0, 1, I, L, O, U: read out over the telephone without mistakes, and no words
REFERENCE_LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
_ADDRESS = re.compile(r"(?:(?P<repeat>[a-z][a-z0-9_]*)/(?P<item>[a-z0-9]{6,12})/)?(?P<code>[a-z][a-z0-9_]*)")


@dataclass(frozen=True)
class Change:
    value: Any
    expected: int | None = None  #: the revision the writer saw (0: none); None: whatever is there


@dataclass(frozen=True)
class Stored:
    value: Any
    revision: int
    at: datetime.datetime
    by: int | None
    language: str = "en"


@dataclass(frozen=True)
class ResponseState:
    id: int
    round: RoundFacts
    participant: ParticipantFacts
    status: str
    language: str | None
    reference: str | None
    updated_at: datetime.datetime
    path: Path
    answers: Mapping[str, Stored]  #: cleared ones too, with the value None

    @property
    def compiled(self) -> Compiled:
        return compiled(self.round.version_id)

    @property
    def values(self) -> dict[str, Any]:
        """What is answered, on path or not."""
        return {address: kept.value for address, kept in self.answers.items() if kept.value is not None}

    def locked_because(self, now: datetime.datetime | None = None) -> str | None:
        """`submitted`, `round_not_open`, `round_closed`; None: it may be answered."""
        return "submitted" if self.status not in EDITABLE else self.round.closed_because(now or utc_now())


@dataclass(frozen=True)
class Saved:
    saved: Mapping[str, int]  #: the revision now kept, of unchanged ones too
    conflicts: Mapping[str, Stored]  #: not written: someone else's newer value is there
    path: Path
    changed: frozenset[str] = field(default=frozenset())  #: addresses that got a new revision


@dataclass(frozen=True)
class Revision:
    revision: int
    value: Any
    at: datetime.datetime
    by: int | None
    language: str
    channel: str


@dataclass(frozen=True)
class Submitted:
    reference: str
    at: datetime.datetime
    number: int
    digest: str


class NotEditable(Exception):
    """`reason`: submitted, round_not_open, round_closed; for `reopen`: not_submitted."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


class NotReady(Exception):
    """It cannot be submitted yet."""

    def __init__(self, missing: tuple[str, ...], violations: tuple[Violation, ...]) -> None:
        self.missing, self.violations = missing, violations
        super().__init__(f"{len(missing)} missing, {len(violations)} to correct")


class UnknownAddress(ValueError):
    """An answer to a question that this version does not have."""


# reading

_STATE = (Response.id, Response.status, Response.language, Response.reference, Response.updated_at, Response.path)
_state_query = (
    select(*_STATE, *PARTICIPANT_COLUMNS, status_on(bindparam("today")), *ROUND_COLUMNS)
    .join(Round, Round.id == Response.round_id)
    .join(Participant, Participant.id == Response.participant_id)
    .where(Response.id == bindparam("response"))
)
_locked_query = _state_query.with_for_update(of=Response)
# values come as text, to be parsed in one go: see `_parsed`
_answers_query = select(
    Answer.address, cast(Answer.value, Text), Answer.revision, Answer.at, Answer.by, Answer.language
).where(Answer.response_id == bindparam("response"))
_some_answers_query = _answers_query.where(Answer.question_code.in_(bindparam("codes", expanding=True)))


def load(response_id: int) -> ResponseState:
    """The response with all its answers. KeyError: no such response."""
    with reading() as connection:
        return _load(connection, _state_query, response_id)


def load_page(response_id: int, codes: Collection[str]) -> ResponseState:
    """The response with the answers to these questions only (in all items of repeats). Two queries."""
    with reading() as connection:
        return _load(connection, _state_query, response_id, codes)


def find(round_code: str, participant_id: int) -> int | None:
    """The id of a participant's response; remembered, since a response is never removed."""
    known = _found.setdefault(db.engine, {})
    if (round_code, participant_id) not in known:
        query = select(Response.id).join(Round, Round.id == Response.round_id)
        with reading() as connection:
            response_id = connection.scalar(
                query.where(Round.code == round_code, Response.participant_id == participant_id)
            )
        if response_id is None or in_writing():
            return response_id
        known[round_code, participant_id] = response_id
    return known[round_code, participant_id]


_found: WeakKeyDictionary[Engine, dict[tuple[str, int], int]] = WeakKeyDictionary()


def _load(
    connection: Connection, query: Select[Any], response_id: int, codes: Collection[str] | None = None
) -> ResponseState:
    row = connection.execute(query, {"response": response_id, "today": utc_now().date()}).first()
    if row is None:
        raise KeyError(response_id)
    if codes is None:
        found = connection.execute(_answers_query, {"response": response_id}).all()
    else:
        found = connection.execute(_some_answers_query, {"response": response_id, "codes": list(codes)}).all()
    values = _parsed([row[1] for row in found])
    answers = {row[0]: Stored(value, *row[2:]) for row, value in zip(found, values, strict=True)}
    return _as_state(tuple(row), answers)


def _parsed(texts: Sequence[str]) -> list[Any]:
    """JSON texts as one array: the parser's start-up costs more than most answers."""
    values: list[Any] = json.loads(f"[{','.join(texts)}]")
    return values


def _as_state(row: tuple[Any, ...], answers: Mapping[str, Stored]) -> ResponseState:
    response_id, status, language, reference, updated_at, path = row[:6]
    cut = 6 + len(PARTICIPANT_COLUMNS) + 1
    return ResponseState(
        id=response_id,
        round=as_round(row[cut:]),
        participant=ParticipantFacts(*row[6:cut]),
        status=status,
        language=language,
        reference=reference,
        updated_at=updated_at,
        path=_kept_path(path),
        answers=answers,
    )


@functools.lru_cache(maxsize=512)
def _kept_path(text: str) -> Path:
    """Paths never change, so equal texts may share one."""
    return Path.from_json(json.loads(text))


# saving


def save_answers(
    response_id: int, changes: Mapping[str, Change], *, by: int | None, channel: str, language: str
) -> Saved:
    """All changes that do not conflict, or, if anything fails, none. Raises NotEditable, UnknownAddress, KeyError.

    A change conflicts when it was made on another revision than the newest and has another value. An unchanged
    value makes no revision, whoever sends it.
    """
    with writing() as connection:
        state = _load_editable(connection, response_id)
        wanted, conflicts = _sort_out(state, changes)
        if not wanted:
            return Saved({a: _revision(state, a) for a in changes if a not in conflicts}, conflicts, state.path)
        now = utc_now()
        _write(connection, state, wanted, {"at": now, "by": by, "language": language}, channel)
        values = state.values | wanted
        path = walk(state.compiled, _answered(values), state.participant.facts(now.date()))
        kept = {"language": language, "path": dumps(path.to_json()), "updated_at": now}
        status = "reopened" if state.status == "reopened" else "in_progress"
        connection.execute(_update_response, {"response": response_id, "status": status, **_prefixed(kept)})
    compiled(state.round.version_id)  # out here it is remembered for the next save
    saved = {a: _revision(state, a) + (a in wanted) for a in changes if a not in conflicts}
    return Saved(saved, conflicts, path, frozenset(wanted))


def _load_editable(connection: Connection, response_id: int) -> ResponseState:
    state = _load(connection, _locked_query, response_id)
    if reason := state.locked_because():
        raise NotEditable(reason)
    return state


def _sort_out(state: ResponseState, changes: Mapping[str, Change]) -> tuple[dict[str, Any], dict[str, Stored]]:
    """(new values to write, conflicts); what is in neither is unchanged."""
    wanted: dict[str, Any] = {}
    conflicts: dict[str, Stored] = {}
    for address, change in changes.items():
        stored = state.answers.get(address)
        if change.value == (stored.value if stored else None):
            continue
        if change.expected is not None and change.expected != _revision(state, address):
            # expected something where nothing is: not a value of ours, yet never to be overwritten silently
            conflicts[address] = stored or Stored(None, 0, state.updated_at, None)
            continue
        _parts(state.compiled, address)
        wanted[address] = change.value
    return wanted, conflicts


def _parts(version: Compiled, address: str) -> tuple[str, str | None]:
    """(question code, item id) of an address that this version has."""
    parts = _ADDRESS.fullmatch(address)
    if not parts or parts["code"] not in version.questions:
        raise UnknownAddress(address)
    if version.repeat_of.get(parts["code"]) != parts["repeat"]:
        raise UnknownAddress(address)
    return parts["code"], parts["item"]


def _revision(state: ResponseState, address: str) -> int:
    stored = state.answers.get(address)
    return stored.revision if stored else 0


def _answered(values: Mapping[str, Any]) -> dict[str, Any]:
    return {address: value for address, value in values.items() if value is not None}


_insert_revisions = insert(AnswerRevision)
_insert_answers = insert(Answer)
_update_answers = (
    update(Answer)
    .where(Answer.response_id == bindparam("response"), Answer.address == bindparam("place"))
    .values({name: bindparam(f"new_{name}") for name in ("value", "revision", "at", "by", "language")})
)
_update_response = (
    update(Response)
    .where(Response.id == bindparam("response"))
    .values({name: bindparam(f"new_{name}") for name in ("language", "path", "updated_at")})
    .values(status=bindparam("status"))
)


def _prefixed(values: Mapping[str, Any]) -> dict[str, Any]:
    return {f"new_{name}": value for name, value in values.items()}


def _write(
    connection: Connection, state: ResponseState, wanted: Mapping[str, Any], how: Mapping[str, Any], channel: str
) -> None:
    """Revisions first: an answer points at its newest one."""
    revisions, new, changed = [], [], []
    for address, value in wanted.items():
        row = {"value": value, "revision": _revision(state, address) + 1, **how}
        revisions.append({"response_id": state.id, "address": address, "channel": channel, **row})
        if address in state.answers:
            changed.append({"response": state.id, "place": address, **_prefixed(row)})
        else:
            code, item = _parts(state.compiled, address)
            new.append({"response_id": state.id, "address": address, "question_code": code, "item_id": item, **row})
    connection.execute(_insert_revisions, revisions)
    if new:
        connection.execute(_insert_answers, new)
    if changed:
        connection.execute(_update_answers, changed)


def history(response_id: int, address: str) -> list[Revision]:
    """The oldest first."""
    one = AnswerRevision
    query = select(one.revision, one.value, one.at, one.by, one.language, one.channel)
    with reading() as connection:
        rows = connection.execute(
            query.where(one.response_id == response_id, one.address == address).order_by(one.revision)
        )
        return [Revision(*row) for row in rows]


# submitting


def submit(response_id: int, *, by: int | None, language: str) -> Submitted:
    """Makes what is on path official. Raises NotReady, NotEditable, KeyError."""
    with writing() as connection:
        state = _load_editable(connection, response_id)
        now = utc_now()
        path = walk(state.compiled, state.values, state.participant.facts(now.date()))
        if path.missing or path.violations:
            raise NotReady(path.missing, path.violations)
        count = select(func.count()).where(Submission.response_id == response_id)
        number = 1 + connection.execute(count).scalar_one()
        text = canonical(_snapshot(state, path, number, language, now))
        done = Submitted(_new_reference(), now, number, hashlib.sha256(text.encode()).hexdigest())
        row = {"number": number, "snapshot": text, "digest": done.digest, "reference": done.reference, "at": now}
        connection.execute(insert(Submission).values(response_id=response_id, by=by, language=language, **row))
        kept = {"status": "submitted", "reference": done.reference, "language": language, "updated_at": now}
        connection.execute(
            update(Response).where(Response.id == response_id).values(**kept, path=dumps(path.to_json()))
        )
        audit.record("response-submitted", by, response=response_id, number=number, digest=done.digest)
    return done


def _snapshot(state: ResponseState, path: Path, number: int, language: str, now: datetime.datetime) -> dict[str, Any]:
    """All it takes to read the submission on its own, years later."""
    facts: Facts = state.participant.facts(now.date())
    version = state.compiled
    questionnaire = version.questionnaire
    return {
        "round": state.round.code,
        "questionnaire": questionnaire.questionnaire,
        "version": {"number": questionnaire.version, "digest": version.digest},
        "participant": {
            "code": facts.code,
            "kind": facts.kind,
            "region": facts.region,
            "subregion": facts.subregion,
            "treaty_status": facts.treaty_status,
        },
        "number": number,
        "language": language,
        "at": now.isoformat(),
        "answers": {
            address: {"value": value, "revision": state.answers[address].revision}
            for address, value in path.visible(state.values).items()
        },
        "calculated": dict(path.calculated),
        "asked": sorted(path.on_path),
    }


def _new_reference() -> str:
    """30^10 possibilities: cannot be guessed, and two never meet (a unique constraint would say so)."""
    letters = "".join(secrets.choice(REFERENCE_LETTERS) for _ in range(10))
    return f"WGTU-{letters[:5]}-{letters[5:]}"


def reopen(response_id: int, *, by: int | None) -> None:
    """Lets a submitted response be answered again; what was submitted stands until it is submitted anew."""
    with writing() as connection:
        state = _load(connection, _locked_query, response_id)
        if state.status != "submitted":
            raise NotEditable("not_submitted")
        reopened = {"status": "reopened", "updated_at": utc_now()}
        connection.execute(update(Response).where(Response.id == response_id).values(**reopened))
        audit.record("response-reopened", by, response=response_id, reference=state.reference)


def submissions(response_id: int) -> Sequence[Submitted]:
    """The oldest first."""
    query = select(Submission.reference, Submission.at, Submission.number, Submission.digest)
    with reading() as connection:
        rows = connection.execute(query.where(Submission.response_id == response_id).order_by(Submission.number))
        return [Submitted(*row) for row in rows]
