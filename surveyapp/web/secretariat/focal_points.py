"""The secretariat appoints a focal point: in place of one who leaves, or where there is none."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from surveyapp.storage.people import accounts, handovers
from surveyapp.storage.people.handovers import NotTheirFocalPoint
from surveyapp.storage.rounds import participants
from surveyapp.storage.rounds.participants import ParticipantFacts
from surveyapp.words import LANGUAGE_NAMES

from ..access import role, signed_in
from ..account.handover import invite_successor
from ..account.invited import Invited, read_invited
from ..locale import current_language
from ..request_text import posted_id
from .routes import blueprint


@blueprint.get("/focal-points")
@role("secretariat")
def focal_points() -> str:
    by_code: dict[str, list[handovers.FocalPoint]] = {}
    for holder in handovers.focal_points():
        by_code.setdefault(holder.participant_code, []).append(holder)
    everyone = [(participant, by_code.get(participant.code, [])) for participant in participants.participants()]
    return render_template("secretariat/focal_points.html", everyone=everyone, language=current_language())


@blueprint.get("/focal-points/<code>")
@role("secretariat")
def appointment(code: str) -> str:
    return _page(_participant(code), Invited(language=current_language()))


@blueprint.post("/focal-points/<code>")
@role("secretariat")
def appoint(code: str) -> Any:
    """`leaving`: the id of who is replaced; empty: another one beside those there are."""
    participant, invited = _participant(code), read_invited(request.form, "")
    if invited.problems:
        return _page(participant, invited), 422
    leaving = posted_id("leaving") or None
    successor = accounts.find_or_create(invited.name, invited.email, invited.language)
    try:
        if leaving is None:
            handovers.appoint(participant.id, successor, by=signed_in().id)
        else:
            handovers.hand_over(participant.id, leaving=leaving, successor=successor, by=signed_in().id)
    except NotTheirFocalPoint:
        abort(400)
    invite_successor(successor, invited)
    flash(_("%(name)s has been appointed and invited by e-mail.", name=invited.name), "success")
    return redirect(url_for("secretariat.focal_points"), 303)


def _participant(code: str) -> ParticipantFacts:
    return participants.participant(code) or abort(404)


def _page(participant: ParticipantFacts, invited: Invited) -> str:
    return render_template(
        "secretariat/appointment.html",
        participant_name=participant.name(current_language()),
        invited=invited,
        holders=handovers.focal_points(participant.id),
        errors=[(text, f"field-{name}") for name, text in invited.problems.items()],
        language_names=LANGUAGE_NAMES,
    )
