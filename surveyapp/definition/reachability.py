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
from typing import Any

from . import model as m
from .compiled import AnyItem, Layout
from .path import Facts, Walk
from .rule_names import FIXED_LISTS
from .rule_source import Token, tokens
from .rules import CompiledRules, Loc, Rule

MOST_COMBINATIONS = 20_000
MOST_IN_ALL = 200_000  #: combinations for a whole questionnaire, so that a check never takes long
MOST_WHOLE_NUMBERS = 300  #: a range up to this is gone through number by number
ITEM = "item01"
ANY_ANSWER = "x"  #: for questions of which rules only ask whether they are answered
UNANSWERED = None

#: facts of the participant with few values; None: the fact is not known
FACT_VALUES: dict[str, tuple[str | None, ...]] = {
    "kind": (*FIXED_LISTS["participant_kind"], None),
    "region": (*FIXED_LISTS["region"], None),
    "treaty_status": (*FIXED_LISTS["treaty_status"], None),
}

Found = tuple[Loc, str, str, str]


class UnlistedError(Exception):
    """There are too many possible answers to go through."""


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
        return {need for rule in self.rules for need in _values_read(rule)} | {code for code in parts if code}


def never(layout: Layout, rules: CompiledRules, locs: Mapping[str, Loc], silent: set[str]) -> Iterator[Found]:
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
) -> Iterator[Found]:
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
        self.left = MOST_IN_ALL

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

    def _combinations(self, code: str, rule: Rule | None) -> Iterator[tuple[dict[str, Any], Facts]]:
        closure = self._closure(code, rule)
        addresses, domains = [], []
        fixed: dict[str, Any] = {}
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
        if math.prod(map(len, domains)) > MOST_COMBINATIONS:
            raise UnlistedError
        day = datetime.date(2000, 1, 1)
        for values in itertools.product(*domains):
            answers = dict(zip(addresses, values, strict=False))
            yield fixed | answers, Facts(today=day, **dict(zip(facts, values[len(addresses) :], strict=True)))

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
                for found in (self.rules.relevant.get(held), self.rules.formulas.get(held)):
                    if found is not None:
                        closure.rules.append(found)
                        closure.asked_of |= found.needs - self.rules.formulas.keys()
                        waiting += found.needs
                held = self.layout.parent_of.get(held)
        if closure.codes & self.silent or any(self._is_elsewhere(other, own_repeat) for other in closure.codes):
            raise UnlistedError
        return closure

    def _is_elsewhere(self, code: str, own_repeat: str | None) -> bool:
        """Inside a repeat of any number of items: a list of answers without bounds."""
        return self.layout.repeat_of.get(code, own_repeat) != own_repeat

    def _domain(self, code: str, closure: _Closure) -> list[Any]:
        question = self.layout.questions[code]
        if code not in closure.read:
            return [ANY_ANSWER, UNANSWERED]
        return [*self._values(question, closure), UNANSWERED]

    def _values(self, question: AnyItem, closure: _Closure) -> list[Any]:
        if isinstance(question, m.YesNo):
            open_answers = {"dont_know": question.dont_know, "not_applicable": question.not_applicable}
            return ["yes", "no", *(answer for answer, offered in open_answers.items() if offered)]
        if isinstance(question, m.Consent):
            return list(FIXED_LISTS["consent"])
        if isinstance(question, m.SingleChoice):
            return [{"choice": choice.code} for choice in self.layout.choices(question)]
        if isinstance(question, m.MultipleChoice):
            return [{"choices": taken} for taken in _subsets(self.layout.choices(question))]
        if isinstance(question, m.Ranking):
            return _rankings(self.layout.choices(question))
        if isinstance(question, m.Integer | m.Scale | m.Year | m.Percentage | m.Number):
            return _numbers(question, closure.rules)
        raise UnlistedError


def _values_read(rule: Rule) -> Iterator[str]:
    """`answered(x)` names x without reading it; `or_else(x, …)` reads it."""
    found = tokens(rule.source)
    only_asked = [
        _joined(argument)
        for function, bracket, argument in zip(found, found[1:], found[2:], strict=False)
        if function.text == "answered" and bracket.text == "("
    ]
    written = [_joined(token) for token in found if token.kind == "name"]
    for name, meaning in rule.reads:
        if meaning.code is None:
            continue
        times = sum(1 for word in written if word == name or word.startswith(name + "."))
        if times > sum(1 for word in only_asked if word == name) or meaning.code != name:
            yield meaning.code


def _joined(token: Token) -> str:
    return "".join(token.text.split())


def _subsets(choices: tuple[m.Choice, ...]) -> list[list[str]]:
    """In the list's order, as answers are kept; even those that `exclusive` or `most` would refuse."""
    codes = [choice.code for choice in choices]
    if 2 ** len(codes) > MOST_COMBINATIONS:
        raise UnlistedError
    return [list(taken) for size in range(1, len(codes) + 1) for taken in itertools.combinations(codes, size)]


def _rankings(choices: tuple[m.Choice, ...]) -> list[list[str]]:
    codes = [choice.code for choice in choices]
    if len(codes) > 6:
        raise UnlistedError
    return [list(taken) for size in range(1, len(codes) + 1) for taken in itertools.permutations(codes, size)]


def _numbers(question: m.Integer | m.Scale | m.Year | m.Percentage | m.Number, rules: list[Rule]) -> list[float]:
    """Every whole number of a short range; else those that comparisons with written numbers can tell apart."""
    decimals = getattr(question, "decimals", 0)
    low, high = question.min, question.max
    if not decimals and low is not None and high is not None and high - low <= MOST_WHOLE_NUMBERS:
        return [float(value) for value in range(math.ceil(low), math.floor(high) + 1)]
    step = 10.0**-decimals
    found = {value for value in (low, high) if value is not None}
    for rule in rules:
        for written in _compared_with(rule, question.code):
            on_grid = round(written, decimals)
            found |= {on_grid + step * shift for shift in (-1, 0, 1)}
    found = found or {0.0}
    inside = {round(float(v), decimals) for v in found if (low is None or v >= low) and (high is None or v <= high)}
    return sorted(inside)


def _compared_with(rule: Rule, code: str) -> Iterator[float]:
    """The numbers written beside the code. Raises UnlistedError where it stands in anything but such a comparison."""
    if code not in rule.needs:
        return
    found = tokens(rule.source)
    for place, token in enumerate(found):
        if token.kind != "name" or _joined(token) != code:
            continue
        if place > 1 and found[place - 2].text == "answered" and found[place - 1].text == "(":
            continue
        written = _beside(found, place, 1) if _beside(found, place, 1) is not None else _beside(found, place, -1)
        if written is None:
            raise UnlistedError
        yield written


#: what may stand on the outer sides of `code > 3` so that nothing is reckoned with either of them
OUTSIDE = frozenset({"", "(", ")", "&", "|", "!", "?", ":", ","})


def _beside(found: list[Token], place: int, way: int) -> float | None:
    """The number in `code OP number` (way 1) or `number OP code` (way -1), if there is nothing else to it."""

    def text(at: int) -> str:
        return found[at].text if 0 <= at < len(found) else ""

    here, signs = place + way, ""
    while text(here) in ("<", ">", "=", "!") and len(signs) < 2:
        signs = signs + text(here) if way == 1 else text(here) + signs
        here += way
    minus = -1 if way == 1 and text(here) == "-" else 1
    here += way * (minus == -1)
    if signs not in ("<", "<=", ">", ">=", "==", "!=") or not 0 <= here < len(found) or found[here].kind != "number":
        return None
    beyond = text(here + way)
    if way == -1 and beyond == "-" and text(here - 2) in OUTSIDE:
        minus, beyond = -1, ""
    return minus * float(text(here)) if beyond in OUTSIDE and text(place - way) in OUTSIDE else None
