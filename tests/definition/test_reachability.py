"""What no answers lead to is found; what cannot be judged is left alone."""

from __future__ import annotations

import pytest

from tests.world.questionnaires import kinds_in, problems_in

ASKED = """\
- {code: had, type: yes_no, label: L}
- {code: main, type: single_choice, label: L, choices: [{code: a, label: A}, {code: b, label: B}]}
- {code: few, type: multiple_choice, label: L, choices: [{code: a, label: A}, {code: b, label: B}]}
- {code: order, type: ranking, label: L, choices: [{code: a, label: A}, {code: b, label: B}]}
- {code: small, type: integer, label: L, min: 0, max: 10}
- {code: big, type: integer, label: L, min: 1}
- {code: share, type: percentage, label: L, decimals: 1}
- {code: t, type: short_text, label: L}
- {code: d, type: date, label: L}
- {code: child, type: yes_no, label: L, relevant: had == yes_no.yes}
- {code: sum_of, type: calculation, label: L, formula: "small + or_else(big, 0)"}
- code: acts
  type: repeat
  label: L
  item_label: I
  items: [{code: kind, type: yes_no, label: L}, {code: cost, type: number, label: L}]
"""


def verdict(rule: str) -> list[str]:
    return kinds_in(ASKED + f"- {{code: q, type: yes_no, label: Q, relevant: '{rule}'}}")


@pytest.mark.parametrize(
    "rule",
    [
        "1 > 2",
        "had == yes_no.yes && had == yes_no.no",
        "had == yes_no.dont_know",  # not one of the answers it offers
        "child == yes_no.yes && had == yes_no.no",  # off path whenever the other half holds
        "answered(child) && !answered(had)",
        "!answered(had) && had != yes_no.yes",
        "main == main.a && main != main.a",
        "count(few) > 2",
        "few.exists(x, x == few.a) && !(few.a in few)",
        "order[0] == order.a && order[1] == order.a",
        "small > 10",
        "small > 3 && small < 4",
        "small * 2 == 5",
        "big < 1",
        "big > 5 && big <= 5",
        "5 < big && big < 6",
        "share > 99.9 && share < 100",
        "share > 100",
        "answered(t) && !answered(t)",
        "participant.region == region.africa && participant.region == region.asia",
    ],
)
def test_a_rule_that_no_answers_make_true_is_a_problem(rule: str) -> None:
    assert verdict(rule) == ["never-asked"]


@pytest.mark.parametrize(
    "rule",
    [
        "had == yes_no.yes",
        "!answered(had)",
        "answered(child) && child == yes_no.no",
        "count(few) == 2 && few.b in few",
        "order[0] == order.b",
        "small == 7",
        "small * 2 == 6",
        "big > 1000000",
        "big > 5 && big < 7",
        "share > 99.8 && share < 100",
        "participant.treaty_status == treaty_status.signatory || participant.kind == participant_kind.organisation",
        "answered(t) && answered(d)",
        "answered(acts) || had == yes_no.yes",
    ],
)
def test_a_rule_that_some_answers_make_true_is_none(rule: str) -> None:
    assert verdict(rule) == []


@pytest.mark.parametrize(
    "rule",
    [
        't == "a" && t == "b"',
        'd > date("2024-01-01") && d < date("2023-01-01")',
        "big * 2 == 5",
        "or_else(big, 3) > 3 && big < 3",
        "big != big",
        "sum_of > 10 && sum_of < 5",
        "count(acts) > 3 && count(acts) < 2",
        "sum(acts.cost) > 3 && sum(acts.cost) < 2",
        "today != today",
    ],
)
def test_what_cannot_be_gone_through_answer_by_answer_is_left_alone(rule: str) -> None:
    assert verdict(rule) == []


def test_only_the_outermost_of_what_is_never_asked_is_reported() -> None:
    problems = problems_in("""
        - {code: had, type: yes_no, label: L}
        - code: sub
          type: subsection
          title: T
          relevant: had == yes_no.yes && had == yes_no.no
          items:
          - {code: a, type: yes_no, label: L, relevant: had == yes_no.yes}
          - {code: b, type: yes_no, label: L, relevant: a == yes_no.yes}
    """)

    assert [(problem.kind, problem.line, problem.column) for problem in problems] == [("never-asked", 15, 15)]


def test_a_question_that_hangs_on_one_that_is_never_asked_is_reported_too() -> None:
    kinds = kinds_in("""
        - {code: had, type: yes_no, label: L}
        - {code: a, type: yes_no, label: L, relevant: had == yes_no.yes && had == yes_no.no}
        - {code: b, type: yes_no, label: L, relevant: a == yes_no.yes}
    """)

    assert kinds == ["never-asked", "never-asked"]


def test_a_question_inside_a_repeat_is_judged_within_its_item() -> None:
    inside = """
        - {code: had, type: yes_no, label: L}
        - code: acts
          type: repeat
          label: L
          item_label: I
          relevant: had == yes_no.yes
          items:
          - {code: kind, type: yes_no, label: L}
          - {code: why, type: yes_no, label: L, relevant: "RULE"}
    """

    assert kinds_in(inside.replace("RULE", "kind == yes_no.yes && had == yes_no.yes")) == []
    assert kinds_in(inside.replace("RULE", "kind == yes_no.yes && had == yes_no.no")) == ["never-asked"]


FILTER = "- {code: had, type: yes_no, label: L}\n- {code: p, type: yes_no, label: L, relevant: had == yes_no.yes}\n"


def test_a_choice_that_is_never_offered_is_a_problem_at_its_filter() -> None:
    (problem,) = problems_in(
        FILTER
        + "- code: q\n  type: single_choice\n  label: L\n  relevant: had == yes_no.no\n  choices:\n"
        + "  - {code: a, label: A}\n  - {code: b, label: B, relevant: p == yes_no.yes}"
    )

    assert (problem.kind, problem.line, problem.column) == ("never-offered", 19, 37)


def test_a_choice_of_a_shared_list_need_only_be_offered_somewhere() -> None:
    lists = "area: [{code: a, label: A}, {code: b, label: B, relevant: had == yes_no.yes}]"
    never = "- {code: q, type: single_choice, label: L, choices: area, relevant: had == yes_no.no}\n"
    once = "- {code: r, type: single_choice, label: L, choices: area}\n"

    assert kinds_in(FILTER + never, lists=lists) == ["never-offered"]
    assert kinds_in(FILTER + never + once, lists=lists) == []


CYCLES = [
    "- {code: a, type: calculation, label: L, formula: a + 1}",
    "- {code: a, type: calculation, label: L, formula: b}\n- {code: b, type: calculation, label: L, formula: a}",
    """\
- code: acts
  type: repeat
  label: L
  item_label: I
  items: [{code: one, type: calculation, label: L, formula: whole + 1}]
- {code: whole, type: calculation, label: L, formula: sum(acts.one)}""",
]


@pytest.mark.parametrize("items", CYCLES)
def test_calculations_in_a_circle_are_a_problem_that_names_them(items: str) -> None:
    (problem,) = problems_in("- {code: had, type: yes_no, label: L}\n" + items)

    assert problem.kind == "cycle"
    assert "→" in problem.message


def test_a_circle_through_a_relevance_is_found() -> None:
    (problem,) = problems_in("""
        - {code: n, type: integer, label: L, relevant: whole > 3}
        - {code: whole, type: calculation, label: L, formula: "answered(n) ? 5 : 4"}
    """)[:1]

    assert problem.kind in ("cycle", "look-ahead")


def test_grids_cannot_be_filtered_not_even_through_a_shared_list() -> None:
    lists = "area: [{code: a, label: A}, {code: b, label: B, relevant: had == yes_no.yes}]"
    grid = "- {code: g, type: grid, label: L, rows: area, columns: [{code: x, label: X}]}"

    assert kinds_in(FILTER + grid, lists=lists) == ["grid-filter"]


def test_a_reserved_code_does_not_spoil_the_rules_of_others() -> None:
    assert kinds_in(
        "- {code: double, type: integer, label: L}\n- {code: n, type: integer, label: L}\n"
        "- {code: q, type: yes_no, label: Q, relevant: n > 3}\n- {code: r, type: yes_no, label: Q, relevant: double > 3}"
    ) == ["reserved-code"]
