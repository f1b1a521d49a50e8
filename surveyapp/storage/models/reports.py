"""The co-chairs' report: numbered paragraphs, every version of their texts, and the frozen data they stand on."""

from __future__ import annotations

import datetime

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from ..columns import Json, Moment, one_of
from ..database import Base
from .people import Person
from .rounds import Round

KINDS = ("heading", "subheading", "paragraph", "recommendation", "figure")


class Freeze(Base):
    """A round's data at a moment: one zip file and its SHA-256. Append-only."""

    __tablename__ = "freezes"
    __table_args__ = (CheckConstraint("length(digest) = 64", name="digest_length"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey(Round.id), index=True)
    #: the narrowest circle whose answers stand in it
    handling: Mapped[str] = mapped_column(String(20))
    #: the figures are as of then
    moment: Mapped[datetime.datetime] = mapped_column(Moment)
    digest: Mapped[str] = mapped_column(String(64))
    content: Mapped[bytes] = mapped_column(LargeBinary)
    by: Mapped[int | None] = mapped_column(ForeignKey(Person.id))
    at: Mapped[datetime.datetime] = mapped_column(Moment)


class Report(Base):
    """A report to the Conference on one round."""

    __tablename__ = "reports"

    id: Mapped[int] = mapped_column(primary_key=True)
    #: as it stands in addresses of pages
    code: Mapped[str] = mapped_column(String(64), unique=True)
    round_id: Mapped[int] = mapped_column(ForeignKey(Round.id))
    #: language → text
    titles: Mapped[dict[str, str]] = mapped_column(Json)
    #: the document's symbol, such as ATT/CSP13.WGTU/2027/CHAIR/1
    symbol: Mapped[str] = mapped_column(String(80))
    #: NULL: its figures still follow the replies
    freeze_id: Mapped[int | None] = mapped_column(ForeignKey(Freeze.id))
    by: Mapped[int] = mapped_column(ForeignKey(Person.id))
    at: Mapped[datetime.datetime] = mapped_column(Moment)


class Paragraph(Base):
    """A place in the outline; its texts are versions."""

    __tablename__ = "paragraphs"
    __table_args__ = (one_of("kind", KINDS),)

    id: Mapped[int] = mapped_column(primary_key=True)
    report_id: Mapped[int] = mapped_column(ForeignKey(Report.id), index=True)
    #: where it stands; places may have gaps
    place: Mapped[int]
    kind: Mapped[str] = mapped_column(String(20))
    removed_at: Mapped[datetime.datetime | None] = mapped_column(Moment)


class ParagraphVersion(Base):
    """One text of a paragraph in one language. Append-only; the newest stands."""

    __tablename__ = "paragraph_versions"
    __table_args__ = (UniqueConstraint("paragraph_id", "language", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    paragraph_id: Mapped[int] = mapped_column(ForeignKey(Paragraph.id))
    language: Mapped[str] = mapped_column(String(8))
    number: Mapped[int]
    #: with its live figures as `{{ … }}`
    text: Mapped[str] = mapped_column(Text)
    by: Mapped[int] = mapped_column(ForeignKey(Person.id))
    at: Mapped[datetime.datetime] = mapped_column(Moment)


class ParagraphComment(Base):
    """What a co-chair says of a paragraph, or the wording they suggest in its place."""

    __tablename__ = "paragraph_comments"

    id: Mapped[int] = mapped_column(primary_key=True)
    paragraph_id: Mapped[int] = mapped_column(ForeignKey(Paragraph.id), index=True)
    language: Mapped[str] = mapped_column(String(8))
    text: Mapped[str] = mapped_column(Text)
    #: NULL: a comment only
    suggested: Mapped[str | None] = mapped_column(Text)
    by: Mapped[int] = mapped_column(ForeignKey(Person.id))
    at: Mapped[datetime.datetime] = mapped_column(Moment)
    settled_at: Mapped[datetime.datetime | None] = mapped_column(Moment)
    settled_by: Mapped[int | None] = mapped_column(ForeignKey(Person.id))
