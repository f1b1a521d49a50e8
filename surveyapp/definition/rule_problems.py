"""Mistakes in a rule, in words an author understands, each at its place in the rule's text."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .problems import nearest
from .rule_functions import BUILT_IN, FUNCTIONS, REWRITTEN
from .rule_source import (
    Call,
    Name,
    Rewritten,
    line_and_column,
    local_names,
    names,
    special_calls,
    tokens,
)

if TYPE_CHECKING:
    from .rules import Scope


@dataclass(frozen=True)
class Fault:
    line: int
    column: int
    kind: str
    message: str
    remedy: str

    @staticmethod
    def at(source: str, offset: int, kind: str, message: str, remedy: str) -> Fault:
        return Fault(*line_and_column(source, offset), kind, message, remedy)

    @staticmethod
    def result(source: str, found: str, wanted: str) -> Fault:
        return Fault(
            1, 1, "rule-result", f"the rule gives {in_words(found)}, not {KINDS[wanted]}", RESULT_REMEDIES[wanted]
        )


KINDS = {
    "boolean": "true or false",
    "number": "a number",
    "text": "a text",
    "choice:yes_no": "yes or no",
}
RESULT_REMEDIES = {
    "boolean": "compare it with something, as in `interest == interest.yes`, or write `answered(code)`",
    "number": "let the formula give a number, as in `or_else(a, 0) + or_else(b, 0)`",
    "text": "let the formula give a text",
    "choice:yes_no": "let the formula give `yes_no.yes` or `yes_no.no`, as in `a > b ? yes_no.yes : yes_no.no`",
}


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


COMMENT_SIGN = "write `//` before a comment"
WORD_SIGNS = "write `&&` for and, `||` for or, `!` for not"
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


ERROR = re.compile(r"ERROR: <input>:(\d+):(\d+): (.*)")
OVERLOAD = re.compile(r"found no matching overload for '([^']+)' applied to '\((.*)\)'")
OPERATORS = {"_==_": "==", "_!=_": "!=", "_<_": "<", "_<=_": "<=", "_>_": ">", "_>=_": ">=", "@in": "in"}
OPERATORS |= {"_&&_": "&&", "_||_": "||", "!_": "!", "_+_": "+", "_-_": "-", "_*_": "*", "_/_": "/", "_?_:_": "? :"}


def type_faults(report: str, rewritten: Rewritten) -> Iterator[Fault]:
    """Every line of the library's report, at its place in what the author wrote."""
    lines = [ERROR.search(line) for line in report.split("\n")]
    found = [match for match in lines if match]
    syntax = [match for match in found if match[3].startswith("Syntax error")]
    # after the first sign out of place the library stumbles over what follows: that is noise
    for match in syntax[:1] or found:
        line, column = rewritten.place(int(match[1]), int(match[2]))
        yield Fault(line, column, *_explained(match[3], rewritten.source, (line, column)))
    if not found:
        yield Fault(1, 1, "rule-syntax", "the rule cannot be read", "see the rules chapter of docs/definition.md")


def _explained(message: str, source: str, place: tuple[int, int]) -> tuple[str, str, str]:
    overload = OVERLOAD.search(message)
    if overload:
        operator = OPERATORS.get(overload[1], overload[1])
        kinds = _split(overload[2])
        if operator == "? :":
            defaults = [call.start for call in special_calls(source) if call.function == "or_else"]
            is_default = any(line_and_column(source, start) == place for start in defaults)
            return _of_alternatives("or_else" if is_default else "? :", kinds)
        return (
            "wrong-type",
            f"`{operator}` cannot be used with {' and '.join(map(in_words, kinds))}",
            _type_remedy(operator, kinds),
        )
    unknown = re.match(r"undeclared reference to '([^']+)'", message)
    if unknown and unknown[1] in USES:
        return "wrong-type", f"`{unknown[1]}` cannot be used in this way", f"write `{USES[unknown[1]]}`"
    if "Syntax error" in message or "mismatched" in message:
        return "rule-syntax", "the rule is not complete or has a sign out of place", _syntax_remedy(source)
    if "expected type" in message:
        return "wrong-type", "the two sides are not of the same kind", "compare values of one kind"
    return "wrong-type", _plain(message), "see the rules chapter of docs/definition.md"


def _of_alternatives(operator: str, kinds: list[str]) -> tuple[str, str, str]:
    if kinds[0] != "bool":
        message = f"`? :` needs true or false before the `?`, not {in_words(kinds[0])}"
        return "wrong-type", message, "compare the value with something before the `?`"
    message = f"`{operator}` gives {in_words(kinds[1])} or {in_words(kinds[2])}"
    return "wrong-type", message, "let both be of one kind"


def _syntax_remedy(source: str) -> str:
    if any(token.text == "#" for token in tokens(source)):
        return COMMENT_SIGN
    if re.search(r"(?<![=!<>])=(?!=)", source):
        return "write `==` to compare"
    if any(token.text in ("and", "or", "not") for token in tokens(source)):
        return WORD_SIGNS
    return "check the brackets and what stands on both sides of each sign"


def _split(types: str) -> list[str]:
    """`list(string), double` at the top level only."""
    found, depth = [""], 0
    for sign in types:
        depth += (sign == "(") - (sign == ")")
        if sign == "," and depth == 0:
            found.append("")
        else:
            found[-1] += sign
    return [kind.strip() for kind in found]


#: how each function is written
USES = {
    "count": "count(code)",
    "sum": "sum(repeat.code)",
    "length": "length(code)",
    "words": "words(code)",
    "date": 'date("2024-12-24")',
    "year": "year(code)",
    "months_between": "months_between(earlier, later)",
    "days_between": "days_between(earlier, later)",
}


def _type_remedy(operator: str, kinds: list[str]) -> str:
    if operator in FUNCTIONS:
        wanted = " and ".join(PARAMETERS.get(kind, kind) for kind in FUNCTIONS[operator].parameters)
        return f"write `{USES[operator]}`, with {wanted}"
    if operator == "!":
        return "compare the value with something first, as in `!(code > 3)`"
    choices = [kind.removeprefix("choice.") for kind in kinds if kind.startswith("choice.")]
    if choices and "string" in kinds:
        return f"write the choice without quotation marks, as in `{choices[0]}.CODE`"
    if len(set(choices)) > 1:
        return "compare a question with choices of its own list"
    if any(kind.startswith("list(") for kind in kinds):
        return "several answers: write `list.choice in code` or `count(code)`"
    if "int" in kinds:
        return "`size` gives a whole number that is not compared here: write `count(…)` or `length(…)`"
    if "bool" in kinds:
        return "a rule's true or false is not compared; use it as it stands, or with `!`"
    return 'compare values of one kind: a number with a number, a date with `date("2024-12-24")`'


PARAMETERS = {"text": "a text", "date": "a date", "list:number": "several numbers", "list:any": "several values"}
WORDS = {"string": "a text", "double": "a number", "int": "a whole number", "bool": "true or false"}
WORDS |= {"timestamp": "a date", "google.protobuf.Timestamp": "a date", "dyn": "any value", "null": "nothing"}


def in_words(kind: str) -> str:
    if kind.lower().startswith(("list(", "list<")):
        return f"several values ({in_words(kind[5:-1])})"
    if kind.startswith("choice."):
        return f"a choice of `{kind.removeprefix('choice.')}`"
    return WORDS.get(kind, WORDS.get(kind.lower(), f"`{kind}`"))


def _plain(message: str) -> str:
    return message.split(" (in container")[0]
