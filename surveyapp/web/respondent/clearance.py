"""How far each section is inside the government, and the sheet on which officials sign."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from flask import abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from surveyapp.definition.messages import N_
from surveyapp.definition.path import code_of
from surveyapp.storage.replies import clearances
from surveyapp.storage.replies.clearances import STATES, SectionState
from surveyapp.storage.replies.responses import ResponseState

from ..access import role
from ..locale import current_language
from .routes import blueprint, frame, own_response, person_id

STATE_LABELS = {"draft": N_("Draft"), "ready": N_("Ready for clearance"), "cleared": N_("Cleared")}


@dataclass(frozen=True)
class Row:
    section: str
    title: str
    cleared: SectionState | None
    authors: list[tuple[str, datetime.datetime]]  #: who changed an answer in it, and when last

    @property
    def changed_since(self) -> bool:
        """Was anything changed after it was cleared or called ready?"""
        return self.cleared is not None and any(at > self.cleared.at for _, at in self.authors)


@blueprint.get("/<round_code>/clearance")
@role("focal_point")
def clearance(round_code: str) -> str:
    state, language = own_response(round_code), current_language()
    return render_template(
        "respondent/clearance.html",
        **frame(state),
        rows=_rows(state, language),
        states=STATE_LABELS,
        locked=state.locked_because(),
    )


@blueprint.post("/<round_code>/clearance")
@role("focal_point")
def clear(round_code: str) -> Response:
    state, section, wanted = own_response(round_code), request.form.get("section", ""), request.form.get("state", "")
    if section not in state.compiled.layout.sections or wanted not in STATES:
        abort(400)
    clearances.set_state(state.id, section, wanted, by=person_id())
    return redirect(url_for("respondent.clearance", round_code=round_code) + f"#section-{section}", 303)


def _rows(state: ResponseState, language: str) -> list[Row]:
    known, authors = clearances.by_section(state.id), clearances.authors(state.id)
    last: dict[str, dict[str, datetime.datetime]] = {}
    for address, people in authors.items():
        own = last.setdefault(state.compiled.section_of[code_of(address)], {})
        for name, at in people:
            own[name] = max(at, own.get(name, at))
    return [
        Row(
            section.code,
            state.compiled.text(f"{section.code}.title", language),
            known.get(section.code),
            sorted(last.get(section.code, {}).items()),
        )
        for section in state.path.sections
    ]
