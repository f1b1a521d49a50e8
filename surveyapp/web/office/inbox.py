"""What waits for the secretariat: requests to reopen a reply, and comments that a government addressed to it."""

from __future__ import annotations

from dataclasses import dataclass

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from surveyapp.definition.path import code_of
from surveyapp.storage import comments, responses, submissions
from surveyapp.storage.comments import Said
from surveyapp.storage.responses import ResponseState
from surveyapp.storage.submissions import Request

from ..access import role, signed_in
from ..locale import current_language
from . import blueprint

LONGEST_ANSWER = 2000


@dataclass(frozen=True)
class Asked:
    request: Request
    state: ResponseState


@dataclass(frozen=True)
class Addressed:
    said: Said
    state: ResponseState
    label: str


@blueprint.get("")
@role("secretariat")
def inbox() -> str:
    language = current_language()
    states = {one.response_id: responses.load(one.response_id) for one in comments.to_the_secretariat()}
    return render_template(
        "office/inbox.html",
        asked=[Asked(one, responses.load(one.response_id)) for one in submissions.open_requests()],
        addressed=[
            Addressed(one, states[one.response_id], _label(states[one.response_id], one.address, language))
            for one in comments.to_the_secretariat()
        ],
        language=language,
    )


def _label(state: ResponseState, address: str, language: str) -> str:
    return state.compiled.text(f"{code_of(address)}.label", language)


@blueprint.post("/reopening/<int:asked>")
@role("secretariat")
def reopening(asked: int) -> Response:
    """`decision`: grant · refuse."""
    decision, answer = request.form.get("decision"), request.form.get("answer", "").strip()[:LONGEST_ANSWER]
    if decision not in ("grant", "refuse"):
        abort(400)
    if submissions.decide(asked, granted=decision == "grant", answer=answer, by=signed_in().id):
        flash(_("The State sees the decision with its receipts."), "success")
    else:
        flash(_("This request has been decided meanwhile."), "warning")
    return redirect(url_for("office.inbox"), 303)
