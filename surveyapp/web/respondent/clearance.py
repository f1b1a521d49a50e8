"""How far each section is inside the government, and the sheet on which officials sign."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from surveyapp.answering.page import Page
from surveyapp.definition.messages import N_
from surveyapp.definition.path import code_of
from surveyapp.storage.columns import utc_now
from surveyapp.storage.models.participants import CLEARANCE_RULES
from surveyapp.storage.replies import clearances
from surveyapp.storage.replies.clearances import (
    STATES,
    Author,
    ClearedMeanwhile,
    EmptySection,
    RuleChanged,
    SectionState,
)
from surveyapp.storage.replies.responses import ResponseState
from surveyapp.storage.replies.reviewed import NotAsReviewed, Reviewed, as_of_now, reviewed_content

from ..access import role
from ..locale import current_language, current_words
from .reviewed_changes import ReviewedChanges, reviewed_changes
from .routes import blueprint, frame, own_response, person_id

RULE_LABELS = {
    "off": N_("A reply may be submitted whether its sections are cleared or not"),
    "warn": N_("Ask before a section that is not cleared is submitted"),
    "require": N_("Do not submit a section that is not cleared"),
}
STATE_LABELS = {"draft": N_("Draft"), "ready": N_("Ready for clearance"), "cleared": N_("Cleared")}


@dataclass(frozen=True)
class Row:
    section: str
    title: str
    cleared: SectionState | None
    authors: list[Author]  #: who changed an answer in it, and when last
    reviewed: Reviewed  #: what the section says, and how far it is cleared

    @property
    def short_digest(self) -> str:
        """What a person reads out and compares: the first twelve digits of the section's SHA-256, in fours."""
        return " ".join(self.reviewed.digest[place : place + 4] for place in range(0, 12, 4))


@dataclass(frozen=True)
class Refused:
    """Why a section was not set: `changed`, in what its answers differ from what was shown; `standing`, what was set meanwhile."""

    section: str
    changed: ReviewedChanges | None = None
    standing: SectionState | None = None


@blueprint.get("/<round_code>/clearance")
@role("focal_point")
def clearance(round_code: str) -> str:
    return _page(as_of_now(own_response(round_code)))


def _page(state: ResponseState, refused: Refused | None = None) -> str:
    return render_template(
        "respondent/clearance.html",
        **frame(state),
        rows=_rows(state, current_language()),
        states=STATE_LABELS,
        locked=state.locked_because(),
        rule=clearances.rule_of(state.participant.id),
        rules=RULE_LABELS,
        refused=refused,
        section_title=lambda code: state.compiled.text(f"{code}.title", current_language()),
        now=utc_now(),
    )


@blueprint.post("/<round_code>/clearance")
@role("focal_point")
def clear(round_code: str) -> Any:
    """`section` and `state` with the digest of what was shown, `reviewed`; or `rule`, of the participant."""
    state, section, wanted = own_response(round_code), request.form.get("section", ""), request.form.get("state", "")
    if "rule" in request.form:
        return _change_rule(state)
    if section not in state.compiled.layout.sections or wanted not in STATES:
        abort(400)
    shown = Reviewed.from_text(request.form.get("reviewed", ""))
    try:
        clearances.set_state(state.id, section, wanted, by=person_id(), reviewed=shown)
    except NotAsReviewed:
        now = as_of_now(own_response(round_code))
        return _page(now, Refused(section, changed=reviewed_changes(Page(now, current_words()), shown, section))), 409
    except ClearedMeanwhile as meanwhile:
        return _page(as_of_now(own_response(round_code)), Refused(section, standing=meanwhile.standing)), 409
    except EmptySection:
        flash(_("Nothing is answered in this section: there is nothing to clear yet."), "danger")
        return _page(as_of_now(own_response(round_code))), 422
    return redirect(url_for("respondent.clearance", round_code=round_code) + f"#section-{section}", 303)


def _change_rule(state: ResponseState) -> Any:
    rule = request.form["rule"]
    if rule not in CLEARANCE_RULES:
        abort(400)
    try:
        clearances.set_rule(state.participant.id, rule, by=person_id(), shown=request.form.get("shown_rule", ""))
    except RuleChanged:
        flash(_("This setting was changed while you were reading it. It is shown as it stands now."), "danger")
        return _page(as_of_now(state)), 409
    flash(_("Saved."), "success")
    return redirect(url_for("respondent.clearance", round_code=state.round.code), 303)


def _rows(state: ResponseState, language: str) -> list[Row]:
    states, last = clearances.by_section(state), section_authors(state)

    def shown(section: str) -> Reviewed:
        standing = states.get(section)
        return reviewed_content(state, section, clearance=standing.id if standing else 0)

    return [
        Row(
            section.code,
            state.compiled.text(f"{section.code}.title", language),
            states.get(section.code),
            last.get(section.code, []),
            shown(section.code),
        )
        for section in state.path.sections
    ]


def section_authors(state: ResponseState, until: datetime.datetime | None = None) -> dict[str, list[Author]]:
    """By section: each who wrote an answer in it, or accepted one that was proposed, once, with the last time.

    `until`: of the answers as they stood then; those that are no longer on path do not count.
    """
    last: dict[str, dict[tuple[str, str | None], Author]] = {}
    for address, people in clearances.authors(state.id, until).items():
        if until is not None and address not in state.path.on_path:
            continue
        own = last.setdefault(state.compiled.section_of[code_of(address)], {})
        for author in people:
            key = (author.name, author.accepted_by)
            own[key] = max(author, own.get(key, author), key=lambda each: each.at)
    return {section: sorted(own.values(), key=lambda author: author.name) for section, own in last.items()}
