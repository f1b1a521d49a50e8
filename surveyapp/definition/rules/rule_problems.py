"""Mistakes in the names and literals of a rule, found before the expression library sees it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from ..problems import nearest
from .rule_functions import BUILT_IN, FUNCTIONS, REWRITTEN
from .rule_messages import COMMENT_SIGN, WORD_SIGNS, Fault
from .rule_source import Call, Name, local_names, names, special_calls, tokens
from .scope import Scope


def name_faults(scope: Scope, source: str, allowed: frozenset[str]) -> Iterator[Fault]:
    """Names that do not exist here, or stand for what is not asked yet."""
    inner = local_names(source)
    hidden: set[str] = set()
    special = {call.start: call for call in special_calls(source)}
    arguments = {call.argument_start for call in special.values()}
    for call in special.values():
        if not call.well_formed:
            yield _bad_call(source, call)
        elif call.argument not in scope.answerable:
            yield _bad_argument(scope, source, call.argument_start, call.argument)
        elif _code(scope, call.argument) not in allowed:
            yield _look_ahead(source, call.argument_start, _code(scope, call.argument))
        elif call.function == "or_else" and call.argument not in scope.names:
            yield _only_answered(source, call.argument_start, call.argument)
    for name in names(source):
        if name.start in special or name.start in arguments:
            continue
        if name.parts[0] in inner:
            if (head := name.parts[0]) not in hidden and (head in scope.layout.order or scope.resolve((head,))):
                hidden.add(head)
                yield _hidden(source, name)
            continue
        found = scope.resolve(name.read)
        if found is None:
            yield from _unresolved(scope, source, name)
            continue
        if len(name.read) > found.count(".") + 1:
            yield _unknown_part(scope, source, name)
        meaning = scope.names[found]
        # a list of a repeat's answers is there once the repeat is
        code = meaning.collected or meaning.code
        if code is not None and code not in allowed:
            yield _look_ahead(source, name.start, code)


def _unresolved(scope: Scope, source: str, name: Name) -> Iterator[Fault]:
    head = name.parts[0]
    if name.called and len(name.parts) == 1:
        if head not in FUNCTIONS and head not in BUILT_IN and head not in REWRITTEN:
            near = nearest(head, [*FUNCTIONS, *BUILT_IN, *REWRITTEN])
            remedy = (
                f"did you mean `{near}`?"
                if near
                else f"the functions are {', '.join(sorted([*FUNCTIONS, *REWRITTEN]))}"
            )
            yield Fault.at(source, name.start, "unknown-function", f"there is no function `{head}`", remedy)
    elif head in scope.layout.repeat_of and head not in scope.codes and len(name.read) == 1:
        repeat = scope.layout.repeat_of[head]
        yield Fault.at(
            source,
            name.start,
            "inside-repeat",
            f"`{head}` is asked once per item of `{repeat}`",
            f"write `{repeat}.{head}` for the list of its answers, or `count({repeat})`",
        )
    elif any(known.startswith(head + ".") for known in scope.every_name):
        yield _unknown_part(scope, source, name)
    elif head in scope.layout.questions and head in scope.codes:
        yield _only_answered(source, name.start, head)
    else:
        remedy = _remedy_for_unknown(scope, source, head)
        yield Fault.at(source, name.start, "unknown-code", f"there is no question or list `{head}`", remedy)


def _remedy_for_unknown(scope: Scope, source: str, head: str) -> str:
    if head in ("and", "or", "not"):
        return WORD_SIGNS
    if any(token.text == "#" for token in tokens(source)):
        return COMMENT_SIGN
    choice = next((name for name, known in scope.every_name.items() if known.constant == head), None)
    near = choice or nearest(head, {known.split(".")[0] for known in scope.every_name})
    return f"did you mean `{near}`?" if near else "write the code of a question that is asked before"


def _unknown_part(scope: Scope, source: str, name: Name) -> Fault:
    written = ".".join(name.parts[:-1] if name.called and len(name.parts) > 2 else name.parts)
    owner = ".".join(name.parts[:1])
    if written == owner:
        known = sorted(other for other in scope.every_name if other.startswith(owner + "."))
        remedy = "write one of its parts: " + ", ".join(f"`{other}`" for other in known[:6])
        return Fault.at(source, name.start, "unknown-choice", f"`{owner}` alone has no value here", remedy)
    known = sorted(other for other in scope.every_name if other.startswith(owner + "."))
    near = nearest(written, known)
    listed = ", ".join(f"`{other}`" for other in known[:8]) if len(known) < 40 else "the codes of its list"
    remedy = f"did you mean `{near}`?" if near else f"write one of {listed}" if known else f"write `{owner}` alone"
    return Fault.at(
        source, name.start, "unknown-choice", f"`{owner}` has no choice or part `{written[len(owner) + 1 :]}`", remedy
    )


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
        message = f"`{argument}` is asked once per item of `{repeat}`"
        return Fault.at(source, offset, "inside-repeat", message, f"write `answered({repeat}.{argument})`")
    near = nearest(argument, scope.answerable)
    remedy = f"did you mean `{near}`?" if near else "write the code of a question that is asked before"
    return Fault.at(source, offset, "unknown-code", f"there is no question `{argument}`", remedy)


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
    found = tokens(source)
    for function, bracket, literal in zip(found, found[1:], found[2:], strict=False):
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
