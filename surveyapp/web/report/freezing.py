"""A report's figures fixed: the data they are made of, kept as one file that makes them again."""

from __future__ import annotations

from typing import Any

from flask import Response, abort, redirect, url_for

from surveyapp.analysis.naming import REPORT_CIRCLE
from surveyapp.results import dataset_snapshot
from surveyapp.results.report_draft import Draft
from surveyapp.storage.report import paragraphs, snapshots
from surveyapp.storage.report.reports import ReportFacts
from surveyapp.storage.report.snapshots import SnapshotFacts
from surveyapp.storage.rounds import rounds
from surveyapp.words import words_in

from ..access import role, signed_in
from ..downloads import attached
from .routes import blueprint, report_or_404


@blueprint.post("/<code>/freeze")
@role("co_chair", "secretariat")
def freeze(code: str) -> Any:
    report, person = report_or_404(code), signed_in().id
    outline, round = paragraphs.outline(report.id), rounds.round_by_id(report.round_id)
    made = dataset_snapshot.take_snapshot(
        round,
        REPORT_CIRCLE,
        {"report": report.code},
        lambda query: Draft(report, query, outline, words_in("en")).specs(),
    )
    kept = (made.moment, made.digest, made.content)
    snapshots.store_snapshot(report.round_id, REPORT_CIRCLE, *kept, report_id=report.id, by=person)
    return redirect(url_for("report.workspace", code=code) + "#frozen", 303)


def freezes_for(report: ReportFacts) -> list[SnapshotFacts]:
    """Of its round, and of no more than its readers may see."""
    return [snapshot for snapshot in snapshots.of_round(report.round_id) if snapshot.handling == REPORT_CIRCLE]


@blueprint.get("/<code>/frozen/<int:freeze_id>")
@role("co_chair", "secretariat")
def frozen(code: str, freeze_id: int) -> Response:
    """404 for a freeze of another round."""
    report = report_or_404(code)
    freeze_facts = next((freeze_facts for freeze_facts in freezes_for(report) if freeze_facts.id == freeze_id), None)
    content = snapshots.content(freeze_id) if freeze_facts else None
    if freeze_facts is None or content is None:
        abort(404)
    return attached(content, f"{report.code}-{freeze_facts.moment:%Y%m%dT%H%M%SZ}.zip", "application/zip")
