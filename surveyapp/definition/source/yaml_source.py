"""YAML text → plain Python values and the place of every key and value.

Built on ruamel.yaml's events rather than its loaders: scalars follow YAML 1.2's core schema (`no`
and `NO` are text, `010` is ten), aliases and depth are capped before anything is expanded, and a
duplicate key is a problem instead of a silent loss.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, ClassVar

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from ..problems import Problem
from ..texts import Loc

#: texts, numbers, truths, None, and lists and mappings of them: what an author wrote, before the grammar has seen it
YamlValue = Any

MAX_CHARACTERS = 1_000_000
MAX_DEPTH = 40
MAX_ALIASES = 100
MAX_VALUES = 200_000  #: with aliases expanded


@dataclass(frozen=True)
class Place:
    """1-based, as editors count."""

    line: int
    column: int


@dataclass
class _Node:
    place: Place
    value: Any = None  #: a _Text, a list of nodes, or a list of (key, key's place, node)
    kind: str = "scalar"
    open: bool = True


@dataclass
class YamlSource:
    """`values[loc]` and `keys[loc]` are where the value at a path, and its key, begin."""

    file: str
    data: YamlValue = None
    values: dict[Loc, Place] = field(default_factory=dict)
    keys: dict[Loc, Place] = field(default_factory=dict)
    styles: dict[Loc, str] = field(default_factory=dict)  #: of texts not written plainly: ' " | >
    lines: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def resolve(self, loc: Loc) -> Loc:
        """The longest path that exists in the file, pydantic's union tags left out."""
        here: Loc = ()
        for step in loc:
            if (*here, step) in self.values:
                here = (*here, step)
        return here

    def place(self, loc: Loc, *, key: bool = False) -> Place:
        """Of the value at a path (or of its key); of what holds it where the path does not exist."""
        here = self.resolve(loc)
        places = self.keys if key and here in self.keys else self.values
        return places.get(here, Place(1, 1))

    def inside(self, loc: Loc, line: int, column: int) -> Place:
        """Where the character at (line, column) of a text's value stands in the file."""
        here = self.resolve(loc)
        start = self.values.get(here, Place(1, 1))
        style = self.styles.get(here, "")
        if style in ("|", ">"):
            # folding joins lines, so only the first line of a folded text can be told
            at = start.line + (line if style == "|" else 1)
            written = self.lines[at - 1] if at <= len(self.lines) else ""
            indent = len(written) - len(written.lstrip(" "))
            return Place(at, indent + (column if style == "|" else 1))
        return Place(start.line, start.column + len(style) + column - 1) if line == 1 else start

    def problem(self, loc: Loc, kind: str, message: str, remedy: str, *, key: bool = False) -> Problem:
        """A problem at the place of a path."""
        place = self.place(loc, key=key)
        return Problem(self.file, place.line, place.column, message, remedy, kind)


class _RefusedError(Exception):
    def __init__(self, place: Place, kind: str, message: str, remedy: str) -> None:
        super().__init__(message)
        self.place, self.kind, self.message, self.remedy = place, kind, message, remedy


def read_yaml(file: str, text: str) -> YamlSource:
    """Never raises: what is wrong with the YAML itself is in `problems`, and `data` is None then."""
    source = YamlSource(file, lines=text.split("\n"))
    if len(text) > MAX_CHARACTERS:
        message, remedy = "The file is longer than a million characters.", "Split the questionnaire."
        source.problems.append(Problem(file, 1, 1, message, remedy, "too-large"))
        return source
    try:
        root = _Builder(source).build(text)
        if root is not None:
            source.data = _plain(source, root)
    except _RefusedError as error:
        place = error.place
        source.problems.append(Problem(file, place.line, place.column, error.message, error.remedy, error.kind))
    except MarkedYAMLError as error:
        source.problems.append(_syntax_problem(file, error))
    except (YAMLError, ValueError, RecursionError) as error:
        # reader errors (control characters) carry no mark
        position = getattr(error, "position", None)
        line = text.count("\n", 0, position) + 1 if isinstance(position, int) else 1
        message = "This file has a character that YAML does not allow, or is not YAML."
        remedy = "Remove the character, or save the file again as plain UTF-8 text."
        source.problems.append(Problem(file, line, 1, message, remedy, "yaml-syntax"))
    return source


#: what ruamel says → what an author understands; the first that is contained in the message wins
SYNTAX_MESSAGES: tuple[tuple[str, str, str], ...] = (
    ("\\t", "A tab stands where YAML wants spaces.", "Indent with spaces only."),
    ("mapping values are not allowed", "A colon followed by a space stands inside an unquoted text.",
     'Put the text between double quotes: "…".'),
    ("could not find expected ':'", "This line is not `key: value`.",
     "Add the colon after the key, or indent the line so that it belongs to the text above."),
    ("expected <block end>", "The indentation does not fit the lines above.",
     "Line this up with the other keys of the same part."),
    ("found unexpected end of stream", "A quote or bracket is opened and never closed.", "Close it."),
    ("undefined alias", "This alias refers to an anchor that does not exist.",
     "Define the anchor first, or drop the alias."),
    ("found undefined tag", "Tags (`!name`) are not used in questionnaires.", "Remove the tag."),
    ("cannot start any token", "This character has a meaning in YAML and cannot begin a text.",
     'Put the text between double quotes: "…".'),
    ("unknown escape", "A backslash in a double-quoted text begins an unknown escape.",
     "Write two backslashes, or use single quotes."),
    ("expected the node content", "A value is missing here.", "Write the value, or remove the key."),
)  # fmt: skip


def _syntax_problem(file: str, error: MarkedYAMLError) -> Problem:
    mark = error.problem_mark or error.context_mark
    message_of_library = f"{error.problem} {error.context}"
    default = (
        "",
        "This is not well-formed YAML.",
        "Check the indentation, quotes and colons here and in the line above.",
    )
    _, message, remedy = next((row for row in SYNTAX_MESSAGES if row[0] in message_of_library), default)
    line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    return Problem(file, line, column, message, remedy, "yaml-syntax")


class _Builder:
    """Events → nodes, without recursion, so that no depth of nesting can break it."""

    def __init__(self, source: YamlSource) -> None:
        self.source = source
        self.stack: list[_Node] = []
        self.pending: list[tuple[str, Place] | None] = []  #: per open mapping: the key that waits for its value
        self.anchors: dict[str, _Node] = {}
        self.root: _Node | None = None
        self.aliases = 0
        self.documents = 0

    def build(self, text: str) -> _Node | None:
        for event in YAML(typ="safe", pure=True).parse(text):
            handler = self.HANDLERS.get(type(event))
            if handler is not None:
                handler(self, event)
        return self.root

    def _document(self, event: Event) -> None:
        self.documents += 1
        if self.documents > 1:
            message, remedy = (
                "A second YAML document begins here.",
                "Remove the line `---`: one file, one questionnaire.",
            )
            raise _RefusedError(_place(event), "yaml-syntax", message, remedy)

    def _scalar(self, event: ScalarEvent) -> None:
        place = _place(event)
        self._refuse_tag(event, place)
        self._add(event, _Node(place, _Text(event.value, event.style or ""), open=False))

    def _start(self, event: SequenceStartEvent | MappingStartEvent) -> None:
        place = _place(event)
        self._refuse_tag(event, place)
        if len(self.stack) >= MAX_DEPTH:
            raise _RefusedError(
                place, "too-deep", "This is nested too deep.", "A questionnaire needs fewer levels: flatten it."
            )
        kind = "map" if isinstance(event, MappingStartEvent) else "list"
        node = _Node(place, [], kind)
        self._add(event, node)
        self.stack.append(node)
        self.pending.append(None)

    def _end(self, event: Event) -> None:
        self.stack.pop().open = False
        self.pending.pop()

    def _alias(self, event: AliasEvent) -> None:
        place = _place(event)
        self.aliases += 1
        node = self.anchors.get(event.anchor)
        if self.aliases > MAX_ALIASES:
            raise _RefusedError(place, "too-many-aliases", f"More than {MAX_ALIASES} aliases.", "Write the parts out.")
        if node is None:
            message, remedy = f"The alias *{event.anchor} has no anchor before it.", "Define the anchor first."
            raise _RefusedError(place, "yaml-syntax", message, remedy)
        if node.open:
            raise _RefusedError(place, "yaml-syntax", "This alias stands inside its own anchor.", "Remove the alias.")
        self._add(event, node)

    def _add(self, event: Event, node: _Node) -> None:
        anchor = getattr(event, "anchor", None)
        if anchor and not isinstance(event, AliasEvent):
            self.anchors[anchor] = node
        if not self.stack:
            self.root = node
            return
        parent = self.stack[-1]
        if parent.kind == "list":
            parent.value.append(node)
            return
        waiting = self.pending[-1]
        if waiting is None:
            self.pending[-1] = (self._key(node, _place(event)), _place(event))
        else:
            parent.value.append((*waiting, node))
            self.pending[-1] = None

    def _key(self, node: _Node, place: Place) -> str:
        if node.kind != "scalar":
            message = "A text that begins with a brace or bracket, or a key that is not a single word."
            raise _RefusedError(place, "yaml-syntax", message, 'Put the text between double quotes: "{{ code }} …".')
        return str(node.value.text)

    def _refuse_tag(self, event: Event, place: Place) -> None:
        if getattr(event, "tag", None) not in (None, "!"):
            raise _RefusedError(
                place, "yaml-syntax", "Tags (`!name`) are not used in questionnaires.", "Remove the tag."
            )

    HANDLERS: ClassVar[dict[type[Event], Callable[[Any, Any], None]]] = {
        DocumentStartEvent: _document,
        ScalarEvent: _scalar,
        SequenceStartEvent: _start,
        MappingStartEvent: _start,
        SequenceEndEvent: _end,
        MappingEndEvent: _end,
        AliasEvent: _alias,
    }


@dataclass(frozen=True)
class _Text:
    text: str
    style: str  #: empty if plain


def _place(event: Event) -> Place:
    mark = event.start_mark
    return Place(mark.line + 1, mark.column + 1)


def _plain(source: YamlSource, root: _Node) -> YamlValue:
    """The nodes as Python values, aliases expanded; fills in the places."""
    count = 0

    def convert(node: _Node, loc: Loc) -> YamlValue:
        nonlocal count
        count += 1
        if count > MAX_VALUES or len(loc) > MAX_DEPTH:
            raise _RefusedError(node.place, "too-large", "Aliases make this file too large.", "Write the parts out.")
        source.values[loc] = node.place
        if node.kind == "scalar":
            if not node.value.style:
                return scalar(node.value.text)
            source.styles[loc] = node.value.style
            return node.value.text
        if node.kind == "list":
            return [convert(child, (*loc, index)) for index, child in enumerate(node.value)]
        mapping: dict[str, YamlValue] = {}
        for key, place, child in node.value:
            if key in mapping:
                first = source.keys[(*loc, key)]
                message = f"The key `{key}` is written twice (first in line {first.line})."
                source.problems.append(
                    Problem(source.file, place.line, place.column, message, "Keep one of the two.", "duplicate-key")
                )
                continue
            source.keys[(*loc, key)] = place
            mapping[key] = convert(child, (*loc, key))
        return mapping

    return convert(root, ())


_WORDS = {"": None, "~": None, "true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_WORDS |= {"null": None, "Null": None, "NULL": None}
_INTEGER = re.compile(r"[-+]?[0-9]{1,300}")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]{1,4})?")


def scalar(text: str) -> str | int | float | bool | None:
    """A plain scalar by YAML 1.2's core schema; hexadecimal, octal and infinities stay text."""
    if text in _WORDS:
        return _WORDS[text]
    if _INTEGER.fullmatch(text):
        return int(text)
    if len(text) < 100 and _FLOAT.fullmatch(text):
        return float(text)
    return text
