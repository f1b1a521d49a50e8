"""Entering a reply on a State's behalf, from a letter or a workbook that it sent. The focal point confirms; until then nothing counts.

The secretariat sees here what it enters itself, never the draft that stands beside it.
"""

from __future__ import annotations

import contextlib
from typing import Any

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from surveyapp.answering.page import Page, RedisplayState, error_summary
from surveyapp.answering.posted_section import change_of, process_submission
from surveyapp.answering.proposals_page import ProposalsPage, all_sections, blank, with_proposals
from surveyapp.answering.stores import EntryStore
from surveyapp.answering.workbook_boxes import workbook
from surveyapp.answering.workbook_changes import WrongWorkbook, examine
from surveyapp.definition.question_types.dates import NOT_A_DATE
from surveyapp.definition.typed_days import read_day
from surveyapp.forms import read_page
from surveyapp.handouts.fill_in.sandbox import MAX_BYTES, FileRefused, read_safely
from surveyapp.handouts.fill_in.write import write
from surveyapp.mail import delivery
from surveyapp.mail.notices import ask_to_confirm
from surveyapp.results.workbooks import XLSX
from surveyapp.storage.columns import utc_now
from surveyapp.storage.people import handovers
from surveyapp.storage.replies import behalf, proposals, responses, unsaved
from surveyapp.storage.replies.behalf import EntryFacts, NoSuchEntry
from surveyapp.storage.replies.responses import NotEditable, ResponseState
from surveyapp.storage.rounds import participants

from ..access import role, signed_in
from ..figure_pages import round_or_404
from ..locale import current_language, current_words
from ..mail_settings import mail_settings
from ..request_limits import takes_file
from ..respondent.workbook_views import refusals
from .routes import blueprint

MAX_SOURCE_LENGTH = 300
PLACE = "/rounds/<code>/behalf/<participant>"


@blueprint.get(PLACE)
@role("secretariat")
def behalf_page(code: str, participant: str) -> str:
    return _page(_state(code, participant), {})


@blueprint.post(PLACE)
@role("secretariat")
def begin_entry(code: str, participant: str) -> Any:
    """`do`: begin · send · take-back."""
    state, by = _state(code, participant), signed_in().id
    here, entry = redirect(url_for("secretariat.behalf_page", code=code, participant=participant), 303), None
    if request.form.get("do") != "begin":
        entry = behalf.unsent_entry(state.id, by)
        return _sent_or_back(state, entry, here) if entry else here
    source, day = request.form.get("source", "").strip(), request.form.get("dated", "")
    problems, dated = {}, None
    if not source or len(source) > MAX_SOURCE_LENGTH:
        problems["source"] = (
            _("Shorten this text.")
            if source
            else _("Say what it is entered from, such as a note verbale and its number.")
        )
    with contextlib.suppress(ValueError):
        dated = read_day(day)
    if dated is None:
        problems["dated"] = _(NOT_A_DATE)
    elif dated > utc_now().date():
        problems["dated"] = _("This day is still to come.")
    if problems or dated is None:
        return _page(state, problems), 422
    if behalf.unsent_entry(state.id, by) is None:
        behalf.begin_entry(state.id, source, dated, by=by)
    return here


def _sent_or_back(state: ResponseState, entry: EntryFacts, here: Any) -> Any:
    by, action = signed_in().id, request.form.get("do", "")
    if action not in ("send", "take-back"):
        abort(400)
    try:
        if action == "take-back":
            behalf.withdraw_entry(entry, by=by)
            flash(_("Taken back. The State has seen nothing of it."), "success")
            return here
        holders = handovers.focal_points(state.participant.id)
        if not holders or not entry.answers:
            flash(
                _("Nobody answers for this participant yet.") if not holders else _("Nothing is entered yet."),
                "warning",
            )
            return here
        behalf.send_entry(entry, by=by)
    except NoSuchEntry:
        return here
    for holder in holders:
        ask_to_confirm(holder.person_id, state, entry, mail_settings())
    delivery.at_once(mail_settings())
    flash(_("Sent. The reply is the State's once its focal point has confirmed and submitted it."), "success")
    return here


@blueprint.get(f"{PLACE}/section/<section>")
@role("secretariat")
def behalf_section(code: str, participant: str, section: str) -> str:
    state, _entry = _open(code, participant, section)
    return _section_page(state, section)


@blueprint.post(f"{PLACE}/section/<section>")
@role("secretariat")
def enter_section(code: str, participant: str, section: str) -> Any:
    state, entry = _open(code, participant, section)
    try:
        result = process_submission(_store(state, entry), section, request.form, current_language())
    except (NotEditable, NoSuchEntry):
        flash(_("This reply cannot be changed now. Nothing was entered."), "warning")
        return redirect(url_for("secretariat.behalf_page", code=code, participant=participant), 303)
    if not result.clean:
        return _section_page(state, section, result.redisplay), 422
    flash(_("Entered."), "success")
    return redirect(request.path, 303)


@blueprint.get(f"{PLACE}/workbook")
@role("secretariat")
def behalf_workbook(code: str, participant: str) -> Response:
    """Blank but for what is entered here: for a State that would rather fill in a file."""
    state = _as_entered(_state(code, participant))
    name = f"{participant}-{code}-{current_language()}.xlsx"
    disposition = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(
        write(workbook(Page(_blank(state), current_words()), utc_now())), mimetype=XLSX, headers=disposition
    )


@blueprint.post(f"{PLACE}/workbook")
@role("secretariat")
@takes_file(MAX_BYTES)
def enter_workbook(code: str, participant: str) -> Any:
    """All of it, or, where a cell is wrong, nothing."""
    state, entry = _open(code, participant)
    file = request.files.get("workbook")
    try:
        examined = examine(
            _blank(state), read_safely(file.read(MAX_BYTES + 1) if file else b""), current_words(), utc_now()
        )
    except (FileRefused, WrongWorkbook) as refused:
        return _page(state, {"workbook": refusals()[refused.reason]}), 422
    if examined.problems:
        faults = [f"{problem.place}: {problem.text}" for problem in examined.problems[:20]]
        return _page(
            state, {"workbook": _("Nothing was entered. Correct these cells:") + " " + " · ".join(faults)}
        ), 422
    fields = [pair for change in examined.changes for pair in (("asked", change.address), *change.fields)]
    posted = read_page(state.compiled, [change.address for change in examined.changes], MultiDict(fields))
    store = _store(state, entry)
    changes = {address: change_of(store, posted, address) for address in posted.values}
    try:
        store.save(changes, channel="workbook", language=current_language())
    except (NotEditable, NoSuchEntry):
        abort(400)
    flash(_("Answers entered: %(number)s.", number=len(changes)), "success")
    return redirect(url_for("secretariat.behalf_page", code=code, participant=participant), 303)


def _state(code: str, participant: str) -> ResponseState:
    participant_facts = participants.participant(participant) or abort(404)
    response = responses.find(round_or_404(code).code, participant_facts.id) or abort(404)
    return responses.load(response)


def _open(code: str, participant: str, section: str | None = None) -> tuple[ResponseState, EntryFacts]:
    """404 where this person is entering nothing, or for a section that there is not."""
    state = _state(code, participant)
    entry = behalf.unsent_entry(state.id, signed_in().id) or abort(404)
    if section is not None and section not in _as_entered(state).path.notes:
        abort(404)
    return state, entry


def _blank(state: ResponseState) -> ResponseState:
    return blank(state, utc_now().date())


def _store(state: ResponseState, entry: EntryFacts) -> EntryStore:
    return EntryStore(_as_entered(state), state, all_sections(state), signed_in().id, entry)


def _as_entered(state: ResponseState) -> ResponseState:
    own = proposals.of_response(state.id, by=signed_in().id)
    entered = [proposal for proposal in own if proposal.entry_id is not None]
    return with_proposals(_blank(state), entered, utc_now().date())


def _page(state: ResponseState, problems: dict[str, str]) -> str:
    language = current_language()
    entry = behalf.unsent_entry(state.id, signed_in().id)
    return render_template(
        "secretariat/behalf.html",
        **_frame(state),
        entry=entry,
        earlier=[earlier_entry for earlier_entry in behalf.entries(state.id) if earlier_entry.sent],
        sections=_as_entered(state).path.sections if entry else (),
        section_title=lambda code: state.compiled.text(f"{code}.title", language),
        holders=handovers.focal_points(state.participant.id),
        locked=state.locked_because(),
        typed=request.form if problems else {},
        problems=problems,
        errors=[(text, f"field-{name}") for name, text in problems.items()],
    )


def _section_page(state: ResponseState, section: str, redisplay: RedisplayState | None = None) -> str:
    own = unsaved.of_person(state.id, signed_in().id, "entry")
    page = ProposalsPage(_as_entered(state), current_words(), all_sections(state), redisplay=redisplay, unsaved=own)
    parts = page.parts(section)
    entries = [part.entry for part in parts if part.kind == "form"]
    return render_template(
        "secretariat/behalf_section.html",
        **_frame(page.state),
        page=page,
        heading=page.compiled.text(f"{section}.title", page.language),
        parts=parts,
        errors=error_summary(entries, page.words),
    )


def _frame(state: ResponseState) -> dict[str, Any]:
    language = current_language()
    return {
        "state": state,
        "round": state.round,
        "title": state.round.title(language),
        "participant": state.participant,
        "participant_name": state.participant.name(language),
    }
