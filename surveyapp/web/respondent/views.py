"""The respondent's pages: each view reads, calls and answers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from surveyapp.answering.page import Again, Page
from surveyapp.answering.posted_section import Outcome, posted_one, take_in
from surveyapp.answering.read_back import read_back, to_do
from surveyapp.definition.path import code_of
from surveyapp.storage.replies import delegations, responses, submissions
from surveyapp.storage.replies.responses import NotEditable, ResponseState
from surveyapp.storage.replies.submissions import NotReady

from ..access import role
from ..locale import current_language, switch_language
from . import autosave
from .routes import blueprint, own_response, person_id

STATUS_LABELS = {
    "not_started": "not started",
    "in_progress": "in progress",
    "complete": "complete",
    "problems": "to be corrected",
}


@blueprint.get("/<round_code>")
@role("focal_point")
def contents(round_code: str) -> str:
    state = own_response(round_code, ())
    responses.mark_opened(state.id)
    page = Page(state)
    return render_template(
        "respondent/contents.html",
        **_frame(state, page),
        why_locked=state.locked_because(),
        open_proposals=len(delegations.proposals(state.id)),
    )


@blueprint.get("/<round_code>/<section>")
@role("focal_point")
def section(round_code: str, section: str) -> str | Response:
    state = _section_state(round_code, section)
    if state.locked_because():
        return redirect(url_for("respondent.review", round_code=round_code), 303)
    return _draw(state, section, Page(state))


@blueprint.post("/<round_code>/<section>")
@role("focal_point")
def save(round_code: str, section: str) -> Any:
    state = _section_state(round_code, section)
    chosen = switch_language(posted_one("language"))
    try:
        outcome = take_in(state, section)
    except NotEditable as locked:
        return _locked(round_code, locked)
    if not outcome.clean:
        fresh = responses.load(state.id)
        return _draw(fresh, section, Page(fresh, outcome.path, outcome.again)), 422
    return redirect(_following(state, section, outcome, stay=chosen), 303)


@blueprint.post("/<round_code>/<section>/answer")
@role("focal_point")
def answer(round_code: str, section: str) -> Any:
    """Autosave of one question, for htmx: its state at the field, and whatever else changes with it."""
    before = _section_state(round_code, section)
    address = request.form.get("only", "")
    try:
        outcome = take_in(before, section, address)
    except NotEditable as locked:
        return render_template("respondent/locked.html", reason=LOCKED[locked.reason]())
    after = outcome.saved.state or responses.load(before.id)
    return autosave.answer(before, after, section, address, outcome, _frame(after, Page(after)))


@blueprint.get("/<round_code>/review")
@role("focal_point")
def review(round_code: str) -> str:
    return _review(own_response(round_code))


@blueprint.post("/<round_code>/submit")
@role("focal_point")
def submit(round_code: str) -> Any:
    state = own_response(round_code, ())
    if not request.form.get("confirm"):
        return _review(own_response(round_code), unconfirmed=True), 422
    try:
        submissions.submit(state.id, by=person_id(), language=current_language())
    except NotReady:
        return _review(own_response(round_code)), 422
    except NotEditable as locked:
        return _locked(round_code, locked)
    return redirect(url_for("respondent.thanks", round_code=round_code), 303)


@blueprint.get("/<round_code>/thanks")
@role("focal_point")
def thanks(round_code: str) -> Any:
    state = own_response(round_code, ())
    if state.status != "submitted":
        return redirect(url_for("respondent.contents", round_code=round_code), 303)
    return render_template("respondent/thanks.html", **_frame(state, Page(state)))


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


def _draw(state: ResponseState, section: str, page: Page) -> str:
    entries = page.entries(section)
    errors = [(text, f"field-{ident}") for entry in _questions(entries) for ident, text in entry.problems]
    errors += [
        (_("This answer was changed elsewhere meanwhile."), f"field-{entry.id}")
        for entry in _questions(entries)
        if entry.conflict
    ]
    frame = _frame(state, page)
    compiled = state.compiled
    key = f"{section}.text"
    return render_template(
        "respondent/section.html",
        **frame,
        section=section,
        heading=compiled.text(f"{section}.title", page.language),
        intro=compiled.html(key, page.language) if compiled.has_text(key) else "",
        page=page,
        entries=entries,
        errors=errors,
        appeared=request.args.get("more"),
        previous=_neighbour(state, section, -1),
        following=_neighbour(state, section, 1),
    )


def _questions(entries: Any) -> Any:
    for entry in entries:
        yield entry
        for item in entry.items:
            yield from item.entries


def _frame(state: ResponseState, page: Page) -> dict[str, Any]:
    """What all of a reply's pages show."""
    language = page.language
    return {
        "state": state,
        "round": state.round,
        "round_title": state.round.title(language),
        "questionnaire": state.compiled.questionnaire,
        "compiled": state.compiled,
        "participant_name": state.participant.name(language),
        "sections": page.path.sections,
        "section_title": lambda code: state.compiled.text(f"{code}.title", language),
    }


def _neighbour(state: ResponseState, section: str, step: int) -> str | None:
    codes = [each.code for each in state.path.sections]
    place = codes.index(section) + step if section in codes else -1
    return codes[place] if 0 <= place < len(codes) else None


def _following(state: ResponseState, section: str, outcome: Outcome, *, stay: bool) -> str:
    """Where to go after a save without faults. New questions on this page come first."""
    go, round_code = posted_one("go") or "stay", state.round.code
    here = url_for("respondent.section", round_code=round_code, section=section)
    target = posted_one("item").partition(":")[2].partition("/")
    if target[0]:
        return f"{here}#item-{target[0]}"
    if stay or go == "stay":
        return here
    if outcome.appeared and go == "next":
        more = url_for("respondent.section", round_code=round_code, section=section, more=1)
        return f"{more}#item-{min(outcome.appeared, key=_order(state)).replace('/', '-')}"
    codes = [each.code for each in outcome.path.sections]
    place = codes.index(section) + (1 if go == "next" else -1)
    if go == "contents" or place < 0:
        return url_for("respondent.contents", round_code=round_code)
    if place >= len(codes):
        return url_for("respondent.review", round_code=round_code)
    return url_for("respondent.section", round_code=round_code, section=codes[place])


def _order(state: ResponseState) -> Callable[[str], tuple[int, str]]:
    order = state.compiled.layout.order
    return lambda address: (order[code_of(address)], address)


def _review(state: ResponseState, *, unconfirmed: bool = False) -> str:
    page = Page(state, again=Again())
    return render_template(
        "respondent/review.html",
        **_frame(state, page),
        parts=read_back(page),
        missing=to_do(page, state.path.missing),
        gaps=to_do(page, [address for address in state.path.gaps if not state.reason(address)]),
        violations=to_do(page, tuple(dict.fromkeys(violation.address for violation in state.path.violations))),
        why_locked=state.locked_because(),
        unconfirmed=unconfirmed,
    )
