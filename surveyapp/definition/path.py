"""The path through a questionnaire: what is asked, offered, calculated, missing, given the answers so far.

Everything is worked out on demand and once, from the answers and the participant alone: the order in which
answers came cannot matter, and an answer off path is never looked at.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Protocol

from . import model as m
from .answer_values import AnswerValue
from .compiled import Compiled
from .question_types import chosen, is_empty
from .questionnaire_layout import AnyItem, Layout
from .rules.engine import MISSING, CompiledRules, Rule, Value
from .rules.rule_names import Name, as_date
from .typed_text import says_nothing

Answers = Mapping[str, AnswerValue]


@dataclass(frozen=True)
class Facts:
    """What rules may know of the participant, and the day."""

    kind: str | None = None
    code: str | None = None
    region: str | None = None
    subregion: str | None = None
    treaty_status: str | None = None
    today: datetime.date = datetime.date(2000, 1, 1)


@dataclass(frozen=True)
class Violation:
    """`key` is the text key of the broken constraint; empty: the answer holds a choice no longer offered."""

    address: str
    key: str


@dataclass(frozen=True)
class SectionState:
    """How far a section on path has come; counts are of questions that are asked."""

    code: str
    status: str  #: not_started · in_progress · complete · problems
    asked: int
    answered: int


@dataclass(frozen=True)
class Path:
    """All that follows from one set of answers. An address is a code, or `repeat/item/code`."""

    on_path: frozenset[str]  #: addresses of all that is asked, and of shown calculations
    notes: frozenset[str]  #: addresses of sections, sub-sections and notes on path
    offered: Mapping[str, frozenset[str]]  #: choice codes by address, only where a filter exists
    calculated: Mapping[str, AnswerValue]
    missing: tuple[str, ...]  #: required and empty, in document order
    gaps: tuple[str, ...]  #: recommended and empty, in document order
    violations: tuple[Violation, ...]
    sections: tuple[SectionState, ...]  #: those on path

    def visible(self, answers: Answers) -> dict[str, AnswerValue]:
        """Answers on path only: the one place where off-path answers are left out."""
        return {
            address: value for address, value in answers.items() if address in self.on_path and not says_nothing(value)
        }

    def to_json(self) -> dict[str, Any]:
        """Plain JSON with sorted lists, as the storage keeps it."""
        return {
            "on_path": sorted(self.on_path),
            "notes": sorted(self.notes),
            "offered": {address: sorted(codes) for address, codes in self.offered.items()},
            "calculated": dict(self.calculated),
            "missing": list(self.missing),
            "gaps": list(self.gaps),
            "violations": [asdict(violation) for violation in self.violations],
            "sections": [asdict(section) for section in self.sections],
        }

    @staticmethod
    def from_json(kept: Mapping[str, Any]) -> Path:
        """The inverse of `to_json`. KeyError or TypeError: it was not written by it."""
        return Path(
            frozenset(kept["on_path"]),
            frozenset(kept["notes"]),
            {address: frozenset(codes) for address, codes in kept["offered"].items()},
            kept["calculated"],
            tuple(kept["missing"]),
            tuple(kept["gaps"]),
            tuple(Violation(**violation) for violation in kept["violations"]),
            tuple(SectionState(**section) for section in kept["sections"]),
        )


def code_of(address: str) -> str:
    """The question's code in an address."""
    return address.rpartition("/")[2]


def items_of(value: object) -> tuple[str, ...]:
    """The ids of a repeat's items, each once."""
    return tuple(dict.fromkeys(item for item in value if isinstance(item, str))) if isinstance(value, list) else ()


def rounded(value: float, decimals: int) -> float:
    """Half away from zero, as people round; Python's own `round` takes 2.5 to 2."""
    if abs(value) >= 1e15:
        return value
    return float(Decimal(repr(value)).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)) + 0.0


def walk(compiled: Compiled, answers: Answers, facts: Facts) -> Path:
    """The whole path. About a tenth of a millisecond per ten questions; never raises on clean answers."""
    return Walk(compiled, answers, facts).run()


class Version(Protocol):
    """The part of a compiled version that the path hangs on."""

    @property
    def questionnaire(self) -> m.Questionnaire:
        """The model."""

    @property
    def layout(self) -> Layout:
        """Where everything stands in it."""

    @property
    def rules(self) -> CompiledRules:
        """Its rules, compiled."""

    def choices(self, question: AnyItem) -> tuple[m.Choice, ...]:
        """Of a question, in their order."""

    def rows(self, grid: m.Grid) -> tuple[m.Choice, ...]:
        """Of a grid, in their order."""


class Walk:
    """One look at a set of answers. `walk` runs it whole; single questions may be asked of it too."""

    def __init__(self, compiled: Version, answers: Answers, facts: Facts) -> None:
        self.compiled = compiled
        self.layout = compiled.layout
        self.rules = compiled.rules
        self.answers = answers
        self.facts = _fact_values(facts)
        self.asked: dict[str, bool] = {}
        self.calculated: dict[str, Value] = {}
        self.scopes: dict[str, _Bindings] = {"": _Bindings(self, "")}
        self.offered: dict[str, frozenset[str]] = {}
        self.missing: list[str] = []
        self.gaps: list[str] = []
        self.violations: list[Violation] = []

    def run(self) -> Path:
        """Everything, section by section."""
        sections = [
            self._section(section)
            for section in self.compiled.questionnaire.sections
            if self.is_asked(section.code, "")
        ]
        shown = {
            address: value
            for address, value in self.calculated.items()
            if value is not MISSING and self.asked.get(address)
        }
        on_path: set[str] = set()
        notes: set[str] = set()
        for address, asked in self.asked.items():
            if asked:
                item = self.layout.questions.get(code_of(address))
                if item is None:
                    notes.add(address)
                elif not isinstance(item, m.Calculation) or item.shown:
                    on_path.add(address)
        return Path(
            on_path=frozenset(on_path),
            notes=frozenset(notes),
            offered=self.offered,
            calculated=shown,
            missing=tuple(self.missing),
            gaps=tuple(self.gaps),
            violations=tuple(self.violations),
            sections=tuple(sections),
        )

    def _section(self, section: m.Section) -> SectionState:
        before = len(self.missing), len(self.violations)
        asked = answered = 0
        for item in section.items:
            if not self.is_asked(item.code, ""):
                continue
            for leaf in item.items if isinstance(item, m.Subsection) else (item,):
                more, filled = self._leaf(leaf, "")
                asked, answered = asked + more, answered + filled
        missing, broken = len(self.missing) > before[0], len(self.violations) > before[1]
        return SectionState(section.code, _status(asked, answered, missing, broken), asked, answered)

    def _leaf(self, leaf: m.SectionLeaf, prefix: str) -> tuple[int, int]:
        """(asked, answered) of one item and of what it holds."""
        if not self.is_asked(leaf.code, prefix):
            return 0, 0
        if isinstance(leaf, m.Note):
            return 0, 0
        address = prefix + leaf.code
        if isinstance(leaf, m.Calculation):
            self.calculation(leaf.code, prefix)
            return 0, 0
        value = self.answers.get(address)
        empty = self._is_open(leaf, value)
        if empty:
            {"required": self.missing, "recommended": self.gaps}.get(leaf.need, []).append(address)
        self._offer(leaf, address, prefix, value)
        if value is not None:
            self._constrain(leaf, address, prefix)
        asked, answered = 1, int(not is_empty(leaf, value))
        if isinstance(leaf, m.Repeat):
            for item in items_of(value):
                for part in leaf.items:
                    more, filled = self._leaf(part, f"{address}/{item}/")
                    asked, answered = asked + more, answered + filled
        return asked, answered

    def _is_open(self, question: AnyItem, value: AnswerValue) -> bool:
        if is_empty(question, value):
            return True
        if isinstance(question, m.Repeat):
            return len(items_of(value)) < question.least
        if isinstance(question, m.Grid) and question.every_row:
            return not isinstance(value, dict) or any(row.code not in value for row in self.compiled.rows(question))
        return False

    def _offer(self, question: AnyItem, address: str, prefix: str, value: AnswerValue) -> None:
        filters = self.rules.offered.get(question.code)
        if not filters:
            return
        scope = self.scope(prefix)
        codes = [choice.code for choice in self.compiled.choices(question)]
        offered = frozenset(code for code in codes if code not in filters or filters[code].holds(scope))
        self.offered[address] = offered
        if value is not None and not _all_offered(question, value, offered):
            self.violations.append(Violation(address, ""))

    def _constrain(self, question: AnyItem, address: str, prefix: str) -> None:
        for number, rule in enumerate(self.rules.constraints.get(question.code, ()), 1):
            if rule.broken(self.scope(prefix)):
                self.violations.append(Violation(address, f"{question.code}.constraint.{number}"))

    def is_asked(self, code: str, prefix: str) -> bool:
        """Is this question, note, sub-section or section on path?"""
        address = prefix + code
        asked = self.asked.get(address)
        if asked is None:
            asked = self._work_out(code, prefix)
            self.asked[address] = asked
        return asked

    def _work_out(self, code: str, prefix: str) -> bool:
        parent = self.layout.parent_of.get(code)
        if parent is not None and not self._parent_asked(parent, prefix):
            return False
        rule: Rule | None = self.rules.relevant.get(code)
        return rule is None or rule.holds(self.scope(prefix))

    def _parent_asked(self, parent: str, prefix: str) -> bool:
        if prefix and prefix.startswith(parent + "/"):
            item = prefix[len(parent) + 1 : -1]
            return self.is_asked(parent, "") and item in items_of(self.answers.get(parent))
        return self.is_asked(parent, "")

    def calculation(self, code: str, prefix: str) -> Value:
        """Its value in this item (`prefix`: `repeat/item/`, or empty); MISSING off path or without a value."""
        address = prefix + code
        if address not in self.calculated:
            self.calculated[address] = MISSING  # a cycle is refused at check; should one slip in, it ends here
            rule = self.rules.formulas.get(code)
            if rule is not None and self.is_asked(code, prefix) and not self._is_over_nothing(code, rule, prefix):
                self.calculated[address] = self._rounded(code, rule.evaluate(self.scope(prefix)))
        return self.calculated[address]

    def _is_over_nothing(self, code: str, rule: Rule, prefix: str) -> bool:
        """Is it a number worked out of answers, of which there is none? Such a number would be made of defaults alone."""
        if not rule.needs or getattr(self.layout.questions[code], "result", "") != "number":
            return False
        return not any(self._has_answer(needed, prefix) for needed in rule.needs)

    def _has_answer(self, code: str, prefix: str) -> bool:
        """Of a question or calculation seen from an item; of a question in a repeat's items, in any of them."""
        repeat = self.layout.repeat_of.get(code)
        if repeat is None or prefix.startswith(f"{repeat}/"):
            return self.scope(prefix).answered(code)
        items = items_of(self.answer(repeat, ""))
        return any(self.scope(f"{repeat}/{item}/").answered(code) for item in items)

    def _rounded(self, code: str, value: Value) -> Value:
        return (
            rounded(value, getattr(self.layout.questions[code], "decimals", 0)) if isinstance(value, float) else value
        )

    def scope(self, prefix: str) -> _Bindings:
        """What rules see outside repeats (empty prefix) or inside one item."""
        if prefix not in self.scopes:
            self.scopes[prefix] = _Bindings(self, prefix)
        return self.scopes[prefix]

    def answer(self, code: str, prefix: str) -> AnswerValue:
        """The value of a question on path; None where it is off path or empty."""
        return self.answers.get(prefix + code) if self.is_asked(code, prefix) else None


class _Bindings:
    """What a rule sees, outside repeats or inside one item."""

    def __init__(self, walk: Walk, prefix: str) -> None:
        self.walk = walk
        self.prefix = prefix

    def value(self, name: str, meaning: Name) -> Value:
        if meaning.fact is not None:
            return self.walk.facts[meaning.fact]
        assert meaning.code is not None and meaning.read is not None
        if meaning.collected is not None:
            return self._collected(meaning.code, meaning)
        return self._read(meaning, self._prefix(meaning.code))

    def answered(self, code: str) -> bool:
        question = self.walk.layout.questions[code]
        prefix = self._prefix(code)
        if isinstance(question, m.Calculation):
            return self.walk.calculation(code, prefix) is not MISSING
        return not is_empty(question, self.walk.answer(code, prefix))

    def _prefix(self, code: str) -> str:
        return self.prefix if code in self.walk.layout.repeat_of else ""

    def _read(self, meaning: Name, prefix: str) -> Value:
        assert meaning.code is not None and meaning.read is not None
        if meaning.code in self.walk.rules.formulas:
            return self.walk.calculation(meaning.code, prefix)
        value = self.walk.answer(meaning.code, prefix)
        if says_nothing(value):
            return MISSING
        try:
            return meaning.read(value)
        except (LookupError, TypeError, ValueError, ArithmeticError):
            return MISSING

    def _collected(self, code: str, meaning: Name) -> Value:
        repeat = meaning.collected
        items = self.walk.answer(repeat, "") if repeat else None
        values = [self._read(meaning, f"{repeat}/{item}/") for item in items_of(items)]
        present = [value for value in values if value is not MISSING]
        return present if present else MISSING


def _status(asked: int, answered: int, missing: bool, broken: bool) -> str:
    if broken:
        return "problems"
    if not asked:  # a text to read: nothing is left to do
        return "complete"
    return "not_started" if not answered else "in_progress" if missing else "complete"


def _all_offered(question: AnyItem, value: AnswerValue, offered: frozenset[str]) -> bool:
    try:
        return offered.issuperset(chosen(question, value))
    except (LookupError, TypeError):
        return False


def _fact_values(facts: Facts) -> dict[str, Value]:
    kept = {name: MISSING if value is None else value for name, value in asdict(facts).items()}
    kept["today"] = as_date(facts.today.isoformat())
    return kept
