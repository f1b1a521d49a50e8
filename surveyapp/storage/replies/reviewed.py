"""What somebody read before they submitted or cleared it: a digest of what was shown, and what has changed since (decision 0029)."""

from __future__ import annotations

import base64
import datetime
import hashlib
import json
import zlib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import aliased

from surveyapp.definition.answer_values import AnswerValue
from surveyapp.definition.path import code_of, walk

from ..columns import canonical, utc_now
from ..models import AnswerRevision, Person
from ..transactions import reading
from .answers import AnswerContent
from .responses import ResponseState
from .revisions import contents_at

MAX_LENGTH = 2**21  #: of a form's own account of what it showed, in bytes


@dataclass(frozen=True)
class Reviewed:
    """What a page showed of a reply, or of one section, in the form that its own form carries back.

    `digest`: SHA-256 of the content; empty: the form does not say what was shown. The rest tells what differs from it later.
    """

    digest: str = ""
    version: str = ""  #: SHA-256 of the questionnaire's version
    asked: Mapping[str, int] = field(default_factory=dict)  #: address → revision of its answer; 0: it had none
    aside: Mapping[str, int] = field(default_factory=dict)  #: the same of answers that are off path
    calculated: Mapping[str, AnswerValue] = field(default_factory=dict)
    proposals: frozenset[int] = frozenset()  #: ids of those that were open
    clearance: int = 0  #: id of the section's newest clearance; 0: it had none

    def to_text(self) -> str:
        """Letters, digits, - and _ only: the value of a hidden field."""
        content = canonical(asdict(self) | {"proposals": sorted(self.proposals)})
        return base64.urlsafe_b64encode(zlib.compress(content.encode(), 9)).decode().rstrip("=")

    @classmethod
    def from_text(cls, text: str) -> Reviewed:
        """As `to_text` wrote it. Anything else says nothing of what was shown."""
        try:
            packed = zlib.decompressobj()
            content = json.loads(
                packed.decompress(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)), MAX_LENGTH),
                parse_constant=int,
            )
            return _validated(content)
        except (ValueError, TypeError, KeyError, AttributeError, zlib.error, RecursionError):
            return cls()


def _validated(content: Any) -> Reviewed:
    """Raises ValueError, TypeError, KeyError, AttributeError where a part is missing or of another kind."""
    asked, aside, calculated = content["asked"], content["aside"], content["calculated"]
    numbers = [*asked.values(), *aside.values(), *content["proposals"], content["clearance"]]
    plain = all(isinstance(value, str | int | float | None) for value in calculated.values())
    if not all(isinstance(number, int) for number in numbers) or not plain:
        raise ValueError("a revision or an id is no number, or a calculated value is no value")
    proposals = frozenset(content["proposals"])
    return Reviewed(
        str(content["digest"]), str(content["version"]), asked, aside, calculated, proposals, content["clearance"]
    )


class NotAsReviewed(Exception):
    """The reply, or the section, is no longer as it was shown. Nothing was submitted or cleared."""


@dataclass(frozen=True)
class ChangedAnswer:
    """One answer, or calculated value, that differs from what was shown. `before` and `after` are None where it is not asked.

    `by` and `accepted_by`: names, where it has another revision now; the second of somebody who accepted another one's
    proposal.
    """

    address: str
    before: AnswerContent | None
    after: AnswerContent | None
    by: str = ""
    accepted_by: str | None = None
    at: datetime.datetime | None = None


def as_of_now(state: ResponseState) -> ResponseState:
    """With its path walked anew: rules may look at the day and at the participant's status."""
    return replace(state, path=walk(state.compiled, state.values, state.participant.facts(utc_now().date())))


def reviewed_content(
    state: ResponseState, section: str | None = None, *, proposals: Collection[int] = (), clearance: int = 0
) -> Reviewed:
    """Of the state that a page was drawn from, whole or one section; `proposals` and `clearance` as they were shown there."""
    stored = {address: kept.revision for address, kept in state.answers.items() if _inside(state, section, address)}
    asked = {address: stored.pop(address, 0) for address in _asked(state, section)}
    return Reviewed(
        content_digest(state, section),
        state.compiled.digest,
        asked,
        stored,
        _calculated(state, section),
        frozenset(proposals),
        clearance,
    )


def content_digest(state: ResponseState, section: str | None = None) -> str:
    """SHA-256 of what the reply, or one section of it, says on path: questions, answers, reasons, handling, calculations.

    The whole reply is of one version; a section is what it asks in its own words, whichever version it is of.
    """
    asked = _asked(state, section)
    shown = {
        "version": state.compiled.digest if section is None else state.compiled.wording_digests[section],
        "asked": asked,
        "answers": {
            address: [content.value, content.declined, content.handling, content.basis]
            for address in asked
            if (content := _content(state, address)) != AnswerContent()
        },
        "calculated": _calculated(state, section),
    }
    return hashlib.sha256(canonical(shown).encode()).hexdigest()


def _inside(state: ResponseState, section: str | None, address: str) -> bool:
    return section is None or state.compiled.section_of.get(code_of(address)) == section


def _asked(state: ResponseState, section: str | None) -> list[str]:
    return sorted(address for address in state.path.on_path if _inside(state, section, address))


def _calculated(state: ResponseState, section: str | None) -> dict[str, AnswerValue]:
    return {address: value for address, value in state.path.calculated.items() if _inside(state, section, address)}


def _content(state: ResponseState, address: str) -> AnswerContent:
    kept = state.answers.get(address)
    return _as_read(state, address, kept.content) if kept else AnswerContent()


def _as_read(state: ResponseState, address: str, content: AnswerContent) -> AnswerContent:
    """An answer that was taken back reads as one that was never given, unless its readers were chosen."""
    empty = content.value is None and content.declined is None
    return AnswerContent() if empty and content.handling in (None, state.presumed_handling(address)) else content


def require_reviewed(state: ResponseState, shown: Reviewed | None, section: str | None = None) -> None:
    """`shown`: by the page; None: by a program that read the same state. Raises NotAsReviewed."""
    if shown is not None and shown.digest != content_digest(state, section):
        raise NotAsReviewed


def changes_since(state: ResponseState, shown: Reviewed, section: str | None = None) -> list[ChangedAnswer]:
    """All in which the reply, or the section, differs from what a page showed, in the questionnaire's order.

    A question that is asked now and was not, or the other way round, is among them. Empty where the form does not say what
    was shown.
    """
    if not shown.digest:
        return []
    drawn = dict(shown.aside) | dict(shown.asked)
    moved = {
        address: revision
        for address, revision in drawn.items()
        if (kept := state.answers.get(address)) is not None and kept.revision != revision
    }
    earlier = contents_at(state.id, {address: revision for address, revision in moved.items() if 0 < revision < 2**31})
    old = {address: _as_read(state, address, content) for address, content in earlier.items()}
    changes = [
        change
        for address in _asked(state, section)
        if (change := _changed_answer(state, shown, address, moved, old)) is not None
    ]
    changes += [
        ChangedAnswer(address, old.get(address, _content(state, address)) if revision else AnswerContent(), None)
        for address, revision in shown.asked.items()
        if address not in state.path.on_path
        and address not in shown.calculated
        and code_of(address) in state.compiled.questions
    ]
    changes += _changed_calculations(state, shown, section)
    order = state.compiled.layout.order
    changes.sort(key=lambda change: (order[code_of(change.address)], change.address))
    return list(_with_writers(state, changes, drawn))


def _changed_answer(
    state: ResponseState,
    shown: Reviewed,
    address: str,
    moved: Mapping[str, int],
    old: Mapping[str, AnswerContent],
) -> ChangedAnswer | None:
    now = _content(state, address)
    if address not in shown.asked:
        return None if address in state.path.calculated else ChangedAnswer(address, None, now)
    stood = shown.asked[address] and (old.get(address) if address in moved else now)
    before = stood or AnswerContent()
    return ChangedAnswer(address, before, now) if before != now else None


def _changed_calculations(state: ResponseState, shown: Reviewed, section: str | None) -> Iterator[ChangedAnswer]:
    now = _calculated(state, section)
    for address in {*now, *shown.calculated}:
        if now.get(address) != shown.calculated.get(address) and code_of(address) in state.compiled.questions:
            yield ChangedAnswer(address, AnswerContent(shown.calculated.get(address)), AnswerContent(now.get(address)))


def _with_writers(
    state: ResponseState, changes: Collection[ChangedAnswer], drawn: Mapping[str, int]
) -> Iterator[ChangedAnswer]:
    """With the writer of the revision that stands there now, where the page was drawn with another one."""
    newer = {
        change.address: kept.revision
        for change in changes
        if (kept := state.answers.get(change.address)) is not None and kept.revision != drawn.get(change.address, 0)
    }
    written = _writers(state.id, newer)
    for change in changes:
        by, accepted_by, at = written.get(change.address, ("", None, None))
        yield replace(change, by=by, accepted_by=accepted_by, at=at)


def _writers(
    response_id: int, revisions: Mapping[str, int]
) -> dict[str, tuple[str, str | None, datetime.datetime | None]]:
    """By address: who wrote this revision of it, who accepted it where it was proposed, and when."""
    writer, proposer = aliased(Person), aliased(Person)
    columns = (AnswerRevision.address, AnswerRevision.revision, AnswerRevision.at)
    query = (
        select(*columns, writer.name.label("writer"), proposer.name.label("proposer"))
        .outerjoin(writer, writer.id == AnswerRevision.by)
        .outerjoin(proposer, proposer.id == AnswerRevision.proposed_by)
        .where(AnswerRevision.response_id == response_id, AnswerRevision.revision.in_(set(revisions.values())))
    )
    with reading() as connection:
        rows = [row for row in connection.execute(query) if revisions.get(row.address) == row.revision]
    return {
        row.address: (row.proposer or row.writer or "", row.writer if row.proposer else None, row.at) for row in rows
    }
