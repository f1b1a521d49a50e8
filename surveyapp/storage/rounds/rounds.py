"""Published versions, rounds that pin one, and who is invited."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from weakref import WeakKeyDictionary

from sqlalchemy import Engine, Select, insert, select, update

from surveyapp.definition import loader
from surveyapp.definition.compiled import Compiled
from surveyapp.definition.model import Audience
from surveyapp.definition.path import walk
from surveyapp.definition.source import source_files

from ..audit import audit_log
from ..columns import dumps, utc_now
from ..database import db
from ..models import Participant, Response, Round, Version
from ..replies import previous_reply
from ..transactions import in_writing, new_id, reading, writing
from .participants import ParticipantFacts, participants

#: compiled versions of each database. A version never changes, so nothing here can be stale.
_compiled: WeakKeyDictionary[Engine, dict[int, Compiled]] = WeakKeyDictionary()


class IncompleteLanguages(ValueError):
    """A round was to open in languages whose catalogues are not complete."""

    def __init__(self, languages: Iterable[str]) -> None:
        self.languages = tuple(languages)
        super().__init__(f"catalogues are not complete in: {', '.join(self.languages)}")


@dataclass(frozen=True)
class RoundFacts:
    id: int
    code: str
    titles: Mapping[str, str]
    version_id: int
    audience: Mapping[str, Sequence[str]]
    languages: tuple[str, ...]
    demonstration: bool
    opens: datetime.datetime
    closes: datetime.datetime | None
    free_reopening: bool
    grace_days: int = 0
    archived_at: datetime.datetime | None = None

    def title(self, language: str) -> str:
        return self.titles.get(language) or self.titles["en"]

    def closed_because(self, now: datetime.datetime) -> str | None:
        """`round_not_open`, `round_closed`, or None while it is open."""
        if now < self.opens:
            return "round_not_open"
        return "round_closed" if self.last_moment is not None and now >= self.last_moment else None

    @property
    def last_day(self) -> datetime.date | None:
        """The day of the deadline, as it is told."""
        return (self.closes - datetime.timedelta(microseconds=1)).date() if self.closes else None

    @property
    def last_moment(self) -> datetime.datetime | None:
        """Until when answers are taken: the deadline, and the days of grace after it."""
        return self.closes + datetime.timedelta(days=self.grace_days) if self.closes else None


@dataclass(frozen=True)
class VersionFacts:
    id: int
    questionnaire: str
    number: int
    digest: str
    published_at: datetime.datetime


@dataclass(frozen=True)
class ResponseRow:
    """One line of the office's list."""

    id: int
    participant_code: str
    names: Mapping[str, str]
    kind: str
    region: str | None
    status: str
    language: str | None
    reference: str | None
    updated_at: datetime.datetime


def publish(source: source_files.Source) -> int:
    """The version's id; the same content published again is the same version. Raises ProblemsFound."""
    compiled_now = loader.load(source)
    with writing() as connection:
        known = connection.scalar(select(Version.id).where(Version.digest == compiled_now.digest))
        if known is not None:
            return known
        questionnaire = compiled_now.questionnaire
        row = {"questionnaire": questionnaire.questionnaire, "number": questionnaire.version, "files": dict(source)}
        added = connection.execute(insert(Version).values(**row, digest=compiled_now.digest, published_at=utc_now()))
        return new_id(added)


def compiled(version_id: int) -> Compiled:
    """Made once per process. KeyError: no such version."""
    known = _compiled.setdefault(db.engine, {})
    if version_id in known:
        return known[version_id]
    with reading() as connection:
        files = connection.scalar(select(Version.files).where(Version.id == version_id))
    if files is None:
        raise KeyError(version_id)
    version = loader.load(files)
    if not in_writing():  # a version that is then rolled back would leave its id to another one
        known[version_id] = version
    return version


def files(version_id: int) -> dict[str, str]:
    """A version's definition and catalogues as they were published. KeyError: no such version."""
    with reading() as connection:
        kept = connection.scalar(select(Version.files).where(Version.id == version_id))
    if kept is None:
        raise KeyError(version_id)
    return dict(kept)


def open_round(
    code: str,
    titles: Mapping[str, str],
    version_id: int,
    *,
    opens: datetime.datetime,
    closes: datetime.datetime | None = None,
    languages: Sequence[str] | None = None,
    audience: Audience | Mapping[str, Sequence[str]] | None = None,
    demonstration: bool = False,
    free_reopening: bool = False,
    grace_days: int = 0,
    by: int | None = None,
) -> int:
    """The round's id. Languages and audience are the questionnaire's own unless told. Invites nobody yet."""
    version = compiled(version_id)
    chosen = tuple(languages or version.languages)
    if unready := set(chosen) - set(version.languages):
        raise IncompleteLanguages(sorted(unready))
    chosen_audience = audience or version.questionnaire.audience
    wanted = chosen_audience.model_dump(mode="json") if isinstance(chosen_audience, Audience) else dict(chosen_audience)
    row = {"code": code, "titles": dict(titles), "version_id": version_id, "audience": wanted}
    times = {"opens": opens, "closes": closes, "free_reopening": free_reopening, "grace_days": grace_days}
    with writing() as connection:
        values = row | times | {"languages": list(chosen), "demonstration": demonstration}
        added = connection.execute(insert(Round).values(**values))
        audit_log.record("round-opened", by, round=code, version=version.digest)
        return new_id(added)


def invite(round_id: int, participant_ids: Iterable[int] | None = None, *, by: int | None = None) -> int:
    """Makes a not-started response for each (for the whole audience unless told); returns how many are new.

    A demonstration invites invented participants only, and any other round real ones only.
    """
    with writing() as connection:
        found = round_by_id(round_id)
        invited = set(connection.scalars(select(Response.participant_id).where(Response.round_id == round_id)))
        everyone = {each.id: each for each in participants(invented=found.demonstration)}
        wanted = [each.id for each in everyone.values() if _in_audience(found, each)]
        ids = [each for each in (wanted if participant_ids is None else participant_ids) if each not in invited]
        now, version = utc_now(), compiled(found.version_id)
        last = previous_reply.newest(connection, version.questionnaire.questionnaire, ids)
        rows = [
            {
                "round_id": round_id,
                "participant_id": each,
                "status": "not_started",
                "path": dumps(walk(version, {}, everyone[each].facts(now.date())).to_json()),
                "invited_at": now,
                "updated_at": now,
                "earlier_id": last.get(each),
            }
            for each in ids
        ]
        if rows:
            connection.execute(insert(Response), rows)
            audit_log.record("participants-invited", by, round=found.code, participants=[everyone[i].code for i in ids])
    return len(rows)


#: what can be changed while a round is open: never what is asked
CHANGEABLE = frozenset({"titles", "closes", "grace_days", "free_reopening", "audience", "opens", "archived_at"})


def change_round(round_id: int, *, by: int | None, **values: object) -> None:
    """Of `CHANGEABLE` alone. Whom a wider audience takes in is not invited by that: see `invite`."""
    if unknown := values.keys() - CHANGEABLE:
        raise ValueError(f"a round's {', '.join(sorted(unknown))} cannot be changed")
    with writing() as connection:
        connection.execute(update(Round).where(Round.id == round_id).values(**values))
        told = {
            name: value.isoformat() if isinstance(value, datetime.datetime) else value for name, value in values.items()
        }
        audit_log.record("round-changed", by, round=round_by_id(round_id).code, **told)


def versions() -> list[VersionFacts]:
    """The newest first."""
    query = select(Version.id, Version.questionnaire, Version.number, Version.digest, Version.published_at)
    with reading() as connection:
        return [VersionFacts(*row) for row in connection.execute(query.order_by(Version.id.desc()))]


def close_round(round_id: int, at: datetime.datetime, *, by: int | None = None) -> None:
    """Takes no answers from then on; what was saved stays."""
    with writing() as connection:
        connection.execute(update(Round).where(Round.id == round_id).values(closes=at))
        audit_log.record("round-closed", by, round=round_by_id(round_id).code)


def _in_audience(found: RoundFacts, one: ParticipantFacts) -> bool:
    asked = {name: found.audience.get(name) or () for name in ("kinds", "treaty_status", "regions", "groups")}
    has: dict[str, set[str | None]] = {
        "kinds": {one.kind},
        "treaty_status": {one.treaty_status},
        "regions": {one.region},
        "groups": set(one.groups),
    }
    return all(not wanted or has[name].intersection(wanted) for name, wanted in asked.items())


def audience_of(found: RoundFacts) -> list[ParticipantFacts]:
    """Whom the round's audience takes in, invited or not."""
    return [one for one in participants(invented=found.demonstration) if _in_audience(found, one)]


ROUND_COLUMNS = (
    Round.id,
    Round.code,
    Round.titles,
    Round.version_id,
    Round.audience,
    Round.languages,
    Round.demonstration,
    Round.opens,
    Round.closes,
    Round.free_reopening,
    Round.grace_days,
    Round.archived_at,
)


def as_round(row: Sequence[object]) -> RoundFacts:
    values = dict(zip((column.key for column in ROUND_COLUMNS), row, strict=True))
    values["languages"] = tuple(values["languages"])  # type: ignore[arg-type]
    return RoundFacts(**values)  # type: ignore[arg-type]  # the row's types are those of its columns


def rounds() -> list[RoundFacts]:
    """The newest first."""
    return _rounds(select(*ROUND_COLUMNS).order_by(Round.opens.desc(), Round.id.desc()))


def round(code: str) -> RoundFacts | None:
    return next(iter(_rounds(select(*ROUND_COLUMNS).where(Round.code == code))), None)


def round_by_id(round_id: int) -> RoundFacts:
    """KeyError: no such round."""
    found = _rounds(select(*ROUND_COLUMNS).where(Round.id == round_id))
    if not found:
        raise KeyError(round_id)
    return found[0]


def _rounds(query: Select[tuple[object, ...]]) -> list[RoundFacts]:
    with reading() as connection:
        return [as_round(tuple(row)) for row in connection.execute(query)]


def responses_of(round_id: int) -> list[ResponseRow]:
    """Everyone invited, by code."""
    query = (
        select(
            Response.id,
            Participant.code,
            Participant.names,
            Participant.kind,
            Participant.region,
            Response.status,
            Response.language,
            Response.reference,
            Response.updated_at,
        )
        .join(Participant, Participant.id == Response.participant_id)
        .where(Response.round_id == round_id)
        .order_by(Participant.code)
    )
    with reading() as connection:
        return [ResponseRow(*row) for row in connection.execute(query)]


def responses_for(participant_ids: Iterable[int]) -> list[tuple[RoundFacts, int, str]]:
    """(round, response id, status) of all that these participants are invited to, the newest round first."""
    query = (
        select(*ROUND_COLUMNS, Response.id, Response.status)
        .join(Response, Response.round_id == Round.id)
        .where(Response.participant_id.in_(list(participant_ids)))
        .order_by(Round.opens.desc(), Response.id)
    )
    with reading() as connection:
        return [(as_round(tuple(row[:-2])), row[-2], row[-1]) for row in connection.execute(query)]
