"""What officials of one State say to each other about a question, and to the secretariat where they address it."""

from __future__ import annotations

from typing import Any

from flask import abort, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from surveyapp.definition.path import code_of
from surveyapp.storage.replies import comments as stored_comments
from surveyapp.storage.replies.responses import ResponseState

from ..access import role
from ..locale import current_language
from .routes import blueprint, frame, own_response, person_id

MAX_LENGTH = 4000


@blueprint.get("/<round_code>/<section>/comments/<path:address>")
@role("focal_point")
def comments(round_code: str, section: str, address: str) -> str:
    return thread_page(_state(round_code, section, address), section, address, _back(round_code, section, address))


@blueprint.post("/<round_code>/<section>/comments/<path:address>")
@role("focal_point")
def comment(round_code: str, section: str, address: str) -> Any:
    state = _state(round_code, section, address)
    return take_comment(state, section, address, _back(round_code, section, address))


def thread_page(state: ResponseState, section: str, address: str, back: str, problem: str = "", typed: str = "") -> str:
    """The comments on the answer at `address`. `back` leads to its section; `typed` and `problem` redraw what was not
    taken."""
    language = current_language()
    return render_template(
        "respondent/comments.html",
        **frame(state),
        label=state.compiled.text(f"{code_of(address)}.label", language),
        thread=stored_comments.thread(state.id, address),
        back=back,
        problem=problem,
        typed=typed,
    )


def take_comment(state: ResponseState, section: str, address: str, back: str) -> str | tuple[str, int] | Response:
    """Stores a posted comment on an answer and leads back; a comment that is empty or too long is shown once more
    (422)."""
    text = request.form.get("text", "").replace("\r\n", "\n").strip()
    if not text or len(text) > MAX_LENGTH:
        problem = _("Shorten the comment.") if text else _("Write a comment.")
        return thread_page(state, section, address, back, problem, text), 422
    stored_comments.add_comment(
        state.id, address, text, by=person_id(), to_secretariat=request.form.get("to") == "secretariat"
    )
    return redirect(request.path, 303)


def _state(round_code: str, section: str, address: str) -> ResponseState:
    state = own_response(round_code)
    if not is_question(state, section, address):
        abort(404)
    return state


def is_question(state: ResponseState, section: str, address: str) -> bool:
    """Is it an address of this section, on path or once answered?"""
    is_asked = address in state.path.on_path or address in state.answers
    return is_asked and state.compiled.section_of.get(code_of(address)) == section


def _back(round_code: str, section: str, address: str) -> str:
    here = url_for("respondent.section", round_code=round_code, section=section)
    return f"{here}#item-{address.replace('/', '-')}"
