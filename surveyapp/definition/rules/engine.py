"""Rules: the only module that knows the expression library (CEL, through cel-expr-python 0.1).

Each rule is compiled twice from one source: with opaque types, to find mistakes; with strings, to run. An
operand without a value is left unbound; CEL then *returns* an error value, read here as MISSING.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Final, Literal, Protocol

from cel_expr_python import cel

from .empty_lists import empty_list_faults
from .rule_functions import FUNCTIONS
from .rule_messages import Fault, type_faults
from .rule_names import Name
from .rule_problems import literal_faults, name_faults
from .rule_source import ANSWERED, Rewritten, double_literals, local_names, names, special_calls, special_edits
from .scope import Scope

Loc = tuple[str | int, ...]


class Missing(Enum):
    MISSING = "no value"


MISSING: Final = Missing.MISSING
Value = Any | Literal[Missing.MISSING]


@dataclass(frozen=True)
class RuleProblem:
    """A mistake in a rule: where the rule stands in the model, and the place inside it (1-based)."""

    loc: Loc
    line: int
    column: int
    kind: str
    message: str
    remedy: str


class Bindings(Protocol):
    """Where a running rule gets its values from."""

    def value(self, name: str, meaning: Name) -> Value:
        """What a declared name stands for, or MISSING."""

    def answered(self, code: str) -> bool:
        """Is the question on path and not empty?"""


@dataclass(frozen=True)
class Rule:
    """One compiled rule. `needs`: the codes of the questions it looks at."""

    source: str
    needs: frozenset[str]
    reads: tuple[tuple[str, Name], ...]
    answered: tuple[tuple[str, Name | None], ...]  #: asked with `answered()`; a part (`stay.to`) brings its Name
    _constants: Mapping[str, Any]
    _expression: Any = field(repr=False, compare=False)

    def evaluate(self, bindings: Bindings) -> Value:
        """The rule's value, or MISSING where it has none. Never raises."""
        data = dict(self._constants)
        try:
            for name, meaning in self.reads:
                value = bindings.value(name, meaning)
                if value is not MISSING:
                    data[name] = value
            for asked, part in self.answered:
                data[ANSWERED + asked] = (
                    bindings.answered(asked) if part is None else bindings.value(asked, part) is not MISSING
                )
            result = self._expression.eval(data=data)
            value = MISSING if result.type() == cel.Type.ERROR else result.value()
        except Exception:  # noqa: BLE001 - whatever the library makes of odd text, a rule without a value is MISSING
            return MISSING
        return MISSING if isinstance(value, float) and not math.isfinite(value) else value

    def holds(self, bindings: Bindings) -> bool:
        """For `relevant` and choice filters: a missing operand makes it false."""
        return self.evaluate(bindings) is True

    def broken(self, bindings: Bindings) -> bool:
        """For constraints: only a plain *false* refuses an answer."""
        return self.evaluate(bindings) is False


TYPES: dict[str, Any] = {
    "text": cel.Type.STRING,
    "number": cel.Type.DOUBLE,
    "date": cel.Type.TIMESTAMP,
    "boolean": cel.Type.BOOL,
    "any": cel.Type.DYN,
}


#: CEL's names of its types: a code that is one of them is refused elsewhere, and may not spoil every other rule
TYPE_NAMES = frozenset({"bool", "bytes", "double", "dyn", "int", "list", "map", "null_type", "string", "type", "uint"})


def _type(kind: str, opaque: bool) -> Any:
    if kind.startswith("list:"):
        return cel.Type.List(_type(kind[5:], opaque))
    if kind.startswith("choice:"):
        return cel.Type.AbstractType(kind.replace(":", ".")) if opaque else cel.Type.STRING
    return TYPES[kind]


def _functions() -> list[Any]:
    return [
        cel.FunctionDecl(
            name,
            [
                cel.Overload(
                    f"surveyapp_{name}",
                    _type(function.result, False),
                    [_type(kind, False) for kind in function.parameters],
                    False,
                    impl=function.call,
                )
            ],
        )
        for name, function in FUNCTIONS.items()
    ]


class RuleCompiler:
    """The two environments of one scope: one to find mistakes in its rules, one to run them."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        answered = {ANSWERED + name: cel.Type.BOOL for name in scope.answerable}
        self._checking = self._environment(True, answered)
        self._running = self._environment(False, answered)

    def _environment(self, opaque: bool, answered: dict[str, Any]) -> Any:
        variables = {
            name: _type(meaning.kind, opaque) for name, meaning in self.scope.names.items() if name not in TYPE_NAMES
        }
        return cel.NewEnv(variables=variables | answered, functions=_functions())

    def compile(self, source: str, result: str, allowed: frozenset[str]) -> tuple[Rule | None, list[Fault]]:
        """`allowed`: the questions it may look at. A rule comes back only where there is no fault."""
        if any(name.read[:1] and name.read[0] in self.scope.codes & TYPE_NAMES for name in names(source)):
            return None, []
        faults = [
            *name_faults(self.scope, source, allowed),
            *literal_faults(source, self._is_pattern),
            *empty_list_faults(source),
        ]
        if faults:
            return None, faults
        rewritten = Rewritten(source, [*double_literals(source), *special_edits(source)])
        try:
            checked = self._checking.compile(rewritten.text)
            running = self._running.compile(rewritten.text)
        except Exception as error:  # noqa: BLE001 - the library raises RuntimeError, and others for odd text
            return None, list(type_faults(str(error), rewritten))
        if checked.return_type() != _type(result, True):
            return None, [Fault.result(str(checked.return_type().name()), result)]
        return self._rule(source, running), []

    def _is_pattern(self, literal: str) -> bool:
        """Can this string literal be matched with? A bad pattern shows only when it is run."""
        try:
            return bool(self._running.compile(f'"".matches({literal})').eval(data={}).type() != cel.Type.ERROR)
        except Exception:  # noqa: BLE001 - not a literal at all: the compiler says so with its place
            return True

    def _rule(self, source: str, expression: Any) -> Rule:
        names_read = self._names_read(source)
        reads = {name: meaning for name, meaning in names_read.items() if meaning.constant is None}
        constants = {name: meaning.constant for name, meaning in names_read.items() if meaning.constant is not None}
        arguments = dict.fromkeys(call.argument for call in special_calls(source))
        answered = tuple((argument, self._part(argument)) for argument in arguments)
        needs = frozenset(meaning.code for meaning in reads.values() if meaning.code)
        needs |= {argument if part is None or part.code is None else part.code for argument, part in answered}
        return Rule(source, needs, tuple(reads.items()), answered, constants, expression)

    def _part(self, argument: str) -> Name | None:
        """The part of an answer (`stay.to`) that `answered()` asks about; None for a question."""
        return None if argument in self.scope.codes else self.scope.names[argument]

    def _names_read(self, source: str) -> dict[str, Name]:
        inner = local_names(source)
        outer = [name for name in names(source) if name.parts[0] not in inner]
        resolved = [self.scope.resolve(name.read) for name in outer]
        return {name: self.scope.names[name] for name in resolved if name is not None}


@dataclass(frozen=True)
class CompiledRules:
    """All rules by what they belong to: section, sub-section, note, question or calculation code."""

    relevant: Mapping[str, Rule]
    offered: Mapping[str, Mapping[str, Rule]]  #: question → choice → its filter
    constraints: Mapping[str, tuple[Rule, ...]]
    formulas: Mapping[str, Rule]
    names: Callable[[str | None], Mapping[str, Name]] = field(repr=False)

    def all_of(self, code: str) -> Iterable[Rule]:
        """Those that decide whether and with which choices the item is asked, and its formula; no constraint."""
        if code in self.relevant:
            yield self.relevant[code]
        yield from self.offered.get(code, {}).values()
        if code in self.formulas:
            yield self.formulas[code]
