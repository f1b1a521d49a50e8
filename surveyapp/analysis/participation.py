"""Participation: in the Treaty as of a day, and in a round."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from surveyapp.definition.messages import N_
from surveyapp.definition.states import REGIONS
from surveyapp.definition.tables import Column, Table, Value

from .labels import Labels
from .tallies import STATUSES


@dataclass(frozen=True)
class RegionFigures:
    """States of one region by status; percentages are of all its States."""

    region: str
    states: int
    by_status: dict[str, int]

    def percent(self, status: str) -> int | None:
        """Rounded half up, as the reports print it."""
        return int(self.by_status[status] * 100 / self.states + 0.5) if self.states else None


def treaty_participation(rows: Sequence[tuple[str, str | None]]) -> list[RegionFigures]:
    """From (region, status) of each State: a line per region, and all together under the region `""`."""
    lines = []
    for region in (*REGIONS, ""):
        here = [status for where, status in rows if region in ("", where)]
        lines.append(RegionFigures(region, len(here), {status: here.count(status) for status in STATUSES}))
    return lines


STEPS = {
    "not_started": N_("Not started"),
    "in_progress": N_("In progress"),
    "submitted": N_("Submitted"),
    "reopened": N_("Reopened"),
}
BY = {
    "region": N_("Participation by region"),
    "treaty_status": N_("Participation by treaty status"),
    "subregion": N_("Participation by subregion"),
    "kind": N_("Participation by kind of participant"),
}


class Participant(Protocol):
    """Someone the round was put to, and how far they have come."""

    @property
    def status(self) -> str:
        """not_started · in_progress · submitted · reopened."""

    @property
    def opened(self) -> bool:
        """Has anybody looked at the questionnaire?"""

    @property
    def first_submitted_at(self) -> datetime.datetime | None:
        """None: never submitted."""


#: groups too many to show those that nobody of was invited
LONG = ("subregion",)


def round_participation(labels: Labels, participants: Sequence[Participant], group: str, codes: Sequence[str]) -> Table:
    """Invited, those who have looked, and what has become of the replies; by region, treaty status or kind."""
    columns = (
        Column("", width=30),
        Column(labels.gettext(N_("Invited")), "number"),
        Column(labels.gettext(N_("Opened")), "number"),
        *(Column(labels.gettext(title), "number") for title in STEPS.values()),
        Column(labels.gettext(N_("Submitted (%)")), "percent"),
    )
    present = {getattr(participant, group) for participant in participants}
    shown = [code for code in codes if code in present or group not in LONG]
    rows = [
        (labels.group(group, code), *_progress([p for p in participants if getattr(p, group) == code]))
        for code in shown
    ]
    total = (labels.gettext(N_("Total")), *_progress(participants))
    return Table(labels.gettext(BY[group]), columns, (*rows, total))


def _progress(participants: Sequence[Participant]) -> tuple[Value, ...]:
    """Invited, opened, those at each of `STEPS`, and the share that submitted; None where nobody was invited."""
    counts = [sum(participant.status == step for participant in participants) for step in STEPS]
    opened = sum(participant.opened for participant in participants)
    # a reopened reply counts as it was last submitted
    share = sum(counts[2:]) / len(participants) if participants else None
    return len(participants), opened, *counts, share


def submissions_over_time(
    participants: Sequence[Participant], first: datetime.date, last: datetime.date
) -> list[tuple[datetime.date, int]]:
    """How many had submitted by the end of each day, at most some sixty days apart evenly."""
    days = max(1, (last - first).days)
    step = max(1, days // 60)
    moments = [first + datetime.timedelta(days=each) for each in range(0, days + 1, step)]
    moments += [] if moments[-1] == last else [last]
    done = [participant.first_submitted_at.date() for participant in participants if participant.first_submitted_at]
    return [(day, sum(each <= day for each in done)) for day in moments]
