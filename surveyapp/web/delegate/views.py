"""A colleague answers and comments within what was delegated; the server looks it up anew for every request."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from surveyapp.answering.changed_entries import changed_entries
from surveyapp.answering.page import PageAddresses, RedisplayState, error_summary, every_entry
from surveyapp.answering.posted_section import SectionResult, process_submission
from surveyapp.answering.proposals_page import OwnWords, ProposalsPage, with_proposals
from surveyapp.answering.store import ForgedFields
from surveyapp.answering.stores import ProposalStore
from surveyapp.storage.audit import audit_log
from surveyapp.storage.columns import utc_now
from surveyapp.storage.replies import delegations, drafts, proposals, responses, unsaved
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
    return _section_page(state, permissions, section)


@blueprint.post("/<int:response>/<section>")
@role("delegate")
def propose(response: int, section: str) -> Any:
    """`go` = send: everything right on the page is proposed. With any other button it becomes a draft.

    403, recorded, for a question that is not assigned to the person.
    """
    official, permissions = own(response, section)
    sending = request.form.get("go") == "send" and not switch_language(request.form.get("language"))
    try:
        result = _process(official, permissions, section, sending=sending)
    except NotEditable:
        flash(
            _("This reply cannot be changed now. Nothing was sent. Your words are kept for you on this page."),
            "warning",
        )
        return redirect(url_for("delegate.section", response=response, section=section), 303)
    if not result.clean:
        return _section_page(official, permissions, section, result.redisplay), 422
    if sending:
        flash(_("Sent. The focal point decides on your proposals."), "success")
    here = url_for("delegate.section", response=response, section=section)
    edited = request.form.get("item", "").partition(":")[2].partition("/")[0] or request.form.get("discard", "")
    return redirect(f"{here}#item-{edited.replace('/', '-')}" if edited else here, 303)


@blueprint.post("/<int:response>/<section>/answer")
@role("delegate")
def answer(response: int, section: str) -> Any:
    """Autosave of one draft, for htmx: its state at the field, and whatever else changes with it."""
    official, permissions = own(response, section)
    address, before = request.form.get("only", ""), _page(official, permissions, section)
    try:
        result = _process(official, permissions, section, only=address)
    except NotEditable:
        return render_template(
            "respondent/locked.html", reason=_("This reply cannot be changed now. Nothing was sent.")
        )
    after = _page(official, permissions, section, result.redisplay)
    entries = [entry for part in after.parts(section) for entry in every_entry([part.entry])]
    mine = next((entry for entry in entries if entry.address == address), None)
    changed = [] if result.redisplay.problems else list(changed_entries(before, after, section, address))
    drawn = {entry.address for entry in entries}
    return render_template(
        "delegate/autosave.html",
        page=after,
        mine=mine,
        changed=[entry for entry in changed if entry.address in drawn or not entry.asked],
    )


def _process(
    official: ResponseState,
    permissions: DelegatePermissions,
    section: str,
    *,
    sending: bool = False,
    only: str | None = None,
) -> SectionResult:
    """403, recorded, for a question that is not assigned to the person. Raises NotEditable."""
    store = ProposalStore(as_seen(official), official, permissions, person_id(), sending=sending)
    try:
        return process_submission(store, section, request.form, current_language(), only)
    except ForgedFields as forged:
        audit_log.record("proposal-refused", person_id(), response=official.id, addresses=list(forged.addresses[:20]))
        abort(403)
    except NotDelegated:
        abort(403)


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


def as_seen(official: ResponseState) -> ResponseState:
    """With what the person proposes, sent or not."""
    own_words = _own_words(official)
    return with_proposals(official, [*own_words.sent, *own_words.drafts], utc_now().date())


def _own_words(official: ResponseState) -> OwnWords:
    person, response = person_id(), official.id
    sent = proposals.of_response(response, by=person)
    own_drafts = drafts.of_person(response, person)
    return OwnWords(sent, own_drafts, proposals.returned_notes(response, person), official)


def _addresses(response: int, section: str) -> PageAddresses:
    return PageAddresses(
        answer=url_for("delegate.answer", response=response, section=section),
        files=url_for("delegate.attach", response=response, section=section, address="x").removesuffix("x"),
        documents=url_for("delegate.document", response=response, sha256="x").removesuffix("x"),
    )


def _page(
    official: ResponseState, permissions: DelegatePermissions, section: str, redisplay: RedisplayState | None = None
) -> ProposalsPage:
    own_words = _own_words(official)
    return ProposalsPage(
        with_proposals(official, [*own_words.sent, *own_words.drafts], utc_now().date()),
        current_words(),
        permissions,
        _addresses(official.id, section),
        redisplay=redisplay,
        own_words=own_words,
        unsaved=unsaved.of_person(official.id, person_id(), "proposal"),
    )


def _section_page(
    official: ResponseState, permissions: DelegatePermissions, section: str, redisplay: RedisplayState | None = None
) -> str:
    page = _page(official, permissions, section, redisplay)
    state = page.state
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
