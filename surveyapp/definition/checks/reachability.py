"""Rules that can never be true: questions nobody would be asked, choices nobody would be offered.

Exact or silent. The answers that a rule hangs on, directly or through other rules, are gone through one by one with
the walk itself; where they cannot all be listed nothing is said, so there is no false alarm.
"""

from __future__ import annotations

import datetime
import itertools
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from .. import model as m
from ..answer_values import AnswerValue
from ..path import Facts, Walk
from ..questionnaire_layout import AnyItem, Layout
from ..rules.engine import CompiledRules, Loc, Rule
from ..rules.rule_names import FIXED_LISTS
from .answer_domains import MAX_COMBINATIONS, UnlistedError, possible_answers, values_read

MAX_IN_ALL = 200_000  #: combinations for a whole questionnaire, so that a check never takes long
ITEM = "item01"
ANY_ANSWER = "x"  #: for questions of which rules only ask whether they are answered
UNANSWERED = None

#: facts of the participant with few values; None: the fact is not known
FACT_VALUES: dict[str, tuple[str | None, ...]] = {
    "kind": (*FIXED_LISTS["participant_kind"], None),
    "region": (*FIXED_LISTS["region"], None),
    "treaty_status": (*FIXED_LISTS["treaty_status"], None),
}

Finding = tuple[Loc, str, str, str]  #: (place, kind, message, remedy)


@dataclass(frozen=True)
class _Version:
    """What the walk needs of a compiled version."""

    questionnaire: m.Questionnaire
    layout: Layout
    rules: CompiledRules

    def choices(self, question: AnyItem) -> tuple[m.Choice, ...]:
        return self.layout.choices(question)

    def rows(self, grid: m.Grid) -> tuple[m.Choice, ...]:
        return self.layout.listed(grid.rows)


@dataclass
class _Closure:
    """All that the truth of some rules hangs on."""

    rules: list[Rule] = field(default_factory=list)
    codes: set[str] = field(default_factory=set)  #: questions and calculations met
    asked_of: set[str] = field(default_factory=set)  #: questions whose answer matters

    @property
    def facts(self) -> set[str]:
        return {name.fact for rule in self.rules for _, name in rule.reads if name.fact is not None}

    @property
    def read(self) -> set[str]:
        """Questions whose value is looked at, not only whether there is one."""
        parts = {name.code for rule in self.rules for _, name in rule.answered if name is not None}
        return {need for rule in self.rules for need in values_read(rule)} | {code for code in parts if code}


def unreachable_findings(
    layout: Layout, rules: CompiledRules, locs: Mapping[str, Loc], silent: set[str]
) -> Iterator[Finding]:
    """A problem for each section, sub-section, note, question and choice that no answers lead to.

    `silent`: codes with rules that are wrong in other ways; what hangs on them cannot be judged.
    """
    search = _Search(_Version(layout.questionnaire, layout, rules), silent)
    dead: set[str] = set()
    for code in sorted(locs, key=layout.order.__getitem__):
        if layout.parent_of.get(code) in dead:
            dead.add(code)  # the problem is its parent's
        elif code in rules.relevant and search.never_asked(code):
            dead.add(code)
            remedy = "change the rule, or take this out: no answers make it true"
            yield (*locs[code], "relevant"), "never-asked", f"`{code}` can never be on path", remedy
    yield from _choices(layout, rules, locs, search, dead)


def _choices(
    layout: Layout, rules: CompiledRules, locs: Mapping[str, Loc], search: _Search, dead: set[str]
) -> Iterator[Finding]:
    """A choice of a shared list is only reported where none of the questions that use it ever offers it."""
    offered: dict[Loc, bool] = {}
    for code, filters in rules.offered.items():
        question = layout.questions[code]
        source = getattr(question, "choices", ())
        loc: Loc = ("choice_lists", source) if isinstance(source, str) else (*locs[code], "choices")
        for place, choice in enumerate(layout.choices(question)):
            if choice.code in filters:
                where = (*loc, place, "relevant")
                possible = offered.get(where, False) or code in dead or not search.never_offered(code, choice.code)
                offered[where] = possible
    for where, possible in offered.items():
        if not possible:
            message = "this choice can never be offered"
            yield where, "never-offered", message, "change the rule, or take the choice out: no answers make it true"


class _Search:
    def __init__(self, version: _Version, silent: set[str]) -> None:
        self.version = version
        self.layout = version.layout
        self.rules = version.rules
        self.silent = silent
        self.left = MAX_IN_ALL

    def never_asked(self, code: str) -> bool:
        return self._never(code, None)

    def never_offered(self, code: str, choice: str) -> bool:
        return self._never(code, self.rules.offered[code][choice])

    def _never(self, code: str, rule: Rule | None) -> bool:
        prefix = self._prefix(code)
        try:
            for answers, facts in self._combinations(code, rule):
                self.left -= 1
                if self.left < 0:
                    return False
                walk = Walk(self.version, answers, facts)
                if walk.is_asked(code, prefix) and (rule is None or rule.holds(walk.scope(prefix))):
                    return False
        except UnlistedError:
            return False
        return True

    def _prefix(self, code: str) -> str:
        repeat = self.layout.repeat_of.get(code)
        return f"{repeat}/{ITEM}/" if repeat else ""

    def _combinations(self, code: str, rule: Rule | None) -> Iterator[tuple[dict[str, AnswerValue], Facts]]:
        closure = self._closure(code, rule)
        addresses, domains = [], []
        fixed: dict[str, AnswerValue] = {}
        for asked in sorted(closure.asked_of, key=self.layout.order.__getitem__):
            if isinstance(self.layout.questions[asked], m.Repeat):
                raise UnlistedError
            addresses.append(self._prefix(asked) + asked)
            domains.append(self._domain(asked, closure))
        repeat = self.layout.repeat_of.get(code)
        if repeat:
            fixed[repeat] = [ITEM]
        facts = sorted(closure.facts)
        if not set(facts) <= FACT_VALUES.keys():
            raise UnlistedError
        domains += [list(FACT_VALUES[fact]) for fact in facts]
        if math.prod(map(len, domains)) > MAX_COMBINATIONS:
            raise UnlistedError
        day = datetime.date(2000, 1, 1)
        for taken in itertools.product(*domains):
            answers = dict(zip(addresses, taken, strict=False))
            yield fixed | answers, Facts(today=day, **dict(zip(facts, taken[len(addresses) :], strict=True)))

    def _closure(self, code: str, rule: Rule | None) -> _Closure:
        closure = _Closure()
        own_repeat = self.layout.repeat_of.get(code)
        waiting: list[str] = [code]
        if rule is not None:
            closure.rules.append(rule)
            waiting += rule.needs
            closure.asked_of |= rule.needs - self.rules.formulas.keys()
        while waiting:
            held: str | None = waiting.pop()
            while held is not None and held not in closure.codes:
                closure.codes.add(held)
                for needed in (self.rules.relevant.get(held), self.rules.formulas.get(held)):
                    if needed is not None:
                        closure.rules.append(needed)
                        closure.asked_of |= needed.needs - self.rules.formulas.keys()
                        waiting += needed.needs
                held = self.layout.parent_of.get(held)
        if closure.codes & self.silent or any(self._is_elsewhere(other, own_repeat) for other in closure.codes):
            raise UnlistedError
        return closure

    def _is_elsewhere(self, code: str, own_repeat: str | None) -> bool:
        """Inside a repeat of any number of items: a list of answers without bounds."""
        return self.layout.repeat_of.get(code, own_repeat) != own_repeat

    def _domain(self, code: str, closure: _Closure) -> list[AnswerValue]:
        question = self.layout.questions[code]
        if code not in closure.read:
            return [ANY_ANSWER, UNANSWERED]
        return [*possible_answers(self.layout, question, closure.rules), UNANSWERED]
