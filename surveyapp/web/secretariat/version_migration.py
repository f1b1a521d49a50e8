"""A live round goes on with a newer version: what that does to each reply is shown first."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _

from surveyapp.analysis.labels import HANDLING_LABELS
from surveyapp.definition.compiled import Compiled
from surveyapp.definition.messages import N_
from surveyapp.storage.rounds import version_migration, versions
from surveyapp.storage.rounds.rounds import RoundFacts

from ..access import role, signed_in
from ..figure_pages import round_or_404
from ..locale import current_language
from .routes import blueprint

REFUSALS = {
    "questionnaire": N_("This is another questionnaire."),
    "languages": N_("The round is asked in this language, and the new version is not complete in it."),
    "section": N_("This section is gone. Keep it until the round is closed."),
    "question": N_("This question is gone. Keep it until the round is closed; a rule can stop it from being asked."),
    "type": N_("This question is of another type, or inside another list. Give the new one a code of its own."),
    "answers": N_("Answers that were given would no longer be accepted. Keep the choices and limits that they need."),
}

#: what changes of a rule, by `version_migration.RuleChange.kind`
RULE_KINDS = {
    "default": N_("Who sees an answer unless the State says otherwise"),
    "allowed": N_("Who the State may choose to see an answer"),
    "calculation": N_("How it is calculated"),
}


@blueprint.get("/rounds/<code>/version/<int:version>")
@role("secretariat")
def look_at_move(code: str, version: int) -> str:
    return _page(_round_or_404(code, version), version)


@blueprint.post("/rounds/<code>/version/<int:version>")
@role("secretariat")
def move_round(code: str, version: int) -> Any:
    round_ = _round_or_404(code, version)
    try:
        version_migration.migrate_round(round_.id, version, by=signed_in().id)
    except version_migration.MigrationRefused:
        return _page(round_, version), 422
    flash(_("The round goes on with the newer version. Every answer is kept."), "success")
    return redirect(url_for("secretariat.round_page", code=code), 303)


def _round_or_404(code: str, version: int) -> RoundFacts:
    """404 for a version that is not newer, or not of the same questionnaire."""
    round_ = round_or_404(code)
    return round_ if version in version_migration.newer_versions(round_) else abort(404)


def _page(round_: RoundFacts, version: int) -> str:
    language, new, old = current_language(), versions.compiled(version), versions.compiled(round_.version_id)
    planned = version_migration.plan_migration(round_.id, version)
    return render_template(
        "secretariat/move.html",
        round=round_,
        title=round_.title(language),
        number=new.questionnaire.version,
        old_number=old.questionnaire.version,
        planned=planned,
        refusal_labels=REFUSALS,
        label=lambda code: _label(code, (new, old), language),
        affected=[effect for effect in planned.effects if effect.any],
        language=language,
        rule_kinds=RULE_KINDS,
        handlings=HANDLING_LABELS,
        new_questions=[code for code in new.questions if code not in old.questions],
        reworded=[code for code in new.questions if code in old.questions and _words(new, code) != _words(old, code)],
    )


def _label(code: str, of: tuple[Compiled, ...], language: str) -> str:
    keys = (f"{code}.label", f"{code}.title")
    return next((compiled.text(key, language) for compiled in of for key in keys if compiled.has_text(key)), code)


def _words(version: Compiled, code: str) -> tuple[str, ...]:
    """A question's own English words."""
    return tuple(version.text(key, "en") for part in ("label", "hint") if version.has_text(key := f"{code}.{part}"))
