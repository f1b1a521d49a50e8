"""Participation: in the Treaty as of a day, and in a round."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

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


#: groups too many to show those that nobody of was invited
LONG = ("subregion",)


def round_participation(labels: Labels, participants: Sequence[Any], group: str, codes: Sequence[str]) -> Table:
    """Invited, those who have looked, and what has become of the replies; by region, treaty status or kind."""
    columns = (
        Column("", width=30),
        Column(labels.gettext(N_("Invited")), "number"),
        Column(labels.gettext(N_("Opened")), "number"),
        *(Column(labels.gettext(title), "number") for title in STEPS.values()),
        Column(labels.gettext(N_("Submitted (%)")), "percent"),
    )
    rows: list[tuple[Value, ...]] = []
    there = {getattr(one, group) for one in participants}
    for code in (*(code for code in codes if code in there or group not in LONG), None):
        here = [one for one in participants if code is None or getattr(one, group) == code]
        name = labels.gettext(N_("Total")) if code is None else labels.group(group, code)
        counts = [sum(one.status == step for one in here) for step in STEPS]
        share = sum(counts[2:]) / len(here) if here else None  # a reopened reply counts as it was last submitted
        rows.append((name, len(here), sum(one.opened for one in here), *counts, share))
    return Table(labels.gettext(BY[group]), columns, tuple(rows))


def over_time(
    participants: Sequence[Any], first: datetime.date, last: datetime.date
) -> list[tuple[datetime.date, int]]:
    """How many had submitted by the end of each day, at most some sixty days apart evenly."""
    days = max(1, (last - first).days)
    step = max(1, days // 60)
    moments = [first + datetime.timedelta(days=each) for each in range(0, days + 1, step)]
    moments += [] if moments[-1] == last else [last]
    done = [one.first_submitted_at.date() for one in participants if one.first_submitted_at]
    return [(day, sum(each <= day for each in done)) for day in moments]
