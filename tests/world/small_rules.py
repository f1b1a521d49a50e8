"""Small questionnaires and their paths, for the tests of rules."""

from __future__ import annotations

import datetime
import json
from typing import Any

from surveyapp.definition import loader
from surveyapp.definition.compiled import Compiled
from surveyapp.definition.path import Facts, Path, walk
from surveyapp.definition.rules.engine import MISSING, Rule, RuleProblem
from surveyapp.definition.rules.rule_names import Name
from surveyapp.definition.rules.rule_set import compile_rules
from surveyapp.definition.source import source_files
from tests.world.questionnaires import questionnaire

FACTS = Facts("state", "FRA", "europe", "western_europe", "state_party", datetime.date(2026, 11, 23))

#: one question of each kind that a rule can look at
LISTS = "area: [{code: import, label: I}, {code: export, label: E}, {code: all, label: A}]"
EVERYTHING = """\
- {code: had, type: yes_no, label: L, dont_know: true}
- {code: main, type: single_choice, label: L, choices: area}
- {code: areas, type: multiple_choice, label: L, choices: area}
- {code: ranked, type: ranking, label: L, choices: area}
- {code: n, type: integer, label: L}
- {code: year, type: year, label: L}
- {code: t, type: short_text, label: L}
- {code: d, type: date, label: L}
- {code: stay, type: period, label: L, open_ended: true}
- {code: picked, type: states, label: L}
- {code: agreed, type: consent, label: L}
- {code: sources, type: links, label: L}
- {code: g, type: grid, label: L, rows: [{code: x, label: X}, {code: y, label: Y}], columns: area}
- code: figures
  type: grid
  label: L
  cell: number
  rows: [{code: x, label: X}]
  columns: [{code: in, label: A}, {code: cost, label: B}]
- code: acts
  type: repeat
  label: L
  item_label: Act
  items: [{code: kind, type: single_choice, label: L, choices: area}, {code: cost, type: number, label: L}]
- {code: probe, type: calculation, label: L, result: RESULT, formula: FORMULA}
- {code: asked, type: short_text, label: L, relevant: RULE}
- {code: later, type: yes_no, label: L}
- {code: ahead, type: calculation, label: L, formula: "later == yes_no.yes ? 2 : 0"}
"""


def everything(rule: str = "true", formula: str = "1", result: str = "number") -> str:
    items = EVERYTHING.replace("RULE", _quoted(rule)).replace("FORMULA", _quoted(formula)).replace("RESULT", result)
    return questionnaire(items.replace("{code: in, label: A}", "{code: paid, label: A}"), lists=LISTS)


def _quoted(rule: str) -> str:
    return json.dumps(rule, ensure_ascii=False)


def rule_problems(rule: str) -> list[RuleProblem]:
    """What is wrong with a `relevant` that stands after one question of each kind."""
    return compile_rules(source_files.parse({"questionnaire.yaml": everything(rule)}))[1]


def compiled_from(items: str, *, lists: str = "") -> Compiled:
    return loader.load({"questionnaire.yaml": questionnaire(items, lists=lists)})


def path_of(items: str, answers: dict[str, Any], *, lists: str = "", facts: Facts = FACTS) -> Path:
    return walk(compiled_from(items, lists=lists), answers, facts)


def is_asked(rule: str, answers: dict[str, Any], facts: Facts = FACTS) -> bool:
    """Does the rule hold after these answers to the questionnaire of one question of each kind?"""
    compiled = loader.load({"questionnaire.yaml": everything(rule)})
    return "asked" in walk(compiled, answers, facts).on_path


def worked_out(formula: str, answers: dict[str, Any], result: str = "number") -> Any:
    """What a calculation gives; None where it has no value."""
    compiled = loader.load({"questionnaire.yaml": everything(formula=formula, result=result)})
    return walk(compiled, answers, FACTS).calculated.get("probe")


class ValueBindings:
    """Bindings straight from a mapping of names."""

    def __init__(self, values: dict[str, Any]) -> None:
        self.values = values

    def value(self, name: str, meaning: Name) -> Any:
        return self.values.get(name, MISSING)

    def answered(self, code: str) -> bool:
        return code in self.values


def rule_of(source: str) -> Rule:
    rules, problems = compile_rules(source_files.parse({"questionnaire.yaml": everything(source)}))
    assert not problems, problems
    return rules.relevant["asked"]
