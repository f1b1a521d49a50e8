"""Parts of a reply that a focal point assigned to colleagues, and what each of them may do there."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, insert, select, update

from surveyapp.definition.compiled import Compiled
from surveyapp.definition.path import code_of

from .. import models
from ..audit import audit_log
from ..columns import utc_now
from ..transactions import reading, writing
from .responses import ResponseState, load

#: each power includes those before it
POWERS = ("read", "comment", "answer")


@dataclass(frozen=True)
class Delegation:
    """A part of one reply that is assigned to a colleague, while it is assigned. `due`: the day by which an answer is wanted."""

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
    """A scope or power that this questionnaire does not have, or an address outside what the delegate may answer."""


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
    """Assigns each scope; one that is assigned already takes the new power, note and date. Raises NotDelegated."""
    state = load(response_id)
    wrong = [scope for scope in scopes if not _is_scope(state, scope)]
    if wrong or power not in POWERS or not scopes:
        raise NotDelegated(", ".join(wrong) or power)
    with writing() as connection:
        for scope in sorted(set(scopes)):
            _end(
                and_(
                    models.Delegation.response_id == response_id,
                    models.Delegation.person_id == person_id,
                    models.Delegation.scope == scope,
                )
            )
            row = {"response_id": response_id, "person_id": person_id, "scope": scope, "power": power}
            row |= {"note": note, "due": due, "given_by": by, "given_at": utc_now()}
            connection.execute(insert(models.Delegation).values(**row))
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
        if _end(and_(models.Delegation.response_id == response_id, models.Delegation.id == delegation_id)):
            audit_log.record("delegation-ended", by, response=response_id, delegation=delegation_id)


def _end(where: ColumnElement[bool]) -> int:
    ended = update(models.Delegation).where(where, models.Delegation.ended_at.is_(None)).values(ended_at=utc_now())
    with writing() as connection:
        return int(connection.execute(ended).rowcount)


_delegations = (
    select(
        models.Delegation.id,
        models.Delegation.response_id,
        models.Delegation.person_id,
        models.Person.name,
        models.Person.email,
        models.Delegation.scope,
        models.Delegation.power,
        models.Delegation.note,
        models.Delegation.due,
    )
    .join(models.Person, models.Person.id == models.Delegation.person_id)
    .where(models.Delegation.ended_at.is_(None), models.Person.disabled_at.is_(None))
    .order_by(models.Person.name, models.Delegation.id)
)


def of_response(response_id: int) -> list[Delegation]:
    """Those that stand, by the delegate's name."""
    with reading() as connection:
        return [
            Delegation(*row)
            for row in connection.execute(_delegations.where(models.Delegation.response_id == response_id))
        ]


def of_person(person_id: int) -> list[Delegation]:
    """Those that stand, in whichever replies."""
    with reading() as connection:
        return [
            Delegation(*row) for row in connection.execute(_delegations.where(models.Delegation.person_id == person_id))
        ]


def permissions(state: ResponseState, person_id: int) -> DelegatePermissions:
    """What is assigned to this person in the reply; nothing where they are no delegate of it."""
    own = [delegation for delegation in of_response(state.id) if delegation.person_id == person_id]
    return DelegatePermissions(state.compiled, {delegation.scope: delegation.power for delegation in own})
