"""The respondent's pages: each view reads, calls and answers."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from surveyapp.answering.giving_away import giving_away, restricting_changes
from surveyapp.answering.posted_section import first_value, process_submission
from surveyapp.answering.removed_items import is_removed
from surveyapp.answering.stores import ReplyStore
from surveyapp.storage.replies import clearances, proposals, responses, submissions
from surveyapp.storage.replies.clearances import NotCleared
from surveyapp.storage.replies.responses import NotEditable, ResponseState
from surveyapp.storage.replies.reviewed import NotAsReviewed, Reviewed, as_of_now
from surveyapp.storage.replies.submissions import NotReady
from surveyapp.storage.replies.unsaved import RefusedValues

from ..access import role
from ..locale import current_language, switch_language
from .autosave import autosave_answer
from .clearance import STATE_LABELS as CLEARANCE_LABELS
from .routes import blueprint, own_response, person_id
from .section_pages import next_address, page_of, reply_frame, review_page, section_page


@blueprint.get("/<round_code>")
@role("focal_point")
def contents(round_code: str) -> str:
    state = own_response(round_code, ())
    responses.mark_opened(state.id)
    return render_template(
        "respondent/contents.html",
        **reply_frame(page_of(state)),
        why_locked=state.locked_because(),
        open_proposals=len(proposals.of_response(state.id)),
        section_states=clearances.by_section(as_of_now(responses.load(state.id))),
        clearance_labels=CLEARANCE_LABELS,
    )


@blueprint.get("/<round_code>/<section>")
@role("focal_point")
def section(round_code: str, section: str) -> str | Response:
    state = _section_state(round_code, section)
    if state.locked_because():
        return redirect(url_for("respondent.review", round_code=round_code), 303)
    return section_page(page_of(state, section), section, appeared=request.args.get("more"))


@blueprint.post("/<round_code>/<section>")
@role("focal_point")
def save(round_code: str, section: str) -> Any:
    state = _section_state(round_code, section)
    chosen = switch_language(first_value(request.form, "language"))
    try:
        result = process_submission(_store(state), section, request.form, current_language())
    except NotEditable as locked:
        return _locked(round_code, locked)
    if not result.clean:
        fresh = responses.load(state.id)
        return section_page(page_of(fresh, section, result.path, result.redisplay), section), 422
    return redirect(next_address(state, section, result, request.form, stay=chosen), 303)


@blueprint.post("/<round_code>/<section>/answer")
@role("focal_point")
def answer(round_code: str, section: str) -> Any:
    """Autosave of one question, for htmx: its state at the field, and whatever else changes with it."""
    before = _section_state(round_code, section)
    address = request.form.get("only", "")
    if is_removed(before, section, address):
        return render_template("respondent/removed_field.html")
    try:
        result = process_submission(_store(before), section, request.form, current_language(), address)
    except NotEditable as locked:
        return render_template("respondent/locked.html", reason=LOCKED[locked.reason]())
    after = page_of(result.saved.state or responses.load(before.id), section, redisplay=result.redisplay)
    return autosave_answer(page_of(before, section), after, section, address, result, reply_frame(after))


@blueprint.get("/<round_code>/review")
@role("focal_point")
def review(round_code: str) -> str:
    return review_page(own_response(round_code))


@blueprint.post("/<round_code>/submit")
@role("focal_point")
def submit(round_code: str) -> Any:
    state, shown = own_response(round_code, ()), Reviewed.from_text(request.form.get("reviewed", ""))
    if not request.form.get("confirm"):
        return review_page(own_response(round_code), unconfirmed=True), 422
    try:
        submissions.submit(
            state.id,
            by=person_id(),
            language=current_language(),
            reviewed=shown,
            uncleared=request.form.get("uncleared", "").split(),
            refused=request.form.get("refused", "").split(),
        )
    except NotReady:
        return review_page(own_response(round_code)), 422
    except NotAsReviewed:
        return review_page(own_response(round_code), shown=shown), 409
    except NotCleared as uncleared:
        return review_page(own_response(round_code), uncleared=uncleared), 422
    except RefusedValues:
        return review_page(own_response(round_code), unconfirmed_refused=True), 422
    except NotEditable as locked:
        if locked.reason == "submitted":  # pressed twice, or in two windows: one submission, and this is it
            return redirect(url_for("respondent.thanks", round_code=round_code), 303)
        return _locked(round_code, locked)
    return redirect(url_for("respondent.thanks", round_code=round_code), 303)


@blueprint.post("/<round_code>/review/restrict")
@role("focal_point")
def restrict(round_code: str) -> Response:
    """Closes the answers that give a narrower one away to those who may see that one; again for what follows from them."""
    before = own_response(round_code)
    state = before
    try:
        while changes := restricting_changes(state, giving_away(state)):
            _store(state).save(changes, channel="page", language=current_language())
            state = responses.load(state.id)
    except NotEditable as locked:
        return _locked(round_code, locked)
    if state.changes != before.changes:
        flash(_("These answers are now seen by the same readers as the answer they follow from."), "success")
    return redirect(url_for("respondent.review", round_code=round_code), 303)


@blueprint.get("/<round_code>/thanks")
@role("focal_point")
def thanks(round_code: str) -> Any:
    state = own_response(round_code, ())
    if state.status != "submitted":
        return redirect(url_for("respondent.contents", round_code=round_code), 303)
    return render_template("respondent/thanks.html", **reply_frame(page_of(state)))


def _store(state: ResponseState) -> ReplyStore:
    return ReplyStore(state, person_id())


LOCKED = {
    "submitted": lambda: _("This reply has been submitted and can no longer be changed."),
    "round_not_open": lambda: _("This round is not open yet."),
    "round_closed": lambda: _(
        "This round is closed. What you saved is kept. Write to the secretariat if the reply must change."
    ),
}


def _locked(round_code: str, locked: NotEditable) -> Response:
    flash(LOCKED[locked.reason](), "warning")
    return redirect(url_for("respondent.contents", round_code=round_code), 303)


def _section_state(round_code: str, section: str) -> ResponseState:
    """404 for a section that does not exist or is not on this State's path."""
    state = own_response(round_code)
    if section not in state.path.notes or section not in state.compiled.layout.sections:
        abort(404)
    return state
