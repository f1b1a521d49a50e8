"""Words that are no answer, kept for who wrote them: drafts of proposals, values not accepted, details of choices not ticked."""

from __future__ import annotations

import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from surveyapp.definition.answer_values import AnswerValue
from surveyapp.definition.model import REASONS

from ..columns import Json, Moment, one_of
from ..database import Base
from .answers import Response
from .people import Person

#: on whose page they were typed: the official reply's, a colleague's, the secretariat's on a State's behalf
PLACES = ("reply", "proposal", "entry")
KINDS = ("refused", "detail")


class ProposalDraft(Base):
    """What a colleague is going to propose, and has not sent: theirs alone."""

    __tablename__ = "proposal_drafts"
    __table_args__ = (
        one_of("declined", REASONS),
        CheckConstraint("json_valid(value)", name="value_json").ddl_if(dialect="sqlite"),
    )

    response_id: Mapped[int] = mapped_column(ForeignKey(Response.id), primary_key=True)
    address: Mapped[str] = mapped_column(String(120), primary_key=True)
    by: Mapped[int] = mapped_column(ForeignKey(Person.id), primary_key=True)
    #: JSON null: is going to propose to clear the answer
    value: Mapped[AnswerValue] = mapped_column(Json)
    declined: Mapped[str | None] = mapped_column(String(20))
    at: Mapped[datetime.datetime] = mapped_column(Moment)
    language: Mapped[str] = mapped_column(String(8))


class UnsavedWords(Base):
    """A value that was not accepted, or the details of choices that are not ticked: as posted, shown to who typed them."""

    __tablename__ = "unsaved_words"
    __table_args__ = (
        one_of("place", PLACES),
        one_of("kind", KINDS),
        CheckConstraint("json_valid(parts)", name="parts_json").ddl_if(dialect="sqlite"),
    )

    response_id: Mapped[int] = mapped_column(ForeignKey(Response.id), primary_key=True)
    address: Mapped[str] = mapped_column(String(120), primary_key=True)
    by: Mapped[int] = mapped_column(ForeignKey(Person.id), primary_key=True)
    place: Mapped[str] = mapped_column(String(10), primary_key=True)
    kind: Mapped[str] = mapped_column(String(10), primary_key=True)
    #: a part's name → what was posted under it
    parts: Mapped[dict[str, list[str]]] = mapped_column(Json)
    at: Mapped[datetime.datetime] = mapped_column(Moment)
