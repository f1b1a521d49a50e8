"""A file for an answer: handed in on a page of its own, given back as a download to who may see the answer."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from surveyapp.answering.page import problem_text
from surveyapp.definition import model as m
from surveyapp.definition.path import code_of
from surveyapp.definition.question_types import AnswerProblem
from surveyapp.forms.document_upload import format_of, plain_name
from surveyapp.storage.people import rate_limits
from surveyapp.storage.replies import documents
from surveyapp.storage.replies.answers import Change
from surveyapp.storage.replies.responses import NotEditable, ResponseState
from surveyapp.storage.replies.saving import save_answers

from ..access import role
from ..downloads import as_download
from ..locale import current_language, current_words
from ..request_limits import takes_file
from .colleagues import DAY
from .routes import blueprint, frame, own_response, person_id

#: the definition allows no more for any question
MAX_BYTES = 100_000_000
DOCUMENTS_PER_DAY = 300


@blueprint.get("/<round_code>/<section>/file/<path:address>")
@role("focal_point")
def attach_page(round_code: str, section: str, address: str) -> str:
    return _page(_state(round_code, section, address), section, address)


@blueprint.post("/<round_code>/<section>/file/<path:address>")
@role("focal_point")
@takes_file(MAX_BYTES)
def attach(round_code: str, section: str, address: str) -> Any:
    """Keeps the file and names it in the answer, whose title becomes the file's name where there is none."""
    state = _state(round_code, section, address)
    try:
        change = taken(state, address)
        saved = save_answers(state.id, {address: change}, by=person_id(), channel="page", language=current_language())
    except AnswerProblem as problem:
        return _page(state, section, address, problem_text(problem, current_words())), 422
    except NotEditable:
        return _page(state, section, address, _("This reply cannot be changed now.")), 422
    if saved.conflicts:
        return _page(state, section, address, _("This answer was changed elsewhere meanwhile. Hand the file in again.")), 409  # fmt: skip
    flash(_("The file is saved with the answer."), "success")
    return redirect(_back(round_code, section, address), 303)


def taken(state: ResponseState, address: str) -> Change:
    """The posted file kept, and the answer that would name it. Raises AnswerProblem, NotEditable; 429 for too many."""
    if not rate_limits.allow(f"documents {person_id()}", DOCUMENTS_PER_DAY, DAY):
        abort(429)
    if reason := state.locked_because():
        raise NotEditable(reason)
    question, file = question_of(state, address), request.files.get("file")
    content = file.read(question.max_megabytes * 1_000_000 + 1) if file else b""
    name = plain_name(file.filename or "") if file else ""
    if file:
        file.close()
    kind = format_of(question, content, name)
    kept = documents.store(state.id, address, content, kind=kind, name=name, by=person_id())
    stored = state.answers.get(address)
    before = (stored.value if stored else None) or {}
    value = before | {"title": before.get("title", name), "file": kept.sha256}
    return Change(value, stored.revision if stored else 0)


@blueprint.get("/<round_code>/documents/<sha256>")
@role("focal_point")
def document(round_code: str, sha256: str) -> Response:
    """A file of the own reply."""
    attachment = documents.find(own_response(round_code, ()).id, sha256)
    return as_download(attachment) if attachment else abort(404)


def _state(round_code: str, section: str, address: str) -> ResponseState:
    state = own_response(round_code)
    if not takes_documents(state, section, address):
        abort(404)
    return state


def takes_documents(state: ResponseState, section: str, address: str) -> bool:
    """Is it a question of this section, on path, that is answered with a document?"""
    code = code_of(address)
    asked = address in state.path.on_path and state.compiled.section_of.get(code) == section
    return asked and isinstance(state.compiled.questions[code], m.Document)


def question_of(state: ResponseState, address: str) -> m.Document:
    question = state.compiled.questions[code_of(address)]
    assert isinstance(question, m.Document)
    return question


def _back(round_code: str, section: str, address: str) -> str:
    here = url_for("respondent.section", round_code=round_code, section=section)
    return f"{here}#item-{address.replace('/', '-')}"


def _page(state: ResponseState, section: str, address: str, problem: str = "") -> str:
    contents = url_for("respondent.contents", round_code=state.round.code)
    return attaching(state, address, problem, back=_back(state.round.code, section, address), home=contents)


def attaching(state: ResponseState, address: str, problem: str, *, back: str, home: str) -> str:
    """The page that takes a file. `home`: where the reply begins for who looks at it."""
    question = question_of(state, address)
    return render_template(
        "respondent/attach.html",
        **frame(state),
        label=state.compiled.text(f"{code_of(address)}.label", current_language()),
        formats=question.formats,
        most=question.max_megabytes,
        problem=problem,
        back=back,
        home=home,
    )
