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
from surveyapp.answering.page import RedisplayState, TrialPage, error_summary
from surveyapp.answering.posted_section import process_submission
from surveyapp.answering.preview_state import PreviewState, preview_state
from surveyapp.answering.stores import MemoryStore
from surveyapp.definition import loader
from surveyapp.definition.compiled import Compiled
from surveyapp.definition.problems import ProblemsFound
from surveyapp.definition.states import REGIONS, region_name
from surveyapp.storage.columns import utc_now
from surveyapp.storage.replies.previous_reply import fits
from surveyapp.storage.rounds.participants import ParticipantFacts

from ..access import role
from ..locale import current_language, current_words, switch_language, translated
from ..request_text import read_json
from .questionnaires import brought, published
from .routes import blueprint


@blueprint.get("/questionnaires/<int:version>/try")
@role("secretariat")
def try_version(version: int) -> str:
    compiled = loader.load(published(version))
    return _try_page(compiled, {}, next(iter(compiled.layout.sections)))


@blueprint.post("/questionnaires/try")
@role("secretariat")
def try_on() -> Any:
    """`section`: the one that was shown, with its answers; `go`: the one to show. `said`: what was typed before, as JSON."""
    switch_language(request.form.get("language"))
    try:
        compiled = loader.load(brought())
    except ProblemsFound:
        abort(400)
    answers, shown = _typed_before(compiled), request.form.get("section", "")
    store = MemoryStore(preview_state(compiled, answers, _invented_participant(), utc_now()), answers)
    sections, redisplay = compiled.layout.sections, None
    if shown in sections:
        redisplay = process_submission(store, shown, request.form, current_language()).redisplay
    go = request.form.get("go", "")
    if go in sections and go != shown:
        return _try_page(compiled, store.answers, go)
    return _try_page(compiled, store.answers, shown if shown in sections else next(iter(sections)), redisplay)


def _typed_before(compiled: Compiled) -> dict[str, Any]:
    """As the page wrote it. A value that its question could not have is left out: the field can be forged."""
    try:
        answers = read_json(request.form.get("said", "{}"))
    except ValueError:
        abort(400)
    if not isinstance(answers, dict):
        abort(400)
    return {address: value for address, value in answers.items() if fits(compiled, str(address), value)}


def _invented_participant() -> ParticipantFacts:
    """Of the kind that the form names."""
    form = request.values
    kind = form.get("kind", "state") if form.get("kind") in KIND_LABELS else "state"
    region = form.get("region", "") if form.get("region") in REGIONS else "europe"
    status = form.get("status", "") if form.get("status") in STATUSES else "state_party"
    names = {current_language(): _("An invented participant"), "en": "An invented participant"}
    stated = (region, None, (), status) if kind == "state" else (None, None, (), None)
    return ParticipantFacts(0, kind, "XXX", None, names, True, *stated)


def _try_page(
    compiled: Compiled, answers: dict[str, Any], section: str, redisplay: RedisplayState | None = None
) -> str:
    """No answer of it is saved anywhere: they travel in its own form."""
    language, state = current_language(), preview_state(compiled, answers, _invented_participant(), utc_now())
    page = TrialPage(state, current_words(), redisplay=redisplay)
    asked = section in state.path.notes
    entries = page.entries(section) if asked else []
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
        answers_as_json=json.dumps(answers, ensure_ascii=False),
        missing=[compiled.text(f"{place.split('/')[-1]}.label", language) for place in state.path.missing],
        errors=error_summary(entries, page.words),
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
