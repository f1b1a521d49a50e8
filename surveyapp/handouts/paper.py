"""Accessible PDF files (PDF/UA-1): a reply as submitted, and the blank form. Typst sets them in fonts of our own.

All words arrive as data; nothing a person typed is read as markup.
"""

from __future__ import annotations

import functools
import json
import logging
import unicodedata
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import typst
from fontTools.ttLib import TTFont

from .letters import FONTS, printable

TEMPLATE = Path(__file__).with_name("document.typ")
logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class PaperGrid:
    """The words over its columns and before its rows; each cell is a box to tick."""

    columns: tuple[str, ...]
    rows: tuple[str, ...]


@dataclass(frozen=True)
class PaperLine:
    """`kind`: heading · item · question · note."""

    kind: str
    label: str
    answer: str = ""
    small: str = ""  #: a hint, or who may see the answer
    choices: tuple[str, ...] = ()
    blanks: int = 0  #: lines to write on
    grid: PaperGrid | None = None


@dataclass(frozen=True)
class PaperPart:
    """A section and its lines."""

    title: str
    lines: Sequence[PaperLine]


@dataclass(frozen=True)
class Paper:
    """What is printed, in words of one language."""

    language: str
    author: str
    title: str
    subtitle: str
    heads: tuple[str, str]  #: over the two columns of `facts`
    facts: Sequence[tuple[str, str]]
    notes: Sequence[str]
    parts: Sequence[PaperPart]
    footer: str


def print_paper(paper: Paper, timestamp: int) -> bytes:
    """The same paper at the same moment (seconds since 1970) gives the same bytes.

    Every text prints: a sign that no font has is named in its place. Should the accessible form fail all the same, the
    paper is made without that claim: a receipt is never withheld for a sign in an answer.
    """
    data = _prepared(paper)
    try:
        return _set(data, timestamp, accessible=True)
    except typst.TypstError:
        logger.exception("a paper could not be made accessible")
        return _set(data, timestamp, accessible=False)


#: PDF/UA wants a heading to say something, whatever an author or an answer leaves empty
UNTITLED = "—"


def _prepared(paper: Paper) -> dict[str, Any]:
    data: dict[str, Any] = _printable(asdict(paper))
    data["title"] = data["title"].strip() or UNTITLED
    data["facts"] = [[name, in_its_direction(value, paper.language)] for name, value in data["facts"]]
    for part in data["parts"]:
        part["title"] = part["title"].strip() or UNTITLED
        for line in part["lines"]:
            line["label"] = line["label"].strip() or UNTITLED
            line["answer"] = in_its_direction(line["answer"], paper.language)
    return data


def in_its_direction(text: str, language: str) -> str:
    """On Arabic paper, lines without a letter that is written from right to left, such as a telephone number, an address or
    an English answer, stand as they are written."""
    if language != "ar":
        return text
    return "\n".join(f"\u2066{line}\u2069" if line and not _runs_left(line) else line for line in text.split("\n"))


def _runs_left(line: str) -> bool:
    return any(unicodedata.bidirectional(sign) in ("R", "AL") for sign in line)


def _printable(value: Any) -> Any:
    if isinstance(value, str):
        return printable(value)
    if isinstance(value, dict):
        return {name: _printable(part) for name, part in value.items()}
    return [_printable(part) for part in value] if isinstance(value, list | tuple) else value


def _set(data: dict[str, Any], timestamp: int, *, accessible: bool) -> bytes:
    pdf = typst.compile(
        TEMPLATE,
        format="pdf",
        font_paths=[FONTS],
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(data, ensure_ascii=False), "fonts": json.dumps(_families())},
        pdf_standards=["ua-1"] if accessible else None,
        timestamp=timestamp,
    )
    assert isinstance(pdf, bytes)
    return pdf


@functools.cache
def _families() -> list[str]:
    """The names of our fonts, those of the six languages first: a letter is set in the first that has it."""
    names = []
    for path in sorted(FONTS.glob("*_400Regular.ttf")):
        with TTFont(path, lazy=True) as font:
            names.append(str(font["name"].getDebugName(16) or font["name"].getDebugName(1)))
    return [*FIRST, *(name for name in names if name not in FIRST)]


FIRST = ("Noto Sans", "Noto Naskh Arabic", "Noto Sans SC")
