"""Mistakes in the names and literals of a rule, found before the expression library sees it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from ..problems import nearest
from .rule_functions import BUILT_IN, FUNCTIONS, REWRITTEN
from .rule_messages import COMMENT_SIGN, WORD_SIGNS, Fault
from .rule_source import Call, Name, local_names, names, special_calls, tokens
from .scope import Scope


def name_faults(scope: Scope, source: str, allowed: frozenset[str]) -> Iterator[Fault]:
    """Names that do not exist in the scope, or stand for a question that is not in `allowed`: not asked yet."""
    calls = {call.start: call for call in special_calls(source)}
    for call in calls.values():
        fault = _call_fault(scope, source, call, allowed)
        if fault is not None:
            yield fault
    inside_calls = calls.keys() | {call.argument_start for call in calls.values()}
    inner = local_names(source)
    reported: set[str] = set()
    for name in names(source):
        if name.start in inside_calls:
            continue
        if name.parts[0] in inner:
            yield from _hiding_faults(scope, source, name, reported)
        else:
            yield from _outer_faults(scope, source, name, allowed)


def _call_fault(scope: Scope, source: str, call: Call, allowed: frozenset[str]) -> Fault | None:
    """Of one `answered(x)` or `or_else(x, …)`."""
    if not call.well_formed:
        return _bad_call(source, call)
    if call.argument not in scope.answerable:
        return _bad_argument(scope, source, call.argument_start, call.argument)
    code = _code(scope, call.argument)
    if code not in allowed:
        return _look_ahead(source, call.argument_start, code)
    if call.function == "or_else" and call.argument not in scope.names:
        return _only_answered(source, call.argument_start, call.argument)
    return None


def _hiding_faults(scope: Scope, source: str, name: Name, reported: set[str]) -> Iterator[Fault]:
    """A word of `exists(word, …)` that is a code, too; each is reported once."""
    head = name.parts[0]
    if head not in reported and (head in scope.layout.order or scope.resolve((head,))):
        reported.add(head)
        yield _hidden(source, name)


def _outer_faults(scope: Scope, source: str, name: Name, allowed: frozenset[str]) -> Iterator[Fault]:
    declared = scope.resolve(name.read)
    if declared is None:
        yield from _unresolved(scope, source, name)
        return
    if len(name.read) > declared.count(".") + 1:
        yield _unknown_part(scope, source, name)
    meaning = scope.names[declared]
    # a list of a repeat's answers is there once the repeat is
    code = meaning.collected or meaning.code
    if code is not None and code not in allowed:
        yield _look_ahead(source, name.start, code)


def _unresolved(scope: Scope, source: str, name: Name) -> Iterator[Fault]:
    head = name.parts[0]
    if name.called and len(name.parts) == 1:
        yield from _function_faults(source, name)
    elif head in scope.layout.repeat_of and head not in scope.codes and len(name.read) == 1:
        repeat = scope.layout.repeat_of[head]
        remedy = f"write `{repeat}.{head}` for the list of its answers, or `count({repeat})`"
        yield _asked_per_item(source, name.start, head, repeat, remedy)
    elif _parts_of(scope, head):
        yield _unknown_part(scope, source, name)
    elif head in scope.layout.questions and head in scope.codes:
        yield _only_answered(source, name.start, head)
    else:
        remedy = _remedy_for_unknown(scope, source, head)
        yield Fault.at(source, name.start, "unknown-code", f"there is no question or list `{head}`", remedy)


def _function_faults(source: str, name: Name) -> Iterator[Fault]:
    head, functions = name.parts[0], [*FUNCTIONS, *BUILT_IN, *REWRITTEN]
    if head in functions:
        return
    near = nearest(head, functions)
    offered = ", ".join(sorted([*FUNCTIONS, *REWRITTEN]))
    remedy = f"did you mean `{near}`?" if near else f"the functions are {offered}"
    yield Fault.at(source, name.start, "unknown-function", f"there is no function `{head}`", remedy)


def _parts_of(scope: Scope, owner: str) -> list[str]:
    return sorted(name for name in scope.every_name if name.startswith(owner + "."))


def _remedy_for_unknown(scope: Scope, source: str, head: str) -> str:
    if head in ("and", "or", "not"):
        return WORD_SIGNS
    if any(token.text == "#" for token in tokens(source)):
        return COMMENT_SIGN
    choice = next((name for name, meaning in scope.every_name.items() if meaning.constant == head), None)
    near = choice or nearest(head, {name.split(".")[0] for name in scope.every_name})
    return f"did you mean `{near}`?" if near else "write the code of a question that is asked before"


def _unknown_part(scope: Scope, source: str, name: Name) -> Fault:
    written = ".".join(name.parts[:-1] if name.called and len(name.parts) > 2 else name.parts)
    owner = name.parts[0]
    parts = _parts_of(scope, owner)
    if written == owner:
        message, remedy = f"`{owner}` alone has no value here", f"write one of its parts: {_quoted(parts[:6])}"
    else:
        message = f"`{owner}` has no choice or part `{written[len(owner) + 1 :]}`"
        remedy = _remedy_for_part(written, owner, parts)
    return Fault.at(source, name.start, "unknown-choice", message, remedy)


def _remedy_for_part(written: str, owner: str, parts: list[str]) -> str:
    near = nearest(written, parts)
    if near:
        return f"did you mean `{near}`?"
    if not parts:
        return f"write `{owner}` alone"
    return f"write one of {_quoted(parts[:8]) if len(parts) < 40 else 'the codes of its list'}"


def _quoted(names: list[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _code(scope: Scope, answerable: str) -> str:
    return answerable if answerable in scope.codes else scope.names[answerable].code or answerable


def _hidden(source: str, name: Name) -> Fault:
    return Fault.at(
        source,
        name.start,
        "hidden-name",
        f"`{name.parts[0]}` is the code of something else in this questionnaire",
        f"take another word inside the brackets, for example `one_{name.parts[0]}`",
    )


CALLS = {
    "answered": ("`answered` takes one question's code and nothing else", "write `answered(code)`"),
    "or_else": ("`or_else` takes a question's code and the value to use instead", "write `or_else(code, 0)`"),
}


def _bad_call(source: str, call: Call) -> Fault:
    return Fault.at(source, call.start, "rule-syntax", *CALLS[call.function])


def _bad_argument(scope: Scope, source: str, offset: int, argument: str) -> Fault:
    repeat = scope.layout.repeat_of.get(argument)
    if repeat is not None:
        return _asked_per_item(source, offset, argument, repeat, f"write `answered({repeat}.{argument})`")
    near = nearest(argument, scope.answerable)
    remedy = f"did you mean `{near}`?" if near else "write the code of a question that is asked before"
    return Fault.at(source, offset, "unknown-code", f"there is no question `{argument}`", remedy)


def _asked_per_item(source: str, offset: int, code: str, repeat: str, remedy: str) -> Fault:
    return Fault.at(source, offset, "inside-repeat", f"`{code}` is asked once per item of `{repeat}`", remedy)


def _look_ahead(source: str, offset: int, code: str) -> Fault:
    return Fault.at(
        source,
        offset,
        "look-ahead",
        f"`{code}` is not asked before this",
        "look back only: move the question, or move the rule to one that comes later",
    )


def _only_answered(source: str, offset: int, code: str) -> Fault:
    return Fault.at(
        source,
        offset,
        "wrong-type",
        f"the answer to `{code}` has no single value to compare",
        f"write `answered({code})`",
    )


BAD_DATE = 'write year, month and day, as in `date("2024-12-24")`'


def literal_faults(source: str, is_pattern: Callable[[str], bool]) -> Iterator[Fault]:
    """Dates and patterns that could never work, found before anybody answers."""
    written = tokens(source)
    for function, bracket, literal in zip(written, written[1:], written[2:], strict=False):
        if literal.kind != "string" or bracket.text != "(":
            continue
        if function.text == "date" and not _is_date(literal.text[1:-1]):
            yield Fault.at(source, literal.start, "bad-date", f"{literal.text} is not a date", BAD_DATE)
        if function.text.split(".")[-1].strip() == "matches" and not is_pattern(literal.text):
            message = f"{literal.text} is not a pattern that can be matched"
            yield Fault.at(source, literal.start, "bad-pattern", message, "check the brackets and signs of the pattern")


def _is_date(text: str) -> bool:
    try:
        FUNCTIONS["date"].call(text)
    except ValueError:
        return False
    return True
