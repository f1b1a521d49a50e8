"""A posted page becomes plain answers or problems at their fields, whatever is posted."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from surveyapp.definition.question_types import TYPES, clean
from surveyapp.forms import as_posted, read_page
from surveyapp.forms.section_form import ALL_READERS
from tests.world.every_type import COMPILED, RIGHT

ADDRESSES = [*(code for code in COMPILED.questions if code != "inner"), "acts/abc123/inner"]


def post(*pairs: tuple[str, str]) -> MultiDict[str, str]:
    return MultiDict(pairs)


def test_every_type_that_takes_an_answer_has_a_reader() -> None:
    assert set(ALL_READERS) == set(TYPES) - {"calculation"}


def test_only_questions_that_the_server_asked_and_the_post_marks_are_read() -> None:
    page = read_page(COMPILED, ["short", "long"], post(("asked", "short"), ("q-short", "a"), ("q-long", "b")))
    assert page.values == {"short": "a"}


def test_an_asked_question_without_a_field_is_an_emptied_answer() -> None:
    assert read_page(COMPILED, ["many"], post(("asked", "many"))).values == {"many": None}


def test_fields_and_marks_of_other_questions_are_reported() -> None:
    page = read_page(COMPILED, ["short"], post(("asked", "short"), ("asked", "long"), ("q-day", "x"), ("q-../x", "y")))
    assert sorted(page.unknown) == ["long", "q-../x", "q-day"]


def test_a_wrong_answer_keeps_what_was_typed_and_does_not_hold_up_the_others() -> None:
    page = read_page(
        COMPILED, ["whole", "short"], post(("asked", "whole"), ("asked", "short"), ("q-whole", "ten"), ("q-short", "a"))
    )
    assert page.values == {"short": "a"}
    assert str(page.problems["whole"][0]).startswith("Enter a number")
    assert page.typed["whole"] == {"": ["ten"]}


def test_the_revision_that_was_seen_comes_along() -> None:
    page = read_page(COMPILED, ["short", "long"], post(("asked", "short"), ("asked", "long"), ("r-short", "3")))
    assert page.revisions == {"short": 3, "long": None}


def test_a_question_inside_a_repeat_is_read_at_its_address() -> None:
    place = "acts/abc123/inner"
    assert read_page(COMPILED, [place], post(("asked", place), (f"q-{place}", "a"))).values == {place: "a"}


@pytest.mark.parametrize("number", range(1, 13))
def test_every_month_of_the_picker_is_a_month(number: int) -> None:
    page = read_page(
        COMPILED, ["during"], post(("asked", "during"), ("q-during.year", "2024"), ("q-during.month", str(number)))
    )
    assert page.values == {"during": f"2024-{number:02}"}


@pytest.mark.parametrize(
    ("ranks", "value"),
    [({"x": "2", "z": "1"}, ["z", "x"]), ({"y": "١"}, ["y"]), ({"x": " ", "y": ""}, None)],
)
def test_a_ranking_is_read_from_a_rank_beside_each_choice(ranks: dict[str, str], value: Any) -> None:
    assert read_page(COMPILED, ["ranked"], ranking(ranks)).values == {"ranked": value}


@pytest.mark.parametrize(
    ("ranks", "message"),
    [
        ({"x": "1", "y": "1"}, "Two answers have rank 1."),
        ({"x": "1", "y": "3"}, "Rank 2 is missing."),
        ({"x": "first"}, "Enter each rank as a whole number"),
        ({"x": "0"}, "Enter each rank as a whole number"),
        ({"x": "1" * 5000}, "Enter each rank as a whole number"),
        ({"x": "1", "y": "2", "z": "3"}, "Select at most 2."),
    ],
)
def test_ties_and_gaps_are_shown_and_never_guessed_away(ranks: dict[str, str], message: str) -> None:
    page = read_page(COMPILED, ["ranked"], ranking(ranks))
    assert message in str(page.problems["ranked"][0])
    assert not page.values


def ranking(ranks: dict[str, str]) -> MultiDict[str, str]:
    return post(("asked", "ranked"), *((f"q-ranked.{code}", rank) for code, rank in ranks.items()))


@pytest.mark.parametrize(("code", "raw", "value"), RIGHT, ids=lambda part: ascii(part)[:40])
def test_a_stored_answer_that_is_drawn_and_posted_again_is_the_same(code: str, raw: Any, value: Any) -> None:
    question = COMPILED.questions[code]
    value = clean(COMPILED, question, raw)
    drawn = as_posted(question, value)
    pairs = [
        (f"q-{code}.{part}" if part else f"q-{code}", typed.replace("\n", "\r\n"))  # as browsers send line ends
        for part, several in drawn.items()
        for typed in several
    ]
    page = read_page(COMPILED, [code], post(("asked", code), *pairs))
    assert not page.problems
    assert page.values == {code: value}
    assert not page.unknown


ODD_PARTS = [
    "",
    ".",
    ".x",
    ".x.y",
    ".from",
    ".year",
    ".month",
    ".0.url",
    ".999.url",
    ".²..",
    ".detail.y",
    ".email",
    "/",
]
NAMES = st.builds(
    "{}{}{}".format, st.sampled_from(["q-", "r-", ""]), st.sampled_from(ADDRESSES), st.sampled_from(ODD_PARTS)
)
VALUES = st.sampled_from(["", "x", "1", "2024", "\x00", "\ud800", "9" * 5000, "²", "http://["]) | st.text(max_size=10)
PAIRS = st.lists(st.tuples(NAMES | st.just("asked") | st.text(max_size=8), VALUES), max_size=30)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(PAIRS)
def test_no_post_breaks_the_reading(pairs: list[tuple[str, str]]) -> None:
    page = read_page(COMPILED, ADDRESSES, post(*(("asked", place) for place in ADDRESSES), *pairs))
    assert set(page.values) | set(page.problems) == set(ADDRESSES)
    assert not set(page.values) & set(page.problems)
    for place, value in page.values.items():
        assert clean(COMPILED, COMPILED.questions[place.rpartition("/")[2]], value) == value
