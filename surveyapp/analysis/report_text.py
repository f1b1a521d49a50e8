"""A paragraph's text in pieces: words, live figures, footnotes `^[…]`, references to other paragraphs `{{ para 12 }}`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from surveyapp.definition.messages import N_

from .dimensions import Dimension
from .figures import BLOCKS, BadFigure, Spec, read_token

PIECE = re.compile(r"\{\{(?P<token>.*?)\}\}|\^\[(?P<note>(?:[^\[\]]|\{\{.*?\}\})*)\]", re.DOTALL)
PARAGRAPH = re.compile(r"para\s+(\d+)")


@dataclass(frozen=True)
class Words:
    """Text as it stands."""

    text: str


@dataclass(frozen=True)
class Live:
    """A figure that is made anew each time it is read."""

    spec: Spec


@dataclass(frozen=True)
class Note:
    """A footnote; it holds no other footnote."""

    pieces: tuple[Words | Live | Reference, ...]


@dataclass(frozen=True)
class Reference:
    """To another paragraph, by its id: its number may change."""

    paragraph: int


Piece = Words | Live | Note | Reference


def read_text(text: str, dimensions: Mapping[str, Dimension], paragraphs: Sequence[int] = ()) -> list[Piece]:
    """Raises BadFigure at the first token that says nothing."""
    return list(_pieces(text, dimensions, paragraphs))


def _pieces(text: str, dimensions: Mapping[str, Dimension], paragraphs: Sequence[int]) -> Iterator[Piece]:
    place = 0
    for match in PIECE.finditer(text):
        if match.start() > place:
            yield Words(text[place : match.start()])
        if match["note"] is not None:
            inner = tuple(_pieces(match["note"], dimensions, paragraphs))
            yield Note(tuple(piece for piece in inner if not isinstance(piece, Note)))
        else:
            yield _token(match["token"].strip(), dimensions, paragraphs)
        place = match.end()
    if place < len(text):
        yield Words(text[place:])


def _token(token: str, dimensions: Mapping[str, Dimension], paragraphs: Sequence[int]) -> Live | Reference:
    reference = PARAGRAPH.fullmatch(token)
    if reference is None:
        return Live(read_token(token, dimensions))
    if int(reference[1]) not in paragraphs:
        raise BadFigure(N_("There is no paragraph %(number)s to refer to."), number=reference[1])
    return Reference(int(reference[1]))


def problems_of(text: str, dimensions: Mapping[str, Dimension], paragraphs: Sequence[int]) -> list[BadFigure]:
    """All of them: each token is read on its own."""
    problems = []
    for match in re.finditer(r"\{\{(.*?)\}\}", text, re.DOTALL):
        try:
            _token(match[1].strip(), dimensions, paragraphs)
        except BadFigure as problem:
            problems.append(problem)
    if text.count("{{") != text.count("}}"):
        problems.append(BadFigure(N_("A figure is not closed: it begins with {{ and ends with }}.")))
    return problems


def blocks_of(pieces: Sequence[Piece]) -> list[Spec]:
    """Tables and pictures: they stand below the paragraph's words."""
    return [piece.spec for piece in pieces if isinstance(piece, Live) and piece.spec.measure in BLOCKS]


def specs_of(pieces: Sequence[Piece]) -> Iterator[Spec]:
    """Every figure, those in footnotes too, in order."""
    for piece in pieces:
        if isinstance(piece, Live):
            yield piece.spec
        elif isinstance(piece, Note):
            yield from specs_of(piece.pieces)
