"""Drafts of a colleague's proposals: kept as they type, seen by nobody else, gone once they are sent."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, delete, select

from ..columns import insert_into, utc_now
from ..models import ProposalDraft
from ..transactions import reading, writing
from .answers import AnswerContent, Change
from .responses import ResponseState
from .saving import require_editable


@dataclass(frozen=True)
class Draft:
    """What a colleague is going to propose at one address."""

    address: str
    content: AnswerContent
    by: int
    at: datetime.datetime


def of_person(response_id: int, by: int) -> list[Draft]:
    """A colleague's own, by address."""
    columns = (ProposalDraft.address, ProposalDraft.value, ProposalDraft.declined, ProposalDraft.by, ProposalDraft.at)
    query = select(*columns).where(_own(response_id, by)).order_by(ProposalDraft.address)
    with reading() as connection:
        return [
            Draft(address, AnswerContent(value, declined), author, at)
            for address, value, declined, author, at in connection.execute(query)
        ]


def save_drafts(
    state: ResponseState,
    changes: Mapping[str, Change],
    proposed: Mapping[str, AnswerContent],
    *,
    by: int,
    language: str,
) -> None:
    """Keeps what differs from what is proposed already or, where nothing is, from the answer; what does not is no draft.

    `state`: the official reply; `proposed`: the colleague's open proposals, by address. Raises NotEditable, UnknownContent.
    """
    require_editable(state)
    with writing():
        for address, change in changes.items():
            stored = state.answers.get(address)
            current = stored.content if stored else AnswerContent()
            content = change.content(current, state.presumed_handling(address))
            standing = proposed.get(address, current)
            if (content.value, content.declined) == (standing.value, standing.declined):
                forget(state.id, by, [address])
            else:
                keep(state.id, address, content, by=by, language=language)


def keep(
    response_id: int, address: str, content: AnswerContent, *, by: int, language: str, replacing: bool = True
) -> None:
    """One draft, in place of the one before it unless that is to stay."""
    key = {"response_id": response_id, "address": address, "by": by}
    values = {"value": content.value, "declined": content.declined, "at": utc_now(), "language": language}
    with writing() as connection:
        new = insert_into(connection, ProposalDraft).values(**key, **values)
        kept = (
            new.on_conflict_do_update(index_elements=list(key), set_=values)
            if replacing
            else new.on_conflict_do_nothing()
        )
        connection.execute(kept)


def forget(response_id: int, by: int, addresses: Collection[str]) -> None:
    """Of these addresses: they were sent, or say what stands there already."""
    with writing() as connection:
        connection.execute(
            delete(ProposalDraft).where(_own(response_id, by), ProposalDraft.address.in_(list(addresses)))
        )


def _own(response_id: int, by: int) -> ColumnElement[bool]:
    return and_(ProposalDraft.response_id == response_id, ProposalDraft.by == by)
