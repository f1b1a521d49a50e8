"""Participation: in the Treaty as of a day, and in a round."""

from __future__ import annotations

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


def round_participation(labels: Labels, participants: Sequence[Any], group: str, codes: Sequence[str]) -> Table:
    """Invited and what has become of their replies, by region or by treaty status."""
    steps = ("not_started", "in_progress", "submitted", "reopened")
    titles = (N_("Invited"), N_("Not started"), N_("In progress"), N_("Submitted"), N_("Reopened"))
    columns = (Column("", width=30), *(Column(labels.gettext(title), "number") for title in titles))
    rows: list[tuple[Value, ...]] = []
    for code in (*codes, None):
        here = [one for one in participants if code is None or getattr(one, group) == code]
        name = labels.gettext(N_("Total")) if code is None else labels.group(group, code)
        rows.append((name, len(here), *(sum(one.status == step for one in here) for step in steps)))
    title = N_("Participation by region") if group == "region" else N_("Participation by treaty status")
    return Table(labels.gettext(title), columns, tuple(rows))
