"""PO files, read strictly and written plainly.

Babel's reader stops at the first mistake, merges duplicates silently and forgets the previous
English text; translators need every mistake with its line, so this small part of the format
(msgctxt, msgid, msgstr, flags, comments, obsolete and previous entries) is read here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field


@dataclass
class Entry:
    """One text and its translation, with what translators wrote about it."""

    msgctxt: str = ""
    msgid: str = ""
    msgstr: str = ""
    line: int = 0  #: of msgctxt, or msgid without one
    msgstr_line: int = 0
    fuzzy: bool = False
    previous: str | None = None  #: the English text that the translation was made from
    obsolete: bool = False
    plural: bool = False
    comments: list[str] = field(default_factory=list)  #: translators' own
    flags: list[str] = field(default_factory=list)  #: other than fuzzy


@dataclass
class PoFile:
    """A whole catalogue, and the lines that could not be read."""

    header: str = ""
    header_comments: list[str] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    errors: list[tuple[int, str]] = field(default_factory=list)  #: (line, what is wrong)


_STRING = re.compile(r'"((?:[^"\\]|\\.)*)"')
_KEYWORD = re.compile(r"(msgctxt|msgid_plural|msgid|msgstr(?:\[\d{1,2}\])?)\s+(.*)")
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", '"': '"', "\\": "\\"}


class _Reader:
    def __init__(self) -> None:
        self.po = PoFile()
        self.entry = Entry()
        self.seen: set[str] = set()  #: keywords of the entry so far
        self.last: str | None = None  #: the keyword that continuation lines belong to

    def read(self, text: str) -> PoFile:
        for number, line in enumerate(text.removeprefix("\ufeff").split("\n"), 1):
            self._line(number, line.strip())
        self._finish()
        return self.po

    def _line(self, number: int, line: str) -> None:
        if not line:
            return
        if line.startswith("#~"):
            self._message(number, line[2:].strip(), obsolete=True)
        elif line.startswith("#"):
            self._comment(number, line)
        else:
            self._message(number, line, obsolete=False)

    def _comment(self, number: int, line: str) -> None:
        if "msgstr" in self.seen:
            self._finish()
        body = line[2:].strip()
        if line.startswith("#,"):
            flags = [flag.strip() for flag in body.split(",") if flag.strip()]
            self.entry.fuzzy |= "fuzzy" in flags
            self.entry.flags += [flag for flag in flags if flag != "fuzzy"]
        elif line.startswith("#|"):
            self._previous(number, body)
        elif not line.startswith(("#:", "#.")):
            self.entry.comments.append(line[1:].strip())

    def _previous(self, number: int, body: str) -> None:
        keyword = _KEYWORD.fullmatch(body)
        if keyword and keyword[1] == "msgid":
            self.entry.previous = self._string(number, keyword[2])
        elif body.startswith('"') and self.entry.previous is not None:
            self.entry.previous += self._string(number, body)

    def _message(self, number: int, line: str, *, obsolete: bool) -> None:
        if line.startswith("|"):
            self._previous(number, line[1:].strip())
            return
        if line.startswith('"'):
            self._continue(number, line)
            return
        match = _KEYWORD.fullmatch(line)
        if match is None:
            self.po.errors.append((number, f"`{line[:40]}` is not a line of a PO file."))
            self.last = None
            return
        self._keyword(number, match[1], match[2], obsolete=obsolete)

    def _keyword(self, number: int, written: str, quoted: str, *, obsolete: bool) -> None:
        """`written`: `msgid`, or `msgstr[0]` of a plural."""
        keyword = written.partition("[")[0]
        begins = keyword == "msgctxt" or (keyword == "msgid" and "msgctxt" not in self.seen)
        if (begins and self.seen) or keyword in self.seen - {"msgstr"}:
            self._finish()
        self.entry.obsolete |= obsolete
        self.entry.plural |= keyword == "msgid_plural" or written != keyword
        self.entry.line = self.entry.line or number
        self.seen.add(keyword)
        self.last = keyword
        if keyword == "msgstr":
            self.entry.msgstr_line = self.entry.msgstr_line or number
        if keyword != "msgid_plural":
            setattr(self.entry, keyword, self._string(number, quoted))

    def _continue(self, number: int, line: str) -> None:
        if self.last is None:
            self.po.errors.append((number, "A text stands here without msgid or msgstr before it."))
        elif self.last != "msgid_plural":
            setattr(self.entry, self.last, getattr(self.entry, self.last) + self._string(number, line))

    def _string(self, number: int, quoted: str) -> str:
        match = _STRING.fullmatch(quoted)
        if match is None:
            self.po.errors.append((number, "The text is not between two double quotes, or has a bare quote inside."))
            return ""

        def unescape(escape: re.Match[str]) -> str:
            if escape[1] not in _ESCAPES:
                self.po.errors.append((number, f"`\\{escape[1]}` is not an escape of PO files."))
            return _ESCAPES.get(escape[1], "")

        return re.sub(r"\\(.)", unescape, match[1])

    def _finish(self) -> None:
        entry, seen = self.entry, self.seen
        self.entry, self.seen, self.last = Entry(), set(), None
        if not seen:
            # comments and flags that stood alone belong to what follows
            self.entry.comments, self.entry.fuzzy, self.entry.flags = entry.comments, entry.fuzzy, entry.flags
            self.entry.previous = entry.previous
            return
        for keyword in ("msgid", "msgstr"):
            if keyword not in seen:
                self.po.errors.append((entry.line, f"This entry has no {keyword}."))
        if not entry.msgctxt and not entry.msgid:
            self.po.header, self.po.header_comments = entry.msgstr, entry.comments
        else:
            self.po.entries.append(entry)


def read_po(text: str) -> PoFile:
    """Never raises; what is wrong stands in `errors`, and the rest is read all the same."""
    return _Reader().read(text)


def write_po(po: PoFile) -> str:
    """One text on one line unless it has line breaks of its own, so that changes show line by line."""
    blocks = ["".join(f"# {line}\n" if line else "#\n" for line in po.header_comments) + _header(po.header)]
    blocks += [_block(entry) for entry in po.entries]
    return "\n".join(blocks)


def _header(text: str) -> str:
    return 'msgid ""\n' + _field("msgstr", text)


def _block(entry: Entry) -> str:
    lines = "".join(f"# {comment}\n" for comment in entry.comments)
    flags = (["fuzzy"] if entry.fuzzy else []) + entry.flags
    if flags:
        lines += f"#, {', '.join(flags)}\n"
    prefix = "#~ " if entry.obsolete else ""
    if entry.previous is not None:
        lines += _field("msgid", entry.previous, "#~| " if entry.obsolete else "#| ")
    for name in ("msgctxt", "msgid", "msgstr"):
        lines += _field(name, getattr(entry, name), prefix)
    return lines


def _field(name: str, text: str, prefix: str = "") -> str:
    parts = re.findall(r"[^\n]*\n|[^\n]+", text) or [""]
    quoted = [f'"{_escape(part)}"' for part in parts]
    if len(quoted) > 1:
        quoted.insert(0, '""')
    return f"{prefix}{name} " + f"\n{prefix}".join(quoted) + "\n"


def _escape(text: str) -> str:
    for char, escape in (("\\", "\\\\"), ('"', '\\"'), ("\n", "\\n"), ("\t", "\\t"), ("\r", "\\r")):
        text = text.replace(char, escape)
    return text
