"""The path: what is asked, offered, worked out and still missing."""

from __future__ import annotations

import json
import time
from pathlib import Path as Folder
from typing import Any

import pytest

from surveyapp.definition import loader
from surveyapp.definition.path import Path, SectionState, Violation, walk
from tests.world.questionnaires import HEAD
from tests.world.small_rules import FACTS, compiled_from, path_of

FOLLOW_UP = """
- {code: had, type: yes_no, label: L, need: required}
- {code: why, type: short_text, label: L, need: required, relevant: had == yes_no.yes}
- {code: how, type: short_text, label: L, need: recommended, relevant: answered(why)}
"""


def test_a_question_is_asked_once_the_answer_before_makes_it_relevant() -> None:
    assert path_of(FOLLOW_UP, {}).on_path == {"had"}
    assert path_of(FOLLOW_UP, {"had": "yes"}).on_path == {"had", "why"}
    assert path_of(FOLLOW_UP, {"had": "yes", "why": "x"}).on_path == {"had", "why", "how"}


def test_answers_off_path_are_kept_but_left_out_and_lead_nowhere() -> None:
    answers = {"had": "no", "why": "x", "how": "y", "unknown": "z"}

    path = path_of(FOLLOW_UP, answers)

    assert path.on_path == {"had"}
    assert path.visible(answers) == {"had": "no"}


def test_an_answer_comes_back_with_its_question() -> None:
    answers = {"had": "yes", "why": "x", "how": None}

    assert path_of(FOLLOW_UP, answers).visible(answers) == {"had": "yes", "why": "x"}


def test_required_questions_on_path_are_missing_and_recommended_ones_are_gaps() -> None:
    assert path_of(FOLLOW_UP, {}).missing == ("had",)
    assert path_of(FOLLOW_UP, {"had": "yes"}).missing == ("why",)
    filled = path_of(FOLLOW_UP, {"had": "yes", "why": "x"})
    assert (filled.missing, filled.gaps) == ((), ("how",))


def test_a_section_or_subsection_that_is_not_relevant_takes_all_within_off_path() -> None:
    items = """
        - {code: had, type: yes_no, label: L}
        - code: sub
          type: subsection
          title: T
          relevant: had == yes_no.yes
          items:
          - {code: note, type: note, text: Read.}
          - {code: inner, type: short_text, label: L, need: required}
          - code: acts
            type: repeat
            label: L
            item_label: Act
            items: [{code: cost, type: number, label: L, need: required}]
        - {code: total, type: calculation, label: L, formula: sum(acts.cost)}
    """
    answers = {"had": "no", "inner": "x", "acts": ["aaaaaa"], "acts/aaaaaa/cost": 5}

    off, on = path_of(items, answers), path_of(items, answers | {"had": "yes"})

    assert off.on_path == {"had", "total"}
    assert (off.missing, off.calculated) == ((), {})
    assert off.notes == {"s"}
    assert on.on_path == {"had", "inner", "acts", "acts/aaaaaa/cost", "total"}
    assert on.calculated == {"total": 5.0}
    assert on.notes == {"s", "sub", "note"}


ACTS = """
- {code: limit, type: integer, label: L}
- code: acts
  type: repeat
  label: L
  item_label: Act
  need: required
  least: 2
  items:
  - {code: kind, type: yes_no, label: L, need: required}
  - {code: why, type: short_text, label: L, need: required, relevant: kind == yes_no.no}
  - code: cost
    type: number
    label: L
    constraints: [{rule: cost <= limit, message: Too much.}]
  - {code: twice, type: calculation, label: L, formula: cost * 2, decimals: 1}
- {code: total, type: calculation, label: L, formula: sum(acts.twice)}
"""


def test_each_item_of_a_repeat_is_walked_by_itself() -> None:
    answers = {
        "limit": 3,
        "acts": ["bbbbbb", "aaaaaa"],
        "acts/aaaaaa/kind": "no",
        "acts/aaaaaa/cost": 2.5,
        "acts/bbbbbb/kind": "yes",
        "acts/bbbbbb/why": "off path",
        "acts/bbbbbb/cost": 4,
    }

    path = path_of(ACTS, answers)

    assert path.missing == ("acts/aaaaaa/why",)
    assert "acts/bbbbbb/why" not in path.on_path
    assert path.violations == (Violation("acts/bbbbbb/cost", "cost.constraint.1"),)
    assert path.calculated == {"acts/aaaaaa/twice": 5.0, "acts/bbbbbb/twice": 8.0, "total": 13.0}


def test_a_removed_item_keeps_its_answers_off_path() -> None:
    answers = {"acts": ["aaaaaa"], "acts/aaaaaa/kind": "yes", "acts/bbbbbb/kind": "no", "acts/bbbbbb/cost": 9}

    path = path_of(ACTS, answers)

    assert not any(address.startswith("acts/bbbbbb") for address in path.on_path)
    assert path.calculated == {}


@pytest.mark.parametrize(("ids", "missing"), [(None, True), ([], True), (["aaaaaa"], True), (["aaaaaa", "bbbbbb"], False)])  # fmt: skip
def test_a_required_repeat_with_too_few_items_is_missing(ids: list[str] | None, missing: bool) -> None:
    assert ("acts" in path_of(ACTS, {"acts": ids}).missing) is missing


def test_missing_questions_come_in_document_order_and_items_in_their_own() -> None:
    answers = {"acts": ["bbbbbb", "aaaaaa"], "acts/aaaaaa/kind": "no"}

    assert path_of(ACTS, answers).missing == ("acts/bbbbbb/kind", "acts/aaaaaa/why")


FILTERED = """
- {code: had, type: yes_no, label: L}
- code: what
  type: multiple_choice
  label: L
  choices:
  - {code: new, label: N, relevant: had == yes_no.no}
  - {code: old, label: O, relevant: had == yes_no.yes}
  - {code: any, label: A}
- {code: plain, type: single_choice, label: L, choices: [{code: a, label: A}]}
"""


def test_choices_are_offered_where_their_filter_holds() -> None:
    assert path_of(FILTERED, {}).offered == {"what": {"any"}}
    assert path_of(FILTERED, {"had": "no"}).offered == {"what": {"new", "any"}}


def test_an_answer_with_a_choice_no_longer_offered_is_a_violation() -> None:
    answers = {"had": "yes", "what": {"choices": ["new", "any"]}}

    assert path_of(FILTERED, answers).violations == (Violation("what", ""),)
    assert path_of(FILTERED, answers | {"had": "no"}).violations == ()


def test_a_constraint_refuses_only_what_it_can_judge() -> None:
    items = """
        - {code: signed, type: date, label: L}
        - code: deposited
          type: date
          label: L
          constraints:
          - {rule: deposited >= signed, message: Too early.}
          - {rule: deposited <= today, message: In the future.}
    """

    assert path_of(items, {"deposited": "2020-01-01"}).violations == ()
    early = path_of(items, {"deposited": "2020-01-01", "signed": "2021-01-01"})
    assert early.violations == (Violation("deposited", "deposited.constraint.1"),)
    both = path_of(items, {"deposited": "2030-01-01", "signed": "2031-01-01"})
    assert [violation.key for violation in both.violations] == ["deposited.constraint.1", "deposited.constraint.2"]


def test_a_required_grid_may_need_every_row() -> None:
    items = """
        - code: g
          type: grid
          label: L
          need: required
          every_row: EVERY
          rows: [{code: a, label: A}, {code: b, label: B}]
          columns: [{code: x, label: X}]
    """

    assert path_of(items.replace("EVERY", "true"), {"g": {"a": "x"}}).missing == ("g",)
    assert path_of(items.replace("EVERY", "true"), {"g": {"a": "x", "b": "x"}}).missing == ()
    assert path_of(items.replace("EVERY", "false"), {"g": {"a": "x"}}).missing == ()


def test_calculations_are_worked_out_in_the_order_they_need_each_other() -> None:
    items = """
        - {code: last, type: calculation, label: L, formula: middle + 1}
        - {code: middle, type: calculation, label: L, formula: n * 10, shown: false}
        - {code: n, type: integer, label: L}
    """

    path = path_of(items, {"n": 2})

    assert path.calculated == {"last": 21.0, "middle": 20.0}
    assert path.on_path == {"last", "n"}  # what is not shown is not on the page


def test_a_section_tells_how_far_it_is() -> None:
    def state(answers: dict[str, Any], items: str = FOLLOW_UP) -> SectionState:
        (section,) = path_of(items, answers).sections
        return section

    assert state({}) == SectionState("s", "not_started", 1, 0)
    assert state({"had": "yes"}) == SectionState("s", "in_progress", 2, 1)
    assert state({"had": "yes", "why": "x"}) == SectionState("s", "complete", 3, 2)
    assert state({"had": "yes", "what": {"choices": ["new"]}}, FILTERED).status == "problems"


def test_a_section_with_nothing_to_answer_is_complete() -> None:
    text = HEAD + (
        "sections:\n- {code: a, title: T, items: [{code: note, type: note, text: Read.}]}\n"
        "- {code: b, title: T, items: [{code: q, type: yes_no, label: L}]}\n"
        "- {code: c, title: T, relevant: q == yes_no.yes, items: [{code: r, type: yes_no, label: L}]}\n"
    )

    path = walk(loader.load({"questionnaire.yaml": text}), {}, FACTS)

    assert [(section.code, section.status) for section in path.sections] == [("a", "complete"), ("b", "not_started")]


def test_a_path_survives_storage_as_json() -> None:
    answers = {"acts": ["aaaaaa"], "acts/aaaaaa/cost": 2, "limit": 1}
    path = path_of(ACTS, answers)

    assert Path.from_json(json.loads(json.dumps(path.to_json()))) == path


def test_odd_values_under_known_addresses_do_no_harm() -> None:
    compiled = compiled_from(ACTS + FILTERED)

    values: list[Any] = [
        5,
        "x",
        True,
        [1],
        [["a"]],
        {"a": []},
        {"choices": 5},
        {"choices": [[]]},
        10**400,
        float("nan"),
    ]
    for odd in values:
        walk(compiled, dict.fromkeys(["limit", "acts", "acts/x/cost", "had", "what", "plain"], odd), FACTS)


@pytest.mark.parametrize("name", ["regional-champions", "ratification-domestication"])
def test_a_walk_of_a_real_questionnaire_takes_about_a_millisecond_at_most(name: str) -> None:
    folder = Folder(__file__).parents[2] / "questionnaires" / name
    compiled = loader.load({"questionnaire.yaml": (folder / "questionnaire.yaml").read_text(encoding="utf-8")})
    times = []
    for _ in range(20):
        start = time.perf_counter()
        walk(compiled, {}, FACTS)
        times.append(time.perf_counter() - start)

    assert min(times) < 0.002  # 0.2 ms measured; the margin is for slow machines
