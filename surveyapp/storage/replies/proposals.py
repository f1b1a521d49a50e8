"""What colleagues and the secretariat propose beside the current answers. Nothing here changes an answer but `accept`."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, insert, or_, select, update

from ..audit import audit_log
from ..columns import utc_now
from ..models import Entry, Person, Proposal
from ..transactions import reading, writing
from . import drafts
from .answers import AnswerContent, Change
from .delegations import NotDelegated, permissions
from .responses import ResponseState, SaveResult
from .saving import require_editable, save_answers


@dataclass(frozen=True)
class ProposedAnswer:
    """One proposal; `status` is open, accepted, returned or superseded, `base_revision` the answer's when it was proposed."""

    id: int
    address: str
    content: AnswerContent
    base_revision: int
    by: int
    name: str
    at: datetime.datetime
    status: str
    note: str
    #: what the secretariat entered it from, and the day that bears; None: a colleague's own
    source: str | None = None
    dated: datetime.date | None = None
    entry_id: int | None = None
    language: str = "en"


_proposals = (
    select(
        Proposal.id,
        Proposal.address,
        Proposal.value,
        Proposal.declined,
        Proposal.handling,
        Proposal.base_revision,
        Proposal.by,
        Person.name,
        Proposal.at,
        Proposal.status,
        Proposal.note,
        Entry.source,
        Entry.dated,
        Proposal.entry_id,
        Proposal.language,
    )
    .join(Person, Person.id == Proposal.by)
    .outerjoin(Entry, Entry.id == Proposal.entry_id)
)
#: an entry on the State's behalf is the secretariat's alone until it is sent
_shown = or_(Proposal.entry_id.is_(None), Entry.sent_at.is_not(None))


def of_response(response_id: int, *, by: int | None = None, status: str = "open") -> list[ProposedAnswer]:
    """The oldest first; of everyone, or of one colleague, who sees also what is not sent yet."""
    query = _proposals.where(Proposal.response_id == response_id, Proposal.status == status)
    query = query.where(Proposal.by == by) if by is not None else query.where(_shown)
    with reading() as connection:
        return [_as_proposal(tuple(row)) for row in connection.execute(query.order_by(Proposal.id))]


def _as_proposal(row: tuple[Any, ...]) -> ProposedAnswer:
    key, address, value, declined, handling, *rest = row
    return ProposedAnswer(key, address, AnswerContent(value, declined, handling), *rest)


def propose(state: ResponseState, changes: Mapping[str, Change], *, by: int, language: str) -> None:
    """Puts a colleague's answers beside the current ones, and their drafts with it. Raises NotDelegated, NotEditable; then
    nothing is proposed.

    Proposing what stands there already takes the colleague's earlier proposal back.
    """
    _require_delegated(state, changes, by)
    with writing():
        upsert_proposals(state, changes, by=by, language=language)
        drafts.forget(state.id, by, list(changes))


def draft(state: ResponseState, changes: Mapping[str, Change], *, by: int, language: str) -> None:
    """Keeps what a colleague is going to propose; nobody else sees it. Raises NotDelegated, NotEditable."""
    _require_delegated(state, changes, by)
    standing = {proposal.address: proposal.content for proposal in of_response(state.id, by=by)}
    drafts.save_drafts(state, changes, standing, by=by, language=language)


def _require_delegated(state: ResponseState, changes: Mapping[str, Change], by: int) -> None:
    """Raises NotDelegated, and records it."""
    allowed = permissions(state, by)
    outside = sorted(address for address in changes if not allowed.may("answer", address))
    if outside:
        audit_log.record("proposal-refused", by, response=state.id, addresses=outside)
        raise NotDelegated(", ".join(outside))


def returned_notes(response_id: int, by: int) -> dict[str, str]:
    """By address: what the focal point said to this person when returning their newest proposal there. To nobody else."""
    newest: dict[str, ProposedAnswer] = {}
    query = _proposals.where(Proposal.response_id == response_id, Proposal.by == by).order_by(Proposal.id)
    with reading() as connection:
        for row in connection.execute(query):
            proposal = _as_proposal(tuple(row))
            newest[proposal.address] = proposal
    return {address: proposal.note for address, proposal in newest.items() if proposal.status == "returned"}


def upsert_proposals(
    state: ResponseState, changes: Mapping[str, Change], *, by: int, language: str, entry_id: int | None = None
) -> None:
    """Puts these contents beside the current answers, in place of the same person's earlier proposals; by address.

    Asks nobody's permission: `propose` does. Raises NotEditable.
    """
    require_editable(state)
    with writing() as connection:
        for address, change in changes.items():
            stored = state.answers.get(address)
            current = stored.content if stored else AnswerContent()
            content = change.content(current, state.presumed_handling(address))
            unchanged = _supersede(state.id, address, by, content, entry_id)
            if unchanged or _proposes_nothing(content, current, entry_id):
                continue
            row = {"response_id": state.id, "address": address, "value": content.value, "declined": content.declined}
            row |= {"handling": content.handling}
            row |= {"base_revision": stored.revision if stored else 0, "by": by, "at": utc_now(), "language": language}
            connection.execute(insert(Proposal).values(**row, status="open", note="", entry_id=entry_id))


def _proposes_nothing(content: AnswerContent, current: AnswerContent, entry_id: int | None) -> bool:
    """A colleague proposes nothing with what stands there already. Of an entry every content counts, also what stands in a
    draft that its writer does not see; never an empty field."""
    nothing = AnswerContent() if entry_id else current
    return (content.value, content.declined) == (nothing.value, nothing.declined)


def _supersede(response_id: int, address: str, by: int, content: AnswerContent, entry_id: int | None) -> bool:
    """True where the colleague's open proposal has the same content already: it stays."""
    own = and_(
        Proposal.response_id == response_id, Proposal.address == address, Proposal.by == by, Proposal.status == "open"
    )
    with writing() as connection:
        columns = (Proposal.value, Proposal.declined, Proposal.entry_id)
        proposed = connection.execute(select(*columns).where(own)).first()
        if proposed is None:
            return False
        if tuple(proposed) == (content.value, content.declined, entry_id):
            return True
        decided = {"status": "superseded", "decided_at": utc_now(), "decided_by": by}
        connection.execute(update(Proposal).where(own).values(**decided))
    return False


def accept(state: ResponseState, proposal_id: int, *, expected: int, by: int, language: str) -> SaveResult | None:
    """Makes a proposal the answer. Where the answer has meanwhile changed from revision `expected`, the result has
    the conflict and the proposal stays open. None: it is no longer open."""
    with writing():
        proposed = _open(state.id, proposal_id)
        if proposed is None:
            return None
        content = proposed.content
        change = Change(content.value, expected, declined=content.declined, proposed_handling=content.handling)
        channel = "secretariat" if proposed.entry_id else "page"
        saved = save_answers(
            state.id, {proposed.address: change}, by=by, channel=channel, language=language, proposed_by=proposed.by
        )
        if not saved.conflicts:
            _decide(proposal_id, "accepted", by, "")
            audit_log.record("proposal-accepted", by, response=state.id, proposal=proposal_id, address=proposed.address)
    return saved


def send_back(response_id: int, proposal_id: int, *, by: int, note: str) -> bool:
    """Returns a proposal with a word of explanation; its author has it as a draft. False: it is no longer open."""
    with writing():
        proposed = _open(response_id, proposal_id)
        if proposed is None:
            return False
        _decide(proposal_id, "returned", by, note)
        if proposed.entry_id is None:  # the author finds the words in the field, to go on from them
            drafts.keep(
                response_id,
                proposed.address,
                proposed.content,
                by=proposed.by,
                language=proposed.language,
                replacing=False,
            )
        audit_log.record("proposal-returned", by, response=response_id, proposal=proposal_id, address=proposed.address)
    return True


def _open(response_id: int, proposal_id: int) -> ProposedAnswer | None:
    mine = (Proposal.id == proposal_id, Proposal.response_id == response_id, Proposal.status == "open")
    query = _proposals.where(*mine, _shown)
    with writing() as connection:
        row = connection.execute(query.with_for_update(of=Proposal)).first()
    return _as_proposal(tuple(row)) if row else None


def _decide(proposal_id: int, status: str, by: int, note: str) -> None:
    decided = {"status": status, "decided_by": by, "decided_at": utc_now(), "note": note}
    with writing() as connection:
        connection.execute(update(Proposal).where(Proposal.id == proposal_id).values(**decided))
