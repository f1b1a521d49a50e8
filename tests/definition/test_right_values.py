"""What counts as an answer, as a word and as a number worked out of answers, in every script."""

from __future__ import annotations

import unicodedata
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveyapp.definition.question_types import AnswerProblems, clean, is_empty
from surveyapp.definition.typed_text import is_blank
from surveyapp.definition.word_count import count_words
from tests.world.every_type import COMPILED
from tests.world.small_rules import compiled_from, is_asked, path_of, rule_problems, worked_out

INVISIBLE = "\u200b\u200e\u200f\u2060\ufeff\u00ad\u3000\u00a0\u061c\u3164\u2800\ufe0f\U000e0061\t\n "
ALONE = st.text(st.sampled_from(INVISIBLE), min_size=1, max_size=6)


@given(ALONE)
def test_invisible_characters_alone_are_no_answer_to_any_question(typed: str) -> None:
    for code in ("short", "long", "whole", "amount", "share", "rated", "day", "during", "since", "agrees", "home"):
        assert clean(COMPILED, COMPILED.questions[code], typed) is None, code
    assert clean(COMPILED, COMPILED.questions["said"], {"x": {"x": typed}}) is None
    assert clean(COMPILED, COMPILED.questions["sums"], {"x": {"x": typed}}) is None
    assert clean(COMPILED, COMPILED.questions["law"], {"title": typed, "date": typed}) is None
    with pytest.raises(AnswerProblems, match="Describe what you mean"):
        clean(COMPILED, COMPILED.questions["one"], {"choice": "y", "detail": typed})


@given(ALONE)
def test_invisible_characters_that_were_stored_alone_answer_nothing_on_the_path(typed: str) -> None:
    path = path_of(
        "- {code: t, type: short_text, label: L, need: required}\n"
        "- {code: next, type: yes_no, label: L, relevant: answered(t)}",
        {"t": typed},
    )
    assert path.missing == ("t",)
    assert "next" not in path.on_path
    assert path.sections[0].answered == 0
    assert path.visible({"t": typed}) == {}
    assert is_empty(COMPILED.questions["short"], typed)


@given(ALONE)
def test_invisible_characters_inside_a_text_stay_as_typed(typed: str) -> None:
    text = f"a{typed}b".replace("\n", " ")
    assert clean(COMPILED, COMPILED.questions["inner"], text) == text


@given(st.characters())
def test_a_sign_that_unicode_calls_a_letter_a_digit_or_a_mark_of_speech_is_never_blank(sign: str) -> None:
    seen = unicodedata.category(sign)[0] in "LNPS" and sign not in "\u115f\u1160\u3164\uffa0\u2800"
    assert not (seen and is_blank(sign))


def test_an_exclusive_choice_alone_satisfies_the_least_number_of_choices() -> None:
    compiled = compiled_from(
        "- {code: m, type: multiple_choice, label: L, least: 2, choices: "
        "[{code: a, label: A}, {code: b, label: B}, {code: none, label: None, exclusive: true}]}"
    )
    question = compiled.questions["m"]
    assert clean(compiled, question, ["none"]) == {"choices": ["none"]}
    with pytest.raises(AnswerProblems, match="Select at least 2"):
        clean(compiled, question, ["a"])


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", 0),
        ("one two", 2),
        ("Don't count 3.5 — or “quotes” …", 5),
        ("我们同意这项条约。", 4),
        ("สวัสดีชาวโลก", 3),
        ("Договор 条约 treaty", 3),
        ("معاهدة تجارة الأسلحة", 3),
        ("a\u200bb", 2),
    ],
)
def test_words_are_counted_as_a_reader_of_the_script_would(text: str, words: int) -> None:
    assert count_words(text) == words


def test_the_most_words_hold_for_a_text_without_spaces() -> None:
    with pytest.raises(AnswerProblems, match=r"3 words or fewer\. It has 4"):
        clean(COMPILED, COMPILED.questions["long"], "我们同意这项条约。")
    assert is_asked("words(t) == 4", {"t": "我们同意这项条约。"})


@pytest.mark.parametrize(
    "rule", ["count(areas) >= 0", "count(acts) < 5", "areas.all(a, a == area.import)", "sum(acts.cost) == 0"]
)
def test_a_rule_about_an_empty_list_does_not_hold(rule: str) -> None:
    assert not is_asked(rule, {})


@pytest.mark.parametrize(
    "rule",
    [
        "count(areas) == 0",
        "count(acts) < 1",
        "count(acts) <= 0",
        "0 == count(acts)",
        "1 > count(areas)",
        "had == yes_no.yes && count(picked) == 0",
        "count(acts.cost) == 0",
        "count(acts) == 1.5",
    ],
)
def test_the_checker_finds_a_rule_that_only_an_empty_list_would_meet(rule: str) -> None:
    assert [problem.kind for problem in rule_problems(rule)] == ["never-holds"]
    assert "write `!answered(" in rule_problems(rule)[0].remedy


@pytest.mark.parametrize("rule", ["count(areas) == 1", "count(acts) < 2", "3 >= count(acts)", "count(acts) > 0"])
def test_a_rule_that_some_list_meets_is_not_reported(rule: str) -> None:
    assert rule_problems(rule) == []


@pytest.mark.parametrize(
    ("formula", "answers", "expected"),
    [
        ("or_else(n, 0) + or_else(year, 0)", {}, None),
        ("or_else(n, 0) + or_else(year, 0)", {"n": 0}, 0),
        ("answered(t) ? 1 : 0", {}, None),
        ("count(acts)", {}, None),
        ("sum(acts.cost)", {"acts": ["item01"]}, None),
        ("sum(acts.cost)", {"acts": ["item01"], "acts/item01/cost": 0}, 0),
        ("or_else(n, 0) + 1", {"n": "\u200b"}, None),
        ("7", {}, 7),
    ],
)
def test_a_number_worked_out_of_nothing_has_no_value(formula: str, answers: dict[str, Any], expected: Any) -> None:
    assert worked_out(formula, answers) == expected
