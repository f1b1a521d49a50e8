"""What a State asks the secretariat, and what it answers: all threads of the reply on one page."""

from __future__ import annotations

from typing import Any

from flask import redirect, render_template, request
from flask_babel import gettext as _

from surveyapp.definition.path import code_of
from surveyapp.storage.replies import comments

from ..access import role
from ..locale import current_language
from .comments import MAX_LENGTH
from .routes import blueprint, frame, own_response, person_id


@blueprint.get("/<round_code>/ask")
@role("focal_point")
def asked(round_code: str) -> str:
    return _page(round_code)


@blueprint.post("/<round_code>/ask")
@role("focal_point")
def ask(round_code: str) -> Any:
    """About the reply as a whole. About one question, officials ask beside it."""
    text = request.form.get("text", "").replace("\r\n", "\n").strip()
    if not text or len(text) > MAX_LENGTH:
        return _page(round_code, _("Shorten this text.") if text else _("Write your question."), text), 422
    comments.add_comment(own_response(round_code, ()).id, "", text, by=person_id(), to_secretariat=True)
    return redirect(request.path, 303)


def _page(round_code: str, problem: str = "", typed: str = "") -> str:
    state, language = own_response(round_code, ()), current_language()
    return render_template(
        "respondent/ask.html",
        **frame(state),
        threads=[
            (state.compiled.text(f"{code_of(thread[0].address)}.label", language) if thread[0].address else "", thread)
            for thread in comments.threads_with_secretariat(state.id)
        ],
        problem=problem,
        typed=typed,
    )
