"""Files that States hand in. The files themselves lie in the instance folder, under their own SHA-256."""

from __future__ import annotations

import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from ..columns import Moment
from ..database import Base
from .answers import Response
from .people import Person


class Document(Base):
    """Append-only: a file that was handed in for an answer, whether the answer still names it or not."""

    __tablename__ = "documents"
    __table_args__ = (
        UniqueConstraint("response_id", "address", "sha256"),
        CheckConstraint("length(sha256) = 64", name="sha256_length"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    response_id: Mapped[int] = mapped_column(ForeignKey(Response.id))
    address: Mapped[str] = mapped_column(String(120))
    #: of its content, in hexadecimal; the answer names it by this
    sha256: Mapped[str] = mapped_column(String(64))
    size: Mapped[int]
    #: pdf, docx, odt, txt: found in its content
    format: Mapped[str] = mapped_column(String(8))
    #: as the person's computer called it; only ever shown
    name: Mapped[str] = mapped_column(String(255))
    by: Mapped[int] = mapped_column(ForeignKey(Person.id))
    at: Mapped[datetime.datetime] = mapped_column(Moment)
