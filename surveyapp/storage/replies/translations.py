"""Unofficial translations: beside an answer, attributed, and of one revision of it only."""

from __future__ import annotations

import datetime
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import insert, select

from ..audit import audit_log
from ..columns import utc_now
from ..models import Person, Translation
from ..transactions import reading, writing


@dataclass(frozen=True)
class Translated:
    response_id: int
    address: str
    revision: int
    language: str
    text: str
    name: str  #: whose it is
    at: datetime.datetime


def put(response_id: int, address: str, revision: int, language: str, text: str, *, by: int) -> None:
    """A newer one by anybody takes the place of an older one; both are kept."""
    row = {"response_id": response_id, "address": address, "revision": revision, "language": language}
    with writing() as connection:
        connection.execute(insert(Translation).values(**row, text=text, by=by, at=utc_now()))
        audit_log.record("translation-added", by, response=response_id, address=address, language=language)


def beside(response_ids: Collection[int], address: str) -> dict[tuple[int, int, str], Translated]:
    """The newest by (response, revision of the answer, language)."""
    one = Translation
    query = (
        select(one.response_id, one.address, one.revision, one.language, one.text, Person.name, one.at)
        .join(Person, Person.id == one.by)
        .where(one.response_id.in_(response_ids), one.address == address)
        .order_by(one.id)
    )
    with reading() as connection:
        found = [Translated(*row) for row in connection.execute(query)]
    return {(each.response_id, each.revision, each.language): each for each in found}
