"""The report handed out: a Word file in the conference's style, and a page that stands on its own."""

from __future__ import annotations

from typing import Any

from flask import Response, abort, render_template, request

from surveyapp.analysis.svg_charts import standalone
from surveyapp.definition.texts import LANGUAGES
from surveyapp.results.drawn_tables import picture
from surveyapp.results.report_word import status_of, word_of
from surveyapp.storage.audit import audit_log
from surveyapp.words import direction

from ..access import role, signed_in
from ..downloads import attached
from ..locale import current_language, speaking
from .routes import blueprint, draft_of, report_or_404

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@blueprint.get("/<code>/word")
@role("co_chair", "secretariat")
def word(code: str) -> Response:
    """`language`: one of the six; else the reader's own."""
    report, language = report_or_404(code), _language()
    content = word_of(draft_of(report, language))
    audit_log.record("report-exported", signed_in().id, report=code, language=language, form="word")
    name = f"{code}-{language}.docx"
    return Response(content, mimetype=DOCX, headers={"Content-Disposition": f'attachment; filename="{name}"'})


def _language() -> str:
    language = request.args.get("language", current_language())
    if language not in LANGUAGES:
        abort(404)
    return language


@blueprint.get("/<code>/page")
@role("co_chair", "secretariat")
def page(code: str) -> Any:
    """One file that needs nothing else: to be opened, printed, read out."""
    report, language = report_or_404(code), _language()
    with speaking(language):
        draft = draft_of(report, language)
        drawn = render_template(
            "report/page.html",
            language=language,
            direction=direction(language),
            report=report,
            title=report.title(language),
            round_title=draft.query.title,
            status=status_of(draft),
            paragraphs=list(draft.paragraphs()),
            picture=lambda block: picture(draft.query.labels, block.counted, block.table, draft.words),
            standalone=standalone,
        )
    audit_log.record("report-exported", signed_in().id, report=code, language=language, form="page")
    name = f"{code}-{language}.html"
    return attached(drawn.encode(), name, "text/html")
