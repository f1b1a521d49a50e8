"""Whoever may not see an answer may not see what follows from it alone."""

from __future__ import annotations

import random

import pytest

from surveyapp.definition.answer_facts import facts
from surveyapp.definition.compiled import Compiled
from surveyapp.storage.replies.visibility import Visibility
from tests.world import two_worlds
from tests.world.tiers import LONG

WORLDS = 24_000 if LONG else 2_400


@pytest.mark.long
def test_two_worlds_that_differ_only_in_what_a_reader_may_not_see_are_the_same_to_them() -> None:
    seen = hidden_paths = 0
    seed = 0
    while seen < WORLDS:
        seed += 1
        version = two_worlds.compiled(seed)
        if version is None:
            continue
        chance = random.Random(seed)
        for _ in range(40):
            pair = two_worlds.pair(version, chance)
            if pair is None:
                continue
            seen += 1
            hidden_paths += pair.snapshots[0]["asked"] != pair.snapshots[1]["asked"]
            first, second = (Visibility(version, snapshot, pair.reader) for snapshot in pair.snapshots)
            assert first.seen == second.seen, (seed, pair.reader, two_worlds.as_yaml(two_worlds.definition(seed)))
            assert _all_facts(version, first) == _all_facts(version, second)
    assert hidden_paths > WORLDS / 4, "in a good part of them other questions were asked"


def _all_facts(version: Compiled, visibility: Visibility) -> list[object]:
    return [facts(version, question, visibility.seen) for question in version.questions.values()]
