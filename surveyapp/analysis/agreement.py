"""Do two readers code alike? Cohen's kappa: agreement beyond what chance alone would give.

J. Cohen, "A coefficient of agreement for nominal scales", Educational and Psychological Measurement 20 (1960).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

Unit = TypeVar("Unit")


@dataclass(frozen=True)
class Agreement:
    """Of one theme, over the answers that both readers coded."""

    theme: str
    n: int  #: answers that both coded with some theme
    both: int  #: to which both applied this one
    only_first: int
    only_second: int
    kappa: float | None  #: None: there is no chance to compare with, since one or both never vary


def kappa(both: int, only_first: int, only_second: int, neither: int) -> float | None:
    """From the four cells; None where chance alone would agree on everything, or there is nothing."""
    n = both + only_first + only_second + neither
    if not n:
        return None
    first, second = (both + only_first) / n, (both + only_second) / n
    by_chance = first * second + (1 - first) * (1 - second)
    if by_chance == 1:
        return None
    return ((both + neither) / n - by_chance) / (1 - by_chance)


def agreements(
    themes: Sequence[str], first: Mapping[Unit, Collection[str]], second: Mapping[Unit, Collection[str]]
) -> list[Agreement]:
    """`first` and `second`: the themes that each reader applied, by answer; answers of only one of them are left out."""
    units = [unit for unit in first if unit in second]
    by_theme = []
    for theme in themes:
        both = sum(theme in first[unit] and theme in second[unit] for unit in units)
        only_first = sum(theme in first[unit] and theme not in second[unit] for unit in units)
        only_second = sum(theme not in first[unit] and theme in second[unit] for unit in units)
        rest = len(units) - both - only_first - only_second
        by_theme.append(
            Agreement(theme, len(units), both, only_first, only_second, kappa(both, only_first, only_second, rest))
        )
    return by_theme
