"""A colleague answers and comments within what was delegated; the server looks it up anew for every request."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from surveyapp.answering.page import PageAddresses, RedisplayState, error_summary
from surveyapp.answering.posted_section import process_submission
from surveyapp.answering.proposals_page import ProposalsPage, with_proposals
from surveyapp.answering.store import ForgedFields
from surveyapp.answering.stores import ProposalStore
from surveyapp.storage.audit import audit_log
from surveyapp.storage.columns import utc_now
from surveyapp.storage.replies import delegations, proposals, responses
from surveyapp.storage.replies.delegations import DelegatePermissions, NotDelegated
from surveyapp.storage.replies.responses import NotEditable, ResponseState

from ..access import delegated, role
from ..locale import current_language, current_words, switch_language
from ..respondent import comments
from ..respondent.routes import person_id
from .routes import blueprint


@blueprint.get("/<int:response>/<section>")
@role("delegate")
def section(response: int, section: str) -> str:
    state, permissions = own(response, section)
    return _section_page(as_seen(state), permissions, section)


@blueprint.post("/<int:response>/<section>")
@role("delegate")
def propose(response: int, section: str) -> Any:
    """Everything right on the page becomes proposals; 403, recorded, for a question that is not in these hands."""
    official, permissions = own(response, section)
    store = ProposalStore(as_seen(official), official, permissions, person_id())
    switched = switch_language(request.form.get("language"))
    try:
        result = process_submission(store, section, request.form, current_language())
    except ForgedFields as forged:
        audit_log.record("proposal-refused", person_id(), response=response, addresses=list(forged.addresses[:20]))
        abort(403)
    except NotDelegated:
        abort(403)
    except NotEditable:
        flash(_("This reply cannot be changed now. Nothing was proposed."), "warning")
        return redirect("/", 303)
    if not result.clean:
        return _section_page(as_seen(official), permissions, section, result.redisplay), 422
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


def own(response: int, section: str | None) -> tuple[ResponseState, DelegatePermissions]:
    """404 alike for a reply of others, a section of others, and one that does not exist."""
    if not any(delegation.response_id == response for delegation in delegated()):
        abort(404)
    state = responses.load(response)
    permissions = delegations.permissions(state, person_id())
    if section is not None and section not in permissions.sections():
        abort(404)
    return state, permissions


def _commented(response: int, section: str, address: str, power: str) -> ResponseState:
    state, permissions = own(response, section)
    if not comments.is_question(state, section, address) or not permissions.may("read", address):
        abort(404)
    if not permissions.may(power, address):
        abort(403)
    return state


def _back(response: int, section: str) -> str:
    return url_for("delegate.section", response=response, section=section)


def as_seen(state: ResponseState) -> ResponseState:
    """The reply with the proposals of the colleague who is signed in written over it, and its path worked out anew."""
    return with_proposals(state, proposals.of_response(state.id, by=person_id()), utc_now().date())


def _addresses(response: int, section: str) -> PageAddresses:
    return PageAddresses(
        files=url_for("delegate.attach", response=response, section=section, address="x").removesuffix("x"),
        documents=url_for("delegate.document", response=response, sha256="x").removesuffix("x"),
    )


def _section_page(
    state: ResponseState, permissions: DelegatePermissions, section: str, redisplay: RedisplayState | None = None
) -> str:
    returned = {proposal.address: proposal.note for proposal in proposals.of_response(state.id, status="returned")}
    page = ProposalsPage(
        state, current_words(), permissions, _addresses(state.id, section), redisplay=redisplay, returned=returned
    )
    parts = page.parts(section)
    entries = [part.entry for part in parts if part.kind == "form"]
    mine = [delegation for delegation in delegated() if delegation.response_id == state.id]
    return render_template(
        "delegate/section.html",
        page=page,
        state=state,
        round_title=state.round.title(page.language),
        participant_name=state.participant.name(page.language),
        heading=state.compiled.text(f"{section}.title", page.language),
        parts=parts,
        errors=error_summary(entries, page.words),
        notes=list(dict.fromkeys(delegation.note for delegation in mine if delegation.note)),
        dues=sorted({delegation.due for delegation in mine if delegation.due}),
        locked=state.locked_because(),
        thread_address=url_for("delegate.thread", response=state.id, section=section, address="x").removesuffix("x"),
    )
