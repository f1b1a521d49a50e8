"""All rules of a questionnaire compiled, with all their mistakes; cycles found."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from . import model as m
from .compiled import Layout
from .rule_problems import Fault
from .rules import CompiledRules, Loc, Rule, RuleProblem, Scope


def compile_rules(questionnaire: m.Questionnaire) -> tuple[CompiledRules, list[RuleProblem]]:
    """What can be compiled, and every mistake in what cannot."""
    return _Compiler(questionnaire).run()


class _Compiler:
    def __init__(self, questionnaire: m.Questionnaire) -> None:
        self.layout = Layout(questionnaire)
        self.problems: list[RuleProblem] = []
        self.relevant: dict[str, Rule] = {}
        self.offered: dict[str, dict[str, Rule]] = {}
        self.constraints: dict[str, tuple[Rule, ...]] = {}
        self.formulas: dict[str, Rule] = {}
        self.locs: dict[str, Loc] = {}
        self.sources = tuple(_sources(questionnaire.model_dump()))
        self.scope = cache(lambda repeat: Scope(self.layout, repeat, self.sources))

    def run(self) -> tuple[CompiledRules, list[RuleProblem]]:
        for place, section in enumerate(self.layout.questionnaire.sections):
            loc: Loc = ("sections", place)
            self._relevance(section.code, section.relevant, loc)
            self._items(section.items, (*loc, "items"))
        self._unused_filters()
        rules = CompiledRules(
            self.relevant, self.offered, self.constraints, self.formulas, lambda repeat: self.scope(repeat).names
        )
        self._cycles(rules)
        return rules, self.problems

    def _items(self, items: tuple[m.Item, ...], loc: Loc) -> None:
        for place, item in enumerate(items):
            here = (*loc, place)
            self.locs[item.code] = here
            self._relevance(item.code, item.relevant, here)
            if isinstance(item, m.Subsection | m.Repeat):
                self._items(item.items, (*here, "items"))
            if isinstance(item, m.Calculation):
                result = "choice:yes_no" if item.result == "yes_no" else item.result
                rule = self._compile(item.code, item.formula, (*here, "formula"), result, self._everything(item.code))
                if rule:
                    self.formulas[item.code] = rule
            elif isinstance(item, m.Question):
                self._constraints(item, here)
                self._filters(item, here)

    def _everything(self, code: str) -> frozenset[str]:
        """A calculation may look anywhere; `_cycles` sees to it that it does not bite its tail."""
        return frozenset(self.layout.questions)

    def _relevance(self, code: str, source: str | None, loc: Loc) -> None:
        if source is not None:
            rule = self._compile(code, source, (*loc, "relevant"), "boolean", self.layout.asked_before(code))
            if rule:
                self.relevant[code] = rule

    def _constraints(self, question: m.Question, loc: Loc) -> None:
        allowed = self.layout.asked_before(question.code) | {question.code}
        allowed |= {code for code, repeat in self.layout.repeat_of.items() if repeat == question.code}
        rules = [
            self._compile(question.code, constraint.rule, (*loc, "constraints", place, "rule"), "boolean", allowed)
            for place, constraint in enumerate(question.constraints)
        ]
        if all(rules):
            self.constraints[question.code] = tuple(rule for rule in rules if rule)

    def _filters(self, question: m.Question, loc: Loc) -> None:
        source = getattr(question, "choices", None)
        if source is None:
            return
        place_of_list = ("choice_lists", source) if isinstance(source, str) else (*loc, "choices")
        allowed = self.layout.asked_before(question.code)
        for place, choice in enumerate(self.layout.listed(source)):
            if choice.relevant is not None:
                where = (*place_of_list, place, "relevant")
                rule = self._compile(question.code, choice.relevant, where, "boolean", allowed)
                if rule:
                    self.offered.setdefault(question.code, {})[choice.code] = rule

    def _unused_filters(self) -> None:
        for code, question in self.layout.questions.items():
            if isinstance(question, m.Grid):
                for part in ("rows", "columns"):
                    source = getattr(question, part)
                    for place, choice in enumerate(source if not isinstance(source, str) else ()):
                        if choice.relevant is not None:
                            fault = Fault(
                                1,
                                1,
                                "grid-filter",
                                "a grid's rows and columns cannot be filtered",
                                "take `relevant` out",
                            )
                            self._report((*self.locs[code], part, place, "relevant"), fault)

    def _compile(self, code: str, source: str, loc: Loc, result: str, allowed: frozenset[str]) -> Rule | None:
        rule, faults = self.scope(self.layout.repeat_of.get(code)).compile(source, result, allowed)
        for fault in faults:
            self._report(loc, fault)
        return rule

    def _report(self, loc: Loc, fault: Fault) -> None:
        problem = RuleProblem(loc, fault.line, fault.column, fault.kind, fault.message, fault.remedy)
        if problem not in self.problems:
            self.problems.append(problem)

    def _cycles(self, rules: CompiledRules) -> None:
        needs = {code: _needs(self.layout, rules, code) for code in self.layout.questions}
        for ring in _rings(needs):
            calculation = next((code for code in ring if code in rules.formulas), ring[0])
            names = " → ".join(f"`{code}`" for code in (*ring, ring[0]))
            fault = Fault(
                1, 1, "cycle", f"these depend on each other in a circle: {names}", "take one of them out of the circle"
            )
            self._report((*self.locs[calculation], "formula"), fault)


def _needs(layout: Layout, rules: CompiledRules, code: str) -> frozenset[str]:
    """The questions whose answers, or being on path, this one's value depends on."""
    found: set[str] = set()
    own: str | None = code
    while own is not None:
        for rule in rules.all_of(own):
            found |= rule.needs
        own = layout.parent_of.get(own)
    return frozenset(found)


def _rings(needs: dict[str, frozenset[str]]) -> Iterator[tuple[str, ...]]:
    """Each circle once, by depth-first search."""
    done: set[str] = set()
    for start in needs:
        stack: list[tuple[str, Iterator[str]]] = [(start, iter(sorted(needs[start])))] if start not in done else []
        while stack:
            code, rest = stack[-1]
            following = next(rest, None)
            trail = [step for step, _ in stack]
            if following is None:
                done.add(code)
                stack.pop()
            elif following in trail:
                ring = tuple(trail[trail.index(following) :])
                done.update(ring)
                yield ring
            elif following not in done and following in needs:
                stack.append((following, iter(sorted(needs[following]))))


def _sources(part: object) -> Iterator[str]:
    """Every rule's text, wherever it stands."""
    if isinstance(part, dict):
        for key, value in part.items():
            if key in ("relevant", "formula", "rule") and isinstance(value, str):
                yield value
            else:
                yield from _sources(value)
    elif isinstance(part, list | tuple):
        for value in part:
            yield from _sources(value)
