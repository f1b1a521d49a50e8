"""Any two dimensions against one another, with the base of each row and column and of all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from surveyapp.definition.messages import N_
from surveyapp.definition.tables import Column, Table, Value

from .dimensions import Dimension
from .labels import Labels
from .replies import Reply

BASE = N_("Answered both (base)")
CROSS_LINE = N_(
    "Base: %(base)s replies that answered both, of %(replied)s that replied. Percentages are of each row's base. "
    "Where more than one answer can be given, a reply counts in each of its rows and columns."
)


@dataclass(frozen=True)
class Crosstab:
    rows: Dimension
    columns: Dimension
    replied: int
    base: int  #: replies that have a value in both
    row_bases: dict[str, int]
    column_bases: dict[str, int]
    counts: dict[tuple[str, str], int]  #: (row code, column code) → replies


def cross(rows: Dimension, columns: Dimension, replies: Sequence[Reply]) -> Crosstab:
    both = [
        (r, c) for reply in replies if (r := rows.read(reply)) is not None and (c := columns.read(reply)) is not None
    ]
    return Crosstab(
        rows,
        columns,
        len(replies),
        len(both),
        {row: sum(row in r for r, _ in both) for row in rows.codes},
        {column: sum(column in c for _, c in both) for column in columns.codes},
        {
            (row, column): sum(row in r and column in c for r, c in both)
            for row in rows.codes
            for column in columns.codes
        },
    )


def cross_table(labels: Labels, found: Crosstab) -> Table:
    """Each cell walks back to its replies: `behind` says by which conditions."""
    say = labels.gettext
    title = f"{found.rows.label} × {found.columns.label}"
    shares = tuple(Column(f"{found.columns.label_of(code)} (%)", "percent") for code in found.columns.codes)
    columns = (
        Column(found.rows.label, width=48),
        Column(say(N_("Base")), "number"),
        *(Column(found.columns.label_of(code), "number") for code in found.columns.codes),
        *shares,
    )
    lines, behind = [], []
    for row in found.rows.codes:
        base = found.row_bases[row]
        counts = [found.counts[row, column] for column in found.columns.codes]
        lines.append((found.rows.label_of(row), base, *counts, *(count / base if base else None for count in counts)))
        own = ((found.rows.name, row),)
        cells = [(*own, (found.columns.name, column)) for column in found.columns.codes]
        behind.append((None, None, *cells, *(None for _ in cells)))
    last: tuple[Value, ...] = (
        say(BASE), found.base, *found.column_bases.values(), *(None for _ in found.columns.codes),
    )  # fmt: skip
    line = say(CROSS_LINE) % {"base": found.base, "replied": found.replied}
    return Table(title, columns, (*lines, last), line, behind=(*behind, ()))


def counts_table(labels: Labels, dimension: Dimension, groups: Sequence[Dimension], replies: Sequence[Reply]) -> Table:
    """One dimension by others of the participants: themes by region and by treaty status."""
    having = [(reply, codes) for reply in replies if (codes := dimension.read(reply)) is not None]
    members = [(group, code) for group in groups for code in group.codes]

    def among(code: str | None, group: Dimension | None = None, member: str = "") -> int:
        here = [codes for reply, codes in having if group is None or member in (group.read(reply) or ())]
        return sum(code is None or code in codes for codes in here)

    columns = (
        Column(dimension.label, width=48),
        Column(labels.gettext(N_("Number")), "number"),
        Column(labels.gettext(N_("Per cent")), "percent"),
        *(Column(group.label_of(code), "number") for group, code in members),
    )
    rows, links = [], []
    for code in (*dimension.codes, None):
        count = among(code)
        label = labels.gettext(N_("Answered (base)")) if code is None else dimension.label_of(code)
        share = None if code is None or not having else count / len(having)
        rows.append((label, count, share, *(among(code, group, member) for group, member in members)))
        own = (dimension.name, "*" if code is None else code)
        links.append((None, (own,), None, *((own, (group.name, member)) for group, member in members)))
    line = labels.gettext(THEME_LINE) % {"answered": len(having), "replied": len(replies)}
    return Table(dimension.label, columns, tuple(rows), line, behind=tuple(links))


THEME_LINE = N_(
    "Base: %(answered)s replies that answered in words, of %(replied)s that replied. An answer can have several themes."
)
