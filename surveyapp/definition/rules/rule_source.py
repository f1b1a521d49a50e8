"""A rule as its author wrote it: tokens, names, and the small rewrites that keep positions true."""

from __future__ import annotations

import bisect
import itertools
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

TOKEN = re.compile(
    r"""(?P<string>[rR]?(?:"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'))
    |(?P<name>[A-Za-z_]\w*(?:\s*\.\s*[A-Za-z_]\w*)*)
    |(?P<number>\d*\.\d+(?:[eE][+-]?\d+)?|\d+[eE][+-]?\d+|\d+)
    |(?P<space>\s+|//[^\n]*)
    |(?P<other>.)""",
    re.VERBOSE | re.DOTALL,
)
KEYWORDS = frozenset({"true", "false", "null", "in"})
COMPREHENSIONS = frozenset({"all", "exists", "exists_one", "filter", "map"})
#: what `answered(x)` becomes is looked up under this prefix; no code can begin so
ANSWERED = "_answered."


@dataclass(frozen=True)
class Token:
    """A piece of a rule's source. `start` is an offset in characters from the rule's first."""

    kind: str
    text: str
    start: int

    @property
    def end(self) -> int:
        """The offset just behind it."""
        return self.start + len(self.text)


@dataclass(frozen=True)
class Name:
    """A dotted name; `called`: its last part is a function or method."""

    parts: tuple[str, ...]
    start: int
    called: bool

    @property
    def read(self) -> tuple[str, ...]:
        """The parts that can be a variable: in `areas.exists(…)` only `areas`, in `year(…)` none."""
        return self.parts[:-1] if self.called else self.parts


@dataclass(frozen=True)
class Edit:
    """What replaces the characters from `start` up to `end`."""

    start: int
    end: int
    text: str


def tokens(source: str) -> list[Token]:
    """The source in pieces, without white space and comments."""
    return [
        Token(match.lastgroup or "other", match.group(), match.start())
        for match in TOKEN.finditer(source)
        if match.lastgroup != "space"
    ]


def names(source: str) -> Iterator[Name]:
    """Every dotted name but keywords and the methods of an expression (`(a + b).contains(…)`), in order."""
    written = tokens(source)
    for place, token in enumerate(written):
        if token.kind == "name" and token.text not in KEYWORDS and not _is_member(written, place):
            called = place + 1 < len(written) and written[place + 1].text == "("
            yield Name(tuple(part.strip() for part in token.text.split(".")), token.start, called)


def _is_member(written: list[Token], place: int) -> bool:
    return place > 1 and written[place - 1].text == "." and _ends_value(written[place - 2])


def _ends_value(token: Token) -> bool:
    return token.kind in ("string", "name", "number") or token.text in (")", "]", "}")


def local_names(source: str) -> frozenset[str]:
    """The names that `exists(a, …)` and its kin bring in."""
    written = tokens(source)
    return frozenset(
        written[place + 2].text
        for place, token in enumerate(written[:-2])
        if token.kind == "name"
        and token.text.split(".")[-1].strip() in COMPREHENSIONS
        and written[place + 1].text == "("
    )


class Rewritten:
    """A source after edits, which still knows where each of its characters came from."""

    def __init__(self, source: str, edits: Iterable[Edit]) -> None:
        self.source = source
        pieces: list[str] = []
        self._starts: list[int] = []  # offset in the text → offset in the source, at each piece
        self._origins: list[tuple[int, bool]] = []
        position = length = 0
        for edit in [*sorted(edits, key=lambda edit: (edit.start, edit.end)), Edit(len(source), len(source), "")]:
            for piece, origin, verbatim in (
                (source[position : edit.start], position, True),
                (edit.text, edit.start, False),
            ):
                self._starts.append(length)
                self._origins.append((origin, verbatim))
                pieces.append(piece)
                length += len(piece)
            position = edit.end
        self.text = "".join(pieces)

    def place(self, line: int, column: int) -> tuple[int, int]:
        """(line, column) in the source for a 1-based line and column of the rewritten text."""
        return line_and_column(self.source, self._origin(_offset(self.text, line, column)))

    def _origin(self, offset: int) -> int:
        piece = max(0, bisect.bisect_right(self._starts, offset) - 1)
        origin, verbatim = self._origins[piece]
        return origin + (offset - self._starts[piece] if verbatim else 0)


def line_and_column(source: str, offset: int) -> tuple[int, int]:
    """1-based, of an offset from 0."""
    before = source[:offset]
    return before.count("\n") + 1, offset - (before.rfind("\n") + 1) + 1


def _offset(text: str, line: int, column: int) -> int:
    lines = text.split("\n")
    return sum(len(earlier) + 1 for earlier in lines[: line - 1]) + column - 1


def double_literals(source: str) -> Iterator[Edit]:
    """Authors write `3`; every number in a rule is a double, but for the place in a list (`ranked[0]`)."""
    written = tokens(source)
    for place, token in enumerate(written):
        index = place > 1 and written[place - 1].text == "[" and _ends_value(written[place - 2])
        if token.kind == "number" and token.text.isdigit() and not index:
            yield Edit(token.end, token.end, ".0")


@dataclass(frozen=True)
class Call:
    """`answered(code)` or `or_else(code, default)` as it stands in the source."""

    function: str
    argument: str  #: empty unless it is one name and nothing else
    start: int
    argument_start: int
    argument_end: int
    comma: int  #: where the default follows; -1: none
    end: int  #: just past the closing bracket

    @property
    def well_formed(self) -> bool:
        """One argument for `answered`, two for `or_else`."""
        return bool(self.argument) and (self.comma >= 0) == (self.function == "or_else")


def special_calls(source: str) -> Iterator[Call]:
    """Every call of `answered` and `or_else`, well-formed or not, in order."""
    written = tokens(source)
    for place, (token, bracket) in enumerate(itertools.pairwise(written)):
        if token.text in ("answered", "or_else") and bracket.text == "(":
            yield _call(source, written, place)


def _call(source: str, written: list[Token], place: int) -> Call:
    """Of the function at this place, which a bracket follows."""
    function, following = written[place], [*written[place + 2 : place + 4], None, None]
    argument, sign = following[0] or written[place + 1], following[1]
    closing = _closing(written, place + 1)
    end = len(source) if closing is None else written[closing].end
    if argument.kind != "name" or sign is None or sign.text not in (",", ")") or closing is None:
        return Call(function.text, "", function.start, argument.start, argument.end, -1, end)
    code, comma = "".join(argument.text.split()), sign.start if sign.text == "," else -1
    return Call(function.text, code, function.start, argument.start, argument.end, comma, end)


def _closing(written: list[Token], opening: int) -> int | None:
    depth = 0
    for place in range(opening, len(written)):
        depth += (written[place].text == "(") - (written[place].text == ")")
        if depth == 0:
            return place
    return None


def special_edits(source: str) -> Iterator[Edit]:
    """`answered(x)` → `_answered.x`; `or_else(x, d)` → `(_answered.x ? x : (d))`, since an unbound name
    never reaches a function."""
    for call in special_calls(source):
        if call.well_formed and call.function == "answered":
            yield Edit(call.start, call.end, ANSWERED + call.argument)
        elif call.well_formed:
            yield Edit(call.start, call.argument_start, f"({ANSWERED}{call.argument} ? ")
            yield Edit(call.argument_end, call.comma + 1, " : (")
            yield Edit(call.end, call.end, ")")
