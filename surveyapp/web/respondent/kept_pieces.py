"""Drawn pieces of questions, kept: what is the same wherever a question stands so is drawn once."""

from __future__ import annotations

from typing import Any

from jinja2.runtime import Macro

from surveyapp.answering.page import Entry, Page

MAX_PIECES = 5_000
_pieces: dict[tuple[Any, ...], str] = {}


def kept(macro: Macro, entry: Entry, page: Page) -> str:
    """A piece of a question without words of a person in it; drawn anew where there may be some."""
    if entry.block.pipes or entry.problems or entry.conflict:
        return macro(entry, page)
    shown = (entry.handling, entry.declined, entry.revision > 0, not entry.parts)
    return _kept((macro.name, entry.address, entry.block, *shown, page.kept_by), macro, entry, page)


def kept_choices(macro: Macro, entry: Entry, kind: str) -> str:
    """The drawn choices of a question, by what is ticked. With words of the person among them they are drawn anew."""
    if entry.details or any(part.startswith("detail.") for part in entry.parts):
        return macro(entry, kind)
    return _kept((kind, entry.address, entry.block, entry.offered, *entry.all()), macro, entry, kind)


def _kept(key: tuple[Any, ...], macro: Macro, *arguments: Any) -> str:
    piece = _pieces.get(key)
    if piece is None:
        if len(_pieces) >= MAX_PIECES:
            _pieces.clear()
        piece = _pieces[key] = macro(*arguments)
    return piece
