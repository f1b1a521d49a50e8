"""What waits for the secretariat: requests to reopen a reply, and what officials ask it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from surveyapp.definition.path import code_of
from surveyapp.mail import delivery
from surveyapp.mail.notices import send_answer
from surveyapp.storage.audit import audit_log
from surveyapp.storage.people import handovers
from surveyapp.storage.replies import comments, responses
from surveyapp.storage.replies import reopening as stored_reopening
from surveyapp.storage.replies.comments import CommentFacts
from surveyapp.storage.replies.reopening import ReopenRequestFacts
from surveyapp.storage.replies.responses import ResponseState
from surveyapp.storage.transactions import writing

from ..access import role, signed_in
from ..locale import current_language
from ..mail_settings import mail_settings
from .routes import blueprint

MAX_ANSWER_LENGTH = 2000


@dataclass(frozen=True)
class Asked:
    request: ReopenRequestFacts
    state: ResponseState


@dataclass(frozen=True)
class Thread:
    """What officials of one State and the secretariat said to each other about one question, or about the reply."""

    state: ResponseState
    address: str
    comments: list[CommentFacts]
    label: str

    @property
    def waits(self) -> bool:
        return not self.comments[-1].from_secretariat


@blueprint.get("")
@role("secretariat")
def inbox() -> str:
    return _page()


def _page(problem: str = "", at: tuple[int, str] = (0, ""), typed: str = "") -> str:
    language = current_language()
    threads = comments.threads_with_secretariat()
    states = {number: responses.load(number) for number in {thread[0].response_id for thread in threads}}
    return render_template(
        "secretariat/inbox.html",
        asked=[
            Asked(open_request, responses.load(open_request.response_id))
            for open_request in stored_reopening.open_reopen_requests()
        ],
        threads=[
            Thread(
                states[thread[0].response_id],
                thread[0].address,
                thread,
                _label(states[thread[0].response_id], thread[0].address, language),
            )
            for thread in threads
        ],
        problem=problem,
        at=at,
        typed=typed,
        language=language,
    )


def _label(state: ResponseState, address: str, language: str) -> str:
    return state.compiled.text(f"{code_of(address)}.label", language) if address else ""


@blueprint.post("/threads/<int:response>")
@role("secretariat")
def answer_thread(response: int) -> Any:
    """`address`: of the question, empty for the reply as a whole; `text`. Everybody who asked there gets a letter."""
    address, text = request.form.get("address", ""), request.form.get("text", "").replace("\r\n", "\n").strip()
    thread = next(
        (thread for thread in comments.threads_with_secretariat(response) if thread[0].address == address), None
    )
    if thread is None:
        abort(404)
    if not text or len(text) > MAX_ANSWER_LENGTH:
        problem = _("Shorten this text.") if text else _("Write an answer.")
        return _page(problem, (response, address), text), 422
    by, state = signed_in().id, responses.load(response)
    with writing():
        comments.add_comment(response, address, text, by=by, from_secretariat=True)
        audit_log.record("question-answered", by, response=response, address=address)
        holders = {holder.person_id for holder in handovers.focal_points(state.participant.id)}
        for person in dict.fromkeys(comment.by for comment in thread if not comment.from_secretariat):
            path = f"/reply/{state.round.code}/ask" if person in holders else "/"
            send_answer(person, state, text, path, mail_settings())
    delivery.at_once(mail_settings())
    flash(_("Answered. Those who asked get a letter."), "success")
    return redirect(url_for("secretariat.inbox"), 303)


@blueprint.post("/reopening/<int:asked>")
@role("secretariat")
def reopening(asked: int) -> Response:
    """`decision`: grant · refuse."""
    decision, answer = request.form.get("decision"), request.form.get("answer", "").strip()[:MAX_ANSWER_LENGTH]
    if decision not in ("grant", "refuse"):
        abort(400)
    if stored_reopening.decide_reopening(asked, granted=decision == "grant", answer=answer, by=signed_in().id):
        flash(_("The State sees the decision with its receipts."), "success")
    else:
        flash(_("This request has been decided meanwhile."), "warning")
    return redirect(url_for("secretariat.inbox"), 303)
