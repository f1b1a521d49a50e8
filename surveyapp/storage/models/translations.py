"""What an answer says in another language, by somebody who is named. Never the answer itself."""

from __future__ import annotations

import datetime

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from ..columns import Moment
from ..database import Base
from .answers import Response
from .people import Person


class Translation(Base):
    """Append-only: of one answer's revision into one language; the newest counts."""

    __tablename__ = "translations"

    id: Mapped[int] = mapped_column(primary_key=True)
    response_id: Mapped[int] = mapped_column(ForeignKey(Response.id), index=True)
    address: Mapped[str] = mapped_column(String(120))
    #: of the answer that was translated: of a later one it says nothing
    revision: Mapped[int]
    language: Mapped[str] = mapped_column(String(8))
    text: Mapped[str] = mapped_column(Text)
    by: Mapped[int] = mapped_column(ForeignKey(Person.id))
    at: Mapped[datetime.datetime] = mapped_column(Moment)
