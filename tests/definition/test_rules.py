"""Right and wrong rules: what each wrong one is told, and at which place in the rule."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surveyapp.definition.path import Facts
from surveyapp.definition.rules.engine import MISSING
from tests.world.small_rules import FACTS, ValueBindings, is_asked, rule_of, rule_problems, worked_out

RIGHT = [
    "had == yes_no.yes",
    "had == had.dont_know",
    "main == main.import || main == area.export",
    "area.export in areas",
    "areas.exists(a, a == area.import)",
    "areas.all(a, a == area.all)",
    "ranked[0] == area.import",
    "count(areas) > 2",
    "n in [1, 2, 3]",
    "n > .5 && n < 2.5e3 && n != -7",
    "year(d) > 2000 && year > 2000",
    't.matches("[0-9]+") && words(t) < 20 && length(t) > 3',
    '"abc".startsWith(t) && (t + "x").contains("y")',
    'd > date("2014-12-24") && d <= today',
    "months_between(stay.from, stay.to) > 6",
    "or_else(stay.to, today) > d",
    "answered(stay.to) || answered(sources) || answered(g.x)",
    "or_else(n, or_else(year, 1)) > 3",
    "state.FRA in picked && participant.code != state.FRA",
    "agreed == consent.given",
    "g.x == area.import && g.y == g.columns.export",
    "figures.x.cost > figures.x.paid",
    "count(acts) > 1 && sum(acts.cost) > 1000 && acts.kind.exists(k, k == kind.import)",
    "participant.region == region.africa && participant.treaty_status == treaty_status.signatory",
    "participant.kind == participant_kind.organisation",
    "n > 3 // more than a few\n && had == yes_no.yes",
]


@pytest.mark.parametrize("rule", RIGHT)
def test_a_right_rule_has_no_problem(rule: str) -> None:
    assert rule_problems(rule) == []


WRONG = [
    # rule, line:column, kind, part of the message, part of the remedy
    ("hda == yes_no.yes", "1:1", "unknown-code", "no question or list `hda`", "`had`"),
    ("n > 3 &&\n  hda == yes_no.yes", "2:3", "unknown-code", "`hda`", "`had`"),
    ("n > 3 && (n > 4 || nowhere > 5)", "1:20", "unknown-code", "`nowhere`", "asked before"),
    ("answered(nn)", "1:10", "unknown-code", "no question `nn`", "`n`"),
    ("had == yes", "1:8", "unknown-code", "`yes`", "`yes_no.yes`"),
    ("n > 3 and n < 5", "1:7", "unknown-code", "`and`", "`&&`"),
    ("n > 1 # many", "1:9", "unknown-code", "`many`", "`//`"),
    ("yeer(d) > 3", "1:1", "unknown-function", "`yeer`", "`year`"),
    ("had == had.maybe", "1:8", "unknown-choice", "no choice or part `maybe`", "`had."),
    ("main == area.imports", "1:9", "unknown-choice", "`imports`", "`area.import`"),
    ("state.FRX in picked", "1:1", "unknown-choice", "`FRX`", "`state.FRA`"),
    ("participant.regon == region.asia", "1:1", "unknown-choice", "`regon`", "`participant.region`"),
    ("g.z == area.import", "1:1", "unknown-choice", "`z`", "`g."),
    ("g == area.import", "1:1", "unknown-choice", "`g` alone", "`g.x`"),
    ("stay < today", "1:1", "unknown-choice", "`stay` alone", "`stay.from`"),
    ("had == region.africa", "1:5", "wrong-type", "a choice of `yes_no` and a choice of `region`", "its own list"),
    ('had == "yes"', "1:5", "wrong-type", "a choice of `yes_no` and a text", "without quotation marks"),
    ("areas == area.import", "1:7", "wrong-type", "several values", "`list.choice in code`"),
    ('n > "3"', "1:3", "wrong-type", "a number and a text", "of one kind"),
    ('1 + 22 > n && d > "2024-01-01"', "1:17", "wrong-type", "a date and a text", 'date("2024-12-24")'),
    ("!n", "1:1", "wrong-type", "`!` cannot be used with a number", "!(code > 3)"),
    ("size(areas) > 2", "1:13", "wrong-type", "a whole number and a number", "`count(…)`"),
    ("year(n) > 3", "1:5", "wrong-type", "`year`", "with a date"),
    ("year(d, d) > 3", "1:5", "wrong-type", "`year`", "`year(code)`"),
    ("sum(acts.kind) > 5", "1:4", "wrong-type", "`sum`", "several numbers"),
    ("sources == t", "1:1", "wrong-type", "no single value", "`answered(sources)`"),
    ("or_else(n, t) > 1", "1:1", "wrong-type", "`or_else` gives a number or a text", "of one kind"),
    ("(n > 3 ? 1 : t) == 1", "1:8", "wrong-type", "`? :` gives a number or a text", "of one kind"),
    ("n ? true : false", "1:3", "wrong-type", "not a number", "before the `?`"),
    ("n", "1:1", "rule-result", "gives a number, not true or false", "compare it"),
    ("had", "1:1", "rule-result", "gives a choice of `yes_no`", "`answered(code)`"),
    ("areas", "1:1", "rule-result", "several values", "compare it"),
    ("n = 3", "1:3", "rule-syntax", "sign out of place", "`==`"),
    ("n +", "1:4", "rule-syntax", "not complete", "brackets"),
    ("n > 3)", "1:6", "rule-syntax", "sign out of place", "brackets"),
    ("n > 10 && 12 13", "1:14", "rule-syntax", "sign out of place", "brackets"),
    ("answered(n + 1)", "1:1", "rule-syntax", "one question's code", "`answered(code)`"),
    ("n > 3 && answered(n, t)", "1:10", "rule-syntax", "one question's code", "`answered(code)`"),
    ("or_else(n) > 1", "1:1", "rule-syntax", "value to use instead", "`or_else(code, 0)`"),
    ("answered(", "1:1", "rule-syntax", "one question's code", "`answered(code)`"),
    ("kind == area.import", "1:1", "inside-repeat", "once per item of `acts`", "`acts.kind`"),
    ("answered(kind)", "1:10", "inside-repeat", "once per item of `acts`", "`answered(acts.kind)`"),
    ("areas.exists(had, had == area.import)", "1:14", "hidden-name", "`had` is the code", "`one_had`"),
    ("later == yes_no.yes", "1:1", "look-ahead", "`later` is not asked before", "look back"),
    ("n > 3 && answered(later)", "1:19", "look-ahead", "`later`", "look back"),
    ("asked == t", "1:1", "look-ahead", "`asked`", "look back"),
    ("ahead > 1", "1:1", "look-ahead", "`ahead` is worked out from `later`", "look back"),
    ('d > date("2024-13-01")', "1:10", "bad-date", '"2024-13-01" is not a date', "year, month and day"),
    ('t.matches("[")', "1:11", "bad-pattern", "not a pattern", "brackets"),
    ("1 > 2", "1:1", "never-asked", "`asked` can never be on path", "change the rule"),
]


@pytest.mark.parametrize(("rule", "place", "kind", "message", "remedy"), WRONG)
def test_a_wrong_rule_is_told_what_is_wrong_where_and_what_to_do(
    rule: str, place: str, kind: str, message: str, remedy: str
) -> None:
    (problem,) = rule_problems(rule)

    assert (f"{problem.line}:{problem.column}", problem.kind) == (place, kind)
    assert message in problem.message
    assert remedy in problem.remedy
    assert problem.loc[-1] == "relevant"


def test_all_mistakes_of_a_rule_are_reported_at_once() -> None:
    faults = rule_problems("hda == yes_no.yes && main == area.imports &&\n answered(nn)")

    assert [(fault.line, fault.column, fault.kind) for fault in sorted(faults, key=lambda f: (f.line, f.column))] == [
        (1, 1, "unknown-code"),
        (1, 30, "unknown-choice"),
        (2, 11, "unknown-code"),
    ]


def test_wrong_types_are_all_reported_and_places_hold_after_rewritten_numbers() -> None:
    faults = rule_problems('1 + 2 > 3 && n == "a" || or_else(n, 10) > 20 && d == 5')

    assert [(fault.column, fault.kind) for fault in faults] == [(16, "wrong-type"), (51, "wrong-type")]


@pytest.mark.parametrize(
    ("rule", "answers", "expected"),
    [
        ("had == yes_no.yes", {}, False),
        ("had == yes_no.yes", {"had": "yes"}, True),
        ("had != yes_no.yes", {}, False),  # unanswered is neither
        ("had == yes_no.yes || n > 3", {"n": 4}, True),
        ("had == yes_no.yes && n > 3", {"n": 4}, False),
        ("main == main.import", {"main": {"choice": "import", "detail": "x"}}, True),
        ("area.export in areas", {"areas": {"choices": ["import", "export"]}}, True),
        ("count(areas) == 2", {"areas": {"choices": ["import", "export"]}}, True),
        ("areas.all(a, a == area.all)", {"areas": {"choices": ["all"]}}, True),
        ("areas.all(a, a == area.all)", {"areas": {"choices": ["import", "all"]}}, False),
        ("ranked[0] == area.export", {"ranked": ["export", "import"]}, True),
        ("ranked[2] == area.export", {"ranked": ["export", "import"]}, False),
        ("n in [1, 2]", {"n": 2}, True),
        ("n / 2 == 1.5", {"n": 3}, True),
        ("year(d) == year", {"d": "2024-02-29", "year": 2024}, True),
        ("year > 2000", {"year": 2001}, True),
        ('d < date("2024-03-01") && d < today', {"d": "2024-02-29"}, True),
        ("days_between(d, today) == 1", {"d": "2026-11-22"}, True),
        ("months_between(stay.from, stay.to) == 11", {"stay": {"from": "2024-01-31", "to": "2024-12-31"}}, True),
        ("stay.to > stay.from", {"stay": {"from": "2024-01-31"}}, False),
        ("or_else(stay.to, today) == today", {"stay": {"from": "2024-01-31"}}, True),
        ("answered(stay.to)", {"stay": {"from": "2024-01-31"}}, False),
        ("answered(sources)", {"sources": [{"url": "https://example.org", "title": "A"}]}, True),
        ("!answered(sources)", {}, True),
        ("state.FRA in picked", {"picked": ["DEU", "FRA"]}, True),
        ("participant.code in picked", {"picked": ["DEU", "FRA"]}, True),
        ("agreed == agreed.refused", {"agreed": "refused"}, True),
        ("g.x == area.import", {"g": {"x": "import"}}, True),
        ("g.y == area.import", {"g": {"x": "import"}}, False),
        ("figures.x.cost > 2", {"figures": {"x": {"cost": 2.5}}}, True),
        ('length(t) == 2 && t == "né"', {"t": "né"}, True),
        ("words(t) == 3", {"t": " one  two three"}, True),
        ("count(acts) == 2", {"acts": ["aaaaaa", "bbbbbb"]}, True),
        ("sum(acts.cost) == 0.3", {"acts": ["aaaaaa", "bbbbbb"], "acts/aaaaaa/cost": 0.1, "acts/bbbbbb/cost": 0.2}, True),
        ("acts.cost.exists(c, c > 5)", {"acts": ["aaaaaa"], "acts/aaaaaa/cost": 6, "acts/gone00/cost": 1}, True),
        ("count(acts.cost) == 1", {"acts": ["aaaaaa"], "acts/aaaaaa/cost": 6, "acts/gone00/cost": 1}, True),
        ("participant.treaty_status == treaty_status.state_party", {}, True),
        ("participant.region == region.asia", {}, False),
    ],
)  # fmt: skip
def test_a_rule_gives_what_its_author_means(rule: str, answers: dict[str, Any], expected: bool) -> None:
    assert is_asked(rule, answers) is expected


def test_an_unknown_fact_of_the_participant_makes_a_comparison_false_both_ways() -> None:
    nobody = Facts(today=datetime.date(2026, 1, 1))

    assert not is_asked("participant.region == region.asia", {}, nobody)
    assert not is_asked("participant.region != region.asia", {}, nobody)
    assert is_asked("participant.region != region.asia", {}, FACTS)


@pytest.mark.parametrize(
    ("formula", "answers", "expected"),
    [
        ("n * 2", {"n": 21}, 42),
        ("n * 2", {}, None),
        ("or_else(n, 0) + or_else(year, 0)", {"year": 5}, 5),
        ("n / 0", {"n": 1}, None),  # infinity is no figure
        ("(n - n) / 0", {"n": 1}, None),
        ("n / 2", {"n": 5}, 3),  # no decimals: half up, not to the even neighbour
        ("n / 2", {"n": -5}, -3),
        ("count(areas) + count(acts)", {"areas": {"choices": ["all"]}, "acts": ["aaaaaa"]}, 2),
    ],
)
def test_a_calculation_has_a_value_only_if_all_it_needs_is_there(
    formula: str, answers: dict[str, Any], expected: float | None
) -> None:
    assert worked_out(formula, answers) == expected


def test_a_calculation_may_give_a_text_or_a_yes() -> None:
    assert worked_out('t + "!"', {"t": "a"}, "text") == "a!"
    assert worked_out("n > 3 ? yes_no.yes : yes_no.no", {"n": 4}, "yes_no") == "yes"


def test_a_rule_names_the_questions_it_depends_on() -> None:
    rule = rule_of('had == yes_no.yes && "n > 3" != t && answered(stay.to) && or_else(year, 1) > 2 // main\n')

    assert rule.needs == {"had", "t", "stay", "year"}


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)
MIXED = [rule_of(source) for source in RIGHT]
READ = sorted({name for rule in MIXED for name, _ in rule.reads})


@settings(max_examples=60, deadline=None)
@given(st.dictionaries(st.sampled_from(READ), json_values))
def test_evaluation_never_raises_whatever_is_bound(values: dict[str, Any]) -> None:
    for rule in MIXED:
        assert rule.evaluate(ValueBindings(values)) in (True, False, MISSING)
