"""Answers: loading a page's, and saving changes. The heart of the promise.

A save is one short transaction: the response's row is locked (the database's single writer on SQLite),
changes are compared with what is there, revisions are added, the path is walked, and all of it is committed
before anyone is told. Nothing here changes or removes a revision.
"""

from __future__ import annotations

import datetime
import functools
import json
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine, Select, Text, bindparam, cast, insert, select, update

from surveyapp.definition.compiled import Compiled
from surveyapp.definition.path import Path, walk
from surveyapp.extensions import db

from . import earlier
from .columns import dumps, utc_now
from .earlier import CONFIRMED, Earlier
from .models import Answer, AnswerRevision, Participant, Response, Round
from .participants import PARTICIPANT_COLUMNS, ParticipantFacts, status_on
from .rounds import ROUND_COLUMNS, RoundFacts, as_round, compiled
from .transactions import in_writing, reading, writing

EDITABLE = frozenset({"not_started", "in_progress", "reopened"})
_ADDRESS = re.compile(r"(?:(?P<repeat>[a-z][a-z0-9_]*)/(?P<item>[a-z0-9]{6,12})/)?(?P<code>[a-z][a-z0-9_]*)")


#: said by a writer who knows nothing of an answer's handling, or of why it is left open
AS_IT_WAS = "as it was"


@dataclass(frozen=True)
class Content:
    """What one revision says."""

    value: Any = None
    declined: str | None = None  #: one of `model.Reason`: why it is left open; never beside a value
    handling: str | None = None  #: as the State set it; None: the question's default
    basis: str | None = None  #: `confirmed` or `changed`, of an answer that was given last time too


@dataclass(frozen=True)
class Change:
    value: Any
    expected: int | None = None  #: the revision the writer saw (0: none); None: whatever is there
    declined: str | None = AS_IT_WAS
    handling: str | None = AS_IT_WAS
    confirms: bool = False  #: says in so many words that nothing changed since last time

    def content(self, stored: Content, address: str = "", last: Earlier | None = None) -> Content:
        """What would stand there afterwards. An answer takes the place of a reason for giving none."""
        declined = stored.declined if self.declined == AS_IT_WAS else self.declined
        handling = stored.handling if self.handling == AS_IT_WAS else self.handling
        basis = last.basis(address, self.value) if last else None
        if last and basis is None and self.value is not None:
            confirmed = self.confirms or (stored.basis == CONFIRMED and stored.value == self.value)
            basis = CONFIRMED if confirmed and address in last.answers else None
        return Content(self.value, declined if self.value is None else None, handling, basis)


@dataclass(frozen=True)
class Stored:
    value: Any
    revision: int
    at: datetime.datetime
    by: int | None
    language: str = "en"
    declined: str | None = None
    handling: str | None = None
    basis: str | None = None

    @property
    def content(self) -> Content:
        return Content(self.value, self.declined, self.handling, self.basis)


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
    changes: int  #: how often it was changed so far
    answers: Mapping[str, Stored]  #: cleared ones too, with the value None
    whole: bool  #: are these all its answers?
    earlier_id: int | None = None  #: the submission of an earlier round that is offered

    @functools.cached_property
    def compiled(self) -> Compiled:
        return compiled(self.round.version_id)

    @property
    def values(self) -> dict[str, Any]:
        """What is answered, on path or not."""
        return {address: kept.value for address, kept in self.answers.items() if kept.value is not None}

    @property
    def earlier(self) -> Earlier | None:
        """The participant's last reply to the same questionnaire."""
        return earlier.of(self.compiled, self.earlier_id) if self.earlier_id else None

    def reason(self, address: str) -> str | None:
        """Why the question is left open, where that was said."""
        stored = self.answers.get(address)
        return stored.declined if stored else None

    def handling(self, address: str) -> str:
        """Who may see the answer: as the State set it, or by the question's default."""
        stored = self.answers.get(address)
        default: str = self.compiled.handling(address.rpartition("/")[2]).default
        return (stored.handling if stored else None) or default

    def locked_because(self, now: datetime.datetime | None = None) -> str | None:
        """`submitted`, `round_not_open`, `round_closed`; None: it may be answered."""
        return "submitted" if self.status not in EDITABLE else self.round.closed_because(now or utc_now())


@dataclass(frozen=True)
class Saved:
    saved: Mapping[str, int]  #: the revision now kept, of unchanged ones too
    conflicts: Mapping[str, Stored]  #: not written: someone else's newer value is there
    path: Path
    changed: frozenset[str] = field(default=frozenset())  #: addresses that got a new revision
    #: makes the whole response as this save left it, for who wants to show it
    afterwards: Callable[[], ResponseState] | None = None

    @property
    def state(self) -> ResponseState | None:
        return self.afterwards() if self.afterwards else None


@dataclass(frozen=True)
class Revision:
    revision: int
    value: Any
    at: datetime.datetime
    by: int | None
    language: str
    channel: str
    declined: str | None = None
    handling: str | None = None
    basis: str | None = None


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
    return _as_state(tuple(row), answers, whole=codes is None)


def _parsed(texts: Sequence[str]) -> list[Any]:
    """JSON texts as one array: the parser's start-up costs more than most answers."""
    values: list[Any] = json.loads(f"[{','.join(texts)}]")
    return values


def _as_state(row: tuple[Any, ...], answers: Mapping[str, Stored], whole: bool) -> ResponseState:
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


# saving


def save_answers(
    response_id: int,
    changes: Mapping[str, Change],
    *,
    by: int | None,
    channel: str,
    language: str,
    seen: ResponseState | None = None,
) -> Saved:
    """All changes that do not conflict, or, if anything fails, none. Raises NotEditable, UnknownAddress, KeyError.

    A change conflicts when it was made on another revision than the newest and has another value. An unchanged
    value makes no revision, whoever sends it.

    With `seen` (the whole response as just loaded) all is worked out before the lock is taken, and again only
    if someone else changed the response meanwhile: writers hold one another up for the writing alone.
    """
    how = {"by": by, "language": language}
    plan = _plan(seen, changes, how, channel) if seen is not None and seen.whole else None
    if plan is None or plan.response:
        with writing() as connection:
            if plan is None or not plan.write(connection):
                plan = _plan(load_locked(connection, response_id), changes, how, channel)
                plan.write(connection)
    compiled(plan.state.round.version_id)  # out here it is remembered for the next save
    saved = {a: _revision(plan.state, a) + (a in plan.wanted) for a in changes if a not in plan.conflicts}
    return Saved(saved, plan.conflicts, plan.path, frozenset(plan.wanted), plan.afterwards)


@dataclass(frozen=True)
class _Plan:
    """What a save would write, on the response as it was read."""

    state: ResponseState
    wanted: Mapping[str, Content]
    conflicts: Mapping[str, Stored]
    path: Path
    revisions: Sequence[Mapping[str, Any]] = ()
    new: Sequence[Mapping[str, Any]] = ()
    changed: Sequence[Mapping[str, Any]] = ()
    response: Mapping[str, Any] | None = None

    def write(self, connection: Connection) -> bool:
        """False, and nothing written, where the response is no longer as it was read."""
        if not self.response:
            return True
        if connection.execute(_update_response, self.response).rowcount != 1:  # this also locks the response
            return False
        for statement, rows in (  # revisions first: an answer points at its newest one
            (_insert_revisions, self.revisions),
            (_insert_answers, self.new),
            (_update_answers, self.changed),
        ):
            if rows:
                connection.execute(statement, rows)
        return True

    def afterwards(self) -> ResponseState:
        """The response once this is written: what a page shows next, without reading it again."""
        if not self.response:
            return self.state
        answers = dict(self.state.answers)
        for row in self.revisions:
            kept = {name: row[name] for name in (*SAID, "revision", "at", "by", "language")}
            answers[row["address"]] = Stored(**kept)
        return replace(
            self.state,
            answers=answers,
            path=self.path,
            status=self.response["status"],
            language=self.response["new_language"],
            updated_at=self.response["new_updated_at"],
            changes=self.state.changes + 1,
        )


def _plan(state: ResponseState, changes: Mapping[str, Change], how: Mapping[str, Any], channel: str) -> _Plan:
    refuse_locked(state)
    wanted, conflicts = _sort_out(state, changes)
    if not wanted:
        return _Plan(state, wanted, conflicts, state.path)
    now = utc_now()
    values = state.values | {address: content.value for address, content in wanted.items()}
    path = walk(state.compiled, _answered(values), state.participant.facts(now.date()))
    kept = {"language": how["language"], "path": dumps(path.to_json()), "updated_at": now}
    status = "reopened" if state.status == "reopened" else "in_progress"
    response = {"response": state.id, "seen": state.changes, "status": status, **_prefixed(kept)}
    return _Plan(state, wanted, conflicts, path, *_rows(state, wanted, {"at": now, **how}, channel), response)


def _rows(
    state: ResponseState, wanted: Mapping[str, Content], how: Mapping[str, Any], channel: str
) -> tuple[list[dict[str, Any]], list[dict[str, Any]], list[dict[str, Any]]]:
    """(revisions, new answers, changed answers)"""
    revisions, new, changed = [], [], []
    for address, content in wanted.items():
        said = {name: getattr(content, name) for name in SAID}
        row = {**said, "revision": _revision(state, address) + 1, **how}
        revisions.append({"response_id": state.id, "address": address, "channel": channel, **row})
        if address in state.answers:
            changed.append({"response": state.id, "place": address, **_prefixed(row)})
        else:
            code, item = _parts(state.compiled, address)
            new.append({"response_id": state.id, "address": address, "question_code": code, "item_id": item, **row})
    return revisions, new, changed


def refuse_locked(state: ResponseState) -> None:
    if reason := state.locked_because():
        raise NotEditable(reason)


def _sort_out(state: ResponseState, changes: Mapping[str, Change]) -> tuple[dict[str, Content], dict[str, Stored]]:
    """(new contents to write, conflicts); what is in neither is unchanged."""
    wanted: dict[str, Content] = {}
    conflicts: dict[str, Stored] = {}
    last = state.earlier
    for address, change in changes.items():
        stored = state.answers.get(address)
        content = change.content(stored.content if stored else Content(), address, last)
        if content == (stored.content if stored else Content()):
            continue
        if change.expected is not None and change.expected != _revision(state, address):
            # expected something where nothing is: not a value of ours, yet never to be overwritten silently
            conflicts[address] = stored or Stored(None, 0, state.updated_at, None)
            continue
        _parts(state.compiled, address)
        wanted[address] = content
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


ONE_MORE = {"changes": Response.changes + 1}
_insert_revisions = insert(AnswerRevision)
_insert_answers = insert(Answer)
SAID = ("value", "declined", "handling", "basis")
KEPT = (*SAID, "revision", "at", "by", "language")
_update_answers = (
    update(Answer)
    .where(Answer.response_id == bindparam("response"), Answer.address == bindparam("place"))
    .values({name: bindparam(f"new_{name}") for name in KEPT})
)
_update_response = (
    update(Response)
    .where(Response.id == bindparam("response"), Response.changes == bindparam("seen"))
    .values({name: bindparam(f"new_{name}") for name in ("language", "path", "updated_at")})
    .values(status=bindparam("status"), **ONE_MORE)
)


def _prefixed(values: Mapping[str, Any]) -> dict[str, Any]:
    return {f"new_{name}": value for name, value in values.items()}


def as_they_were(response_id: int, revisions: Mapping[str, int]) -> dict[str, Stored]:
    """Answers at earlier revisions, by address. KeyError: there never was such a revision."""
    one = AnswerRevision
    columns = (one.address, one.value, one.revision, one.at, one.by, one.language, one.declined, one.handling)
    with reading() as connection:
        rows = connection.execute(select(*columns, one.basis).where(one.response_id == response_id))
        found = {row.address: Stored(*row[1:]) for row in rows if revisions.get(row.address) == row.revision}
    if unknown := set(revisions) - set(found):
        raise KeyError(min(unknown))
    return found


def history(response_id: int, address: str) -> list[Revision]:
    """The oldest first."""
    one = AnswerRevision
    columns = (one.revision, one.value, one.at, one.by, one.language, one.channel)
    query = select(*columns, one.declined, one.handling, one.basis)
    with reading() as connection:
        rows = connection.execute(
            query.where(one.response_id == response_id, one.address == address).order_by(one.revision)
        )
        return [Revision(*row) for row in rows]
