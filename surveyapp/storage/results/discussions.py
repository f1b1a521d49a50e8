"""The structured discussion: its guiding questions, and what delegations said."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import func, insert, select, update

from ..audit import audit_log
from ..columns import utc_now
from ..models import Discussion, GuidingQuestion, Intervention, Participant
from ..transactions import new_id, reading, writing


@dataclass(frozen=True)
class DiscussionFacts:
    """A structured discussion; `held_on`: None while no day is set."""

    id: int
    round_id: int
    agenda_item: str
    title: str
    held_on: datetime.date | None


@dataclass(frozen=True)
class GuidingQuestionFacts:
    """`place`: 1, 2 …; `question_code`: of the questionnaire's question that it takes up."""

    id: int
    place: int
    text: str
    question_code: str | None


@dataclass(frozen=True)
class InterventionFacts:
    """What one speaker said, summarized. `names`: the participant's, by language; None: none was named."""

    id: int
    guiding_id: int | None
    kind: str
    participant_code: str | None
    names: Mapping[str, str] | None
    speaker: str
    language: str
    summary: str
    at: datetime.datetime

    def who(self, language: str) -> str:
        """State and speaker, as far as they are known."""
        state = (self.names.get(language) or self.names["en"]) if self.names else ""
        return " · ".join(part for part in (state, self.speaker) if part)


_DISCUSSION = (Discussion.id, Discussion.round_id, Discussion.agenda_item, Discussion.title, Discussion.held_on)


def discussions(round_id: int) -> list[DiscussionFacts]:
    """Of a round, in the order they were begun."""
    with reading() as connection:
        rows = connection.execute(select(*_DISCUSSION).where(Discussion.round_id == round_id).order_by(Discussion.id))
        return [DiscussionFacts(*row) for row in rows]


def discussion(discussion_id: int) -> DiscussionFacts | None:
    """None: there is none of this id."""
    with reading() as connection:
        row = connection.execute(select(*_DISCUSSION).where(Discussion.id == discussion_id)).first()
    return DiscussionFacts(*row) if row else None


def begin(round_id: int, agenda_item: str, title: str, held_on: datetime.date | None, *, by: int) -> int:
    """The discussion's id."""
    row = {"round_id": round_id, "agenda_item": agenda_item, "title": title, "held_on": held_on, "by": by}
    with writing() as connection:
        added = new_id(connection.execute(insert(Discussion).values(**row, at=utc_now())))
        audit_log.record("discussion-begun", by, discussion=added)
    return added


def guiding_questions(discussion_id: int) -> list[GuidingQuestionFacts]:
    """In their order."""
    query = select(
        GuidingQuestion.id, GuidingQuestion.place, GuidingQuestion.text, GuidingQuestion.question_code
    ).where(GuidingQuestion.discussion_id == discussion_id)
    with reading() as connection:
        return [GuidingQuestionFacts(*row) for row in connection.execute(query.order_by(GuidingQuestion.place))]


def add_guiding_question(discussion_id: int, text: str, question_code: str | None, *, by: int) -> int:
    """One more guiding question, after the others."""
    with writing() as connection:
        connection.execute(select(Discussion.id).where(Discussion.id == discussion_id).with_for_update())
        last = connection.scalar(
            select(func.max(GuidingQuestion.place)).where(GuidingQuestion.discussion_id == discussion_id)
        )
        row = {"discussion_id": discussion_id, "place": (last or 0) + 1, "text": text, "question_code": question_code}
        added = new_id(connection.execute(insert(GuidingQuestion).values(**row)))
        audit_log.record("guiding-question-added", by, question=added)
    return added


def record_intervention(
    discussion_id: int,
    kind: str,
    *,
    guiding_id: int | None,
    participant_id: int | None,
    speaker: str,
    language: str,
    summary: str,
    by: int,
) -> int:
    """The intervention's id. `kind`: one of the model's; without a participant: another speaker."""
    row = {"discussion_id": discussion_id, "kind": kind, "guiding_id": guiding_id, "participant_id": participant_id}
    row |= {"speaker": speaker, "language": language, "summary": summary, "by": by, "at": utc_now()}
    with writing() as connection:
        added = new_id(connection.execute(insert(Intervention).values(**row)))
        audit_log.record("intervention-recorded", by, intervention=added)
    return added


def interventions(discussion_id: int) -> list[InterventionFacts]:
    """In the order they were recorded."""
    query = (
        select(
            Intervention.id,
            Intervention.guiding_id,
            Intervention.kind,
            Participant.code,
            Participant.names,
            Intervention.speaker,
            Intervention.language,
            Intervention.summary,
            Intervention.at,
        )
        .outerjoin(Participant, Participant.id == Intervention.participant_id)
        .where(Intervention.discussion_id == discussion_id, Intervention.removed_at.is_(None))
        .order_by(Intervention.id)
    )
    with reading() as connection:
        return [InterventionFacts(*row) for row in connection.execute(query)]


def remove_intervention(intervention_id: int, *, by: int) -> None:
    """Out of the record; the row stays."""
    with writing() as connection:
        connection.execute(update(Intervention).where(Intervention.id == intervention_id).values(removed_at=utc_now()))
        audit_log.record("intervention-removed", by, intervention=intervention_id)
