"""Saving answers: the heart of the promise.

A save is one short transaction: the response's row is locked (the database's single writer on SQLite),
changes are compared with what is there, revisions are added, the path is walked, and all of it is committed
before anyone is told. Nothing here changes or removes a revision.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, bindparam, insert, update

from surveyapp.definition.answer_values import AnswerValue
from surveyapp.definition.compiled import Compiled
from surveyapp.definition.path import Path, walk

from ..columns import dumps, utc_now
from ..models import Answer, AnswerRevision, Response
from ..rounds.versions import compiled
from ..transactions import writing
from .answers import UNCHANGED, AnswerContent, Change, StoredAnswer, merge
from .responses import NotEditable, ResponseState, SaveResult, UnknownAddress, load_locked
from .revisions import contents_at

_ADDRESS = re.compile(r"(?:(?P<repeat>[a-z][a-z0-9_]*)/(?P<item>[a-z0-9]{6,12})/)?(?P<code>[a-z][a-z0-9_]*)")


def save_answers(
    response_id: int,
    changes: Mapping[str, Change],
    *,
    by: int | None,
    channel: str,
    language: str,
    seen: ResponseState | None = None,
    proposed_by: int | None = None,
) -> SaveResult:
    """All changes that do not conflict, or, if anything fails, none.

    Raises NotEditable, UnknownAddress, UnknownContent, KeyError.

    What is compared is what the writer's page was drawn with: a value, or a handling, that is still as it was drawn is no
    change, whatever has happened since. A change conflicts where somebody else has changed the same since, to something
    else. An unchanged value makes no revision, whoever sends it.

    `proposed_by`: whose proposal `by` accepts with it.

    With `seen` (the whole response as just loaded) all is worked out before the lock is taken, and again only
    if someone else changed the response meanwhile: writers hold one another up for the writing alone.
    """
    how = {"by": by, "language": language}
    source = {"channel": channel, "proposed_by": proposed_by}
    plan = _plan(seen, changes, how, source) if seen is not None and seen.whole else None
    if plan is None or plan.response:
        with writing() as connection:
            if plan is None or not plan.write(connection):
                plan = _plan(load_locked(connection, response_id), changes, how, source)
                plan.write(connection)
    compiled(plan.state.round.version_id)  # out here it is remembered for the next save
    saved = {a: _revision(plan.state, a) + (a in plan.wanted) for a in changes if a not in plan.conflicts}
    return SaveResult(saved, plan.conflicts, plan.path, frozenset(plan.wanted), plan.afterwards)


@dataclass(frozen=True)
class _PlannedWrite:
    """What a save would write, on the response as it was read."""

    state: ResponseState
    wanted: Mapping[str, AnswerContent]
    conflicts: Mapping[str, StoredAnswer]
    path: Path
    revisions: Sequence[Mapping[str, Any]] = ()
    new: Sequence[Mapping[str, object]] = ()
    changed: Sequence[Mapping[str, object]] = ()
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
            kept = {name: row[name] for name in (*CONTENT_COLUMNS, "revision", "at", "by", "language")}
            answers[row["address"]] = StoredAnswer(**kept)
        return replace(
            self.state,
            answers=answers,
            path=self.path,
            status=self.response["status"],
            language=self.response["new_language"],
            updated_at=self.response["new_updated_at"],
            changes=self.state.changes + 1,
        )


def _plan(
    state: ResponseState, changes: Mapping[str, Change], how: Mapping[str, object], source: Mapping[str, object]
) -> _PlannedWrite:
    """`source`: what a revision says of where it came from, beside `how` it was written."""
    require_editable(state)
    wanted, conflicts = _detect_changes(state, changes)
    if not wanted:
        return _PlannedWrite(state, wanted, conflicts, state.path)
    now = utc_now()
    values = state.values | {address: content.value for address, content in wanted.items()}
    path = walk(state.compiled, _answered(values), state.participant.facts(now.date()))
    kept = {"language": how["language"], "path": dumps(path.to_json()), "updated_at": now}
    status = "reopened" if state.status == "reopened" else "in_progress"
    response = {"response": state.id, "seen": state.changes, "status": status, **_prefixed(kept)}
    return _PlannedWrite(state, wanted, conflicts, path, *_rows(state, wanted, {"at": now, **how}, source), response)


def _rows(
    state: ResponseState, wanted: Mapping[str, AnswerContent], how: Mapping[str, object], source: Mapping[str, object]
) -> tuple[list[dict[str, object]], list[dict[str, object]], list[dict[str, object]]]:
    """(revisions, new answers, changed answers)"""
    revisions, new, changed = [], [], []
    for address, content in wanted.items():
        content_row = {name: getattr(content, name) for name in CONTENT_COLUMNS}
        row = {**content_row, "revision": _revision(state, address) + 1, **how}
        revisions.append({"response_id": state.id, "address": address, **source, **row})
        if address in state.answers:
            changed.append({"response": state.id, "place": address, **_prefixed(row)})
        else:
            code, item = _parts(state.compiled, address)
            new.append({"response_id": state.id, "address": address, "question_code": code, "item_id": item, **row})
    return revisions, new, changed


def require_editable(state: ResponseState) -> None:
    """Raises NotEditable, with the reason, where nothing may be written now."""
    if reason := state.locked_because():
        raise NotEditable(reason)


def _detect_changes(
    state: ResponseState, changes: Mapping[str, Change]
) -> tuple[dict[str, AnswerContent], dict[str, StoredAnswer]]:
    """(new contents to write, conflicts); what is in neither is unchanged."""
    wanted: dict[str, AnswerContent] = {}
    conflicts: dict[str, StoredAnswer] = {}
    last, drawn = state.earlier, _drawn(state, changes)
    for address, change in changes.items():
        stored = state.answers.get(address)
        current = stored.content if stored else AnswerContent()
        presumed = state.presumed_handling(address)
        if address not in drawn:
            content = change.content(current, presumed, address, last)
        else:
            before = drawn[address]
            asked = change.content(before or current, presumed, address, last)
            if before is not None and change.handling == UNCHANGED:
                asked = replace(asked, handling=before.handling)
            merged = asked if before is None else merge(before, asked, current, presumed)
            if merged is None or (before is None and asked != current):
                # expected something where nothing is: not a value of ours, yet never to be overwritten silently
                conflicts[address] = stored or StoredAnswer(None, 0, state.updated_at, None)
                continue
            content = merged
        if content != current:
            _parts(state.compiled, address)
            wanted[address] = content
    return wanted, conflicts


def _drawn(state: ResponseState, changes: Mapping[str, Change]) -> dict[str, AnswerContent | None]:
    """Of changes that were made on another revision than the newest: what that one said; None: there never was such a one."""
    older = {
        address: change.expected
        for address, change in changes.items()
        if change.expected is not None and change.expected != _revision(state, address)
    }
    kept = (
        contents_at(state.id, {address: revision for address, revision in older.items() if revision}) if older else {}
    )
    return {address: kept.get(address) if revision else AnswerContent() for address, revision in older.items()}


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


def _answered(values: Mapping[str, AnswerValue]) -> dict[str, AnswerValue]:
    return {address: value for address, value in values.items() if value is not None}


INCREMENT_CHANGES = {"changes": Response.changes + 1}
_insert_revisions = insert(AnswerRevision)
_insert_answers = insert(Answer)
CONTENT_COLUMNS = ("value", "declined", "handling", "basis")
ANSWER_COLUMNS = (*CONTENT_COLUMNS, "revision", "at", "by", "language")
_update_answers = (
    update(Answer)
    .where(Answer.response_id == bindparam("response"), Answer.address == bindparam("place"))
    .values({name: bindparam(f"new_{name}") for name in ANSWER_COLUMNS})
)
_update_response = (
    update(Response)
    .where(Response.id == bindparam("response"), Response.changes == bindparam("seen"))
    .values({name: bindparam(f"new_{name}") for name in ("language", "path", "updated_at")})
    .values(status=bindparam("status"), **INCREMENT_CHANGES)
)


def _prefixed(values: Mapping[str, object]) -> dict[str, object]:
    return {f"new_{name}": value for name, value in values.items()}
