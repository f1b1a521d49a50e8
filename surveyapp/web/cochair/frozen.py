"""The data of a round as they stood: kept, listed, fetched."""

from __future__ import annotations

from typing import Any

from flask import Response, abort, redirect, render_template, request, url_for

from surveyapp.analysis.labels import HANDLING_LABELS
from surveyapp.definition.model import HANDLINGS
from surveyapp.definition.path import code_of
from surveyapp.results import dataset_snapshot
from surveyapp.storage.audit import audit_log
from surveyapp.storage.replies.visibility import may_read
from surveyapp.storage.report import snapshots
from surveyapp.storage.report.held_answers import HeldAnswer, held_answers
from surveyapp.storage.report.snapshots import SnapshotFacts
from surveyapp.storage.rounds import versions
from surveyapp.storage.rounds.rounds import RoundFacts

from ..access import role, signed_in
from ..downloads import attached
from ..figure_pages import clearance, round_or_404
from ..locale import current_language
from .routes import blueprint


@blueprint.get("/rounds/<round_code>/frozen")
@role("co_chair", "secretariat")
def frozen_data(round_code: str) -> str:
    round_ = round_or_404(round_code)
    return render_template(
        "cochair/frozen.html",
        round=round_,
        title=round_.title(current_language()),
        frozen=_theirs(round_.id),
        circles=[each for each in HANDLINGS if may_read(each, clearance())],
        own=clearance(),
        labels=HANDLING_LABELS,
        language=current_language(),
        held=_held(round_) if clearance() == "secretariat" else [],
    )


def _held(round_: RoundFacts) -> list[tuple[HeldAnswer, str]]:
    """For the secretariat: (what its State has closed since, the question's words)."""
    version, language = versions.compiled(round_.version_id), current_language()
    return [(held, version.text(f"{code_of(held.address)}.label", language)) for held in held_answers(round_.id)]


def _theirs(round_id: int) -> list[SnapshotFacts]:
    return [freeze for freeze in snapshots.of_round(round_id) if may_read(freeze.handling, clearance())]


@blueprint.post("/rounds/<round_code>/frozen")
@role("co_chair", "secretariat")
def freeze_round(round_code: str) -> Any:
    """`circle`: whose sight of the answers is kept; 404 for a narrower one than the reader's own."""
    round_ = round_or_404(round_code)
    circle = next((each for each in HANDLINGS if each == request.form.get("circle")), None)
    if circle is None or not may_read(circle, clearance()):
        abort(404)
    made = dataset_snapshot.take_snapshot(round_, circle, {}, dataset_snapshot.every_figure)
    snapshots.store_snapshot(
        round_.id, circle, made.moment, made.digest, made.content, report_id=None, by=signed_in().id
    )
    return redirect(url_for("cochair.frozen_data", round_code=round_code), 303)


@blueprint.get("/rounds/<round_code>/frozen/<int:freeze_id>")
@role("co_chair", "secretariat")
def fetch_frozen(round_code: str, freeze_id: int) -> Response:
    """404 for one of another round, or of a narrower circle than the reader's own."""
    freeze = next((freeze for freeze in _theirs(round_or_404(round_code).id) if freeze.id == freeze_id), None)
    content = snapshots.content(freeze_id) if freeze else None
    if freeze is None or content is None:
        abort(404)
    audit_log.record("dataset-fetched", signed_in().id, freeze=freeze_id)
    return attached(content, f"{round_code}-{freeze.handling}-{freeze.moment:%Y%m%dT%H%M%SZ}.zip", "application/zip")
