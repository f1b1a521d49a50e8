"""Questionnaires brought in as folders: checked, compared with the version before, published when nothing is wrong."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from surveyapp.definition import catalogues, loader
from surveyapp.definition.compiled import Compiled
from surveyapp.definition.problems import Problem, ProblemsFound
from surveyapp.handouts.archive import zipped
from surveyapp.storage import audit, rounds

from ..access import role, signed_in
from ..downloads import attached
from ..limits import takes_file
from ..locale import current_language
from . import blueprint

MOST_BYTES = 1_000_000


@dataclass(frozen=True)
class Difference:
    """From the last published version to this one, by the codes of questions."""

    new: tuple[str, ...]
    gone: tuple[str, ...]
    changed: tuple[str, ...]  #: of another type: their earlier answers cannot be set beside the new ones


@blueprint.get("/questionnaires")
@role("secretariat")
def questionnaires() -> str:
    return _page()


@blueprint.post("/questionnaires")
@role("secretariat")
@takes_file(MOST_BYTES)
def look_at_questionnaire() -> Any:
    """Publishes nothing: tells every problem at its line, or what the version would change."""
    sent = request.files.get("file")
    content = sent.read(MOST_BYTES + 1) if sent else b""
    try:
        source = loader.read_archive(content)
        problems = loader.check(source)
    except ProblemsFound as found:
        return _page(problems=list(found.problems)), 422
    if problems:
        return _page(problems=problems, counts=_counts(source)), 422
    return _page(ready=loader.load(source), content=content, counts=_counts(source))


@blueprint.post("/questionnaires/publish")
@role("secretariat")
def publish_questionnaire() -> Any:
    """Only what has no problem; looked at once more, since a form can be forged."""
    try:
        source = loader.read_archive(base64.b64decode(request.form.get("content", ""), validate=True))
        problems = loader.check(source)
    except (ProblemsFound, binascii.Error) as found:
        problems = list(found.problems) if isinstance(found, ProblemsFound) else []
        return _page(problems=problems), 422
    if problems:
        return _page(problems=problems), 422
    version = rounds.publish(source)
    audit.record("questionnaire-published", signed_in().id, version=version, digest=loader.load(source).digest)
    flash(_("The version has been published. A new round can ask it; rounds that run stay as they are."), "success")
    return redirect(url_for("office.questionnaires"), 303)


@blueprint.get("/questionnaires/<int:version>/files")
@role("secretariat")
def questionnaire_files(version: int) -> Response:
    """The definition and its catalogues as they were published, for translators and for the next version."""
    found = next((one for one in rounds.versions() if one.id == version), None) or abort(404)
    content = zipped(
        {f"{found.questionnaire}/{name}": text.encode() for name, text in sorted(rounds.files(version).items())},
        found.published_at,
    )
    return attached(content, f"{found.questionnaire}-{found.number}.zip", "application/zip")


def _counts(source: Mapping[str, str]) -> dict[str, catalogues.Counts]:
    """By catalogue; none where the questionnaire itself cannot be read."""
    try:
        return catalogues.catalogue_report(source)
    except ProblemsFound:
        return {}


def _difference(ready: Compiled) -> Difference | None:
    name = ready.questionnaire.questionnaire
    before = next((one for one in rounds.versions() if one.questionnaire == name), None)
    if before is None or before.digest == ready.digest:
        return None
    was, now = rounds.compiled(before.id).questions, ready.questions
    changed = (code for code in now if code in was and now[code].type != was[code].type)
    return Difference(
        tuple(code for code in now if code not in was), tuple(code for code in was if code not in now), tuple(changed)
    )


def _page(
    problems: list[Problem] | None = None,
    ready: Compiled | None = None,
    content: bytes = b"",
    counts: Mapping[str, catalogues.Counts] | None = None,
) -> str:
    language = current_language()
    versions = [(one, rounds.compiled(one.id)) for one in rounds.versions()]
    # the author's own mistakes first: they must not drown in texts that are not translated yet
    ordered = sorted(problems or [], key=lambda each: (each.file.endswith(".po"), each))
    return render_template(
        "office/questionnaires.html",
        versions=[(one, compiled.text("questionnaire.title", language), compiled) for one, compiled in versions],
        problems=ordered,
        ready=ready,
        title=ready.text("questionnaire.title", language) if ready else "",
        difference=_difference(ready) if ready else None,
        content=base64.b64encode(content).decode(),
        counts=counts or {},
    )
