"""How far each section of a reply is inside its government: draft, ready, cleared; by whom and when; and whether it still is."""

from __future__ import annotations

import datetime
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import aliased

from surveyapp.definition.path import code_of

from ..audit import audit_log
from ..columns import utc_now
from ..models import AnswerRevision, Clearance, Participant, Person
from ..models.delegation import CLEARANCES
from ..models.participants import CLEARANCE_RULES
from ..transactions import reading, writing
from .responses import ResponseState, load_locked
from .reviewed import Reviewed, as_of_now, content_digest, require_reviewed

STATES = CLEARANCES


@dataclass(frozen=True)
class SectionState:
    """How far one section is, and who said so. `lapsed`: its answers have changed since, so that it is a draft again."""

    section: str
    state: str  #: draft, ready, cleared
    name: str
    at: datetime.datetime
    lapsed: bool = False
    id: int = 0
    by: int | None = None

    @property
    def standing(self) -> str:
        """What it counts as now."""
        return "draft" if self.lapsed else self.state


class EmptySection(ValueError):
    """There is no answer in it that could be cleared."""


class ClearedMeanwhile(Exception):
    """Somebody has set the section to another state since it was shown. `standing`: what it is now."""

    def __init__(self, standing: SectionState) -> None:
        self.standing = standing
        super().__init__(standing.section)


class RuleChanged(Exception):
    """The participant's rule has been changed since it was shown."""


class NotCleared(Exception):
    """Sections that are not cleared. `required`: the participant submits none of them; else it may, on confirmation."""

    def __init__(self, sections: tuple[str, ...], *, required: bool) -> None:
        self.sections, self.required = sections, required
        super().__init__(", ".join(sections))


def set_state(response_id: int, section: str, state: str, *, by: int, reviewed: Reviewed | None = None) -> None:
    """`state`: one of STATES; `reviewed`: the section as it was shown, with its clearance. None: by a program that read it.

    What the same person has set already, pressed once more, is that one. Raises ValueError, EmptySection, NotAsReviewed,
    ClearedMeanwhile.
    """
    if state not in CLEARANCES:
        raise ValueError(state)
    with writing() as connection:
        reply = as_of_now(load_locked(connection, response_id))
        require_reviewed(reply, reviewed, section)
        standing = by_section(reply).get(section)
        if reviewed is not None and standing is not None and standing.id != reviewed.clearance:
            if (standing.by, standing.standing) == (by, state):
                return
            raise ClearedMeanwhile(standing)
        if state == "cleared" and not _answered_sections(reply) & {section}:
            raise EmptySection(section)
        row = {"response_id": response_id, "section": section, "state": state, "by": by, "at": utc_now()}
        connection.execute(insert(Clearance).values(**row, digest=content_digest(reply, section)))


def _answered_sections(reply: ResponseState) -> frozenset[str]:
    """Those in which something is answered, or left open with a reason."""
    return frozenset(
        reply.compiled.section_of[code_of(address)]
        for address, kept in reply.answers.items()
        if address in reply.path.on_path and (kept.value is not None or kept.declined)
    )


def by_section(reply: ResponseState) -> dict[str, SectionState]:
    """The newest of each section; a section nobody cleared is absent: it is a draft. `reply`: whole."""
    columns = (
        Clearance.id,
        Clearance.section,
        Clearance.state,
        Clearance.by,
        Person.name,
        Clearance.at,
        Clearance.digest,
    )
    query = select(*columns).join(Person, Person.id == Clearance.by)
    with reading() as connection:
        rows = connection.execute(query.where(Clearance.response_id == reply.id).order_by(Clearance.id)).all()
    newest = {row.section: row for row in rows}
    return {
        section: SectionState(
            section, row.state, row.name, row.at, _has_lapsed(reply, section, row.at, row.digest), row.id, row.by
        )
        for section, row in newest.items()
        if section in reply.compiled.layout.sections
    }


def _has_lapsed(reply: ResponseState, section: str, at: datetime.datetime, digest: str | None) -> bool:
    if digest is not None:
        return digest != content_digest(reply, section)
    own = (kept.at for address, kept in reply.answers.items() if reply.compiled.section_of[code_of(address)] == section)
    return any(changed > at for changed in own)


def rule_of(participant_id: int) -> str:
    """off, warn or require: what a section that is not cleared does to submitting."""
    with reading() as connection:
        return connection.scalars(select(Participant.clearance_rule).where(Participant.id == participant_id)).one()


def set_rule(participant_id: int, rule: str, *, by: int, shown: str | None = None) -> None:
    """`rule`: one of CLEARANCE_RULES; `shown`: the rule that the page was drawn with. Raises ValueError, RuleChanged."""
    if rule not in CLEARANCE_RULES:
        raise ValueError(rule)
    with writing() as connection:
        query = select(Participant.clearance_rule).where(Participant.id == participant_id).with_for_update()
        if shown is not None and connection.scalar(query) not in (shown, rule):
            raise RuleChanged
        connection.execute(update(Participant).where(Participant.id == participant_id).values(clearance_rule=rule))
        audit_log.record("clearance-rule", by, participant=participant_id, rule=rule)


def uncleared_sections(reply: ResponseState) -> tuple[str, ...]:
    """Sections on path with answers that nobody has cleared as they stand, in the order of the questionnaire."""
    states, answered = by_section(reply), _answered_sections(reply)
    return tuple(
        section.code
        for section in reply.path.sections
        if section.code in answered and (section.code not in states or states[section.code].standing != "cleared")
    )


def require_cleared(reply: ResponseState, confirmed: Collection[str] = ()) -> None:
    """`confirmed`: the sections that were shown as not cleared, and may go along where the participant's rule allows it.

    Raises NotCleared where the rule keeps back sections that are not cleared, or are and were not confirmed.
    """
    rule = rule_of(reply.participant.id)
    if rule == "off":
        return
    open_sections = uncleared_sections(reply)
    if open_sections and (rule == "require" or set(open_sections) - set(confirmed)):
        raise NotCleared(open_sections, required=rule == "require")


@dataclass(frozen=True)
class Author:
    """Who changed an answer, and when they last did. `accepted_by`: who made their proposal the answer."""

    name: str
    at: datetime.datetime
    accepted_by: str | None = None


def authors(response_id: int, until: datetime.datetime | None = None) -> dict[str, list[Author]]:
    """By address; `until`: those of the answers as they stood then."""
    writer, proposer = aliased(Person), aliased(Person)
    query = (
        select(AnswerRevision.address, writer.name, proposer.name, func.max(AnswerRevision.at))
        .join(writer, writer.id == AnswerRevision.by)
        .outerjoin(proposer, proposer.id == AnswerRevision.proposed_by)
        .where(AnswerRevision.response_id == response_id)
        .group_by(AnswerRevision.address, writer.id, writer.name, proposer.id, proposer.name)
        .order_by(AnswerRevision.address, writer.name)
    )
    if until is not None:
        query = query.where(AnswerRevision.at <= until)
    by_address: dict[str, list[Author]] = {}
    with reading() as connection:
        for address, name, proposed, at in connection.execute(query):
            author = Author(proposed, at, name) if proposed else Author(name, at)
            by_address.setdefault(address, []).append(author)
    return by_address
