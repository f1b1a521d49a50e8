"""A colleague answers and comments within what was delegated; the server looks it up anew for every request."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from surveyapp.answering.page import Again
from surveyapp.answering.posted_section import addresses_of, buttons, change_of
from surveyapp.answering.proposals_page import DelegatePage, outside, with_proposals
from surveyapp.forms import read_page
from surveyapp.storage.audit import audit_log
from surveyapp.storage.replies import delegations, responses
from surveyapp.storage.replies.delegations import NotDelegated, Reach
from surveyapp.storage.replies.responses import NotEditable, ResponseState

from ..access import delegated, role
from ..locale import current_language, switch_language
from ..respondent import comments
from ..respondent.routes import person_id
from .routes import blueprint


@blueprint.get("/<int:response>/<section>")
@role("delegate")
def section(response: int, section: str) -> str:
    state, reach = own(response, section)
    return _draw(DelegatePage(as_seen(state), reach), section)


@blueprint.post("/<int:response>/<section>")
@role("delegate")
def propose(response: int, section: str) -> Any:
    """Everything right on the page becomes proposals; 403, recorded, for a question that is not in these hands."""
    state, reach = own(response, section)
    seen = as_seen(state)
    page = DelegatePage(seen, reach)
    posted = read_page(state.compiled, page.answerable(addresses_of(seen, section)), request.form)
    if forged := outside(reach, posted.unknown):
        audit_log.record("proposal-refused", person_id(), response=state.id, addresses=forged[:20])
        abort(403)
    switched = switch_language(request.form.get("language"))
    changes = {address: change_of(state, posted, address) for address in posted.values} | buttons(seen, section)
    try:
        delegations.propose(state, changes, by=person_id(), language=current_language())
    except NotDelegated:
        abort(403)
    except NotEditable:
        flash(_("This reply cannot be changed now. Nothing was proposed."), "warning")
        return redirect("/", 303)
    if posted.problems:
        again = Again(posted.typed, posted.problems)
        return _draw(DelegatePage(as_seen(state), reach, again), section), 422
    if not switched:
        flash(_("Your proposals are saved. The focal point decides on them."), "success")
    return redirect(url_for("delegate.section", response=response, section=section), 303)


@blueprint.get("/<int:response>/<section>/comments/<path:address>")
@role("delegate")
def thread(response: int, section: str, address: str) -> str:
    state = _commented(response, section, address, "read")
    return comments.thread_page(state, section, address, _back(response, section))


@blueprint.post("/<int:response>/<section>/comments/<path:address>")
@role("delegate")
def comment(response: int, section: str, address: str) -> str | tuple[str, int] | Response:
    state = _commented(response, section, address, "comment")
    return comments.take_comment(state, section, address, _back(response, section))


def own(response: int, section: str | None) -> tuple[ResponseState, Reach]:
    """404 alike for a reply of others, a section of others, and one that does not exist."""
    if not any(given.response_id == response for given in delegated()):
        abort(404)
    state = responses.load(response)
    reach = delegations.reach(state, person_id())
    if section is not None and section not in reach.sections():
        abort(404)
    return state, reach


def _commented(response: int, section: str, address: str, power: str) -> ResponseState:
    state, reach = own(response, section)
    if not comments.is_question(state, section, address) or not reach.may("read", address):
        abort(404)
    if not reach.may(power, address):
        abort(403)
    return state


def _back(response: int, section: str) -> str:
    return url_for("delegate.section", response=response, section=section)


def as_seen(state: ResponseState) -> ResponseState:
    return with_proposals(state, delegations.proposals(state.id, by=person_id()))


def _draw(page: DelegatePage, section: str) -> str:
    state, language = page.state, page.language
    parts = page.parts(section)
    entries = [part.entry for part in parts if part.kind == "form"]
    entries += [inner for entry in entries for item in entry.items for inner in item.entries]
    mine = [given for given in delegated() if given.response_id == state.id]
    return render_template(
        "delegate/section.html",
        page=page,
        state=state,
        round_title=state.round.title(language),
        participant_name=state.participant.name(language),
        heading=state.compiled.text(f"{section}.title", language),
        parts=parts,
        errors=[(text, f"field-{ident}") for entry in entries for ident, text in entry.problems],
        notes=list(dict.fromkeys(given.note for given in mine if given.note)),
        dues=sorted({given.due for given in mine if given.due}),
        locked=state.locked_because(),
        thread_address=url_for("delegate.thread", response=state.id, section=section, address="x").removesuffix("x"),
    )
