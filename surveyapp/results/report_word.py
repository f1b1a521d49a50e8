"""The report as a Word file in the conference's style."""

from __future__ import annotations

from collections.abc import Iterator

from surveyapp.analysis.svg_charts import standalone
from surveyapp.definition.punctuation import labelled, listed
from surveyapp.definition.tables import Table
from surveyapp.handouts.picture import svg_to_png
from surveyapp.handouts.word import Block, Run, WordReport, word_file
from surveyapp.storage.columns import utc_now
from surveyapp.words import RIGHT_TO_LEFT, LanguageWords

from .drawn_tables import cell, picture
from .report_draft import Draft, DrawnBlock, DrawnParagraph


def word_of(draft: Draft) -> bytes:
    """A .docx file in the language of the draft's words."""
    words, report = draft.words, draft.report
    _ = words.gettext
    return word_file(
        WordReport(
            language=words.language,
            right_to_left=words.language in RIGHT_TO_LEFT,
            symbol=report.symbol,
            above=(_("Arms Trade Treaty"), draft.query.title),
            title=report.title(words.language),
            below=(_("Submitted by the co-chairs of the Working Group on Treaty Universalization"), status_of(draft)),
            blocks=list(_blocks(draft)),
            moment=report.frozen_at or utc_now(),
            author="surveyapp",
        )
    )


def status_of(draft: Draft) -> str:
    """Whether the figures are frozen, and since when: the line below a report's title."""
    _, frozen = draft.words.gettext, draft.report.frozen_at
    if frozen is None:
        return _("Draft: the figures are not frozen yet.")
    return _("Figures as of %(when)s.", when=draft.words.time(frozen))


def _blocks(draft: Draft) -> Iterator[Block]:
    for paragraph in draft.paragraphs():
        kind = "paragraph" if paragraph.facts.kind == "figure" else paragraph.facts.kind
        number = draft.words.number(paragraph.number) if paragraph.number else ""
        if paragraph.pieces:
            yield Block(kind, tuple(_runs(paragraph)), number)
        for block in paragraph.blocks:
            yield _picture(draft, block) if block.picture else _table(block, draft.words)


def _runs(paragraph: DrawnParagraph) -> Iterator[Run]:
    for piece in paragraph.pieces:
        yield Run(f"[{piece.text}]" if piece.kind == "problem" else piece.text, note=piece.kind == "note")


def _table(block: DrawnBlock, words: LanguageWords) -> Block:
    return Block("table", table=block.table, cells=_cells(block.table, words))


def _cells(table: Table, words: LanguageWords) -> tuple[tuple[str, ...], ...]:
    return tuple(
        tuple(cell(value, column.format, words) for value, column in zip(row, table.columns, strict=True))
        for row in table.rows
    )


def _picture(draft: Draft, block: DrawnBlock) -> Block:
    """Nothing to draw, or too few to show: the table says so in its place."""
    drawn = (
        picture(draft.query.labels, block.counted, block.table, draft.words)
        if block.counted.counts or block.counted.numbers
        else None
    )
    if drawn is None:
        return _table(block, draft.words)
    values = listed(
        (labelled(str(row[0]), str(row[1]), draft.words.language) for row in _cells(block.table, draft.words)),
        draft.words.language,
    )
    alt = f"{block.table.title}. {values}"
    return Block("picture", table=block.table, png=svg_to_png(standalone(str(drawn))), alt=alt)
