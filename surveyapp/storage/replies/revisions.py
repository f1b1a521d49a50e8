"""All that an answer ever said: its revisions, the oldest first."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select

from surveyapp.definition.answer_values import AnswerValue

from ..models import AnswerRevision
from ..transactions import reading
from .answers import AnswerContent, StoredAnswer


@dataclass(frozen=True)
class Revision:
    """One revision of one answer, with who wrote it, when, in which language and by which channel."""

    revision: int
    value: AnswerValue
    at: datetime.datetime
    by: int | None
    language: str
    channel: str
    declined: str | None = None
    handling: str | None = None
    basis: str | None = None
    proposed_by: int | None = None  #: whose proposal it was, where `by` accepted one


def answers_at(response_id: int, revisions: Mapping[str, int]) -> dict[str, StoredAnswer]:
    """Answers at earlier revisions, by address. KeyError: there never was such a revision."""
    columns = (
        AnswerRevision.address,
        AnswerRevision.value,
        AnswerRevision.revision,
        AnswerRevision.at,
        AnswerRevision.by,
        AnswerRevision.language,
        AnswerRevision.declined,
        AnswerRevision.handling,
    )
    with reading() as connection:
        rows = connection.execute(
            select(*columns, AnswerRevision.basis).where(AnswerRevision.response_id == response_id)
        )
        answers = {row.address: StoredAnswer(*row[1:]) for row in rows if revisions.get(row.address) == row.revision}
    if unknown := set(revisions) - set(answers):
        raise KeyError(min(unknown))
    return answers


def contents_at(response_id: int, revisions: Mapping[str, int]) -> dict[str, AnswerContent]:
    """What answers said at earlier revisions, by address; one that there never was is left out."""
    columns = (AnswerRevision.address, AnswerRevision.revision, AnswerRevision.value, AnswerRevision.declined)
    query = select(*columns, AnswerRevision.handling, AnswerRevision.basis).where(
        AnswerRevision.response_id == response_id,
        AnswerRevision.address.in_(revisions),
        AnswerRevision.revision.in_(set(revisions.values())),
    )
    with reading() as connection:
        rows = connection.execute(query).all()
    return {row.address: AnswerContent(*row[2:]) for row in rows if revisions[row.address] == row.revision}


def history(response_id: int, address: str) -> list[Revision]:
    """The oldest first."""
    columns = (
        AnswerRevision.revision,
        AnswerRevision.value,
        AnswerRevision.at,
        AnswerRevision.by,
        AnswerRevision.language,
        AnswerRevision.channel,
    )
    query = select(
        *columns, AnswerRevision.declined, AnswerRevision.handling, AnswerRevision.basis, AnswerRevision.proposed_by
    )
    with reading() as connection:
        rows = connection.execute(
            query.where(AnswerRevision.response_id == response_id, AnswerRevision.address == address).order_by(
                AnswerRevision.revision
            )
        )
        return [Revision(*row) for row in rows]
