"""A questionnaire tried on the screen before it is published, or after: any section, in any language, as any kind of participant.

Nothing is kept: what was typed travels in the page's own form.
"""

from __future__ import annotations

import json
from typing import Any

from flask import abort, render_template, request
from flask_babel import gettext as _

from surveyapp.analysis.labels import KIND_LABELS, STATUS_LABELS
from surveyapp.analysis.tallies import STATUSES
from surveyapp.answering.page import Again, Page
from surveyapp.answering.posted_section import addresses_of, buttons
from surveyapp.definition.compiled import Compiled
from surveyapp.definition.problems import ProblemsFound
from surveyapp.definition.source import loader
from surveyapp.definition.states import REGIONS, region_name
from surveyapp.forms import read_page
from surveyapp.storage.replies.previous_reply import fits
from surveyapp.storage.rounds.participants import ParticipantFacts

from ..access import role
from ..locale import current_language, switch_language, translated
from ..preview import PreviewState, made_up
from .questionnaires import brought, published
from .routes import blueprint


class TriedPage(Page):
    """No answer of it is saved anywhere."""

    own = False
    answer_address = ""
    history_address = ""
    files_address = ""


@blueprint.get("/questionnaires/<int:version>/try")
@role("secretariat")
def try_version(version: int) -> str:
    compiled = loader.load(published(version))
    return _draw(compiled, {}, next(iter(compiled.layout.sections)))


@blueprint.post("/questionnaires/try")
@role("secretariat")
def try_on() -> Any:
    """`section`: the one that was shown, with its answers; `go`: the one to show. `said`: what was typed before, as JSON."""
    switch_language(request.form.get("language"))
    try:
        compiled = loader.load(brought())
    except ProblemsFound:
        abort(400)
    answers, shown = _said(compiled), request.form.get("section", "")
    state, again = made_up(compiled, answers, _who()), None
    if shown in compiled.layout.sections:
        posted = read_page(compiled, addresses_of(state, shown), request.form)
        typed = posted.values | {place: change.value for place, change in buttons(state, shown).items()}
        answers = {place: value for place, value in (answers | typed).items() if value is not None}
        again = Again(posted.typed, posted.problems)
    go = request.form.get("go", "")
    if go in compiled.layout.sections and go != shown:
        return _draw(compiled, answers, go)
    return _draw(
        compiled, answers, shown if shown in compiled.layout.sections else next(iter(compiled.layout.sections)), again
    )


def _said(compiled: Compiled) -> dict[str, Any]:
    """As the page wrote it. A value that its question could not have is left out: the field can be forged."""
    try:
        said = json.loads(request.form.get("said", "{}"))
    except ValueError:
        abort(400)
    if not isinstance(said, dict):
        abort(400)
    return {place: value for place, value in said.items() if fits(compiled, str(place), value)}


def _who() -> ParticipantFacts:
    """Somebody of this kind, made up."""
    form = request.values
    kind = form.get("kind", "state") if form.get("kind") in KIND_LABELS else "state"
    region = form.get("region", "") if form.get("region") in REGIONS else "europe"
    status = form.get("status", "") if form.get("status") in STATUSES else "state_party"
    names = {current_language(): _("An invented participant"), "en": "An invented participant"}
    stated = (region, None, (), status) if kind == "state" else (None, None, (), None)
    return ParticipantFacts(0, kind, "XXX", None, names, True, *stated)


def _draw(compiled: Compiled, answers: dict[str, Any], section: str, again: Again | None = None) -> str:
    language, state = current_language(), made_up(compiled, answers, _who())
    page = TriedPage(state, again=again)
    asked = section in state.path.notes
    entries = page.entries(section) if asked else []
    every = [entry for one in entries for entry in (one, *(inner for item in one.items for inner in item.entries))]
    return render_template(
        "secretariat/try.html",
        compiled=compiled,
        complete=language in compiled.languages,
        page=page,
        entries=entries,
        section=section,
        asked=asked,
        sections=[
            (code, compiled.text(f"{code}.title", language), code in state.path.notes)
            for code in compiled.layout.sections
        ],
        said=json.dumps(answers, ensure_ascii=False),
        missing=[compiled.text(f"{place.split('/')[-1]}.label", language) for place in state.path.missing],
        errors=[(text, f"field-{ident}") for entry in every for ident, text in entry.problems],
        content=request.form.get("content", ""),
        version=request.form.get("version") or (request.view_args or {}).get("version", ""),
        chosen=_chosen(state),
        kinds={code: translated(label) for code, label in KIND_LABELS.items()},
        statuses={code: translated(label) for code, label in STATUS_LABELS.items()},
        regions={code: region_name(code, language) for code in REGIONS},
    )


def _chosen(state: PreviewState) -> dict[str, str | None]:
    who = state.participant
    return {"kind": who.kind, "status": who.treaty_status, "region": who.region}
