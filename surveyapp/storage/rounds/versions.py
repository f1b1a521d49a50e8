"""Published versions of questionnaires: never changed, compiled once per process."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from weakref import WeakKeyDictionary

from sqlalchemy import Engine, insert, select

from surveyapp.definition import loader
from surveyapp.definition.compiled import Compiled
from surveyapp.definition.source import source_files

from ..columns import utc_now
from ..database import db
from ..models import Version
from ..transactions import in_writing, new_id, reading, writing

#: compiled published of each database. A version never changes, so nothing here can be stale.
_compiled: WeakKeyDictionary[Engine, dict[int, Compiled]] = WeakKeyDictionary()
_ids: WeakKeyDictionary[Engine, dict[str, int]] = WeakKeyDictionary()


@dataclass(frozen=True)
class VersionFacts:
    """A published version. `digest`: SHA-256 of its files."""

    id: int
    questionnaire: str
    number: int
    digest: str
    published_at: datetime.datetime


def publish(source: source_files.Source) -> int:
    """The version's id; the same content published again is the same version. Raises ProblemsFound."""
    compiled_now = loader.load(source)
    with writing() as connection:
        existing = connection.scalar(select(Version.id).where(Version.digest == compiled_now.digest))
        if existing is not None:
            return existing
        questionnaire = compiled_now.questionnaire
        row = {"questionnaire": questionnaire.questionnaire, "number": questionnaire.version, "files": dict(source)}
        added = connection.execute(insert(Version).values(**row, digest=compiled_now.digest, published_at=utc_now()))
        return new_id(added)


def compiled(version_id: int) -> Compiled:
    """Made once per process. KeyError: no such version."""
    cache = _compiled.setdefault(db.engine, {})
    if version_id in cache:
        return cache[version_id]
    with reading() as connection:
        files = connection.scalar(select(Version.files).where(Version.id == version_id))
    if files is None:
        raise KeyError(version_id)
    version = loader.load(files)
    if not in_writing():  # a version that is then rolled back would leave its id to another one
        cache[version_id] = version
    return version


def compiled_of_digest(digest: str, otherwise: int) -> Compiled:
    """The version that a submission names by its digest; version `otherwise` where the database never had it."""
    ids = _ids.setdefault(db.engine, {})
    if digest not in ids:
        with reading() as connection:
            version_id = connection.scalar(select(Version.id).where(Version.digest == digest))
        if version_id is None or in_writing():
            return compiled(otherwise if version_id is None else version_id)
        ids[digest] = version_id
    return compiled(ids[digest])


def files(version_id: int) -> dict[str, str]:
    """A version's definition and catalogues as they were published. KeyError: no such version."""
    with reading() as connection:
        kept = connection.scalar(select(Version.files).where(Version.id == version_id))
    if kept is None:
        raise KeyError(version_id)
    return dict(kept)


def published() -> list[VersionFacts]:
    """The newest first."""
    query = select(Version.id, Version.questionnaire, Version.number, Version.digest, Version.published_at)
    with reading() as connection:
        return [VersionFacts(*row) for row in connection.execute(query.order_by(Version.id.desc()))]
