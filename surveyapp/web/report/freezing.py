"""A report's figures fixed: the data they are made of, kept as one file that makes them again."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from flask import Response, abort, redirect, url_for

from surveyapp.analysis.dataset import Numerals, data_files, figures_file, manifest
from surveyapp.analysis.figures import evaluate
from surveyapp.analysis.labels import Labels
from surveyapp.analysis.naming import REPORT_CIRCLE
from surveyapp.handouts.archive import zipped
from surveyapp.storage import reports, rounds
from surveyapp.storage.columns import utc_now
from surveyapp.storage.reports import ReportFacts

from ..access import role, signed_in
from ..reading import of_pairs
from .drawing import Draft
from .routes import blueprint, found_report


@blueprint.post("/<code>/freeze")
@role("co_chair", "secretariat")
def freeze(code: str) -> Any:
    report, person = found_report(code), signed_in().id
    content, digest, moment = frozen_data(report)
    reports.freeze(report.round_id, REPORT_CIRCLE, moment, digest, content, report_id=report.id, by=person)
    return redirect(url_for("report.workspace", code=code) + "#frozen", 303)


def frozen_data(report: ReportFacts) -> tuple[bytes, str, Any]:
    """(the zip file, its SHA-256, the moment): what States Parties may see, now."""
    found = rounds.round_by_id(report.round_id)
    moment = utc_now()  # to the microsecond: what was submitted a moment ago is in
    labels = Labels(rounds.compiled(found.version_id), "en", lambda text: text)
    read = of_pairs(found, labels, [("as_of", moment.isoformat())], REPORT_CIRCLE)
    definition = rounds.files(found.version_id)
    files = data_files(definition, read.replies, read.invited, read.themes, read.theme_labels)
    specs = Draft(report, read, reports.outline(report.id), "en").specs()
    figures = [evaluate(spec, read.known, labels, read.replies, read.invited, Numerals()) for spec in specs]
    files["figures.json"] = figures_file(figures)
    facts = {"round": found.code, "report": report.code, "handling": REPORT_CIRCLE, "version": read.compiled.digest}
    files["manifest.json"] = manifest(facts, _digests(files), moment)
    content = zipped({name: text.encode() for name, text in sorted(files.items())}, moment)
    return content, hashlib.sha256(content).hexdigest(), moment


def _digests(files: Mapping[str, str]) -> dict[str, str]:
    return {name: hashlib.sha256(text.encode()).hexdigest() for name, text in sorted(files.items())}


@blueprint.get("/<code>/frozen/<int:freeze_id>")
@role("co_chair", "secretariat")
def frozen(code: str, freeze_id: int) -> Response:
    """404 for a freeze of another round."""
    report = found_report(code)
    one = next((each for each in reports.freezes(report.round_id) if each.id == freeze_id), None)
    content = reports.frozen(freeze_id) if one else None
    if one is None or content is None:
        abort(404)
    name = f"{report.code}-{one.moment:%Y%m%dT%H%M%SZ}.zip"
    return Response(
        content, mimetype="application/zip", headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )
