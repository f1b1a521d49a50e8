"""Any two dimensions against one another, with the base of each row and column and of all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from surveyapp.definition.answer_facts import ANY
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


#: code → the replies that have it, as a number with a bit for each; under ANY those that have a value at all
Sets = Mapping[str, int]


@dataclass(frozen=True)
class Crosstab:
    """Replies counted by two dimensions; a reply can stand in several rows and columns."""

    rows: Dimension
    columns: Dimension
    replied: int
    base: int  #: replies that have a value in both
    row_bases: dict[str, int]
    column_bases: dict[str, int]
    counts: dict[tuple[str, str], int]  #: (row code, column code) → replies


def cross(rows: Dimension, columns: Dimension, replies: Sequence[Reply]) -> Crosstab:
    """Counted from the replies themselves."""
    everyone = (1 << len(replies)) - 1
    return cross_sets(rows, columns, sets_of(rows, replies), sets_of(columns, replies), everyone)


def cross_sets(rows: Dimension, columns: Dimension, row_sets: Sets, column_sets: Sets, chosen: int) -> Crosstab:
    """`chosen`: the replies that it is of."""
    both = row_sets.get(ANY, 0) & column_sets.get(ANY, 0) & chosen
    among_rows = {code: row_sets.get(code, 0) & both for code in rows.codes}
    base, row_bases = both.bit_count(), {row: members.bit_count() for row, members in among_rows.items()}
    counts = {
        (row, column): (members & column_sets.get(column, 0)).bit_count()
        for row, members in among_rows.items()
        for column in columns.codes
    }
    if sum(row_bases.values()) == base:  # each reply stands in one row: the columns add up
        column_bases = {code: sum(counts[row, code] for row in rows.codes) for code in columns.codes}
    else:
        column_bases = {code: (column_sets.get(code, 0) & both).bit_count() for code in columns.codes}
    return Crosstab(rows, columns, chosen.bit_count(), base, row_bases, column_bases, counts)


def sets_of(dimension: Dimension, replies: Sequence[Reply]) -> dict[str, int]:
    """Code → the replies that have it, as a number with a bit for each; under ANY those that have a value at all."""
    sets: dict[str, int] = {}
    for place, reply in enumerate(replies):
        codes = dimension.read(reply)
        for code in () if codes is None else (ANY, *codes):
            sets[code] = sets.get(code, 0) | 1 << place
    return sets


def cross_table(labels: Labels, crosstab: Crosstab) -> Table:
    """Each cell walks back to its replies: `behind` says by which conditions."""
    say = labels.gettext
    title = f"{crosstab.rows.label} × {crosstab.columns.label}"
    shares = tuple(Column(f"{crosstab.columns.label_of(code)} (%)", "percent") for code in crosstab.columns.codes)
    columns = (
        Column(crosstab.rows.label, width=48),
        Column(say(N_("Base")), "number"),
        *(Column(crosstab.columns.label_of(code), "number") for code in crosstab.columns.codes),
        *shares,
    )
    lines, behind = [], []
    for row in crosstab.rows.codes:
        base = crosstab.row_bases[row]
        counts = [crosstab.counts[row, column] for column in crosstab.columns.codes]
        lines.append(
            (crosstab.rows.label_of(row), base, *counts, *(count / base if base else None for count in counts))
        )
        own = ((crosstab.rows.name, row),)
        cells = [(*own, (crosstab.columns.name, column)) for column in crosstab.columns.codes]
        behind.append((None, None, *cells, *(None for _ in cells)))
    last: tuple[Value, ...] = (
        say(BASE), crosstab.base, *crosstab.column_bases.values(), *(None for _ in crosstab.columns.codes),
    )  # fmt: skip
    line = say(CROSS_LINE) % {"base": crosstab.base, "replied": crosstab.replied}
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
