"""Tables and pictures as a page shows them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from markupsafe import Markup

from surveyapp.analysis.labels import Labels
from surveyapp.analysis.svg_charts import Bar, Stack, bars, columns, ranks, stacked
from surveyapp.analysis.tallies import GROUPS, Tally
from surveyapp.definition.messages import N_
from surveyapp.definition.question_types import summarise
from surveyapp.definition.tables import Chart, Table
from surveyapp.web.cochair.routes import blueprint
from surveyapp.web.locale import words
from surveyapp.words import RIGHT_TO_LEFT


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
    """Of the table's chief chart; a grid's table is shaded instead."""
    chart = table.charts[0] if table.charts else None
    draw = DRAWN.get(chart.kind) if chart else None
    if chart is None or draw is None:
        return None
    rows = table.rows[chart.first : chart.first + chart.count]
    note = (labels.gettext(RANKS_NOTE),) if chart.kind == "ranks" else ()
    found = _drawn_rows(counted, chart, rows)
    drawn = draw(table.title, found, *note, right_to_left=_mirrored(labels), ident=table.code)
    return Markup(drawn)  # noqa: S704 - labels are escaped by `charts`


RANKS_NOTE = N_("Mean rank: 1 is the highest. In brackets: how many ranked it.")
DRAWN: Mapping[str, Callable[..., str]] = {"bars": bars, "columns": columns, "ranks": ranks}


def _drawn_rows(counted: Tally, chart: Chart, rows: Sequence[tuple[Any, ...]]) -> list[Bar]:
    """Below columns there is room for a step's number alone."""
    steps = (
        [one.code for one in counted.counts]
        if chart.kind == "columns" and counted.counts
        else [str(r[0]) for r in rows]
    )
    (value,) = chart.values
    return [Bar(step, float(row[value] or 0), _beside(chart, row)) for step, row in zip(steps, rows, strict=True)]


def _beside(chart: Chart, row: tuple[Any, ...]) -> str:
    if chart.kind == "ranks":
        return f"{cell(row[chart.values[0]], 'number')} ({cell(row[1], 'number')})"
    return _number(row) if len(row) > 2 else words.number(row[1])


def _by_region(labels: Labels, counted: Tally, table: Table) -> Markup | None:
    """A bar for each region, in parts by answer."""
    if not any(chart.kind == "stacked" for chart in table.charts):
        return None
    found = [
        Stack(labels.group("region", code), tuple(int(one.by["region"][code] or 0) for one in counted.counts))
        for code in GROUPS["region"]
    ]
    series = [labels.choice(counted.question, one.code) for one in counted.counts]
    drawn = stacked(table.title, found, series, right_to_left=_mirrored(labels), ident=f"{table.code}-region")
    return Markup(drawn)  # noqa: S704 - labels are escaped by `charts`


def _mirrored(labels: Labels) -> bool:
    return labels.language in RIGHT_TO_LEFT


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
