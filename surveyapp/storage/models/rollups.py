"""Counts and sets that are kept beside the submissions they are made from, and can be made again from them."""

from __future__ import annotations

from sqlalchemy import ForeignKey, LargeBinary, SmallInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from ..columns import Json
from ..database import Base
from .answers import Submission
from .rounds import Round


class Uncounted(Base):
    """A submission that neither counts nor sets know of yet."""

    __tablename__ = "uncounted"

    submission_id: Mapped[int] = mapped_column(ForeignKey(Submission.id), primary_key=True, autoincrement=False)
    response_id: Mapped[int]
    round_id: Mapped[int] = mapped_column(ForeignKey(Round.id), index=True)


class Rollup(Base):
    """How many replies of a round say something, by region and treaty status.

    What readers of a circle may count is the sum of the rows up to theirs: each row holds what its circle sees more (or,
    of what is withheld from wider circles, less).
    """

    __tablename__ = "rollups"
    __table_args__ = ({"sqlite_with_rowid": False},)

    round_id: Mapped[int] = mapped_column(ForeignKey(Round.id), primary_key=True)
    #: the place of the circle in `HANDLINGS`
    circle: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    #: of a fact; see `definition.answer_facts`
    name: Mapped[str] = mapped_column(String(100), primary_key=True)
    #: code of the fact → "region/treaty_status" of the participant when it submitted → how many
    counts: Mapped[dict[str, dict[str, int]]] = mapped_column(Json)


class ReplySet(Base):
    """Which replies of a round have a choice: a bit for each response, by its id, in blocks.

    What readers of a circle may see is the exclusive or of the rows up to theirs.
    """

    __tablename__ = "reply_sets"
    __table_args__ = ({"sqlite_with_rowid": False},)

    round_id: Mapped[int] = mapped_column(ForeignKey(Round.id), primary_key=True)
    #: a dimension: a question, `grid.row`, region, treaty_status, subregion; empty: every reply
    name: Mapped[str] = mapped_column(String(100), primary_key=True)
    code: Mapped[str] = mapped_column(String(100), primary_key=True)
    circle: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    #: response id ÷ `storage.results.rollups.BLOCK`
    block: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    #: the lowest id first; what is left out at the end is zero
    bits: Mapped[bytes] = mapped_column(LargeBinary)
