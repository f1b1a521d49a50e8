"""What the public and other States see: no figure from which one State's answer could be read.

A question that fewer than `SMALLEST` answered shows its bases alone. A group (a region, a treaty status) in which some
but fewer than that answered is not shown; nor is the next smallest one where only one would be hidden, since the total
less the others would give it away. Of numbers, the least and the most are single answers: neither is shown.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from .number_summary import Numbers
from .tallies import Bases, Count, Tally

SMALLEST = 3


def suppress_small_groups(counted: Tally, smallest: int = SMALLEST) -> Tally:
    """The same tally without its small groups; what is not shown is None."""
    if (counted.bases.answered or 0) < smallest:
        return replace(counted, counts=(), rows={}, numbers=None, ranks={})
    hidden = {group: _hidden(members, smallest) for group, members in counted.group_bases.items()}
    return replace(
        counted,
        counts=tuple(_count(count, hidden) for count in counted.counts),
        rows={row: tuple(_count(count, hidden) for count in counts) for row, counts in counted.rows.items()},
        numbers=_numbers(counted.numbers),
        group_bases={
            group: {code: _bases(bases) if code in hidden[group] else bases for code, bases in members.items()}
            for group, members in counted.group_bases.items()
        },
    )


def _hidden(members: Mapping[str, Bases], smallest: int) -> frozenset[str]:
    answered = {code: bases.answered or 0 for code, bases in members.items() if bases.answered}
    small = {code for code, count in answered.items() if count < smallest}
    others = sorted((count, code) for code, count in answered.items() if code not in small)
    while small and sum(answered[code] for code in small) < smallest and others:
        small.add(others.pop(0)[1])
    if len(small) == 1 and others:
        small.add(others[0][1])
    return frozenset(small)


def _count(counted: Count, hidden: Mapping[str, frozenset[str]]) -> Count:
    by = {
        group: {code: None if code in hidden[group] else count for code, count in members.items()}
        for group, members in counted.by.items()
    }
    return replace(counted, by=by)


def _bases(bases: Bases) -> Bases:
    return replace(bases, answered=None, asked=None, withheld=None, declined=None)


def _numbers(numbers: Numbers | None) -> Numbers | None:
    return replace(numbers, least=None, most=None, bins=()) if numbers else None
