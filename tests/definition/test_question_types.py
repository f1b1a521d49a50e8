"""What each type of question takes, what it refuses with which message, and that it never changes an answer in silence."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from surveyapp.definition import model as m
from surveyapp.definition.question_types import TYPES, AnswerProblems, clean, codes, is_empty, shown, summarise
from tests.world.every_type import COMPILED, RIGHT

WRONG: list[tuple[str, Any, str, str | None]] = [
    ("short", "abcdef", "Shorten this answer to 5 characters or fewer. It has 6.", None),
    ("short", "a\nb", "Write this answer on one line.", None),
    ("short", "a\x00", "Remove the hidden control character U+0000 at position 2", None),
    ("short", "\ud800", "Remove the hidden control character U+D800 at position 1", None),
    ("short", 5, "Enter this answer as text.", None),
    ("long", "a b c d", "Shorten this answer to 3 words or fewer. It has 4.", None),
    ("whole", "ten", "Enter a number in digits", None),
    ("whole", True, "Enter a number in digits", None),
    ("whole", "²", "Enter a number in digits", None),
    ("whole", "--5", "Enter a number in digits", None),
    ("whole", "1.5", "Enter a whole number", None),
    ("whole", "12 5", "without separators", None),
    ("whole", "1,235", "could be read in two ways", None),
    ("whole", "7", "Enter a number in steps of 5 from -10.", None),
    ("whole", "-15", "Enter -10 or more.", None),
    ("whole", "5005", "Enter 5000 or less.", None),
    ("whole", 10**5000, "at most fifteen digits", None),
    ("amount", float("nan"), "Enter a number in digits", None),
    ("amount", "1,234", "could be read in two ways", None),
    ("amount", "1.234.567", "could be read in two ways", None),
    ("amount", "0,125", "Enter at most 2 decimals.", None),
    ("amount", "1." + "0" * 35 + "1", "at most fifteen digits", None),
    ("fine", "1,234", "could be read in two ways", None),
    ("share", "101", "Enter 100 or less.", None),
    ("share", "%", "Enter a number in digits", None),
    ("agrees", "not_applicable", "Select one of the answers offered.", None),
    ("one", "w", "Select one of the answers offered.", None),
    ("one", {"choice": "y", "detail": " "}, "Describe what you mean by “Y”.", "detail.y"),
    ("many", {"choices": ["x", "z"]}, "“None” cannot be combined with another answer.", None),
    ("many", {"choices": ["x", "x"]}, "Give each answer once only.", None),
    ("two", ["x"], "Select at least 2.", None),
    ("two", ["x", "y", "z"], "Select at most 2.", None),
    ("ranked", ["x", "x"], "Give each answer once only.", None),
    ("rated", "6", "Enter 5 or less.", None),
    ("day", "2023-02-29", "Enter a real date", None),
    ("day", "2014-12-23", "Enter 2014-12-24 or a later date.", None),
    ("during", "2024-13", "Enter a real month", None),
    ("during", "2014-11", "Enter 2014-12 or a later date.", None),
    ("since", "1899", "Enter 1900 or more.", None),
    ("stay", {"from": "2024-01-02", "to": "2024-01-01"}, "Enter an end that is not before", "to"),
    ("stay", {"from": "2024-01-02"}, "Enter both the beginning and the end.", "to"),
    ("running", {"to": "2024-01-02"}, "Enter the beginning of the period.", "from"),
    ("home", "DZA", "Select a State from the list.", None),
    ("party", "USA", "Select a State from the list.", None),
    ("picked", ["XXX"], "Select a State from the list.", None),
    ("picked", ["FRA", "DZA", "DEU"], "Select at most 2.", None),
    ("cells", {"x": "w"}, "Select one of the answers offered.", "x"),
    ("said", {"x": {"y": "abcdef"}}, "Shorten this answer to 5", "x.y"),
    ("sums", {"x": {"y": "-1"}}, "Enter 0 or more.", "x.y"),
    ("sources", [{"url": "javascript:alert(1)"}], "begins with http", "0.url"),
    ("sources", [{"url": "http://["}], "begins with http", "0.url"),
    ("sources", [{"title": "T"}], "Fill in this part", "0.url"),
    ("sources", [{"url": "http://a.org"}] * 3, "Select at most 2.", None),
    ("law", {"language": "en"}, "Fill in this part", "title"),
    ("law", {"title": "A", "date": "2023-02-30"}, "Enter a real date", "date"),
    ("reach", {"name": "A", "email": "a@"}, "Enter an e-mail address", "email"),
    ("reach", {"name": "A", "email": "a@b.org", "phone": "call me"}, "Enter a telephone number", "phone"),
    ("reach", {"name": "A"}, "Fill in this part", "email"),
    ("agreed", "yes", "Select one of the answers offered.", None),
    ("acts", ["../etc"], "An item of this list is not known.", None),
    ("acts", ["abc123", "abc124", "abc125"], "Select at most 2.", None),
]


@pytest.mark.parametrize(("code", "raw", "value"), RIGHT, ids=lambda part: ascii(part)[:40])
def test_a_right_answer_is_kept_in_its_canonical_form(code: str, raw: Any, value: Any) -> None:
    assert clean(COMPILED, COMPILED.questions[code], raw) == value


@pytest.mark.parametrize(
    ("code", "raw", "message", "part"), WRONG, ids=[f"{row[0]}-{number}" for number, row in enumerate(WRONG)]
)
def test_a_wrong_answer_is_refused_with_what_to_do(code: str, raw: Any, message: str, part: str | None) -> None:
    with pytest.raises(AnswerProblems) as caught:
        clean(COMPILED, COMPILED.questions[code], raw)
    problem = caught.value.problems[0]
    assert message in str(problem)
    assert problem.part == part
    assert problem.message % problem.params == str(problem) or not problem.params


def test_every_type_of_the_model_has_a_row() -> None:
    kinds = [*m.SimpleQuestion.__args__, m.Repeat, m.Calculation]
    assert set(TYPES) == {kind.model_fields["type"].annotation.__args__[0] for kind in kinds}


WORDS = "x y z choice choices detail details from to url title language date where name email phone"
PARTS = WORDS.split()
LOOSE = ["x", "z", "yes", "given", "FRA", "2024-1", "1 234,5", "http://a.org", "http://[", "a@b.org", "\x00", "\ud800"]
LEAVES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.sampled_from([*LOOSE, "%", "", "\u00a0", "\u200f5", "-0", "1e5"])
    | st.text(st.characters(), max_size=20)
)
LOOSELY_TYPED = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(PARTS) | st.text(max_size=3), inner, max_size=4)
    ),
    max_leaves=8,
)
MODERATE = settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@MODERATE
@given(LOOSELY_TYPED)
def test_whatever_comes_is_cleaned_or_refused_and_cleaning_again_changes_nothing(raw: Any) -> None:
    for question in COMPILED.questions.values():
        try:
            value = clean(COMPILED, question, raw)
        except AnswerProblems as refused:
            assert refused.problems
            continue
        assert clean(COMPILED, question, value) == value
        assert is_empty(question, value) == (value is None)
        assert all(isinstance(code, str) for code in codes(question, value))
        assert isinstance(shown(COMPILED, question, value, "en", PLAIN), str)


@MODERATE
@given(st.decimals(-(10**9), 10**9, places=2, allow_nan=False), st.sampled_from([" ", "\u00a0", "\u202f", "'", ""]))
def test_a_number_written_with_groups_and_a_decimal_comma_is_the_number(number: Any, group: str) -> None:
    typed = f"{number:,.2f}".replace(",", group).replace(".", ",")
    assert clean(COMPILED, COMPILED.questions["amount"], typed) == float(number)


class Plain:
    """Words as an interface without translations would give them."""

    def gettext(self, message: str) -> str:
        return message

    def date(self, day: datetime.date) -> str:
        return day.isoformat()

    def month(self, day: datetime.date) -> str:
        return day.isoformat()[:7]

    def number(self, value: float) -> str:
        return f"{value:g}"


PLAIN = Plain()


@pytest.mark.parametrize(
    ("code", "value", "expected"),
    [
        ("amount", 1.5, "1.5 tonnes"),
        ("share", 12.5, "12.5%"),
        ("agrees", "dont_know", "Do not know"),
        ("one", {"choice": "y", "detail": "so"}, "Y: so"),
        ("many", {"choices": ["x", "y"], "details": {"y": "so"}}, "X; Y: so"),
        ("ranked", ["z", "x"], "1. Z; 2. X"),
        ("running", {"from": "2024-01-01"}, "since 2024-01-01"),
        ("picked", ["DZA", "FRA"], "Algeria; France"),
        ("said", {"x": {"y": "a"}}, "X: Y: a"),
        ("boxes", {"x": ["x", "z"]}, "X: X, Z"),
        ("acts", ["abc123"], "Number of entries: 1"),
        ("short", None, ""),
    ],
)
def test_an_answer_is_shown_as_one_plain_string(code: str, value: Any, expected: str) -> None:
    assert shown(COMPILED, COMPILED.questions[code], value, "en", PLAIN) == expected


def test_answers_are_counted_by_their_choice_codes() -> None:
    counted = {code: codes(COMPILED.questions[code], value) for code, value in COUNTED.items()}
    assert counted == {"one": ("y",), "many": ("x", "y"), "rated": ("4",), "home": ("FRA",), "short": ()}
    assert [summarise(COMPILED.questions[code]) for code in COUNTED] == [
        "choice",
        "multiple",
        "scale",
        "states",
        "text",
    ]


COUNTED: dict[str, Any] = {
    "one": {"choice": "y", "detail": "so"},
    "many": {"choices": ["x", "y"]},
    "rated": 4,
    "home": "FRA",
    "short": "a",
}
