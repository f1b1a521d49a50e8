"""A colleague hands in a file: it becomes part of a proposal, and is given back to who may read the answer."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from surveyapp.answering.page import problem_text
from surveyapp.definition.question_types import AnswerProblem
from surveyapp.storage.replies import documents, proposals
from surveyapp.storage.replies.responses import NotEditable, ResponseState

from ..access import role
from ..downloads import as_download
from ..locale import current_language, current_words
from ..request_limits import takes_file
from ..respondent.documents import MAX_BYTES, attaching, taken, takes_documents
from ..respondent.routes import person_id
from .routes import blueprint
from .views import as_seen, own


@blueprint.get("/<int:response>/<section>/file/<path:address>")
@role("delegate")
def attach_page(response: int, section: str, address: str) -> str:
    return _page(_asked(response, section, address), section, address)


@blueprint.post("/<int:response>/<section>/file/<path:address>")
@role("delegate")
@takes_file(MAX_BYTES)
def attach(response: int, section: str, address: str) -> Any:
    """A draft of the answer with the file in it; it is sent with the others of its page."""
    state = _asked(response, section, address)
    try:
        change = taken(state, address)
        proposals.draft(own(response, section)[0], {address: change}, by=person_id(), language=current_language())
    except AnswerProblem as problem:
        return _page(state, section, address, problem_text(problem, current_words())), 422
    except NotEditable:
        return _page(state, section, address, _("This reply cannot be changed now. Nothing was sent.")), 422
    flash(_("The file is part of your draft. Send it to the focal point when it is ready."), "success")
    return redirect(_back(response, section, address), 303)


@blueprint.get("/<int:response>/documents/<sha256>")
@role("delegate")
def document(response: int, sha256: str) -> Response:
    """404 alike for a file that is not there and for one of an answer that is not in these hands."""
    state, permissions = own(response, None)
    answers = as_seen(state).answers
    named = [
        place for place, kept in answers.items() if isinstance(kept.value, dict) and kept.value.get("file") == sha256
    ]
    attachment = documents.find(response, sha256) if any(permissions.may("read", place) for place in named) else None
    return as_download(attachment) if attachment else abort(404)


def _asked(response: int, section: str, address: str) -> ResponseState:
    state, permissions = own(response, section)
    with_own = as_seen(state)
    if not takes_documents(with_own, section, address) or not permissions.may("answer", address):
        abort(404)
    return with_own


def _back(response: int, section: str, address: str) -> str:
    here = url_for("delegate.section", response=response, section=section)
    return f"{here}#item-{address.replace('/', '-')}"


def _page(state: ResponseState, section: str, address: str, problem: str = "") -> str:
    home = url_for("delegate.section", response=state.id, section=section)
    return attaching(state, address, problem, back=_back(state.id, section, address), home=home)
