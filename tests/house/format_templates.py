"""Lays the templates out: one element a line, no line past 140 columns, and no space shown that was not shown before.

`python -m tests.house.format_templates [--check]` reads `surveyapp/templates`. djLint was tried first: it leaves long lines long
(docs/decisions). This one works on what a template *puts out*: the text between Jinja's marks after their white space was
trimmed. A line is broken where white space means nothing to a browser, where there is some already, or beside a mark of
Jinja's, which then swallows it (`-%}`, `{%-`).
"""

from __future__ import annotations

import itertools
import re
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import jinja2

TEMPLATES = Path(__file__).resolve().parents[2] / "surveyapp" / "templates"
WIDTH = 120
STEP = "  "
#: as `surveyapp.web.template_layout` sets the application's own
ENVIRONMENT = jinja2.Environment(trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=False)


def _names(text: str) -> frozenset[str]:
    return frozenset(re.findall(r"\S+", text))


VOID = _names("area base br col hr img input link meta source track wbr")
#: white space before and after their tags shows nothing
BLOCK = _names(
    "!doctype address article aside blockquote body caption col dd details div dl dt fieldset figcaption figure footer form "
    "h1 h2 h3 h4 h5 h6 head header hr html legend li link main meta nav ol optgroup option p script section style summary "
    "table tbody td tfoot th thead title tr ul"
)
#: within them it would stand around their text, which is compared, copied and read out as it is
TEXT_HOLDERS = _names("caption dd dt figcaption h1 h2 h3 h4 h5 h6 legend li option p summary td th title")
#: Bootstrap's fields, which are blocks
BLOCK_CLASSES = frozenset(("form-control", "form-select"))
#: what the stylesheets show with its spaces (`white-space: pre-wrap`) or set in a line: nothing is added inside
AS_WRITTEN = frozenset(["answer", "letter", "report-look", "difference", "coded", "inline-form"])
#: the same for an element within one of a class
AS_WRITTEN_WITHIN = {("p", "report-part"), ("dd", "history")}
RAW = frozenset(("textarea", "pre", "script", "style"))
FIELDS = frozenset(("button", "input", "select", "textarea"))
OPENS = frozenset(["autoescape", "block", "call", "filter", "for", "if", "macro", "with"])
BETWEEN = frozenset(("elif", "else"))

PLACEHOLDER = "[\ue000-\uf8ff]"
TAG = re.compile(r"<!--.*?-->|<(/?)([a-zA-Z!][^\s<>/]*)((?:[^<>\"']|\"[^\"]*\"|'[^']*')*)>", re.DOTALL)
ATTRIBUTE = re.compile(r"[^\s\"'=]+(?:\s*=\s*(?:\"[^\"]*\"|'[^']*'|[^\s\"'>]+))?", re.DOTALL)
STRING = r"\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*'"


@dataclass
class Mark:
    """One construct of Jinja's. Its dashes say that the white space before or after it is not put out."""

    kind: str
    code: str
    before: bool = False
    after: bool = False

    @property
    def word(self) -> str:
        return self.code.split(maxsplit=1)[0].partition("(")[0] if self.kind == "%" else ""

    @property
    def opens(self) -> bool:
        return self.word in OPENS or (self.word == "set" and "=" not in self.code)

    @property
    def closes(self) -> bool:
        return self.word.startswith("end")

    def text(self, code: str | None = None) -> str:
        end = {"%": "%}", "{": "}}", "#": "#}"}[self.kind]
        head, tail = "{" + self.kind + "-" * self.before, "-" * self.after + end
        return f"{head} {code or self.code} {tail}"

    def lines(self, column: int) -> list[str]:
        """The construct in as many lines as it takes, the first of them beginning at a column."""
        if column + len(self.text()) <= WIDTH or self.kind == "#":
            return self.text().split("\n") if self.kind != "#" else _fill(self.text().split(" "), column)
        return _fill(_words(self.text(_split_texts(self.code))), column)


@dataclass(eq=False)
class Node:
    """An element, a block of Jinja's with its branches, a single mark, or a text."""

    head: str | Mark
    kind: str  # element, block, mark, text, stray
    name: str = ""
    children: list[Node] = field(default_factory=list)
    tail: str | Mark | None = None
    gap: str = ""  # the white space put out before it: "" or some
    end_gap: str = ""  # and before its tail
    as_written: bool = False  # does it stand where white space shows as it is?
    keeps: bool = False  # and what stands in it?
    free: bool = False  # the white space before it shows nothing
    end_free: bool = False  # nor that before its tail


class Layout:
    """One template: read once, written once."""

    def __init__(self, source: str, environment: jinja2.Environment = ENVIRONMENT) -> None:
        self.marks: list[Mark] = []
        self.text = self._read(source, environment)
        self.nodes, self.end_gap = self._tree()

    def _read(self, source: str, environment: jinja2.Environment) -> str:
        """What is put out, with one letter of the private area for each mark."""
        parts: list[str] = []
        code: list[str] | None = None
        for _, token, value in environment.lexer.tokeniter(source, None):
            if token.endswith("_begin"):
                code = []
            elif token.endswith("_end"):
                parts.append(chr(0xE000 + len(self.marks)))
                self.marks.append(
                    Mark({"block": "%", "variable": "{", "comment": "#"}[token[:-4]], _joined(code or []))
                )
                code = None
            elif code is None:
                parts.append(value)
            else:
                code.append(value)
        return "".join(parts)

    def mark(self, letter: str) -> Mark:
        return self.marks[ord(letter) - 0xE000]

    # ---- reading -------------------------------------------------------------------------------------------------

    def _tokens(self) -> list[tuple[str, str]]:
        """(kind, text): open, close, void, mark, text, space."""
        found, at = [], 0
        for match in [*TAG.finditer(self.text), None]:
            piece = self.text[at : match.start() if match else len(self.text)]
            for part in re.findall(
                rf"{PLACEHOLDER}|\s+|[^\s\ue000-\uf8ff](?:[^\ue000-\uf8ff]*[^\s\ue000-\uf8ff])?", piece
            ):
                kind = "mark" if re.fullmatch(PLACEHOLDER, part) else "space" if part.isspace() else "text"
                found.append((kind, part))
            if match:
                at = match.end()
                name = (match[2] or "!doctype").lower()
                kind = "close" if match[1] else "void" if name in VOID or name.startswith("!") else "open"
                found.append((kind, match[0]))
        return found

    def _tree(self) -> tuple[list[Node], str]:
        root = Node("", "root")
        stack, space = [root], ""
        tokens = self._tokens()
        for kind, text in tokens:
            top = stack[-1]
            if kind == "space":
                space = text
                continue
            if kind == "mark":
                self._add_mark(stack, self.mark(text), space)
            elif kind == "close":
                name = TAG.fullmatch(text)[2].lower()  # type: ignore[index]
                if top.kind == "element" and top.name == name:
                    top.tail, top.end_gap = text, space
                    stack.pop()
                else:
                    top.children.append(Node(text, "stray", name, gap=space, as_written=top.keeps))
            else:
                node = Node(text, "element" if kind == "open" else "void" if kind == "void" else "text", gap=space)
                if kind in ("open", "void"):
                    node.name = TAG.fullmatch(text)[2].lower()  # type: ignore[index]
                    node.keeps = top.keeps or _as_written(node.name, text, stack)
                node.as_written = top.keeps
                top.children.append(node)
                if kind == "open":
                    stack.append(node)
            space = ""
        while len(stack) > 1:
            self._unclose(stack)
        root.end_gap = space
        _find_free(root, any(node.name in ("extends", "macro") for node in root.children))
        return root.children, space

    def _add_mark(self, stack: list[Node], mark: Mark, space: str) -> None:
        if mark.closes or mark.word in BETWEEN:
            while stack[-1].kind == "element":
                self._unclose(stack)
            block = stack.pop()
            block.end_gap = space
            if mark.closes:
                block.tail = mark
                return
            branch = Node(mark, "branch", mark.word, as_written=stack[-1].keeps, keeps=stack[-1].keeps)
            self._chain(stack[-1], block).children.append(branch)
            stack.append(branch)
            return
        keeps = stack[-1].keeps
        node = Node(mark, "block" if mark.opens else "mark", mark.word, gap=space, as_written=keeps, keeps=keeps)
        stack[-1].children.append(node)
        if mark.opens:
            stack.append(node)

    @staticmethod
    def _chain(parent: Node, block: Node) -> Node:
        """The node that holds an `if` and its branches; made at the first branch."""
        last = parent.children[-1]
        if last.kind == "chain" and last.children[-1] is block:
            return last
        chain = Node("", "chain", gap=block.gap, as_written=block.as_written, keeps=block.keeps, children=[block])
        block.gap = ""
        parent.children[-1] = chain
        return chain

    @staticmethod
    def _unclose(stack: list[Node]) -> None:
        """An element that another branch closes: its tag stands alone, what follows stands beside it."""
        node = stack.pop()
        node.kind = "stray"
        stack[-1].children.extend(node.children)
        node.children = []

    # ---- writing -------------------------------------------------------------------------------------------------

    def write(self) -> str:
        lines = self._siblings(self.nodes, 0, [])
        return "\n".join(line.rstrip() for line in lines).strip("\n") + "\n"

    def _tag(self, text: str, indent: int, column: int, rest: str = "") -> list[str]:
        """A tag; a long one with its attributes over several lines."""
        flat = self._plain(re.sub(r"\s+", " ", text))
        if column + len(flat + rest) <= WIDTH:
            return [flat + rest]
        match = TAG.fullmatch(text)
        assert match, text
        words = [f"<{match[1]}{self._plain(match[2])}"]
        depth, glue = 0, False
        for gap, part in re.findall(rf"(\s*)({PLACEHOLDER}|{ATTRIBUTE.pattern})", self._spaced(match[3]), re.DOTALL):
            if re.fullmatch(PLACEHOLDER, part):
                mark = self.mark(part)
                closing = mark.closes or mark.word in BETWEEN
                breaks = depth == 0 and not closing and not glue
                if breaks and not gap:
                    mark.before = True
                if breaks:
                    words.append(self._plain(part))
                else:
                    words[-1] += (" " if gap else "") + self._plain(part)
                depth += mark.opens - mark.closes
                glue = False
            elif depth or not gap:
                words[-1] += (" " if gap else "") + self._plain(part)
            else:
                words.append(self._plain(part))
        words[-1] += ">"
        pieces = [piece for word in words for piece in _unwrapped(word)]
        return _fill([*pieces[:-1], pieces[-1] + rest], column, indent)

    @staticmethod
    def _spaced(attributes: str) -> str:
        return re.sub(r"\s+", " ", attributes)

    def _plain(self, text: str) -> str:
        return re.sub(PLACEHOLDER, lambda match: self.mark(match[0]).text(), text)

    def _flat(self, node: Node) -> str:
        """On one line. White space that shows is one space."""
        head = node.head.text() if isinstance(node.head, Mark) else self._text(node)
        inner = "".join(
            _shown(previous, child, None if previous else node) + self._flat(child)
            for previous, child in zip([None, *node.children], node.children, strict=False)
        )
        return head + inner + self._end(node)

    def _text(self, node: Node) -> str:
        text = str(node.head)
        return self._plain(text if node.as_written else re.sub(r"\s+", " ", text))

    def _fits(self, node: Node, column: int) -> bool:
        flat = self._flat(node)
        return column + len(flat) <= WIDTH and "\n" not in flat and _blocks(node) <= 1 and not _must_break(node)

    def _siblings(self, nodes: list[Node], indent: int, lines: list[str], glued: bool = False) -> list[str]:
        """Each on a line of its own where a line may end between them. All dashes are set before any is written."""
        breaks = [
            not glued,
            *(_break(previous, node, indent) for previous, node in itertools.pairwise(nodes)),
        ]
        for place, (node, breaks_here) in enumerate(zip(nodes, breaks, strict=True)):
            if not breaks_here or (place and self._goes_on(nodes[place - 1], node, lines[-1])):
                glue = lines[-1] + _shown(nodes[place - 1] if place else None, node)
                written = self._node(node, indent, len(glue), bare=True)
                lines[-1:] = [glue + written[0], *written[1:]]
                continue
            if place and not indent and "macro" in (nodes[place - 1].name, node.name):
                lines.append("")
            lines.extend(self._node(node, indent, indent * len(STEP)))
        return lines

    def _goes_on(self, previous: Node, node: Node, line: str) -> bool:
        """Words and values that follow one another stay on a line while they fit."""
        if not node.gap or node.free or node.kind == "branch" or not (_is_word(previous) or _is_word(node)):
            return False
        if any((part.kind == "mark" and not _is_word(part)) or part.name == "block" for part in (previous, node)):
            return False
        alone = self._fits(previous, 0) and line.strip().endswith(self._flat(previous).strip()[-3:])
        return alone and self._fits(node, len(line) + 1)

    def _node(self, node: Node, indent: int, column: int, bare: bool = False) -> list[str]:
        """Lines of a node, those after the first indented. `bare`: the first follows something on its line."""
        start = "" if bare else STEP * indent
        if self._fits(node, column):
            return [start + self._flat(node)]
        if node.kind == "chain":
            return self._siblings(node.children, indent, [start], glued=True)
        if node.kind == "text":
            text = self._text(node)
            return _placed([text] if node.as_written else _fill(_unwrapped(text), column, indent), start, indent)
        if isinstance(node.head, Mark):
            head = node.head.lines
            return self._container(node, head, start, indent, column)
        if node.name in RAW:
            rest = self._rest(node)
            first, newline, more = rest.partition("\n")
            return _placed(self._tag(str(node.head), indent, column, first), start, indent, newline + more)
        return self._container(node, lambda at: self._tag(str(node.head), indent, at), start, indent, column)

    def _rest(self, node: Node) -> str:
        return self._flat(node)[len(self._text(node)) :]

    def _container(
        self, node: Node, head: Callable[[int], list[str]], start: str, indent: int, column: int
    ) -> list[str]:
        """Head, children each further in, tail; the ends stay glued where white space would show."""
        if not node.children:
            return _placed(head(column), start, indent, self._end(node))
        first, last = node.children[0], node.children[-1]
        opening = _may_break(
            _edge(node.head), _first(first), first.gap, free=first.free, as_written=node.keeps, indent=indent + 1
        )
        closing = node.tail is not None and _may_break(
            _last(last), _edge(node.tail), node.end_gap, free=node.end_free, as_written=node.keeps, indent=indent
        )
        lines = self._siblings(node.children, indent + 1, _placed(head(column), start, indent), glued=not opening)
        if closing:
            return [*lines, STEP * indent + self._end(node).lstrip()]
        lines[-1] += self._end(node)
        return lines

    def _end(self, node: Node) -> str:
        """The tail, and the white space that shows before it."""
        tail = "" if node.tail is None else node.tail.text() if isinstance(node.tail, Mark) else node.tail
        if node.keeps:
            return node.end_gap + tail
        return (" " if node.end_gap and node.tail is not None and not node.end_free else "") + tail


# ---- where a line may end ------------------------------------------------------------------------------------------


def _may_break(left: Mark | None, right: Mark | None, gap: str, *, free: bool, as_written: bool, indent: int) -> bool:
    """May a line end between two neighbours? Sets the dash that swallows the break where it would show."""
    trims = left is not None and left.kind != "{"  # the newline after it is not put out
    strips = right is not None and right.kind != "{"  # nor the indentation before it
    if free or (not gap and trims and strips):
        return True
    if gap:
        return not as_written and not (trims and (strips or not indent))
    if right is not None:
        right.before = True
    elif left is not None:
        left.after = True
    return left is not None or right is not None


def _break(previous: Node, node: Node, indent: int) -> bool:
    """The same between two siblings; a branch hangs on what ended the one before it."""
    last, gap, free = previous, node.gap, node.free
    if node.kind == "branch":
        last, gap, free = (previous.children or [previous])[-1], previous.end_gap, previous.end_free
    return _may_break(_last(last), _first(node), gap, free=free, as_written=node.as_written, indent=indent)


def _shown(previous: Node | None, node: Node, parent: Node | None = None) -> str:
    """The white space before a node that follows something on its line."""
    gap, free = node.gap, node.free
    if node.kind == "branch" and previous is not None:
        gap, free = previous.end_gap, previous.end_free
    if node.as_written:
        return gap
    return " " if gap and not free else ""


def _is_word(node: Node) -> bool:
    return node.kind == "text" or (isinstance(node.head, Mark) and node.head.kind == "{")


def _find_free(parent: Node, top: bool = False, edges: bool = False) -> None:
    """Notes where white space shows nothing. `top`: between the blocks of a page that extends another; `edges`: in one."""
    nodes = parent.children
    for place, node in enumerate(nodes):
        _find_free(node, edges=top and node.kind == "block" and node.name == "block")
        beside = [nodes[place - 1] if parent.kind != "chain" else None, node] if place else [_structure(parent), node]
        node.free = not parent.keeps and (top or (edges and not place) or any(map(_beside_block, beside)))
    beside = [_structure(parent), *nodes[-1:]]
    parent.end_free = not parent.keeps and (top or edges or any(map(_beside_block, beside)))
    _find_redundant(parent)


def _structure(parent: Node) -> Node | None:
    return parent if parent.name not in TEXT_HOLDERS or not parent.children else None


def _find_redundant(parent: Node) -> None:
    """White space beside a mark that puts out nothing, or nothing but blocks, shows nothing if there is more behind it."""
    nodes = parent.children
    if parent.keeps or parent.kind == "chain":
        return
    redundant: list[Node] = []
    for place, node in enumerate(nodes[1:], 1):
        previous = nodes[place - 1]
        if node.gap and not node.free and (previous.gap or previous.free) and _silent(previous, last=True):
            redundant.append(node)
    more = bool(parent.end_free or parent.end_gap)
    for place, node in enumerate(reversed(nodes)):
        following = nodes[len(nodes) - place] if place else None
        if node.gap and not node.free and more and following not in redundant and _silent(node, last=False):
            redundant.append(node)
        more = bool(node.free or (node.gap and node not in redundant))
    last = nodes[-1] if nodes else None
    if last and parent.end_gap and (last.free or (last.gap and last not in redundant)) and _silent(last, last=True):
        parent.end_free = True
    for node in redundant:
        node.free = True


def _silent(node: Node, *, last: bool) -> bool:
    """Puts out nothing, or ends (begins) with the tag of a block whenever it puts out something."""
    if node.kind == "mark":
        return (isinstance(node.head, Mark) and node.head.kind == "#") or node.name in (
            "set",
            "from",
            "import",
            "extends",
        )
    if node.kind == "chain":
        return all(_silent(child, last=last) for child in node.children)
    if node.kind in ("block", "branch") and node.name in ("if", "elif", "else", "for"):
        return bool(node.children) and _beside_block(node.children[-1 if last else 0])
    return node.name == "macro" or (node.kind == "block" and node.name == "set")


def _beside_block(node: Node | None) -> bool:
    if node is None or node.kind not in ("element", "void", "stray"):
        return node is not None and node.kind == "mark" and isinstance(node.head, Mark) and node.head.code == "csrf()"
    hidden = node.name == "input" and 'type="hidden"' in str(node.head)
    return node.name in BLOCK or hidden or bool(BLOCK_CLASSES & _classes(node.head))


def _edge(part: str | Mark | None) -> Mark | None:
    return part if isinstance(part, Mark) else None


def _first(node: Node) -> Mark | None:
    return _first(node.children[0]) if node.kind == "chain" else _edge(node.head)


def _last(node: Node) -> Mark | None:
    if node.tail is not None:
        return _edge(node.tail)
    return _last(node.children[-1]) if node.kind == "chain" else _edge(node.head)


def _classes(tag: str | Mark) -> set[str]:
    match = re.search(r"class=\"([^\"]*)\"", str(tag))
    return set(re.split(r"[\s\ue000-\uf8ff]+", match[1])) if match else set()


def _as_written(name: str, tag: str, stack: list[Node]) -> bool:
    within = any((name, word) in AS_WRITTEN_WITHIN for outer in stack for word in _classes(outer.head))
    return name in RAW or within or bool(AS_WRITTEN & _classes(tag))


def _blocks(node: Node) -> int:
    own = node.kind in ("element", "void", "stray") and (node.name in BLOCK or node.name in FIELDS)
    return own + sum(_blocks(child) for child in node.children)


def _must_break(node: Node) -> bool:
    return (node.name in ("macro", "for") and _blocks(node) > 0) or any(_must_break(child) for child in node.children)


# ---- the code of a mark --------------------------------------------------------------------------------------------


def _joined(parts: list[str]) -> str:
    """Code on one line, texts that stood in several pieces in one."""
    code = "".join(parts).strip()
    pieces = re.split(f"({STRING})", code)
    code = "".join(piece if place % 2 else re.sub(r"\s+", " ", piece) for place, piece in enumerate(pieces))
    while (joined := re.sub(r"(\"(?:[^\"\\]|\\.)*)\" \"((?:[^\"\\]|\\.)*\")", r"\1\2", code)) != code:
        code = joined
    return re.sub(r"\( (?=[\"'\w])", "(", code)


def _split_texts(code: str) -> str:
    """A text too long for a line becomes neighbours, which Jinja reads as one."""

    def split(match: re.Match[str]) -> str:
        text = match[0]
        if len(text) <= WIDTH - 40:
            return text
        lines = _fill(text[1:-1].split(" "), 0, limit=WIDTH - 40)
        return " ".join(f"{text[0]}{line}{' ' if line is not lines[-1] else ''}{text[0]}" for line in lines)

    return re.sub(STRING, split, code)


def _words(code: str) -> list[str]:
    """Pieces between which white space stands outside texts."""
    return re.findall(rf"(?:{STRING}|[^\s\"'])+", code)


MARKS = r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}"


def _unwrapped(text: str) -> list[str]:
    """Words of a text or a tag. A value in quotes stays whole; of a long one, only the code of its marks is parted."""
    quoted = rf"\"(?:{MARKS}|[^\"])*\"|'(?:{MARKS}|[^'])*'" if "=" in text else r"\x00"
    words: list[str] = []
    for piece in re.findall(rf"(?:{MARKS}|{quoted}|\S)+", text):
        if len(piece) <= WIDTH - 20:
            words.append(piece)
            continue
        words.append("")
        for place, part in enumerate(re.split(f"({MARKS})", piece)):
            first, *more = (_words(part) if place % 2 else [part]) or [""]
            words[-1] += first
            words += more
    return words


def _fill(words: list[str], column: int, indent: int | None = None, limit: int = WIDTH) -> list[str]:
    """As many words a line as fit; the lines after the first begin two steps further in than the indent given."""
    lines, room = [""], limit - column
    for word in words:
        if lines[-1] and len(lines[-1]) + 1 + len(word) > room:
            lines.append("")
            room = limit - (indent if indent is not None else column // 2) * 2 - 4
        lines[-1] += (" " if lines[-1] else "") + word
    return lines


def _placed(lines: list[str], start: str, indent: int, rest: str = "") -> list[str]:
    placed = [start + lines[0], *(STEP * (indent + 2) + line for line in lines[1:])]
    placed[-1] += rest
    return placed


def main(arguments: list[str]) -> int:
    changed = []
    for path in sorted(TEMPLATES.rglob("*.html")):
        source = path.read_text(encoding="utf-8")
        written = Layout(source).write()
        if written != source:
            changed.append(path)
            if "--check" not in arguments:
                path.write_text(written, encoding="utf-8")
    for path in changed:
        print(f"{path.relative_to(TEMPLATES)}: {'would be laid out anew' if '--check' in arguments else 'laid out'}")
    return int(bool(changed) and "--check" in arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
