"""Tables and pictures as a page shows them."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup

from surveyapp.analysis.charts import Bar, Stack, bars, columns, stacked
from surveyapp.analysis.labels import Labels
from surveyapp.analysis.tallies import GROUPS, Tally
from surveyapp.definition.question_types import summarise
from surveyapp.definition.tables import Table

from ..locale import RIGHT_TO_LEFT, words
from .routes import blueprint


def by_section(labels: Labels, tables: list[tuple[Tally, Table]]) -> list[tuple[str, list[dict[str, Any]]]]:
    compiled = labels.compiled
    found: dict[str, list[dict[str, Any]]] = {}
    for counted, table in tables:
        section = compiled.section_of[counted.question.code]
        one: dict[str, Any] = {"table": table, "picture": picture(labels, counted, table), "bases": counted.bases}
        one |= {"by_region": _by_region(labels, counted, table), "heat": summarise(counted.question) == "grid"}
        found.setdefault(section, []).append(one)
    return [(compiled.text(f"{section}.title", labels.language), each) for section, each in found.items()]


def picture(labels: Labels, counted: Tally, table: Table) -> Markup | None:
    """Bars of a choice, columns of a scale or of numbers; a grid is a heat table instead."""
    mirrored, ident = labels.language in RIGHT_TO_LEFT, table.code
    kind = summarise(counted.question)
    if counted.numbers and kind == "number":
        found = [Bar(_between(low, high), count, words.number(count)) for low, high, count in counted.numbers.bins]
        drawn = columns(table.title, found, right_to_left=mirrored, ident=ident) if found else ""
    elif table.chart is None:
        drawn = ""
    else:
        _label, value, count = table.chart
        rows = list(zip(table.rows[:count], counted.counts, strict=True))
        upright = kind == "scale" and count <= 11
        found = [
            Bar(one.code if upright else str(row[0]), float(row[value] or 0), _number(row))  # type: ignore[arg-type]
            for row, one in rows
        ]
        drawn = (columns if upright else bars)(table.title, found, right_to_left=mirrored, ident=ident)
    return Markup(drawn) if drawn else None  # noqa: S704 - labels are escaped by `charts`


#: more parts than this cannot be told apart
MOST_SERIES = 6


def _by_region(labels: Labels, counted: Tally, table: Table) -> Markup | None:
    """A bar for each region, in parts by answer; where each answers once only, or the parts would not add up."""
    if summarise(counted.question) not in ("choice", "scale") or not 1 < len(counted.counts) <= MOST_SERIES:
        return None
    if any(count is None for one in counted.counts for count in one.by["region"].values()):
        return None
    found = [
        Stack(labels.group("region", code), tuple(int(one.by["region"][code] or 0) for one in counted.counts))
        for code in GROUPS["region"]
    ]
    series = [labels.choice(counted.question, one.code) for one in counted.counts]
    mirrored = labels.language in RIGHT_TO_LEFT
    drawn = stacked(table.title, found, series, right_to_left=mirrored, ident=f"{table.code}-region")
    return Markup(drawn)  # noqa: S704 - labels are escaped by `charts`


def _between(low: float, high: float) -> str:
    return words.number(low) if low == high else f"{words.number(low)}–{words.number(high)}"


def _number(row: Any) -> str:
    """`7 (58 %)`; a count alone where there is no base to be a part of."""
    return f"{row[1]} ({percent(row[2])})" if row[2] is not None else str(row[1])


def percent(share: float | None) -> str:
    return "—" if share is None else f"{words.number(round(share * 100))}\u00a0%"


@blueprint.app_template_filter("cell")
def cell(value: Any, shape: str) -> str:
    """A table's value as the page shows it."""
    if value is None:
        return "—"
    if shape == "percent":
        return percent(value)
    return words.number(value) if isinstance(value, int | float) else str(value)


@blueprint.app_template_filter("greatest")
def greatest(table: Table) -> int:
    """The greatest count of the cells that have replies behind them."""
    pairs = zip(table.rows, table.behind, strict=False)
    counts = [
        value
        for row, links in pairs
        for value, link in zip(row, links, strict=False)
        if link and isinstance(value, int)
    ]
    return max(counts, default=0)


@blueprint.app_template_filter("heat")
def heat(value: Any, most: Any) -> int:
    """0 to 4: how much of the greatest count."""
    return round(4 * value / most) if isinstance(value, int) and most else 0
