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
class TranslationFacts:
    """An unofficial translation of one revision of one answer."""

    response_id: int
    address: str
    revision: int
    language: str
    text: str
    name: str  #: whose it is
    at: datetime.datetime


def add_translation(response_id: int, address: str, revision: int, language: str, text: str, *, by: int) -> None:
    """A newer one by anybody takes the place of an older one; both are kept."""
    row = {"response_id": response_id, "address": address, "revision": revision, "language": language}
    with writing() as connection:
        connection.execute(insert(Translation).values(**row, text=text, by=by, at=utc_now()))
        audit_log.record("translation-added", by, response=response_id, address=address, language=language)


def newest_by_revision(response_ids: Collection[int], address: str) -> dict[tuple[int, int, str], TranslationFacts]:
    """The newest by (response, revision of the answer, language)."""
    one = Translation
    query = (
        select(one.response_id, one.address, one.revision, one.language, one.text, Person.name, one.at)
        .join(Person, Person.id == one.by)
        .where(one.response_id.in_(response_ids), one.address == address)
        .order_by(one.id)
    )
    with reading() as connection:
        found = [TranslationFacts(*row) for row in connection.execute(query)]
    return {(each.response_id, each.revision, each.language): each for each in found}
