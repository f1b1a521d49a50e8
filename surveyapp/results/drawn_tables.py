"""Tables and pictures as a page shows them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from markupsafe import Markup

from surveyapp.analysis import svg_charts
from surveyapp.analysis.labels import Labels
from surveyapp.analysis.svg_charts import Bar, Stack
from surveyapp.analysis.tallies import GROUPS, Tally
from surveyapp.definition.messages import N_
from surveyapp.definition.question_types import summarise
from surveyapp.definition.tables import Chart, Table
from surveyapp.words import RIGHT_TO_LEFT, LanguageWords


def by_section(
    labels: Labels, tables: list[tuple[Tally, Table]], words: LanguageWords
) -> list[tuple[str, list[dict[str, Any]]]]:
    """(a section's title, its tables): each with its picture, its bases, the picture by region, whether it is shaded."""
    compiled = labels.compiled
    sections: dict[str, list[dict[str, Any]]] = {}
    for counted, table in tables:
        drawn: dict[str, Any] = {"table": table, "bases": counted.bases}
        drawn |= {"picture": picture(labels, counted, table, words), "by_region": _by_region(labels, counted, table)}
        drawn |= {"heat": summarise(counted.question) == "grid"}
        sections.setdefault(compiled.section_of[counted.question.code], []).append(drawn)
    return [(compiled.text(f"{code}.title", labels.language), drawn) for code, drawn in sections.items()]


def picture(labels: Labels, counted: Tally, table: Table, words: LanguageWords) -> Markup | None:
    """The table's first chart as SVG; None for a grid, whose table is shaded instead."""
    chart = table.charts[0] if table.charts else None
    draw = DRAWERS.get(chart.kind) if chart else None
    if chart is None or draw is None:
        return None
    rows = table.rows[chart.first : chart.first + chart.count]
    note = (labels.gettext(RANKS_NOTE),) if chart.kind == "ranks" else ()
    bars = _bars(counted, chart, rows, words)
    drawn = draw(table.title, bars, *note, right_to_left=_mirrored(labels), ident=table.code)
    return Markup(drawn)  # noqa: S704 - labels are escaped by `charts`


RANKS_NOTE = N_("Mean rank: 1 is the highest. In brackets: how many ranked it.")
DRAWERS: Mapping[str, Callable[..., str]] = {
    "bars": svg_charts.bars,
    "columns": svg_charts.columns,
    "ranks": svg_charts.ranks,
}


def _bars(counted: Tally, chart: Chart, rows: Sequence[tuple[Any, ...]], words: LanguageWords) -> list[Bar]:
    """Below columns there is room for a step's number alone."""
    steps = (
        [count.code for count in counted.counts]
        if chart.kind == "columns" and counted.counts
        else [str(row[0]) for row in rows]
    )
    (value,) = chart.values
    return [
        Bar(step, float(row[value] or 0), _beside(chart, row, words)) for step, row in zip(steps, rows, strict=True)
    ]


def _beside(chart: Chart, row: tuple[Any, ...], words: LanguageWords) -> str:
    if chart.kind == "ranks":
        return f"{cell(row[chart.values[0]], 'number', words)} ({cell(row[1], 'number', words)})"
    return _number(row, words) if len(row) > 2 else words.number(row[1])


def _by_region(labels: Labels, counted: Tally, table: Table) -> Markup | None:
    """A bar for each region, in parts by answer."""
    if not any(chart.kind == "stacked" for chart in table.charts):
        return None
    stacks = [
        Stack(labels.group("region", code), tuple(int(count.by["region"][code] or 0) for count in counted.counts))
        for code in GROUPS["region"]
    ]
    series = [labels.choice(counted.question, count.code) for count in counted.counts]
    drawn = svg_charts.stacked(
        table.title, stacks, series, right_to_left=_mirrored(labels), ident=f"{table.code}-region"
    )
    return Markup(drawn)  # noqa: S704 - labels are escaped by `charts`


def _mirrored(labels: Labels) -> bool:
    return labels.language in RIGHT_TO_LEFT


def _number(row: Any, words: LanguageWords) -> str:
    """`7 (58 %)`; a count alone where there is no base to be a part of."""
    return f"{row[1]} ({percent(row[2], words)})" if row[2] is not None else str(row[1])


def percent(share: float | None, words: LanguageWords) -> str:
    return "—" if share is None else words.percentage(round(share * 100))


def cell(value: Any, shape: str, words: LanguageWords) -> str:
    """A table's value as the page shows it."""
    if value is None:
        return "—"
    if shape == "percent":
        return percent(value, words)
    return words.number(value) if isinstance(value, int | float) else str(value)


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


def heat(value: Any, most: Any) -> int:
    """0 to 4: how much of the greatest count."""
    return round(4 * value / most) if isinstance(value, int) and most else 0
