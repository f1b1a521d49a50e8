"""A conflict is between two changes: a posted value is compared with what its page was drawn with, not with what stands there."""

from __future__ import annotations

import itertools

import pytest

from surveyapp.storage.replies import responses, revisions
from surveyapp.storage.replies.answers import AnswerContent, Change, merge
from tests.world.small_round import World


def stored(world: World, address: str) -> tuple[object, str | None]:
    kept = responses.load(world.response_id).answers[address]
    return kept.value, kept.handling


def test_a_value_as_it_was_drawn_is_no_change_whatever_happened_since(world: World) -> None:
    world.save(licences=3)
    world.save(licences=4)
    result = world.change({"licences": Change(3, expected=1)})
    assert result.conflicts == {} and result.changed == frozenset()
    assert stored(world, "licences")[0] == 4
    assert [row.value for row in revisions.history(world.response_id, "licences")] == [3, 4]


def test_an_empty_field_as_it_was_drawn_deletes_nobodys_work(world: World) -> None:
    world.save(licences=4)
    result = world.change({"licences": Change(None, expected=0)})
    assert result.conflicts == {} and stored(world, "licences")[0] == 4


def test_two_changes_of_one_value_are_a_conflict(world: World) -> None:
    world.save(licences=3)
    world.save(licences=4)
    assert set(world.change({"licences": Change(5, expected=1)}).conflicts) == {"licences"}
    assert world.change({"licences": Change(4, expected=1)}).conflicts == {}, "to the same value"
    assert stored(world, "licences")[0] == 4


def test_the_answer_and_who_sees_it_are_changed_by_two_hands_without_a_conflict(world: World) -> None:
    world.save(licences=3)
    world.change({"licences": Change(3, expected=1, handling="secretariat")})
    result = world.change({"licences": Change(5, expected=1, handling="states_parties")})
    assert result.conflicts == {}
    assert stored(world, "licences") == (5, "secretariat"), "neither change is lost"
    both = world.change({"licences": Change(5, expected=1, handling="co_chairs")})
    assert set(both.conflicts) == {"licences"}, "two hands on who sees it"


def test_a_revision_that_never_was_is_never_written_over(world: World) -> None:
    world.save(licences=3)
    assert set(world.change({"licences": Change(5, expected=9)}).conflicts) == {"licences"}


VALUES = [
    AnswerContent(value, None, handling) for value in (None, 1, 2) for handling in (None, "public", "secretariat")
]


@pytest.mark.parametrize("drawn", VALUES)
def test_a_merge_loses_no_change_and_makes_none_up(drawn: AnswerContent) -> None:
    for asked, current in itertools.product(VALUES, VALUES):
        merged = merge(drawn, asked, current, "states_parties")
        for part in ("value", "handling"):
            before, mine, theirs = (
                getattr(content, part) or ("states_parties" if part == "handling" else None)
                for content in (drawn, asked, current)
            )
            changed = {after for after in (mine, theirs) if after != before}
            if len(changed) > 1:
                assert merged is None
            elif merged is not None:
                after = getattr(merged, part) or ("states_parties" if part == "handling" else None)
                assert after == (changed.pop() if changed else before)
