"""A report's paragraphs with their figures worked out: what the workspace, the page to print and the Word file show."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from flask_babel import gettext

from surveyapp.analysis.conditions import CELL
from surveyapp.analysis.figures import BLOCKS, BadFigure, Figure, Spec, evaluate
from surveyapp.analysis.naming import REPORT_CIRCLE
from surveyapp.analysis.question_tables import question_table
from surveyapp.analysis.report_text import Live, Note, Piece, Reference, Words, blocks_of, read_text, specs_of
from surveyapp.analysis.selection import CONDITION
from surveyapp.analysis.suppression import suppressed
from surveyapp.analysis.tallies import Tally, tally_of
from surveyapp.definition.tables import Table
from surveyapp.storage.report.reports import ParagraphFacts, ReportFacts
from surveyapp.web.locale import words

from .figure_query import Reading

#: what stands before the first word of a sentence
BEGINS = re.compile(r"(^|[.!?]\s+)$")
NUMBERED = ("paragraph", "recommendation")


@dataclass(frozen=True)
class Drawn:
    """A piece as it reads. `kind`: text · figure · note · reference · problem."""

    kind: str
    text: str
    link: str = ""
    base: str = ""  #: of a figure: what it is of, in words
    parts: tuple[Drawn, ...] = ()  #: of a note


@dataclass(frozen=True)
class DrawnBlock:
    table: Table
    counted: Tally
    picture: bool
    link: str


@dataclass(frozen=True)
class DrawnParagraph:
    facts: ParagraphFacts
    number: int | None
    pieces: tuple[Drawn, ...]
    blocks: tuple[DrawnBlock, ...]
    language: str  #: of the text: another one where there is none in the reader's


class Draft:
    def __init__(self, report: ReportFacts, reading: Reading, outline: Sequence[ParagraphFacts], language: str) -> None:
        self.report, self.reading, self.outline, self.language = report, reading, outline, language
        self._figures: dict[Spec, Figure] = {}

    @cached_property
    def numbers(self) -> dict[int, int]:
        """Paragraphs and recommendations count on through the report; headings do not."""
        return {one.id: number for number, one in enumerate((p for p in self.outline if p.kind in NUMBERED), 1)}

    @property
    def ids(self) -> list[int]:
        return [one.id for one in self.outline]

    def figure(self, spec: Spec) -> Figure:
        if spec not in self._figures:
            read = self.reading
            self._figures[spec] = evaluate(spec, read.known, read.labels, read.replies, read.invited, words)
        return self._figures[spec]

    def specs(self) -> list[Spec]:
        """Every figure of the report, in all its languages, once."""
        found: dict[Spec, None] = {}
        for paragraph in self.outline:
            for version in paragraph.texts.values():
                try:
                    pieces = read_text(version.text, self.reading.known, self.ids)
                except BadFigure:
                    continue
                found |= dict.fromkeys(spec for spec in specs_of(pieces) if spec.measure not in BLOCKS)
        return list(found)

    def paragraphs(self) -> Iterator[DrawnParagraph]:
        for one in self.outline:
            language = self.language if one.text(self.language) else next(iter(one.texts), self.language)
            yield self.drawn(one, one.text(language), language)

    def drawn(self, one: ParagraphFacts, text: str, language: str) -> DrawnParagraph:
        """A paragraph with some text of it; a figure that cannot be read stands there as a problem."""
        try:
            pieces = read_text(text, self.reading.known, self.ids)
        except BadFigure as problem:
            said = gettext(problem.message) % problem.facts
            return DrawnParagraph(
                one, self.numbers.get(one.id), (Drawn("text", text), Drawn("problem", said)), (), language
            )
        blocks = tuple(self._block(spec) for spec in blocks_of(pieces))
        shown = tuple(self._drawn_pieces(pieces))
        return DrawnParagraph(one, self.numbers.get(one.id), shown, blocks, language)

    def _drawn_pieces(self, pieces: Sequence[Piece]) -> Iterator[Drawn]:
        """Words that begin a sentence begin with a capital letter."""
        before = ""
        for piece in pieces:
            if isinstance(piece, Live) and piece.spec.measure in BLOCKS:
                continue
            drawn = self._piece(piece)
            begins = isinstance(piece, Live) and piece.spec.measure == "word" and BEGINS.search(before)
            yield replace(drawn, text=drawn.text[:1].upper() + drawn.text[1:]) if begins else drawn
            before = drawn.text if not isinstance(piece, Note) else before

    def _piece(self, piece: Piece) -> Drawn:
        if isinstance(piece, Words):
            return Drawn("text", piece.text)
        if isinstance(piece, Reference):
            return Drawn("reference", words.number(self.numbers.get(piece.paragraph, 0)), f"#p-{piece.paragraph}")
        if isinstance(piece, Note):
            parts = tuple(self._drawn_pieces(piece.pieces))
            return Drawn("note", "".join(part.text for part in parts), parts=parts)
        figure = self.figure(piece.spec)
        return Drawn("figure", figure.shown, self._behind(piece.spec), self._base(figure))

    def _base(self, figure: Figure) -> str:
        count, base = words.number(figure.value or 0), words.number(figure.base)
        if figure.spec.measure == "invited":
            return str(gettext("%(count)s of %(base)s invited.", count=count, base=base))
        if figure.spec.measure not in ("count", "percent", "word"):
            return str(gettext("%(count)s of %(base)s replies.", count=count, base=base))
        if figure.small or figure.value is None:
            return str(gettext("Base: %(base)s that answered.", base=base))
        if figure.spec.measure == "percent":
            return str(gettext("%(count)s %% of %(base)s that answered.", count=count, base=base))
        return str(gettext("%(count)s of %(base)s that answered.", count=count, base=base))

    def _behind(self, spec: Spec) -> str:
        """The answers behind it, as its readers see them and as of the same moment."""
        if spec.measure == "invited":  # they are who the round was put to, not replies
            return (
                self.reading.address("round_page", [(CONDITION + name, code) for name, code in spec.where]) + "#board"
            )
        more = [(CELL + name, code) for name, code in spec.conditions(self.reading.known)]
        return self.reading.address("behind", [*more, ("circle", REPORT_CIRCLE)])

    def _block(self, spec: Spec) -> DrawnBlock:
        read = self.reading
        question = read.compiled.questions[read.known[spec.name].question]
        counted = suppressed(tally_of(read.compiled, question, read.cube))
        table = _narrow(question_table(read.labels, counted))
        return DrawnBlock(table, counted, spec.measure == "chart", self._behind(Spec("answered", question.code)))


def _narrow(table: Table) -> Table:
    """Answer, number and per cent (and ranks): regions and statuses stand in the workbook, a page of a report is too narrow."""
    kinds = [chart.kind for chart in table.charts]
    if "heat" in kinds or len(table.columns) <= 3:
        return table
    ranks = table.columns[-2:] if "ranks" in kinds else ()
    kept = [0, 1, 2, *range(len(table.columns) - len(ranks), len(table.columns))]
    chart = [replace(one, values=(kept.index(one.values[0]),)) for one in table.charts[:1]]
    columns, rows = (
        tuple(table.columns[place] for place in kept),
        tuple(tuple(row[place] for place in kept) for row in table.rows),
    )
    return replace(table, columns=columns, rows=rows, charts=tuple(chart), behind=())
