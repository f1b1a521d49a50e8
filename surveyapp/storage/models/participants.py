"""Who replies: States and organisations, and what they are to the Treaty since when."""

from __future__ import annotations

import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from surveyapp.definition.states import REGIONS

from ..columns import Json, one_of
from ..database import Base

KINDS = ("state", "organisation")
CLEARANCE_RULES = ("off", "warn", "require")
TREATY_STATUSES = ("state_party", "signatory", "not_party")


class Participant(Base):
    """A State or an organization that can be invited to rounds."""

    __tablename__ = "participants"
    __table_args__ = (
        one_of("kind", KINDS),
        one_of("region", REGIONS),
        one_of("clearance_rule", CLEARANCE_RULES),
        CheckConstraint("iso3 IS NULL OR kind = 'state'", name="iso3_of_states"),
        CheckConstraint("kind <> 'state' OR region IS NOT NULL", name="states_have_region"),
        CheckConstraint("iso3 IS NULL OR length(iso3) = 3", name="iso3_length"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    #: state or organisation
    kind: Mapped[str] = mapped_column(String(20))
    #: what rules and workbooks call it: the alpha-3 code of a State, a word of our own for an organisation
    code: Mapped[str] = mapped_column(String(48), unique=True)
    #: ISO 3166 alpha-3, user-assigned (X…) for invented States; NULL for organisations
    iso3: Mapped[str | None] = mapped_column(String(3), unique=True)
    #: language → short name, in six languages
    names: Mapped[dict[str, str]] = mapped_column(Json)
    #: for demonstrations: never in figures about the Treaty
    invented: Mapped[bool] = mapped_column(default=False)
    #: africa, americas, asia, europe, oceania
    region: Mapped[str | None] = mapped_column(String(20))
    #: the code of the United Nations' subregion, such as western_africa
    subregion: Mapped[str | None] = mapped_column(String(48))
    #: what a section that is not cleared does to submitting: off, warn, require
    clearance_rule: Mapped[str] = mapped_column(String(10), default="off", server_default="off")
    #: the secretariat's own, for choosing whom a round is put to
    groups: Mapped[list[str]] = mapped_column(Json, server_default="[]")


class TreatyStatusPeriod(Base):
    """A status lasts until the participant's next one begins, so two can never overlap nor leave a gap."""

    __tablename__ = "treaty_status_periods"
    __table_args__ = (one_of("status", TREATY_STATUSES),)

    participant_id: Mapped[int] = mapped_column(ForeignKey(Participant.id), primary_key=True)
    #: the first day of this status
    from_day: Mapped[datetime.date] = mapped_column(primary_key=True)
    #: state_party, signatory, not_party
    status: Mapped[str] = mapped_column(String(20))
