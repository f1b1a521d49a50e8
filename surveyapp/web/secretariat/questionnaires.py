"""Questionnaires brought in as folders: checked, compared with the version before, published when nothing is wrong."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from surveyapp.definition import loader
from surveyapp.definition.compiled import Compiled
from surveyapp.definition.problems import Problem, ProblemsFound
from surveyapp.definition.source import catalogues, source_files
from surveyapp.definition.texts import CATALOGUES
from surveyapp.handouts.archive import zip_parts
from surveyapp.storage.audit import audit_log
from surveyapp.storage.columns import utc_now
from surveyapp.storage.rounds import versions as stored_versions

from ..access import role, signed_in
from ..downloads import attached
from ..locale import current_language
from ..request_limits import takes_file
from ..request_text import posted_id
from .routes import blueprint

MAX_BYTES = 1_000_000


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
@takes_file(MAX_BYTES)
def look_at_questionnaire() -> Any:
    """Publishes nothing: tells every problem at its line, or what the version would change.

    `file`: a folder as .zip, or one catalogue (.po) for the version or the folder that stands in `version` or `content`.
    """
    sent = request.files.get("file")
    content, name = (sent.read(MAX_BYTES + 1), sent.filename or "") if sent else (b"", "")
    try:
        source = _with_catalogue(name, content) if name.endswith(".po") else source_files.read_archive(content)
        problems = loader.check(source)
    except ProblemsFound as refused:
        return _page(problems=list(refused.problems)), 422
    if problems:
        return _page(problems=problems, source=source, counts=_counts(source)), 422
    return _page(ready=loader.load(source), source=source, counts=_counts(source))


def _with_catalogue(name: str, content: bytes) -> dict[str, str]:
    """The folder with this catalogue in the place of its own. Its header says of which language it is, else its name."""
    text = content.decode("utf-8-sig", "replace").replace("\r\n", "\n")
    language_header = re.search(r'^"Language: ([a-z]{2})', text, re.MULTILINE)
    language = language_header[1] if language_header else name.removesuffix(".po")[-2:]
    if f"{language}.po" not in CATALOGUES:
        message, remedy = (
            "It is not said of which language this catalogue is.",
            "Name it as fr.po, es.po, ar.po, zh.po or ru.po.",
        )
        raise ProblemsFound([Problem(name, 1, 1, message, remedy, "translation-header")])
    return brought() | {f"{language}.po": text}


@blueprint.post("/questionnaires/catalogue")
@role("secretariat")
def catalogue() -> Response:
    """A language's catalogue, brought up to date with the English: for a translator. `of`: the language."""
    file = f"{request.form.get('of', '')}.po"
    if file not in CATALOGUES:
        abort(404)
    try:
        source = brought()
        text = catalogues.extract(source)[file]
    except ProblemsFound:
        abort(400)
    return attached(text.encode(), file, "text/x-gettext-translation")


def brought() -> dict[str, str]:
    """The folder that the form holds: of a version that is published, or one that was looked at."""
    if request.form.get("version"):
        return published(posted_id("version"))
    try:
        return source_files.read_archive(base64.b64decode(request.form.get("content", ""), validate=True))
    except binascii.Error:
        abort(400)


def published(version: int) -> dict[str, str]:
    """File name → text of a stored version, or 404."""
    try:
        return stored_versions.files(version)
    except KeyError:
        abort(404)


@blueprint.post("/questionnaires/publish")
@role("secretariat")
def publish_questionnaire() -> Any:
    """Only what has no problem; looked at once more, since a form can be forged."""
    try:
        source = source_files.read_archive(base64.b64decode(request.form.get("content", ""), validate=True))
        problems = loader.check(source)
    except (ProblemsFound, binascii.Error) as refused:
        problems = list(refused.problems) if isinstance(refused, ProblemsFound) else []
        return _page(problems=problems), 422
    if problems:
        return _page(problems=problems), 422
    version = stored_versions.publish(source)
    audit_log.record("questionnaire-published", signed_in().id, version=version, digest=loader.load(source).digest)
    flash(_("The version has been published. A new round can ask it; rounds that run stay as they are."), "success")
    return redirect(url_for("secretariat.questionnaires"), 303)


@blueprint.get("/questionnaires/<int:version>/files")
@role("secretariat")
def questionnaire_files(version: int) -> Response:
    """The definition and its catalogues as they were published, for translators and for the next version."""
    published = next(
        (published for published in stored_versions.published() if published.id == version), None
    ) or abort(404)
    content = zip_parts(
        {
            f"{published.questionnaire}/{name}": text.encode()
            for name, text in sorted(stored_versions.files(version).items())
        },
        published.published_at,
    )
    return attached(content, f"{published.questionnaire}-{published.number}.zip", "application/zip")


def _zipped(source: Mapping[str, str]) -> bytes:
    return zip_parts({name: text.encode() for name, text in sorted(source.items())}, utc_now())


def _drawable(source: Mapping[str, str]) -> bool:
    """Can it be tried, though texts may still lack their translations?"""
    try:
        loader.load(source)
    except ProblemsFound:
        return False
    return True


def _counts(source: Mapping[str, str]) -> dict[str, catalogues.Counts]:
    """By catalogue; none where the questionnaire itself cannot be read."""
    try:
        return catalogues.catalogue_report(source)
    except ProblemsFound:
        return {}


def _difference(ready: Compiled) -> Difference | None:
    name = ready.questionnaire.questionnaire
    before = next((version for version in stored_versions.published() if version.questionnaire == name), None)
    if before is None or before.digest == ready.digest:
        return None
    was, now = stored_versions.compiled(before.id).questions, ready.questions
    changed = (code for code in now if code in was and now[code].type != was[code].type)
    return Difference(
        tuple(code for code in now if code not in was), tuple(code for code in was if code not in now), tuple(changed)
    )


def _page(
    problems: list[Problem] | None = None,
    ready: Compiled | None = None,
    source: Mapping[str, str] | None = None,
    counts: Mapping[str, catalogues.Counts] | None = None,
) -> str:
    language = current_language()
    versions = [(version, stored_versions.compiled(version.id)) for version in stored_versions.published()]
    # the author's own mistakes first: they must not drown in texts that are not translated yet
    ordered = sorted(problems or [], key=lambda each: (each.file.endswith(".po"), each))
    return render_template(
        "secretariat/questionnaires.html",
        versions=[
            (version, compiled.text("questionnaire.title", language), compiled) for version, compiled in versions
        ],
        problems=ordered,
        ready=ready,
        title=ready.text("questionnaire.title", language) if ready else "",
        difference=_difference(ready) if ready else None,
        content=base64.b64encode(_zipped(source)).decode() if source else "",
        drawable=_drawable(source) if source else False,
        counts=counts or {},
    )
