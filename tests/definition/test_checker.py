"""Each mistake an author can make: its kind, its place, and what it says."""

from __future__ import annotations

import pytest

from surveyapp.definition import loader
from surveyapp.definition.problems import format_problem
from tests.world.questionnaires import HEAD, kinds_in, problems_in, questionnaire

ASKED = "- {code: q, type: yes_no, label: Q}\n"


def test_a_valid_questionnaire_has_no_problems(example: dict[str, str]) -> None:
    assert loader.check(example) == []


GRAMMAR = [
    ("unknown-type", "- {code: q, type: short_txt, label: L}", "Did you mean `short_text`?"),
    ("unknown-type", "- {code: q, type: select_one, label: L}", "Did you mean `single_choice`?"),
    ("unknown-key", "- {code: q, type: yes_no, label: L, dontknow: true}", "Did you mean `dont_know`?"),
    ("unknown-key", "- {code: q, type: yes_no, label: L, required: true}", "Did you mean `need`?"),
    ("missing-key", "- {code: q, type: yes_no}", "Add `label:`."),
    ("missing-key", "- {code: q, label: L}", "Add `type:`"),
    ("bad-code", "- {code: Q 1, type: yes_no, label: L}", "for example `q_1`"),
    ("bad-value", "- {code: q, type: yes_no, label: 5}", "double quotes"),
    ("bad-value", "- {code: q, type: yes_no, label: L, need: requird}", "Did you mean `required`?"),
    ("bad-value", "- {code: q, type: integer, label: L, min: some}", "Write a whole number."),
    ("bad-value", "- {code: q, type: date, label: L, min: 2024-13-01}", "2024-12-24"),
    ("bad-value", "- {code: q, type: date, label: L, min: 86400}", "2024-12-24"),
    ("bad-value", "- {code: q, type: month, label: L, min: 2024-13}", "2024-12"),
    ("bad-value", "- {code: q, type: yes_no, label: L, dont_know: perhaps}", "true or false"),
    ("bad-value", "- {code: q, type: single_choice, label: L, choices: 5}", "Name a choice list"),
    ("empty", "- {code: q, type: single_choice, label: L, choices: []}", "at least one"),
    ("empty", "- {code: q, type: yes_no, label: }", "Write the text"),
    ("out-of-bounds", "- {code: q, type: integer, label: L, step: 0}", "at least 1"),
    (
        "misplaced",
        "- {code: q, type: repeat, label: L, item_label: I, items: [{code: r, type: repeat}]}",
        "Move it out",
    ),
]


@pytest.mark.parametrize(("kind", "item", "remedy"), GRAMMAR)
def test_a_mistake_in_the_grammar_is_told_in_plain_words_with_a_remedy(kind: str, item: str, remedy: str) -> None:
    (problem,) = problems_in(item)

    assert problem.kind == kind
    assert remedy in problem.remedy
    assert problem.line == 11


A, B = "{code: a, label: A}", "{code: b, label: B}"
EXCLUSIVE, DETAIL = "{code: a, label: A, exclusive: true}", "{code: a, label: A, detail: {label: D}}"
REPEAT = "- {code: q, type: repeat, label: Q, item_label: I, item_title: r, items: [{code: t, type: year, label: T}]}"
STRUCTURE = [
    ("duplicate-code", ASKED + "- {code: q, type: yes_no, label: Q}"),
    ("duplicate-code", "- {code: s, type: yes_no, label: the section has this code}"),
    ("reserved-code", "- {code: today, type: yes_no, label: Q}"),
    ("reserved-code", "- {code: q, type: single_choice, label: Q, choices: [{code: in, label: In}]}"),
    ("duplicate-choice", f"- {{code: q, type: single_choice, label: Q, choices: [{A}, {A}]}}"),
    ("unknown-list", "- {code: q, type: single_choice, label: Q, choices: area}"),
    ("pointless", f"- {{code: q, type: ranking, label: Q, choices: [{EXCLUSIVE}, {B}]}}"),
    ("pointless", f"- {{code: q, type: ranking, label: Q, choices: [{DETAIL}, {B}]}}"),
    ("bad-bounds", f"- {{code: q, type: multiple_choice, label: Q, least: 2, most: 1, choices: [{A}, {B}]}}"),
    ("bad-bounds", f"- {{code: q, type: multiple_choice, label: Q, most: 3, choices: [{A}]}}"),
    ("bad-bounds", "- {code: q, type: integer, label: Q, min: 5, max: 4}"),
    ("bad-bounds", "- {code: q, type: integer, label: Q, min: 5, max: 6, step: 2}"),
    ("bad-bounds", "- {code: q, type: number, label: Q, step: 0.25, decimals: 1}"),
    ("bad-bounds", "- {code: q, type: number, label: Q, max: 1e309}"),
    ("bad-bounds", "- {code: q, type: period, label: Q, min: 2024-01-01, max: 2023-01-01}"),
    ("bad-bounds", "- {code: q, type: scale, label: Q, min: 5, low_label: L, high_label: H}"),
    ("bad-bounds", "- {code: q, type: contact, label: Q, ask: [name], required_parts: [email]}"),
    ("bad-bounds", "- {code: q, type: yes_no, label: Q, handling: {default: public, loosest: co_chairs}}"),
    ("bad-bounds", "- {code: q, type: yes_no, label: Q, handling: {loosest: secretariat, tightest: public}}"),
    ("bad-bounds", "- {code: q, type: states, label: Q, regions: [oceania], least: 100}"),
    ("pointless", f"- {{code: q, type: grid, label: Q, min: 1, rows: [{A}], columns: [{B}]}}"),
    ("unknown-region", "- {code: q, type: state, label: Q, regions: [africka]}"),
    ("bad-item-title", REPEAT),
    ("no-question", "- {code: n, type: note, text: Nothing is asked.}"),
    ("markdown", "- {code: q, type: yes_no, label: <b>Q</b>}"),
    ("markdown", "- {code: q, type: yes_no, label: 'See [this](javascript:alert)'}"),
    ("markdown", "- {code: q, type: yes_no, label: '![A picture](https://example.org/a.png)'}"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "items"), STRUCTURE)
def test_parts_that_do_not_fit_together_are_found(kind: str, items: str) -> None:
    assert kinds_in(items) == [kind]


PIPES = [
    ("unknown-pipe", '- {code: q, type: yes_no, label: "{{ other }}"}'),
    ("unknown-pipe", '- {code: q, type: yes_no, label: "{{ s }}"}'),
    ("early-pipe", '- {code: p, type: yes_no, label: "{{ q }}"}\n' + ASKED),
    ("early-pipe", '- {code: q, type: yes_no, label: "{{ q }}"}'),
    ("bad-pipe", ASKED + '- {code: p, type: yes_no, label: "{{ q "}'),
    ("bad-pipe", ASKED + '- {code: p, type: yes_no, label: "{{ q || x }}"}'),
    ("bad-pipe", ASKED + '- {code: p, type: scale, label: L, high_label: H, low_label: "{{ q }}"}'),
    (
        "bad-pipe",
        (
            "- {code: r, type: repeat, label: R, item_label: I, items: [{code: t, type: year, label: T}]}\n"
            '- {code: q, type: yes_no, label: "{{ t }}"}'
        ),
    ),
    ("bad-pipe", '- {code: l, type: links, label: L}\n- {code: q, type: yes_no, label: "{{ l }}"}'),
]


@pytest.mark.parametrize(("kind", "items"), PIPES)
def test_a_pipe_must_name_what_is_asked_before(kind: str, items: str) -> None:
    assert kinds_in(items) == [kind]


def test_a_pipe_may_name_an_earlier_question_a_calculation_or_one_of_its_own_item() -> None:
    assert kinds_in("""
        - {code: q, type: year, label: Q}
        - {code: p, type: yes_no, label: "{{ q }} {{ total | nothing }}"}
        - code: r
          type: repeat
          label: "{{ q }}"
          item_label: "Law of {{ q }}"
          items: [{code: t, type: year, label: T}, {code: u, type: year, label: "After {{ t | that }} and {{ q }}"}]
        - {code: total, type: calculation, label: Total, formula: count(r)}
    """) == []  # fmt: skip


def test_a_duplicate_code_names_both_places() -> None:
    (problem,) = problems_in(ASKED + ASKED)

    assert (problem.line, problem.column) == (12, 12)
    assert "line 11" in problem.message


def test_a_list_that_nobody_uses_is_a_problem() -> None:
    (problem,) = problems_in(ASKED, lists="area: [{code: a, label: A}]")

    assert (problem.kind, problem.line) == ("unused-list", 8)


def test_a_shared_list_may_have_an_exclusive_choice_for_one_of_its_questions() -> None:
    lists = "area: [{code: a, label: A}, {code: b, label: B, exclusive: true}]"
    single = "- {code: p, type: single_choice, label: P, choices: area}\n"

    assert kinds_in(single, lists=lists) == ["pointless"]
    assert kinds_in(single + "- {code: m, type: multiple_choice, label: M, choices: area}", lists=lists) == []


def test_a_mistake_in_a_rule_is_shown_where_it_stands_in_the_file() -> None:
    (plain,) = problems_in(ASKED + "- {code: p, type: yes_no, label: P, relevant: qq == yes_no.yes}")
    assert (plain.kind, plain.line, plain.column) == ("unknown-code", 12, 49)

    (quoted,) = problems_in(ASKED + '- {code: p, type: yes_no, label: P, relevant: "qq == yes_no.yes"}')
    assert (quoted.line, quoted.column) == (12, 50)

    (block,) = problems_in(
        ASKED + "- code: p\n  type: yes_no\n  label: P\n  relevant: |\n    true &&\n    qq == yes_no.yes"
    )
    assert (block.line, block.column) == (17, 7)


def test_all_problems_are_reported_at_once_even_when_the_grammar_is_wrong_too() -> None:
    problems = problems_in("""
        - {code: q, type: yes_no, lable: Q}
        - {code: q, type: yes_no, label: Q}
        - {code: p, type: short_text, label: "{{ nobody }}", need: requird}
        - {code: c, type: single_choice, label: C, choices: area}
        - {code: o, type: integer, label: O, min: 3, max: 1}
    """)

    expected = {
        "unknown-key",
        "missing-key",
        "duplicate-code",
        "unknown-pipe",
        "bad-value",
        "unknown-list",
        "bad-bounds",
    }
    assert {problem.kind for problem in problems} == expected
    assert sorted(problems) == problems


def test_a_part_that_cannot_be_read_raises_no_second_problem_elsewhere() -> None:
    kinds = kinds_in("""
        - {code: q, type: yesno, label: Q}
        - {code: p, type: year, label: "{{ q }}", relevant: q == yes_no.yes}
    """)

    assert kinds == ["unknown-type"]


def test_a_problem_is_one_line_with_file_line_and_column() -> None:
    (problem,) = problems_in("- {code: q, type: yes_no}")

    assert format_problem(problem) == "questionnaire.yaml:11:5: `q` has no `label`. — Add `label:`."


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (HEAD + "audience: {kinds: []}\n", "empty"),
        (HEAD + "handling: {default: public, loosest: co_chairs}\n", "bad-bounds"),
        (HEAD + "title: Twice\n", "duplicate-key"),
        (HEAD.replace("version: 1", "version: 0"), "out-of-bounds"),
        (HEAD.replace("questionnaire: test", "questionnaire: Test_1"), "bad-code"),
        (HEAD.replace("source:", "sources:"), "unknown-key"),
    ],
)
def test_the_head_of_the_file_is_checked(head: str, kind: str) -> None:
    assert kind in kinds_in(ASKED, head=head)


def test_words_that_other_yaml_versions_read_as_truth_values_stay_words() -> None:
    text = questionnaire(
        "- {code: q, type: single_choice, label: No, choices: [{code: no, label: NO}, {code: on, label: On}]}"
    )

    compiled = loader.load({"questionnaire.yaml": text})

    assert compiled.text("q.no.label", "en") == "NO"
    assert compiled.text("q.label", "en") == "No"


def test_a_section_cannot_take_the_address_of_another_page() -> None:
    text = questionnaire(ASKED).replace("code: s\n", "code: review\n")
    problems = [
        problem for problem in loader.check({"questionnaire.yaml": text}) if problem.file == "questionnaire.yaml"
    ]
    assert [problem.kind for problem in problems] == ["reserved-code"]
