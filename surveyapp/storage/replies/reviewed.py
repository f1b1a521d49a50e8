"""What somebody read before they submitted or cleared it: a digest of what was shown, and what has changed since (decision 0029)."""

from __future__ import annotations

import datetime
import hashlib
from dataclasses import dataclass, replace

from sqlalchemy import select
from sqlalchemy.orm import aliased

from surveyapp.definition.path import code_of, walk

from ..columns import canonical, utc_now
from ..models import AnswerRevision, Person
from ..transactions import reading
from .answers import AnswerContent
from .responses import ResponseState


class NotAsReviewed(Exception):
    """The reply, or the section, is no longer as it was shown. Nothing was submitted or cleared."""


@dataclass(frozen=True)
class ChangedAnswer:
    """One answer that changed. `by` and `accepted_by`: names; the second of somebody who accepted another one's proposal."""

    address: str
    before: AnswerContent
    after: AnswerContent
    by: str
    accepted_by: str | None
    at: datetime.datetime


def as_of_now(state: ResponseState) -> ResponseState:
    """With its path walked anew: rules may look at the day and at the participant's status."""
    return replace(state, path=walk(state.compiled, state.values, state.participant.facts(utc_now().date())))


def content_digest(state: ResponseState, section: str | None = None) -> str:
    """SHA-256 of what the reply, or one section of it, says on path: questions, answers, reasons, handling, calculations."""

    def inside(address: str) -> bool:
        return section is None or state.compiled.section_of[code_of(address)] == section

    asked = sorted(address for address in state.path.on_path if inside(address))
    shown = {
        "version": state.compiled.digest,
        "asked": asked,
        "answers": {
            address: [kept.value, kept.declined, kept.handling, kept.basis]
            for address in asked
            if (kept := state.answers.get(address)) is not None
        },
        "calculated": {address: value for address, value in state.path.calculated.items() if inside(address)},
    }
    return hashlib.sha256(canonical(shown).encode()).hexdigest()


def require_reviewed(state: ResponseState, digest: str | None, section: str | None = None) -> None:
    """`digest`: of what was shown; None: by a program that read the same state. Raises NotAsReviewed."""
    if digest is not None and digest != content_digest(state, section):
        raise NotAsReviewed


_COLUMNS = (
    AnswerRevision.address,
    AnswerRevision.value,
    AnswerRevision.declined,
    AnswerRevision.handling,
    AnswerRevision.basis,
    AnswerRevision.at,
)


def changes_since(
    response_id: int, moment: datetime.datetime, section: frozenset[str] | None = None
) -> list[ChangedAnswer]:
    """Answers that were changed after a moment, by address: what stood there then, what stands there now, who wrote it.

    `section`: the codes of the questions that count; None: all.
    """
    writer, proposer = aliased(Person), aliased(Person)
    query = (
        select(*_COLUMNS, writer.name.label("writer"), proposer.name.label("proposer"))
        .outerjoin(writer, writer.id == AnswerRevision.by)
        .outerjoin(proposer, proposer.id == AnswerRevision.proposed_by)
        .where(AnswerRevision.response_id == response_id)
        .order_by(AnswerRevision.address, AnswerRevision.revision)
    )
    changed: dict[str, ChangedAnswer] = {}
    before: dict[str, AnswerContent] = {}
    with reading() as connection:
        for row in connection.execute(query):
            content = AnswerContent(row.value, row.declined, row.handling, row.basis)
            if row.at <= moment:
                before[row.address] = content
            elif section is None or code_of(row.address) in section:
                by, accepted = (row.proposer, row.writer) if row.proposer else (row.writer, None)
                then = before.get(row.address, AnswerContent())
                changed[row.address] = ChangedAnswer(row.address, then, content, by or "", accepted, row.at)
    return [change for change in changed.values() if change.before != change.after]
