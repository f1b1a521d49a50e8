"""No figure from which one State's answer could be read, directly or by subtraction."""

from __future__ import annotations

import itertools
import random

import pytest

from surveyapp.analysis.suppression import SMALLEST, suppress_small_groups
from surveyapp.analysis.tallies import GROUPS, Bases, Count, Numbers, Tally

REGIONS = tuple(GROUPS["region"])


def made(by_region: dict[str, int], yes: dict[str, int] | None = None) -> Tally:
    """A yes/no question: so many answered in each region, so many of them with yes."""
    yes = yes or {}
    total = sum(by_region.values())
    bases = {r: Bases(50, by_region.get(r, 0), by_region.get(r, 0), by_region.get(r, 0), 0) for r in REGIONS}
    counts = tuple(
        Count(code, sum(cells.values()), {"region": {r: cells.get(r, 0) for r in REGIONS}})
        for code, cells in (("yes", yes), ("no", {r: n - yes.get(r, 0) for r, n in by_region.items()}))
    )
    numbers = Numbers(total, 1.0, 2.0, 2.5, 9.0)
    return Tally(None, Bases(250, total, total, total, 0), {"region": bases}, counts, numbers)  # type: ignore[arg-type]


def shown(counted: Tally) -> dict[str, int | None]:
    return {r: counted.group_bases["region"][r].answered for r in REGIONS}


@pytest.mark.parametrize("answered", [0, 1, 2])
def test_a_question_with_few_answers_shows_its_bases_alone(answered: int) -> None:
    tally = suppress_small_groups(made({"africa": answered}, {"africa": answered}))
    assert tally.counts == () and tally.numbers is None
    assert tally.bases.answered == answered


def test_a_small_group_is_hidden_and_another_with_it() -> None:
    tally = suppress_small_groups(
        made({"africa": 10, "asia": 6, "europe": 8, "oceania": 1}, {"africa": 5, "oceania": 1})
    )
    assert shown(tally) == {"africa": 10, "americas": 0, "asia": None, "europe": 8, "oceania": None}
    assert tally.counts[0].by["region"]["oceania"] is None and tally.counts[0].by["region"]["asia"] is None
    assert tally.counts[0].by["region"]["africa"] == 5
    assert tally.counts[0].count == 6, "totals stay"


def test_a_group_that_is_empty_or_large_is_shown() -> None:
    before = made({"africa": 3, "asia": 4})
    assert shown(suppress_small_groups(before)) == shown(before)


def test_the_least_and_the_most_are_single_answers() -> None:
    numbers = suppress_small_groups(made({"africa": 5})).numbers
    assert numbers is not None
    assert (numbers.n, numbers.least, numbers.median, numbers.mean, numbers.most) == (5, None, 2.0, 2.5, None)


def test_what_is_hidden_cannot_be_told_from_the_total() -> None:
    """Whatever the groups: of those hidden, the total less the shown ones is at least the threshold, or they are two or
    more that together are."""
    chance = random.Random(7)
    for _ in range(3000):
        sizes = {region: chance.choice([0, 0, 1, 1, 2, 2, 3, 4, 9]) for region in REGIONS}
        tally = suppress_small_groups(made(sizes))
        if not tally.counts:
            continue
        hidden = [region for region in REGIONS if tally.group_bases["region"][region].answered is None]
        assert all(sizes[region] > 0 for region in hidden)
        assert not any(0 < sizes[region] < SMALLEST for region in REGIONS if region not in hidden)
        if hidden:
            assert len(hidden) >= 2 or sum(sizes.values()) == sum(sizes[region] for region in hidden)
            assert sum(sizes[region] for region in hidden) >= SMALLEST


def test_the_threshold_is_what_it_says() -> None:
    for answered in itertools.chain(range(1, 6)):
        hidden = suppress_small_groups(made({"africa": 20, "asia": 20, "europe": answered})).group_bases["region"][
            "europe"
        ]
        assert (hidden.answered is None) == (answered < SMALLEST)
