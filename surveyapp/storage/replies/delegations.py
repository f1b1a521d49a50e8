"""Parts of a reply that a focal point assigned to colleagues, and what each of them may do there."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, insert, select, update
from sqlalchemy.orm import aliased

from surveyapp.definition.compiled import Compiled
from surveyapp.definition.path import code_of

from .. import models
from ..audit import audit_log
from ..columns import utc_now
from ..transactions import reading, writing
from .responses import ResponseState, load_locked

#: each power includes those before it
POWERS = ("read", "comment", "answer")


@dataclass(frozen=True)
class Delegation:
    """A part of one reply that is, or was, assigned to a colleague. `due`: the day by which an answer is wanted."""

    id: int
    response_id: int
    person_id: int
    name: str
    email: str
    scope: str  #: a section's code, a question's code, or `repeat/item`
    power: str
    note: str
    due: datetime.date | None
    given_by: int
    given_by_name: str
    given_at: datetime.datetime
    ended_by: int | None
    ended_by_name: str | None
    ended_at: datetime.datetime | None  #: None: it stands


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


class AssignmentChanged(Exception):
    """What was shown of an assignment is no longer so. `current`: what stands there now, or the last of it and who ended it."""

    def __init__(self, current: Sequence[Delegation]) -> None:
        self.current = current
        super().__init__(", ".join(str(delegation.id) for delegation in current))


def assign(
    response_id: int,
    person_id: int,
    scopes: Collection[str],
    power: str,
    *,
    note: str,
    due: datetime.date | None,
    by: int,
    shown: Collection[int] | None = None,
) -> None:
    """Assigns each scope; one that is assigned already takes the new power, note and date.

    `shown`: ids of the delegations that the page was drawn with; None: by a program that read them. Raises NotDelegated,
    AssignmentChanged.
    """
    with writing() as connection:
        state = load_locked(connection, response_id)
        wrong = [scope for scope in scopes if not _is_scope(state, scope)]
        if wrong or power not in POWERS or not scopes:
            raise NotDelegated(", ".join(wrong) or power)
        if shown is not None:
            _require_as_shown(response_id, person_id, scopes, shown, (power, note, due, by))
        for scope in sorted(set(scopes)):
            _end(
                and_(
                    models.Delegation.response_id == response_id,
                    models.Delegation.person_id == person_id,
                    models.Delegation.scope == scope,
                ),
                by,
            )
            row = {"response_id": response_id, "person_id": person_id, "scope": scope, "power": power}
            row |= {"note": note, "due": due, "given_by": by, "given_at": utc_now()}
            connection.execute(insert(models.Delegation).values(**row))
        audit_log.record(
            "delegated", by, response=response_id, person=person_id, scopes=sorted(set(scopes)), power=power
        )


def _require_as_shown(
    response_id: int, person_id: int, scopes: Collection[str], shown: Collection[int], wanted: tuple[object, ...]
) -> None:
    """`wanted`: power, note, day and who assigns. What the same person has assigned already, pressed once more, is that."""
    newest = _newest(response_id, person_id)
    stale = [
        delegation
        for scope in sorted(set(scopes))
        if (delegation := newest.get(scope)) is not None
        and (delegation.id in shown) == (delegation.ended_at is not None)
        and (delegation.power, delegation.note, delegation.due, delegation.given_by) != wanted
    ]
    if stale:
        raise AssignmentChanged(stale)


def _newest(response_id: int, person_id: int) -> dict[str, Delegation]:
    """By scope, of one colleague: the delegation that stands, or the last one that did."""
    own = (models.Delegation.response_id == response_id, models.Delegation.person_id == person_id)
    with reading() as connection:
        rows = connection.execute(_every_delegation.where(*own).order_by(models.Delegation.id))
        return {delegation.scope: delegation for row in rows for delegation in [Delegation(*row)]}


def _is_scope(state: ResponseState, scope: str) -> bool:
    repeat, _, item = scope.partition("/")
    if item:
        stored = state.answers.get(repeat)
        return item in ((stored.value if stored else None) or ())
    return scope in state.compiled.layout.sections or scope in state.compiled.questions


def end(response_id: int, delegation_id: int, *, by: int) -> None:
    """Takes it back; what was proposed until then stays. Does nothing for one of another reply.

    Raises AssignmentChanged where somebody else has ended it, or assigned the same anew, since it was shown.
    """
    with writing() as connection:
        load_locked(connection, response_id)
        if _end(and_(models.Delegation.response_id == response_id, models.Delegation.id == delegation_id), by):
            audit_log.record("delegation-ended", by, response=response_id, delegation=delegation_id)
            return
        own = (models.Delegation.response_id == response_id, models.Delegation.id == delegation_id)
        row = connection.execute(_every_delegation.where(*own)).first()
        if row is None:
            return
        current = _newest(response_id, row.person_id)[row.scope]
        if current.ended_at is None or current.ended_by != by:
            raise AssignmentChanged([current])


def _end(where: ColumnElement[bool], by: int) -> int:
    ended = {"ended_at": utc_now(), "ended_by": by}
    with writing() as connection:
        query = update(models.Delegation).where(where, models.Delegation.ended_at.is_(None)).values(**ended)
        return int(connection.execute(query).rowcount)


_giver, _ender = aliased(models.Person), aliased(models.Person)
_every_delegation = (
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
        models.Delegation.given_by,
        _giver.name.label("given_by_name"),
        models.Delegation.given_at,
        models.Delegation.ended_by,
        _ender.name.label("ended_by_name"),
        models.Delegation.ended_at,
    )
    .join(models.Person, models.Person.id == models.Delegation.person_id)
    .join(_giver, _giver.id == models.Delegation.given_by)
    .outerjoin(_ender, _ender.id == models.Delegation.ended_by)
    .where(models.Person.disabled_at.is_(None))
)
_delegations = _every_delegation.where(models.Delegation.ended_at.is_(None)).order_by(
    models.Person.name, models.Delegation.id
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
