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
    query = (
        select(
            Translation.response_id,
            Translation.address,
            Translation.revision,
            Translation.language,
            Translation.text,
            Person.name,
            Translation.at,
        )
        .join(Person, Person.id == Translation.by)
        .where(Translation.response_id.in_(response_ids), Translation.address == address)
        .order_by(Translation.id)
    )
    with reading() as connection:
        translations = [TranslationFacts(*row) for row in connection.execute(query)]
    return {
        (translation.response_id, translation.revision, translation.language): translation
        for translation in translations
    }
