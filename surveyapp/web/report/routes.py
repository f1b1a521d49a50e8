"""The blueprint, and the report that an address names."""

from __future__ import annotations

from flask import Blueprint, abort

from surveyapp.results import report_draft
from surveyapp.results.report_draft import Draft
from surveyapp.storage.report import reports
from surveyapp.storage.report.paragraphs import ParagraphFacts
from surveyapp.storage.report.reports import ReportFacts
from surveyapp.words import words_in

from ..figure_pages import page_links
from ..locale import current_language

blueprint = Blueprint("report", __name__, url_prefix="/reports")


def report_or_404(code: str) -> ReportFacts:
    """By its code in the address."""
    return reports.report(code) or abort(404)


def draft_of(report: ReportFacts, language: str | None = None) -> Draft:
    """With links to the answers behind its figures; in the language of the request unless another is named."""
    return report_draft.draft_of(report, words_in(language or current_language()), page_links)


def paragraph_or_404(draft: Draft, paragraph_id: int) -> ParagraphFacts:
    """By its number in the database, of this report alone."""
    return next((paragraph for paragraph in draft.outline if paragraph.id == paragraph_id), None) or abort(404)
