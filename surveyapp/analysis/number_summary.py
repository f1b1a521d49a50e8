"""Numbers that were given, summed up, from how often each was given."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

MAX_BINS = 8


@dataclass(frozen=True)
class Numbers:
    """Least, median, mean and most of `n` numbers; least and most are None where they are suppressed."""

    n: int
    least: float | None
    median: float
    mean: float
    most: float | None
    bins: tuple[
        tuple[float, float, int], ...
    ] = ()  #: (from, up to, how many), all of one width; the last takes its end in


def numbers_of(frequencies: Mapping[float, int]) -> Numbers | None:
    """`given`: value → how often."""
    times = {value: count for value, count in sorted(frequencies.items()) if count}
    n = sum(times.values())
    if not n:
        return None
    least, most = min(times), max(times)
    median = (_at(times, (n - 1) // 2) + _at(times, n // 2)) / 2
    mean = math.fsum(value * count for value, count in times.items()) / n
    return Numbers(n, least, median, mean, most, _bins(times, least, most))


def _at(times: Mapping[float, int], place: int) -> float:
    """The value at a place, counted from 0, of all in ascending order."""
    seen = 0
    for value, count in times.items():
        seen += count
        if place < seen:
            return value
    raise IndexError(place)


def _bins(times: Mapping[float, int], low: float, high: float) -> tuple[tuple[float, float, int], ...]:
    """Of one width, round enough to be read out: 1, 2 or 5 times a power of ten."""
    if low == high:
        return ((low, high, times[low]),)
    step = next(s for s in _steps((high - low) / MAX_BINS) if (high - low) / s <= MAX_BINS)
    first = math.floor(low / step)
    last = max(first, math.ceil(high / step) - 1)
    places: Counter[int] = Counter()
    for value, count in times.items():
        places[min(last, math.floor(value / step))] += count
    return tuple((place * step, (place + 1) * step, places[place]) for place in range(first, last + 1))


def _steps(least: float) -> Iterator[float]:
    power = 10.0 ** math.floor(math.log10(least))
    while True:
        yield from (power, 2 * power, 5 * power)
        power *= 10
