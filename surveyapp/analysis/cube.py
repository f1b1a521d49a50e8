"""Replies counted by what they say, each count by the region and treaty status of who says it: what tallies are made of.

A cube is counted from replies, or read from the counts that `storage.results.rollups` keeps; nobody can tell which.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from surveyapp.definition.answer_facts import EVERY, REPLIED, Place, facts
from surveyapp.definition.compiled import Compiled
from surveyapp.definition.questionnaire_layout import AnyItem

from .replies import Invited, Reply

Counts = Mapping[
    str, Mapping[str, Mapping[Place, int]]
]  #: name → code → place → how many; see `definition.answer_facts`

Tallying = defaultdict[str, defaultdict[str, defaultdict[Place, int]]]


@dataclass(frozen=True)
class Margins:
    """Of counts by place: all of them, and those of each region and each treaty status."""

    total: int
    by: tuple[Mapping[str | None, int], Mapping[str | None, int]]


def margins(places: Mapping[Place, int]) -> Margins:
    """Sums over the places."""
    regions: dict[str | None, int] = {}
    statuses: dict[str | None, int] = {}
    for (region, status), count in places.items():
        regions[region] = regions.get(region, 0) + count
        statuses[status] = statuses.get(status, 0) + count
    return Margins(sum(places.values()), (regions, statuses))


@dataclass(frozen=True)
class Cube:
    """Counts of replies by what they say and by the region and treaty status of who says it."""

    counts: Counts
    invited: Mapping[Place, int]

    def codes(self, name: str) -> Iterable[str]:
        """The facts that are counted under a name: choices, fates, numbers, ranks."""
        return self.counts.get(name, {})

    def margins(self, name: str, code: str) -> Margins:
        """Of one fact; zeros where nobody says it."""
        return margins(self.counts.get(name, {}).get(code, {}))

    def among(self, meets: Callable[[Place], bool]) -> Cube:
        """Of these places alone."""
        counts = {
            name: {code: _chosen(places, meets) for code, places in codes.items()}
            for name, codes in self.counts.items()
        }
        return Cube(counts, _chosen(self.invited, meets))


def _chosen(places: Mapping[Place, int], meets: Callable[[Place], bool]) -> dict[Place, int]:
    return {place: count for place, count in places.items() if meets(place)}


def cube_of(
    compiled: Compiled, replies: Sequence[Reply], invited: Sequence[Invited], questions: Iterable[AnyItem] | None = None
) -> Cube:
    """Of all questions, or of these."""
    asked = list(compiled.questions.values() if questions is None else questions)
    counts: Tallying = defaultdict(lambda: defaultdict(lambda: defaultdict(int)))
    counts[EVERY][REPLIED].update(count_by_place(replies))
    for reply in replies:
        place = (reply.region, reply.treaty_status)
        for question in asked:
            for (name, code), times in facts(compiled, question, reply).items():
                counts[name][code][place] += times
    return Cube(counts, count_by_place(invited))


def count_by_place(people: Iterable[Reply | Invited]) -> dict[Place, int]:
    """How many there are by (region, treaty status)."""
    counts: dict[Place, int] = {}
    for person in people:
        place = (person.region, person.treaty_status)
        counts[place] = counts.get(place, 0) + 1
    return counts
