"""The blueprint, and the report that an address names."""

from __future__ import annotations

from flask import Blueprint, abort
from flask_babel import gettext

from surveyapp.analysis.labels import Labels
from surveyapp.analysis.naming import REPORT_CIRCLE
from surveyapp.results.figure_query import Reading, of_pairs
from surveyapp.results.report_draft import Draft
from surveyapp.storage.report import reports
from surveyapp.storage.report.reports import ParagraphFacts, ReportFacts
from surveyapp.storage.rounds import rounds, versions

from ..locale import current_language

blueprint = Blueprint("report", __name__, url_prefix="/reports")


def found_report(code: str) -> ReportFacts:
    return reports.report(code) or abort(404)


def draft_of(report: ReportFacts, language: str | None = None) -> Draft:
    """The report with its figures: of what States Parties may see, now or as of its freeze."""
    return Draft(report, reading_of(report, language), reports.outline(report.id), language or current_language())


def reading_of(report: ReportFacts, language: str | None = None) -> Reading:
    found = rounds.round_by_id(report.round_id)
    labels = Labels(versions.compiled(found.version_id), language or current_language(), gettext)
    pairs = [("as_of", report.frozen_at.isoformat())] if report.frozen_at else []
    return of_pairs(found, labels, pairs, REPORT_CIRCLE)


def paragraph_of(draft: Draft, paragraph_id: int) -> ParagraphFacts:
    return next((one for one in draft.outline if one.id == paragraph_id), None) or abort(404)
