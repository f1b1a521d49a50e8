"""What colleagues propose, beside what stands there: the focal point accepts it or returns it."""

from __future__ import annotations

from dataclasses import dataclass

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from surveyapp.answering.page import Page
from surveyapp.definition.path import code_of
from surveyapp.storage.replies import behalf
from surveyapp.storage.replies import proposals as stored_proposals
from surveyapp.storage.replies.proposals import ProposedAnswer
from surveyapp.storage.replies.responses import NotEditable

from ..access import role
from ..locale import current_language
from ..request_text import posted_id
from .routes import blueprint, frame, own_response, person_id
from .section_pages import page_of

MAX_NOTE_LENGTH = 2000


@dataclass(frozen=True)
class Beside:
    """One proposal and the current answer, in words."""

    proposed: ProposedAnswer
    section: str
    label: str
    current: str
    revision: int
    words: str
    file: str = ""  #: SHA-256 of a file that is part of it

    @property
    def changed(self) -> bool:
        """Has the answer changed since this was proposed?"""
        return self.revision != self.proposed.base_revision


@blueprint.get("/<round_code>/proposals")
@role("focal_point")
def proposals(round_code: str) -> str:
    state = own_response(round_code)
    page = page_of(state)
    comparisons = [_beside(page, proposal) for proposal in stored_proposals.of_response(state.id)]
    order = state.compiled.layout.order
    return render_template(
        "respondent/proposals.html",
        **frame(state),
        comparisons=sorted(comparisons, key=lambda comparison: order[code_of(comparison.proposed.address)]),
        section_title=lambda code: state.compiled.text(f"{code}.title", page.language),
        entries=[entry for entry in behalf.entries(state.id) if entry.sent and entry.answers],
    )


@blueprint.post("/<round_code>/proposals/entry/<int:entry>")
@role("focal_point")
def confirm_entry(round_code: str, entry: int) -> Response:
    """All that the secretariat entered from one letter, as the State's answers; the reply is still to be submitted."""
    state = own_response(round_code)
    try:
        done = behalf.confirm_entry(state, entry, by=person_id(), language=current_language())
    except NotEditable:
        flash(_("This reply cannot be changed now. Nothing was accepted."), "warning")
        return redirect(url_for("respondent.proposals", round_code=round_code), 303)
    flash(
        _("Answers confirmed: %(number)s. Read the reply once more, then submit it.", number=done.accepted), "success"
    )
    if done.left:
        flash(_("Some answers were changed meanwhile and were left as they are. Compare them one by one."), "warning")
        return redirect(url_for("respondent.proposals", round_code=round_code), 303)
    return redirect(url_for("respondent.review", round_code=round_code), 303)


def _beside(page: Page, proposed_answer: ProposedAnswer) -> Beside:
    code = code_of(proposed_answer.address)
    question, stored = page.compiled.questions[code], page.state.answers.get(proposed_answer.address)
    current = page.in_words(question, stored.value if stored else None)
    reason = page.reasons[proposed_answer.content.declined] if proposed_answer.content.declined else ""
    words = page.in_words(question, proposed_answer.content.value) or reason
    label = page.compiled.text(f"{code}.label", page.language)
    value = proposed_answer.content.value
    file = value.get("file", "") if isinstance(value, dict) else ""
    return Beside(
        proposed_answer, page.compiled.section_of[code], label, current, stored.revision if stored else 0, words, file
    )


@blueprint.post("/<round_code>/proposals/<int:proposal>")
@role("focal_point")
def decide(round_code: str, proposal: int) -> Response:
    """`decision` = accept · edit (accept, then go to the question) · return."""
    state = own_response(round_code)
    here = redirect(url_for("respondent.proposals", round_code=round_code), 303)
    decision, note = request.form.get("decision"), request.form.get("note", "").strip()[:MAX_NOTE_LENGTH]
    if decision == "return":
        done = stored_proposals.send_back(state.id, proposal, by=person_id(), note=note)
        flash(_("Returned to the colleague.") if done else _gone(), "success" if done else "warning")
        return here
    if decision not in ("accept", "edit"):
        abort(400)
    address = next((stored.address for stored in stored_proposals.of_response(state.id) if stored.id == proposal), "")
    try:
        seen = posted_id("revision")
        saved = stored_proposals.accept(state, proposal, expected=seen, by=person_id(), language=current_language())
    except ValueError:
        abort(400)
    except NotEditable:
        flash(_("This reply cannot be changed now. Nothing was accepted."), "warning")
        return here
    if saved is None:
        flash(_gone(), "warning")
    elif saved.conflicts:
        flash(_("The answer was changed meanwhile. Compare again, then decide."), "warning")
    elif decision == "edit":
        section = state.compiled.section_of[code_of(address)]
        question = url_for("respondent.section", round_code=round_code, section=section)
        return redirect(f"{question}#item-{address.replace('/', '-')}", 303)
    else:
        flash(_("Accepted: the proposal is now the answer."), "success")
    return here


def _gone() -> str:
    return str(_("This proposal has been decided or taken back meanwhile."))
