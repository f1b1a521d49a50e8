"""All rules of a questionnaire compiled, with all their mistakes; cycles found."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from .. import model as m
from ..checks.reachability import unreachable_findings
from ..questionnaire_layout import Layout
from .engine import CompiledRules, Loc, Rule, RuleCompiler, RuleProblem
from .rule_messages import Fault
from .scope import Scope


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
        #: codes with a rule that could not be compiled
        self.faulty: set[str] = set()
        self.sources = tuple(_sources(questionnaire.model_dump()))
        self.compiler = cache(lambda repeat: RuleCompiler(Scope(self.layout, repeat, self.sources)))

    def run(self) -> tuple[CompiledRules, list[RuleProblem]]:
        for place, section in enumerate(self.layout.questionnaire.sections):
            loc: Loc = ("sections", place)
            self.locs[section.code] = loc
            self._relevance(section.code, section.relevant, loc)
            self._items(section.items, (*loc, "items"))
        self._unused_filters()
        rules = CompiledRules(
            self.relevant,
            self.offered,
            self.constraints,
            self.formulas,
            lambda repeat: self.compiler(repeat).scope.names,
        )
        needs = {code: _needs(self.layout, rules, code) for code in self.layout.questions}
        rings = list(_rings(needs))
        self._cycles(rules, rings)
        self._looks_ahead(rules, needs)
        # a circle has no first value, so what it makes impossible cannot be told
        silent = self.faulty.union(*rings) if rings else self.faulty
        for loc, kind, message, remedy in unreachable_findings(self.layout, rules, self.locs, silent):
            self._report(loc, Fault(1, 1, kind, message, remedy))
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
                    loc: Loc = ("choice_lists", source) if isinstance(source, str) else (*self.locs[code], part)
                    for place, choice in enumerate(self.layout.listed(source)):
                        if choice.relevant is not None:
                            fault = Fault(
                                1,
                                1,
                                "grid-filter",
                                f"`{code}` is a grid, whose rows and columns cannot be filtered",
                                "take `relevant` out, or give the grid a list of its own",
                            )
                            self._report((*loc, place, "relevant"), fault)

    def _compile(self, code: str, source: str, loc: Loc, result: str, allowed: frozenset[str]) -> Rule | None:
        rule, faults = self.compiler(self.layout.repeat_of.get(code)).compile(source, result, allowed)
        for fault in faults:
            self._report(loc, fault)
        if rule is None:
            self.faulty.add(code)
        return rule

    def _report(self, loc: Loc, fault: Fault) -> None:
        problem = RuleProblem(loc, fault.line, fault.column, fault.kind, fault.message, fault.remedy)
        if problem not in self.problems:
            self.problems.append(problem)

    def _cycles(self, rules: CompiledRules, rings: list[tuple[str, ...]]) -> None:
        for ring in rings:
            calculation = next((code for code in ring if code in rules.formulas), ring[0])
            names = " → ".join(f"`{code}`" for code in (*ring, ring[0]))
            fault = Fault(
                1, 1, "cycle", f"these depend on each other in a circle: {names}", "take one of them out of the circle"
            )
            self._report((*self.locs[calculation], "formula"), fault)

    def _looks_ahead(self, rules: CompiledRules, needs: dict[str, frozenset[str]]) -> None:
        """A calculation may look anywhere; a rule that looks at it may not see the future through it."""
        for code, rule in rules.relevant.items():
            self._through_calculations(code, rule, (*self.locs[code], "relevant"), needs)
        for code, filters in rules.offered.items():
            question = self.layout.questions[code]
            source = getattr(question, "choices", ())
            loc: Loc = ("choice_lists", source) if isinstance(source, str) else (*self.locs[code], "choices")
            for place, choice in enumerate(self.layout.choices(question)):
                if choice.code in filters:
                    self._through_calculations(code, filters[choice.code], (*loc, place, "relevant"), needs)

    def _through_calculations(self, code: str, rule: Rule, loc: Loc, needs: dict[str, frozenset[str]]) -> None:
        before = self.layout.asked_before(code)
        for calculation in sorted(need for need in rule.needs if need in self.formulas):
            ahead = sorted(_asked_for(calculation, self.formulas, needs) - before, key=self.layout.order.__getitem__)
            if ahead:
                fault = Fault(
                    1,
                    1,
                    "look-ahead",
                    f"`{calculation}` is worked out from `{ahead[0]}`, which is not asked before this",
                    "look back only: move the question, or move the rule to one that comes later",
                )
                self._report(loc, fault)


def _asked_for(calculation: str, formulas: dict[str, Rule], needs: dict[str, frozenset[str]]) -> frozenset[str]:
    """The questions that a calculation comes from, through other calculations too."""
    questions: set[str] = set()
    waiting = [calculation]
    while waiting:
        for need in needs[waiting.pop()] - questions:
            questions.add(need)
            if need in formulas:
                waiting.append(need)
    return frozenset(questions - formulas.keys())


def _needs(layout: Layout, rules: CompiledRules, code: str) -> frozenset[str]:
    """The questions whose answers, or being on path, this one's value depends on."""
    needed: set[str] = set()
    own: str | None = code
    while own is not None:
        for rule in rules.all_of(own):
            needed |= rule.needs
        own = layout.parent_of.get(own)
    return frozenset(needed)


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
