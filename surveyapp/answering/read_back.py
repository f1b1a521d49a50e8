"""The read-back: every question on path with its answer, and what is still to do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from surveyapp.definition.path import code_of

from .page import Entry, Page


@dataclass(frozen=True)
class Line:
    """A line of the read-back. `answer` is text in the reader's language, empty where nothing was answered."""

    label: Markup
    answer: str
    handling: str
    kind: str  #: question · heading · item · calculation
    id: str
    reason: str = ""  #: why it was left open
    basis: str | None = None  #: confirmed or changed since last time


@dataclass(frozen=True)
class ToDo:
    label: str
    section: str
    anchor: str


def read_back(page: Page) -> list[tuple[str, list[Line]]]:
    """(section code, its lines) in the order of the questionnaire."""
    return [(section.code, list(_lines(page, page.entries(section.code)))) for section in page.path.sections]


def _lines(page: Page, entries: Sequence[Entry]) -> Iterator[Line]:
    for entry in entries:
        if not entry.asked or entry.block.type == "note":
            continue
        kind = {"subsection": "heading", "calculation": "calculation"}.get(entry.block.type, "question")
        answer = "" if kind == "heading" else page.display(entry.block.code, entry.address)
        reason = page.reasons[entry.declined] if entry.declined else ""
        yield Line(entry.label, answer, entry.handling, kind, entry.id, reason, entry.basis)
        for item in entry.items:
            yield Line(Markup("{}").format(item.title), "", "", "item", f"{entry.id}-{item.id}")
            yield from _lines(page, item.entries)


def to_do(page: Page, addresses: Sequence[str]) -> list[ToDo]:
    """Links to exactly the fields that need attention."""
    compiled = page.compiled
    return [
        ToDo(
            label=compiled.text(f"{code_of(address)}.label", page.language),
            section=compiled.section_of[code_of(address)],
            anchor=f"item-{address.replace('/', '-')}",
        )
        for address in addresses
    ]
