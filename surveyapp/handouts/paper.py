"""Accessible PDF files (PDF/UA-1): a reply as submitted, and the blank form. Typst sets them in fonts of our own.

All words arrive as data; nothing a person typed is read as markup.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import typst

TEMPLATE = Path(__file__).with_name("document.typ")
FONTS = Path(__file__).with_name("fonts")


@dataclass(frozen=True)
class PaperLine:
    """`kind`: heading · item · question · note."""

    kind: str
    label: str
    answer: str = ""
    small: str = ""  #: a hint, or who may see the answer
    choices: tuple[str, ...] = ()
    blanks: int = 0  #: lines to write on


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
    """The same paper at the same moment (seconds since 1970) gives the same bytes."""
    pdf = typst.compile(
        TEMPLATE,
        format="pdf",
        font_paths=[FONTS],
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(asdict(paper), ensure_ascii=False)},
        pdf_standards=["ua-1"],
        timestamp=timestamp,
    )
    assert isinstance(pdf, bytes)
    return pdf
