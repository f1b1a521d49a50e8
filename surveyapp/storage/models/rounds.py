"""What is asked of whom, and when."""

from __future__ import annotations

import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, false
from sqlalchemy.orm import Mapped, mapped_column

from ..columns import Json, Moment
from ..database import Base


class Version(Base):
    """A questionnaire as it was published. Append-only: a changed file is another version."""

    __tablename__ = "versions"
    __table_args__ = (CheckConstraint("number >= 1", name="number_positive"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    #: the questionnaire's code
    questionnaire: Mapped[str] = mapped_column(String(64), index=True)
    #: as its author numbered it
    number: Mapped[int]
    #: file name → text: the YAML and its catalogues
    files: Mapped[dict[str, str]] = mapped_column(Json)
    #: SHA-256 of the files, in hexadecimal
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    published_at: Mapped[datetime.datetime] = mapped_column(Moment)


class Round(Base):
    """One questionnaire version, put to an audience for a period."""

    __tablename__ = "rounds"
    __table_args__ = (CheckConstraint("closes > opens", name="closes_after_opens"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    #: as it stands in addresses of pages
    code: Mapped[str] = mapped_column(String(64), unique=True)
    #: language → title
    titles: Mapped[dict[str, str]] = mapped_column(Json)
    #: pinned: a file edited later changes nothing here
    version_id: Mapped[int] = mapped_column(ForeignKey(Version.id))
    #: {"kinds": […], "treaty_status": […], "regions": […], "groups": […]}; an empty list means all
    audience: Mapped[dict[str, list[str]]] = mapped_column(Json)
    #: the languages it is asked in, English first
    languages: Mapped[list[str]] = mapped_column(Json)
    #: of invented participants only
    demonstration: Mapped[bool] = mapped_column(default=False)
    opens: Mapped[datetime.datetime] = mapped_column(Moment)
    #: NULL: until further notice
    closes: Mapped[datetime.datetime | None] = mapped_column(Moment)
    #: days after `closes` in which answers are still taken
    grace_days: Mapped[int] = mapped_column(default=0, server_default="0")
    #: put away: no longer among the rounds at hand
    archived_at: Mapped[datetime.datetime | None] = mapped_column(Moment)
    #: may a State open its submitted reply again by itself while the round is open?
    free_reopening: Mapped[bool] = mapped_column(default=False, server_default=false())
