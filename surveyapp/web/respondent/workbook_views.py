"""The workbook out, the workbook in, and the look at what it would change in between. Nothing is kept of a file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from surveyapp.answering.posted_section import change_of
from surveyapp.answering.stores import ReplyStore
from surveyapp.answering.workbook_boxes import workbook
from surveyapp.answering.workbook_changes import Preview, WrongWorkbook, examine
from surveyapp.definition import model as m
from surveyapp.definition.path import code_of
from surveyapp.forms import read_page
from surveyapp.handouts.fill_in.sandbox import MAX_BYTES, FileRefused, read_safely
from surveyapp.handouts.fill_in.write import write
from surveyapp.storage.audit import audit_log
from surveyapp.storage.columns import utc_now
from surveyapp.storage.people import rate_limits
from surveyapp.storage.replies.answers import Change
from surveyapp.storage.replies.responses import NotEditable, ResponseState, UnknownAddress
from surveyapp.storage.replies.saving import save_answers

from ..access import role
from ..locale import current_language, current_words, words
from ..request_limits import takes_file
from .colleagues import DAY
from .routes import blueprint, frame, own_response, person_id
from .section_pages import page_of

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
UPLOADS_PER_DAY = 200


@blueprint.get("/<round_code>/workbook")
@role("focal_point")
def workbook_page(round_code: str) -> str:
    return _page(own_response(round_code, ()))


@blueprint.get("/<round_code>/workbook/file")
@role("focal_point")
def workbook_file(round_code: str) -> AnyResponse:
    """Pre-filled, in the page's language."""
    state = own_response(round_code)
    audit_log.record("fill-in-workbook-made", person_id(), response=state.id, language=current_language())
    name = f"{state.participant.code}-{round_code}-{current_language()}.xlsx"
    disposition = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(write(workbook(page_of(state), utc_now())), mimetype=XLSX, headers=disposition)


@blueprint.post("/<round_code>/workbook")
@role("focal_point")
@takes_file(MAX_BYTES)
def upload(round_code: str) -> Any:
    """Reads the file in a process of its own and shows what it would change. Writes nothing."""
    state = own_response(round_code)
    if not rate_limits.allow(f"workbooks {person_id()}", UPLOADS_PER_DAY, DAY):
        abort(429)
    if state.locked_because():
        return _page(state, _("This reply cannot be changed now.")), 422
    file = request.files.get("workbook")
    content = file.read(MAX_BYTES + 1) if file else b""
    if not content:
        return _page(state, _("Choose the workbook that you filled in.")), 422
    try:
        preview = examine(state, read_safely(content), current_words(), utc_now())
    except (FileRefused, WrongWorkbook) as refused:
        audit_log.record("workbook-refused", person_id(), response=state.id, reason=refused.reason)
        return _page(state, refusals()[refused.reason]), 422
    return _preview(state, preview)


@blueprint.post("/<round_code>/workbook/confirm")
@role("focal_point")
def confirm(round_code: str) -> Any:
    """Writes what was looked at and confirmed; an answer that changed since then is left as it is, and said so."""
    state = own_response(round_code)
    back = redirect(url_for("respondent.workbook_page", round_code=round_code), 303)
    changes = _confirmed(state)
    try:
        saved = save_answers(state.id, changes, by=person_id(), channel="workbook", language=current_language())
    except NotEditable:
        flash(_("This reply cannot be changed now."), "warning")
        return back
    except UnknownAddress:
        abort(400)
    flash(_("Answers saved: %(number)s.", number=words.number(len(saved.changed))), "success")
    if saved.conflicts:
        flash(_("Some answers were changed on line meanwhile and were left as they are. Upload the workbook again to compare them."), "warning")  # fmt: skip
        return back
    return redirect(url_for("respondent.contents", round_code=round_code), 303)


def _confirmed(state: ResponseState) -> dict[str, Change]:
    """400 where the form is not one of ours."""
    form = request.form
    wanted = [address for address in form.getlist("asked") if form.get(f"take-{address}", "workbook") == "workbook"]
    addresses = [address for address in dict.fromkeys(wanted) if _is_answer(state, address)]
    page = read_page(state.compiled, addresses, form)
    if len(addresses) != len(set(wanted)) or page.problems:
        abort(400)
    changes = {address: change_of(ReplyStore(state, person_id()), page, address) for address in page.values}
    for address in changes:
        repeat, _slash, rest = address.partition("/")
        if rest:
            items = changes[repeat].value if repeat in changes else state.values.get(repeat)
            if rest.partition("/")[0] not in (items or ()):
                abort(400)
    return changes


def _is_answer(state: ResponseState, address: str) -> bool:
    code = code_of(address)
    question = state.compiled.questions.get(code)
    if question is None or isinstance(question, m.Calculation | m.Document):
        return False
    repeat = state.compiled.repeat_of.get(code)
    return address.startswith(f"{repeat}/") if repeat else address == code


def refusals() -> Mapping[str, str]:
    """Each says what to do."""
    fetch_anew = _("Download the workbook again from this page, and copy your answers into it.")
    ours = _("Upload the workbook that was downloaded from this page, saved as .xlsx.")
    return {
        "old": _("This file is in the old .xls format, or has a password. Save it as .xlsx without a password."),
        "not_xlsx": _("This file is not an Excel workbook.") + " " + ours,
        "broken": _("This workbook is damaged, or its hidden parts were changed.") + " " + fetch_anew,
        "large": _("This file is larger than any workbook of ours.") + " " + ours,
        "macros": _("This workbook has macros; they are not accepted. Save it as .xlsx."),
        "links": _("This workbook has links to other files; they are not accepted.") + " " + fetch_anew,
        "objects": _("This workbook has embedded files; they are not accepted.") + " " + fetch_anew,
        "entities": _("This file has parts that no spreadsheet program writes. It was not read.") + " " + ours,
        "stranger": _("This is not a workbook of this questionnaire.") + " " + ours,
        "format": _("This workbook was made by an earlier version of the program.") + " " + fetch_anew,
        "participant": _("This workbook was made for another State or organization."),
        "round": _("This workbook was made for another round."),
        "version": _("This workbook was made for an earlier version of the questionnaire.") + " " + fetch_anew,
    }


def _preview(state: ResponseState, preview: Preview) -> str:
    return render_template(
        "respondent/workbook_preview.html",
        **frame(state),
        workbook_preview=preview,
        section_title=lambda code: state.compiled.text(f"{code}.title", current_language()),
    )


def _page(state: ResponseState, problem: str = "") -> str:
    return render_template("respondent/workbook.html", **frame(state), problem=problem, locked=state.locked_because())
