"""Tallies laid out as tables: one per question, with its base line and its groups."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict

from surveyapp.definition import model as m
from surveyapp.definition.answer_facts import ANY
from surveyapp.definition.messages import N_
from surveyapp.definition.path import code_of
from surveyapp.definition.question_types import summarise
from surveyapp.definition.tables import Chart, Column, Conditions, Table, Value

from .cube import Cube
from .labels import BASE_LINE, Labels
from .replies import Reply
from .suppression import suppress_small_groups
from .tallies import GROUPS, Bases, Count, Tally, tally_of

COUNTED = ("choice", "multiple", "ranking", "scale", "states", "number", "grid")
MEASURES = 5  #: rows of a table of numbers before its distribution
ANSWERED = N_("Answered (base)")
ANSWER, NUMBER, PERCENT = N_("Answer"), N_("Number"), N_("Per cent")


def question_tables(labels: Labels, cube: Cube, *, suppress: bool = False) -> list[tuple[Tally, Table]]:
    """Every closed question in the questionnaire's order; `suppress` for the public and for other States."""
    tables = []
    for question in labels.compiled.questions.values():
        if summarise(question) in COUNTED and not isinstance(question, m.Calculation):
            counted = tally_of(labels.compiled, question, cube)
            counted = suppress_small_groups(counted) if suppress else counted
            tables.append((counted, question_table(labels, counted)))
    return tables


def question_table(labels: Labels, counted: Tally) -> Table:
    """Rows are choices; beside count and percentage stand the counts by region and by status."""
    kind = summarise(counted.question)
    title, line = labels.question(counted.question), base_line(labels, counted.bases)
    code = counted.question.code
    if kind == "number":
        columns, rows = _number_rows(labels, counted)
        bins = len(rows) - MEASURES
        drawn = (Chart("columns", (1,), MEASURES, bins),) if bins else ()
        return Table(title, columns, rows, line, code, drawn, ((None, ((code, ANY),)),))
    if kind == "grid":
        columns, rows = _grid_rows(labels, counted)
        heat = (Chart("heat", tuple(range(1, len(columns))), 0, len(rows)),) if rows else ()
        return Table(title, columns, rows, line, code, heat, _grid_behind(counted))
    groups = [(group, member) for group, members in GROUPS.items() for member in members]
    columns = (
        Column(labels.gettext(ANSWER), width=48),
        Column(labels.gettext(NUMBER), "number"),
        Column(labels.gettext(PERCENT), "percent"),
        *(Column(labels.group(group, member), "number") for group, member in groups),
        *_more_columns(labels, kind),
    )
    lines = [_count_row(labels, counted, count, groups) for count in counted.counts]
    bases: tuple[Value, ...] = (
        labels.gettext(ANSWERED),
        counted.bases.answered,
        None,
        *(counted.group_bases[group][member].answered for group, member in groups),
        *(None for _ in _more_columns(labels, kind)),
    )
    charts = tuple(_charts(kind, columns, counted)) if lines else ()
    behind = (*(_behind((code, count.code), groups) for count in counted.counts), _behind((code, ANY), groups))
    return Table(title, columns, (*lines, bases), line, code, charts, behind)


#: more steps than this lie down as bars; more parts than this cannot be told apart
MAX_COLUMNS, MAX_PARTS = 11, 6


def _charts(kind: str, columns: Sequence[Column], counted: Tally) -> Iterator[Chart]:
    rows = len(counted.counts)
    if kind == "ranking":
        yield Chart("ranks", (len(columns) - 1,), 0, rows)
    else:
        yield Chart("columns" if kind == "scale" and rows <= MAX_COLUMNS else "bars", (1,), 0, rows)
    regions = tuple(range(3, 3 + len(GROUPS["region"])))
    hidden = any(count is None for counted_choice in counted.counts for count in counted_choice.by["region"].values())
    if kind in ("choice", "scale") and 1 < rows <= MAX_PARTS and not hidden:  # each answers once: the parts add up
        yield Chart("stacked", regions, 0, rows)


def _grid_behind(counted: Tally) -> tuple[tuple[Conditions | None, ...], ...]:
    code = counted.question.code
    return tuple(
        (None, *(((f"{code}.{row}", count.code),) for count in counts)) for row, counts in counted.rows.items()
    )


def _behind(condition: tuple[str, str], groups: Sequence[tuple[str, str]]) -> tuple[Conditions | None, ...]:
    return None, (condition,), None, *((condition, group) for group in groups)


def _count_row(labels: Labels, counted: Tally, count: Count, groups: Sequence[tuple[str, str]]) -> tuple[Value, ...]:
    by_group = (count.by[group][member] for group, member in groups)
    more: tuple[Value, ...] = ()
    if count.code in counted.ranks:
        first, mean = counted.ranks[count.code]
        more = (first, None if mean is None else round(mean, 2))
    return (
        labels.choice(counted.question, count.code),
        count.count,
        count.share(counted.bases.answered),
        *by_group,
        *more,
    )


def _more_columns(labels: Labels, kind: str) -> tuple[Column, ...]:
    if kind != "ranking":
        return ()
    return Column(labels.gettext(N_("Ranked first")), "number"), Column(labels.gettext(N_("Mean rank")), "number")


def _number_rows(labels: Labels, counted: Tally) -> tuple[tuple[Column, ...], tuple[tuple[Value, ...], ...]]:
    """What they come to, and below it how they lie: the first `MEASURES` rows are no part of that."""
    numbers = counted.numbers
    words = (N_("Number of answers"), N_("Least"), N_("Median"), N_("Mean"), N_("Most"))
    values: tuple[Value, ...] = (0, None, None, None, None)
    if numbers is not None:
        values = (numbers.n, numbers.least, numbers.median, round(numbers.mean, 2), numbers.most)
    rows = tuple((labels.gettext(word), value) for word, value in zip(words, values, strict=True))
    bins = tuple((between(low, high), count) for low, high, count in (numbers.bins if numbers else ()))
    return (Column(labels.gettext(N_("Measure")), width=48), Column(labels.gettext(N_("Value")), "number")), (
        *rows,
        *bins,
    )


def between(low: float, high: float) -> str:
    """In digits that all six languages read."""
    return f"{low:g}" if low == high else f"{low:g}–{high:g}"


def _grid_rows(labels: Labels, counted: Tally) -> tuple[tuple[Column, ...], tuple[tuple[Value, ...], ...]]:
    grid = counted.question
    assert isinstance(grid, m.Grid)
    choices = [column.code for column in labels.compiled.columns(grid)]
    columns = (Column("", width=48), *(Column(labels.choice(grid, code), "number") for code in choices))
    rows: tuple[tuple[Value, ...], ...] = tuple(
        (labels.row(grid, row), *(count.count for count in counts)) for row, counts in counted.rows.items()
    )
    return columns, rows


def base_line(labels: Labels, bases: Bases) -> str:
    """The sentence that names every base of a table, with its size."""
    return labels.gettext(BASE_LINE) % asdict(bases)


def free_texts(
    labels: Labels, replies: Sequence[Reply], name_of: dict[str, str]
) -> Iterator[tuple[str, str, str, str]]:
    """(question code, label, who, text) of every text answer the reader may see."""
    for question in labels.compiled.questions.values():
        if summarise(question) != "text":
            continue
        for reply in replies:
            for place, value in reply.answers.items():
                if code_of(place) == question.code and value:
                    yield question.code, labels.question(question), name_of[reply.participant_code], value
