"""What the expression library says of a rule, in words an author understands and at their place."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from .rule_functions import FUNCTIONS
from .rule_source import Rewritten, line_and_column, special_calls, tokens


@dataclass(frozen=True)
class Fault:
    """A mistake in a rule's text, 1-based, in words an author understands."""

    line: int
    column: int
    kind: str
    message: str
    remedy: str

    @staticmethod
    def at(source: str, offset: int, kind: str, message: str, remedy: str) -> Fault:
        """At an offset in the source, counted in characters from 0."""
        return Fault(*line_and_column(source, offset), kind, message, remedy)

    @staticmethod
    def result(kind: str, wanted: str) -> Fault:
        """The rule gives a value of another kind than its place wants."""
        message = f"the rule gives {in_words(kind)}, not {KINDS[wanted]}"
        return Fault(1, 1, "rule-result", message, RESULT_REMEDIES[wanted])


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


COMMENT_SIGN = "write `//` before a comment"
WORD_SIGNS = "write `&&` for and, `||` for or, `!` for not"
ERROR = re.compile(r"ERROR: <input>:(\d+):(\d+): (.*)")
OVERLOAD = re.compile(r"found no matching overload for '([^']+)' applied to '\((.*)\)'")
OPERATORS = {"_==_": "==", "_!=_": "!=", "_<_": "<", "_<=_": "<=", "_>_": ">", "_>=_": ">=", "@in": "in"}
OPERATORS |= {"_&&_": "&&", "_||_": "||", "!_": "!", "_+_": "+", "_-_": "-", "_*_": "*", "_/_": "/", "_?_:_": "? :"}


def type_faults(report: str, rewritten: Rewritten) -> Iterator[Fault]:
    """Every line of the library's report, at its place in what the author wrote."""
    lines = [ERROR.search(line) for line in report.split("\n")]
    errors = [match for match in lines if match]
    syntax = [match for match in errors if match[3].startswith("Syntax error")]
    # after the first sign out of place the library stumbles over what follows: that is noise
    for match in syntax[:1] or errors:
        line, column = rewritten.place(int(match[1]), int(match[2]))
        yield Fault(line, column, *_explained(match[3], rewritten.source, (line, column)))
    if not errors:
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
    kinds, depth = [""], 0
    for sign in types:
        depth += (sign == "(") - (sign == ")")
        if sign == "," and depth == 0:
            kinds.append("")
        else:
            kinds[-1] += sign
    return [kind.strip() for kind in kinds]


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
    return next((remedy for is_meant, remedy in KIND_REMEDIES if is_meant(kinds)), COMPARE_ONE_KIND)


COMPARE_ONE_KIND = 'compare values of one kind: a number with a number, a date with `date("2024-12-24")`'
#: the first that fits the kinds on both sides
KIND_REMEDIES: tuple[tuple[Callable[[list[str]], bool], str], ...] = (
    (
        lambda kinds: any(kind.startswith("list(") for kind in kinds),
        "several answers: write `list.choice in code` or `count(code)`",
    ),
    (
        lambda kinds: "int" in kinds,
        "`size` gives a whole number that is not compared here: write `count(…)` or `length(…)`",
    ),
    (lambda kinds: "bool" in kinds, "a rule's true or false is not compared; use it as it stands, or with `!`"),
)
PARAMETERS = {"text": "a text", "date": "a date", "list:number": "several numbers", "list:any": "several values"}
WORDS = {"string": "a text", "double": "a number", "int": "a whole number", "bool": "true or false"}
WORDS |= {"timestamp": "a date", "google.protobuf.Timestamp": "a date", "dyn": "any value", "null": "nothing"}


def in_words(kind: str) -> str:
    """The library's name of a type as an author says it."""
    if kind.lower().startswith(("list(", "list<")):
        return f"several values ({in_words(kind[5:-1])})"
    if kind.startswith("choice."):
        return f"a choice of `{kind.removeprefix('choice.')}`"
    return WORDS.get(kind, WORDS.get(kind.lower(), f"`{kind}`"))


def _plain(message: str) -> str:
    return message.split(" (in container")[0]
