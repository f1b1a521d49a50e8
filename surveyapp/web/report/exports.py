"""The report handed out: a Word file in the conference's style, and a page that stands on its own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask import Response, abort, render_template, request
from flask_babel import gettext as _

from surveyapp.analysis.svg_charts import standalone
from surveyapp.definition.tables import Table
from surveyapp.definition.texts import LANGUAGES
from surveyapp.handouts.picture import png
from surveyapp.handouts.word import Block, Run, WordReport, word_file
from surveyapp.results.drawn_tables import cell, picture
from surveyapp.results.report_draft import Draft, DrawnBlock, DrawnParagraph
from surveyapp.storage.audit import audit_log
from surveyapp.storage.columns import utc_now
from surveyapp.storage.report.reports import ReportFacts
from surveyapp.words import RIGHT_TO_LEFT

from ..access import role, signed_in
from ..downloads import attached
from ..locale import current_language, speaking, words
from .routes import blueprint, draft_of, found_report

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@blueprint.get("/<code>/word")
@role("co_chair", "secretariat")
def word(code: str) -> Response:
    """`language`: one of the six; else the reader's own."""
    report, language = found_report(code), _language()
    content = word_of(report, language)
    audit_log.record("report-exported", signed_in().id, report=code, language=language, form="word")
    name = f"{code}-{language}.docx"
    return Response(content, mimetype=DOCX, headers={"Content-Disposition": f'attachment; filename="{name}"'})


def _language() -> str:
    language = request.args.get("language", current_language())
    if language not in LANGUAGES:
        abort(404)
    return language


def word_of(report: ReportFacts, language: str) -> bytes:
    with speaking(language):
        draft = draft_of(report, language)
        return word_file(
            WordReport(
                language=language,
                right_to_left=language in RIGHT_TO_LEFT,
                symbol=report.symbol,
                above=(_("Arms Trade Treaty"), draft.reading.title),
                title=report.title(language),
                below=(_("Submitted by the co-chairs of the Working Group on Treaty Universalization"), _status(draft)),
                blocks=list(_blocks(draft)),
                moment=report.frozen_at or utc_now(),
                author="surveyapp",
            )
        )


def _status(draft: Draft) -> str:
    frozen = draft.report.frozen_at
    return str(
        _("Figures as of %(when)s.", when=words.time(frozen)) if frozen else _("Draft: the figures are not frozen yet.")
    )


def _blocks(draft: Draft) -> Iterator[Block]:
    for paragraph in draft.paragraphs():
        kind = "paragraph" if paragraph.facts.kind == "figure" else paragraph.facts.kind
        number = words.number(paragraph.number) if paragraph.number else ""
        if paragraph.pieces:
            yield Block(kind, tuple(_runs(paragraph)), number)
        for block in paragraph.blocks:
            yield _picture(draft, block) if block.picture else _table(block)


def _runs(paragraph: DrawnParagraph) -> Iterator[Run]:
    for piece in paragraph.pieces:
        yield Run(f"[{piece.text}]" if piece.kind == "problem" else piece.text, note=piece.kind == "note")


def _table(block: DrawnBlock) -> Block:
    return Block("table", table=block.table, cells=cells_of(block.table))


def cells_of(table: Table) -> tuple[tuple[str, ...], ...]:
    return tuple(
        tuple(cell(value, column.format) for value, column in zip(row, table.columns, strict=True))
        for row in table.rows
    )


def _picture(draft: Draft, block: DrawnBlock) -> Block:
    """Nothing to draw, or too few to show: the table says so in its place."""
    drawn = (
        picture(draft.reading.labels, block.counted, block.table)
        if block.counted.counts or block.counted.numbers
        else None
    )
    if drawn is None:
        return _table(block)
    said = "; ".join(f"{row[0]}: {row[1]}" for row in cells_of(block.table))
    alt = f"{block.table.title}. {said}"
    return Block("picture", table=block.table, png=png(standalone(str(drawn))), alt=alt)


@blueprint.get("/<code>/page")
@role("co_chair", "secretariat")
def page(code: str) -> Any:
    """One file that needs nothing else: to be opened, printed, read out."""
    report, language = found_report(code), _language()
    with speaking(language):
        draft = draft_of(report, language)
        drawn = render_template(
            "report/page.html",
            language=language,
            direction="rtl" if language in RIGHT_TO_LEFT else "ltr",
            report=report,
            title=report.title(language),
            round_title=draft.reading.title,
            status=_status(draft),
            paragraphs=list(draft.paragraphs()),
            picture=lambda block: picture(draft.reading.labels, block.counted, block.table),
            standalone=standalone,
        )
    audit_log.record("report-exported", signed_in().id, report=code, language=language, form="page")
    name = f"{code}-{language}.html"
    return attached(drawn.encode(), name, "text/html")
