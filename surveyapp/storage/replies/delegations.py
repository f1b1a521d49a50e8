"""Parts of a reply in a colleague's hands, and what the colleague proposes. Nothing here changes an answer but `accept`."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, insert, or_, select, update

from surveyapp.definition.compiled import Compiled
from surveyapp.definition.path import code_of

from ..audit import audit_log
from ..columns import utc_now
from ..models import Delegation, Entry, Person, Proposal
from ..transactions import reading, writing
from .responses import AnswerContent, Change, ResponseState, SaveResult, load
from .saving import require_editable, save_answers

#: each power includes those before it
POWERS = ("read", "comment", "answer")


@dataclass(frozen=True)
class Given:
    """One delegation."""

    id: int
    response_id: int
    person_id: int
    name: str
    email: str
    scope: str  #: a section's code, a question's code, or `repeat/item`
    power: str
    note: str
    due: datetime.date | None


@dataclass(frozen=True)
class ProposedAnswer:
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


@dataclass(frozen=True)
class DelegatePermissions:
    """What one delegate may do in one reply. Every page and every post of a delegate asks this, and nothing else."""

    version: Compiled
    powers: Mapping[str, str]  #: scope → power

    def may(self, power: str, address: str) -> bool:
        """`address` is a question's, or a section's code."""
        return any(POWERS.index(held) >= POWERS.index(power) for held in self._held(address))

    def sections(self) -> frozenset[str]:
        """Those in which there is anything to see."""
        codes = (scope.split("/")[0] for scope in self.powers)
        return frozenset(
            code if code in self.version.layout.sections else self.version.section_of[code] for code in codes
        )

    def _held(self, address: str) -> Iterable[str]:
        code = code_of(address)
        repeat = self.version.repeat_of.get(code)
        item = address.rpartition("/")[0]
        for scope in (address, code, item, repeat, self.version.section_of.get(code)):
            if scope and scope in self.powers:
                yield self.powers[scope]


class NotDelegated(ValueError):
    """A scope or power that this questionnaire does not have, or an address outside the delegate's reach."""


def assign(
    response_id: int,
    person_id: int,
    scopes: Collection[str],
    power: str,
    *,
    note: str,
    due: datetime.date | None,
    by: int,
) -> None:
    """A scope given again takes the new power, note and date. Raises NotDelegated."""
    state = load(response_id)
    wrong = [scope for scope in scopes if not _is_scope(state, scope)]
    if wrong or power not in POWERS or not scopes:
        raise NotDelegated(", ".join(wrong) or power)
    with writing() as connection:
        for scope in sorted(set(scopes)):
            _end(
                and_(
                    Delegation.response_id == response_id, Delegation.person_id == person_id, Delegation.scope == scope
                )
            )
            row = {"response_id": response_id, "person_id": person_id, "scope": scope, "power": power}
            row |= {"note": note, "due": due, "given_by": by, "given_at": utc_now()}
            connection.execute(insert(Delegation).values(**row))
        audit_log.record(
            "delegated", by, response=response_id, person=person_id, scopes=sorted(set(scopes)), power=power
        )


def _is_scope(state: ResponseState, scope: str) -> bool:
    repeat, _, item = scope.partition("/")
    if item:
        stored = state.answers.get(repeat)
        return item in ((stored.value if stored else None) or ())
    return scope in state.compiled.layout.sections or scope in state.compiled.questions


def end(response_id: int, delegation_id: int, *, by: int) -> None:
    """Takes it back; what was proposed until then stays. Does nothing for one of another reply."""
    with writing():
        if _end(and_(Delegation.response_id == response_id, Delegation.id == delegation_id)):
            audit_log.record("delegation-ended", by, response=response_id, delegation=delegation_id)


def _end(where: Any) -> int:
    ended = update(Delegation).where(where, Delegation.ended_at.is_(None)).values(ended_at=utc_now())
    with writing() as connection:
        return int(connection.execute(ended).rowcount)


_delegations = (
    select(
        Delegation.id,
        Delegation.response_id,
        Delegation.person_id,
        Person.name,
        Person.email,
        Delegation.scope,
        Delegation.power,
        Delegation.note,
        Delegation.due,
    )
    .join(Person, Person.id == Delegation.person_id)
    .where(Delegation.ended_at.is_(None), Person.disabled_at.is_(None))
    .order_by(Person.name, Delegation.id)
)


def of_response(response_id: int) -> list[Given]:
    with reading() as connection:
        return [Given(*row) for row in connection.execute(_delegations.where(Delegation.response_id == response_id))]


def of_person(person_id: int) -> list[Given]:
    with reading() as connection:
        return [Given(*row) for row in connection.execute(_delegations.where(Delegation.person_id == person_id))]


def permissions(state: ResponseState, person_id: int) -> DelegatePermissions:
    own = [given for given in of_response(state.id) if given.person_id == person_id]
    return DelegatePermissions(state.compiled, {given.scope: given.power for given in own})


# proposals

_proposals = (
    select(
        Proposal.id,
        Proposal.address,
        Proposal.value,
        Proposal.declined,
        Proposal.base_revision,
        Proposal.by,
        Person.name,
        Proposal.at,
        Proposal.status,
        Proposal.note,
        Entry.source,
        Entry.dated,
        Proposal.entry_id,
    )
    .join(Person, Person.id == Proposal.by)
    .outerjoin(Entry, Entry.id == Proposal.entry_id)
)
#: an entry on the State's behalf is the secretariat's alone until it is sent
_shown = or_(Proposal.entry_id.is_(None), Entry.sent_at.is_not(None))


def proposals(response_id: int, *, by: int | None = None, status: str = "open") -> list[ProposedAnswer]:
    """The oldest first; of everyone, or of one colleague, who sees also what is not sent yet."""
    query = _proposals.where(Proposal.response_id == response_id, Proposal.status == status)
    query = query.where(Proposal.by == by) if by is not None else query.where(_shown)
    with reading() as connection:
        return [_as_proposal(tuple(row)) for row in connection.execute(query.order_by(Proposal.id))]


def _as_proposal(row: tuple[Any, ...]) -> ProposedAnswer:
    key, address, value, declined, *rest = row
    return ProposedAnswer(key, address, AnswerContent(value, declined), *rest)


def propose(state: ResponseState, changes: Mapping[str, Change], *, by: int, language: str) -> None:
    """Puts a colleague's answers beside the current ones. Raises NotDelegated, NotEditable; then nothing is proposed.

    Proposing what stands there already takes the colleague's earlier proposal back.
    """
    mine = permissions(state, by)
    outside = sorted(address for address in changes if not mine.may("answer", address))
    if outside:
        audit_log.record("proposal-refused", by, response=state.id, addresses=outside)
        raise NotDelegated(", ".join(outside))
    upsert_proposals(state, changes, by=by, language=language)


def upsert_proposals(
    state: ResponseState, changes: Mapping[str, Change], *, by: int, language: str, entry_id: int | None = None
) -> None:
    """Whoever may. Raises NotEditable."""
    require_editable(state)
    with writing() as connection:
        for address, change in changes.items():
            stored = state.answers.get(address)
            now = stored.content if stored else AnswerContent()
            content = change.content(now)
            earlier = _supersede(state.id, address, by, content, entry_id)
            said = (content.value, content.declined)
            # of an entry all counts that is said, also what stands in a draft that its writer does not see; never an empty field
            if earlier or said == ((None, None) if entry_id else (now.value, now.declined)):
                continue
            row = {"response_id": state.id, "address": address, "value": content.value, "declined": content.declined}
            row |= {"base_revision": stored.revision if stored else 0, "by": by, "at": utc_now(), "language": language}
            connection.execute(insert(Proposal).values(**row, status="open", note="", entry_id=entry_id))


def _supersede(response_id: int, address: str, by: int, content: AnswerContent, entry_id: int | None) -> bool:
    """True where the colleague's open proposal says the same already: it stays."""
    own = and_(
        Proposal.response_id == response_id, Proposal.address == address, Proposal.by == by, Proposal.status == "open"
    )
    with writing() as connection:
        said = (Proposal.value, Proposal.declined, Proposal.entry_id)
        found = connection.execute(select(*said).where(own)).first()
        if found is None:
            return False
        if tuple(found) == (content.value, content.declined, entry_id):
            return True
        decided = {"status": "superseded", "decided_at": utc_now(), "decided_by": by}
        connection.execute(update(Proposal).where(own).values(**decided))
    return False


def accept(state: ResponseState, proposal_id: int, *, expected: int, by: int, language: str) -> SaveResult | None:
    """Makes a proposal the answer. Where the answer has meanwhile changed from revision `expected`, the conflict is told
    and the proposal stays open. None: it is no longer open."""
    with writing():
        proposed = _open(state.id, proposal_id)
        if proposed is None:
            return None
        change = Change(proposed.content.value, expected, declined=proposed.content.declined)
        channel = "secretariat" if proposed.entry_id else "page"
        saved = save_answers(state.id, {proposed.address: change}, by=by, channel=channel, language=language)
        if not saved.conflicts:
            _decide(proposal_id, "accepted", by, "")
            audit_log.record("proposal-accepted", by, response=state.id, proposal=proposal_id, address=proposed.address)
    return saved


def send_back(response_id: int, proposal_id: int, *, by: int, note: str) -> bool:
    """Returns a proposal with a word of explanation. False: it is no longer open."""
    with writing():
        proposed = _open(response_id, proposal_id)
        if proposed is None:
            return False
        _decide(proposal_id, "returned", by, note)
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
