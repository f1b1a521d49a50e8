"""What holds for every path, whatever is answered and in whatever order."""

from __future__ import annotations

import random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from surveyapp.definition.path import Path, code_of, walk
from tests.world.small_rules import FACTS, compiled_from

LISTS = "area: [{code: a, label: A}, {code: b, label: B}, {code: c, label: C, relevant: had == yes_no.yes}]"
COMPILED = compiled_from(
    """
- {code: had, type: yes_no, label: L, need: required}
- {code: main, type: single_choice, label: L, choices: area, need: required, relevant: answered(had)}
- {code: areas, type: multiple_choice, label: L, choices: area, relevant: main != area.a}
- {code: n, type: integer, label: L, need: recommended, relevant: "area.b in areas || had == yes_no.no"}
- {code: early, type: calculation, label: L, formula: "spent + or_else(n, 1)"}
- code: acts
  type: repeat
  label: L
  item_label: I
  need: required
  least: 1
  relevant: or_else(n, 3) > 2
  items:
  - {code: kind, type: yes_no, label: L, need: required}
  - code: cost
    type: number
    label: L
    relevant: kind == yes_no.yes && had == yes_no.yes
    constraints: [{rule: "cost < or_else(n, 5)", message: M}]
  - {code: twice, type: calculation, label: L, formula: cost * 2, decimals: 2}
- {code: spent, type: calculation, label: L, formula: sum(acts.twice), decimals: 2}
- code: sub
  type: subsection
  title: T
  relevant: spent > 4
  items:
  - {code: when, type: date, label: L, constraints: [{rule: when <= today, message: M}]}
  - {code: why, type: short_text, label: L, need: required, relevant: "when > date('2020-01-01')"}
- {code: last, type: short_text, label: L, need: required, relevant: "acts.kind.exists(k, k == kind.no) || answered(why)"}
""",
    lists=LISTS,
)

numbers = st.integers(-3, 10) | st.floats(-5, 5, allow_nan=False).map(lambda value: round(value, 2))
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "had": st.sampled_from(["yes", "no"]),
    "main": st.sampled_from("abc").map(lambda code: {"choice": code}),
    "areas": st.sets(st.sampled_from("abc"), min_size=1).map(lambda codes: {"choices": sorted(codes)}),
    "n": st.integers(-3, 10),
    "acts": st.lists(st.sampled_from(["aaaaaa", "bbbbbb", "cccccc"]), unique=True),
    "when": st.sampled_from(["2019-05-05", "2021-05-05", "2031-05-05"]),
    "why": st.text(max_size=3),
    "last": st.text(max_size=3),
    "spent": st.integers(0, 50),  # an answer typed for a calculation: never looked at
} | {
    f"acts/{item}/{code}": kind
    for item in ("aaaaaa", "bbbbbb", "cccccc")
    for code, kind in (("kind", st.sampled_from(["yes", "no"])), ("cost", numbers))
}
answers_given = st.fixed_dictionaries({}, optional={name: st.none() | kind for name, kind in VALUES.items()})
odd = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["choice", "choices", "x"]), inner),
    max_leaves=4,
)


@settings(max_examples=100, deadline=None)
@given(answers_given, st.randoms(use_true_random=False))
def test_the_order_in_which_answers_came_changes_nothing(answers: dict[str, Any], chance: random.Random) -> None:
    shuffled = list(answers.items())
    chance.shuffle(shuffled)

    assert walk(COMPILED, dict(shuffled), FACTS) == walk(COMPILED, answers, FACTS)


@settings(max_examples=100, deadline=None)
@given(answers_given, answers_given)
def test_answers_off_path_influence_nothing(answers: dict[str, Any], others: dict[str, Any]) -> None:
    path = walk(COMPILED, answers, FACTS)

    without = walk(COMPILED, path.visible(answers), FACTS)
    changed = {name: others.get(name) if name not in path.on_path else value for name, value in answers.items()}
    added = {name: value for name, value in others.items() if name not in path.on_path}

    assert without == path
    assert walk(COMPILED, added | changed, FACTS) == path


@settings(max_examples=100, deadline=None)
@given(answers_given)
def test_only_what_is_asked_is_missing_broken_or_worked_out(answers: dict[str, Any]) -> None:
    path = walk(COMPILED, answers, FACTS)

    assert path.on_path.issuperset([*path.missing, *path.gaps, *path.calculated, *path.offered])
    assert path.on_path.issuperset(violation.address for violation in path.violations)
    assert path.visible(answers).keys() <= path.on_path
    assert all(path.visible(answers).get(address) in (None, "", []) for address in path.missing)
    assert {code_of(address) for address in path.on_path} <= COMPILED.questions.keys()
    assert Path.from_json(path.to_json()) == path


@settings(max_examples=100, deadline=None)
@given(answers_given)
def test_what_is_on_path_stands_in_something_on_path(answers: dict[str, Any]) -> None:
    path = walk(COMPILED, answers, FACTS)

    for address in path.on_path:
        holder, item = ([*address.split("/"), "", ""])[:2]
        parent = COMPILED.layout.parent_of[code_of(address)]
        assert parent in path.on_path | path.notes
        assert not item or item in answers[holder]


@settings(max_examples=60, deadline=None)
@given(st.dictionaries(st.sampled_from(sorted(VALUES)) | st.text(max_size=8), odd))
def test_no_answer_is_so_odd_that_the_walk_fails(answers: dict[str, Any]) -> None:
    walk(COMPILED, answers, FACTS)
