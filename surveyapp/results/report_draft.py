"""A report's paragraphs with their figures worked out: what the workspace, the page to print and the Word file show."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from surveyapp.analysis.conditions import CELL
from surveyapp.analysis.figures import BLOCKS, BadFigure, Figure, Spec, evaluate
from surveyapp.analysis.labels import Labels
from surveyapp.analysis.naming import REPORT_CIRCLE
from surveyapp.analysis.question_tables import question_table
from surveyapp.analysis.report_text import Live, Note, Piece, Reference, Words, blocks_of, read_text, specs_of
from surveyapp.analysis.selection import CONDITION
from surveyapp.analysis.suppression import suppress_small_groups
from surveyapp.analysis.tallies import Tally, tally_of
from surveyapp.definition.tables import Table
from surveyapp.storage.report import paragraphs as stored_paragraphs
from surveyapp.storage.report.paragraphs import ParagraphFacts
from surveyapp.storage.report.reports import ReportFacts
from surveyapp.storage.rounds import rounds, versions
from surveyapp.words import LanguageWords

from .figure_query import FigureQuery, Links, no_links, query_figures

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
    """A table in a report's text. `link` leads to the figures behind it; `picture`: drawn as a chart, too."""

    table: Table
    counted: Tally
    picture: bool
    link: str


@dataclass(frozen=True)
class DrawnParagraph:
    """A paragraph with its figures worked out. `number` is None for a heading."""

    facts: ParagraphFacts
    number: int | None
    pieces: tuple[Drawn, ...]
    blocks: tuple[DrawnBlock, ...]
    language: str  #: of the text: another one where there is none in the reader's


class Draft:
    """`query`: the figures of the report's round, as its readers see them; `words`: of the language it is read in."""

    def __init__(
        self, report: ReportFacts, query: FigureQuery, outline: Sequence[ParagraphFacts], words: LanguageWords
    ) -> None:
        self.report, self.query, self.outline, self.words = report, query, outline, words
        self._figures: dict[Spec, Figure] = {}

    @cached_property
    def numbers(self) -> dict[int, int]:
        """Paragraphs and recommendations count on through the report; headings do not."""
        numbered = (paragraph for paragraph in self.outline if paragraph.kind in NUMBERED)
        return {paragraph.id: number for number, paragraph in enumerate(numbered, 1)}

    @property
    def ids(self) -> list[int]:
        """Of the paragraphs, in the order of the report."""
        return [paragraph.id for paragraph in self.outline]

    def figure(self, spec: Spec) -> Figure:
        """Worked out once per draft, whichever paragraphs show it."""
        if spec not in self._figures:
            query = self.query
            self._figures[spec] = evaluate(
                spec, query.dimensions, query.labels, query.replies, query.invited, self.words
            )
        return self._figures[spec]

    def specs(self) -> list[Spec]:
        """Every figure of the report, in all its languages, once."""
        specs: dict[Spec, None] = {}
        for paragraph in self.outline:
            for version in paragraph.texts.values():
                try:
                    pieces = read_text(version.text, self.query.dimensions, self.ids)
                except BadFigure:
                    continue
                specs |= dict.fromkeys(spec for spec in specs_of(pieces) if spec.measure not in BLOCKS)
        return list(specs)

    def paragraphs(self) -> Iterator[DrawnParagraph]:
        """In the order of the report, each in the reader's language, or in the first that it is written in."""
        own = self.words.language
        for paragraph in self.outline:
            language = own if paragraph.text(own) else next(iter(paragraph.texts), own)
            yield self.drawn(paragraph, paragraph.text(language), language)

    def drawn(self, paragraph: ParagraphFacts, text: str, language: str) -> DrawnParagraph:
        """A paragraph with some text of it; a figure that cannot be read stands there as a problem."""
        number = self.numbers.get(paragraph.id)
        try:
            pieces = read_text(text, self.query.dimensions, self.ids)
        except BadFigure as problem:
            remedy = self.words.gettext(problem.message) % problem.facts
            return DrawnParagraph(paragraph, number, (Drawn("text", text), Drawn("problem", remedy)), (), language)
        blocks = tuple(self._block(spec) for spec in blocks_of(pieces))
        shown = tuple(self._drawn_pieces(pieces))
        return DrawnParagraph(paragraph, number, shown, blocks, language)

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
            return Drawn("reference", self.words.number(self.numbers.get(piece.paragraph, 0)), f"#p-{piece.paragraph}")
        if isinstance(piece, Note):
            parts = tuple(self._drawn_pieces(piece.pieces))
            return Drawn("note", "".join(part.text for part in parts), parts=parts)
        figure = self.figure(piece.spec)
        return Drawn("figure", figure.shown, self._behind(piece.spec), self._base(figure))

    def _base(self, figure: Figure) -> str:
        _ = self.words.gettext
        count, base = self.words.number(figure.value or 0), self.words.number(figure.base)
        if figure.spec.measure == "invited":
            return _("%(count)s of %(base)s invited.", count=count, base=base)
        if figure.spec.measure not in ("count", "percent", "word"):
            return _("%(count)s of %(base)s replies.", count=count, base=base)
        if figure.small or figure.value is None:
            return _("Base: %(base)s that answered.", base=base)
        if figure.spec.measure == "percent":
            return _("%(count)s %% of %(base)s that answered.", count=count, base=base)
        return _("%(count)s of %(base)s that answered.", count=count, base=base)

    def _behind(self, spec: Spec) -> str:
        """The answers behind it, as its readers see them and as of the same moment."""
        if spec.measure == "invited":  # they are who the round was put to, not replies
            conditions = [(CONDITION + name, code) for name, code in spec.where]
            return self.query.address("round_page", conditions) + "#board"
        more = [(CELL + name, code) for name, code in spec.conditions(self.query.dimensions)]
        return self.query.address("behind", [*more, ("circle", REPORT_CIRCLE)])

    def _block(self, spec: Spec) -> DrawnBlock:
        query = self.query
        question = query.compiled.questions[query.dimensions[spec.name].question]
        counted = suppress_small_groups(tally_of(query.compiled, question, query.cube))
        table = _narrow(question_table(query.labels, counted))
        return DrawnBlock(table, counted, spec.measure == "chart", self._behind(Spec("answered", question.code)))


def draft_of(report: ReportFacts, words: LanguageWords, links: Links = no_links) -> Draft:
    """The report with its figures: of what States Parties may see, now or as of its freeze."""
    round = rounds.round_by_id(report.round_id)
    labels = Labels(versions.compiled(round.version_id), words.language, words.gettext)
    pairs = [("as_of", report.frozen_at.isoformat())] if report.frozen_at else []
    query = query_figures(round, labels, pairs, REPORT_CIRCLE, links=links)
    return Draft(report, query, stored_paragraphs.outline(report.id), words)


def _narrow(table: Table) -> Table:
    """Answer, number and per cent (and ranks): regions and statuses stand in the workbook, a page of a report is too narrow."""
    kinds = [chart.kind for chart in table.charts]
    if "heat" in kinds or len(table.columns) <= 3:
        return table
    ranks = table.columns[-2:] if "ranks" in kinds else ()
    kept = [0, 1, 2, *range(len(table.columns) - len(ranks), len(table.columns))]
    charts = [replace(chart, values=(kept.index(chart.values[0]),)) for chart in table.charts[:1]]
    columns, rows = (
        tuple(table.columns[place] for place in kept),
        tuple(tuple(row[place] for place in kept) for row in table.rows),
    )
    return replace(table, columns=columns, rows=rows, charts=tuple(charts), behind=())
