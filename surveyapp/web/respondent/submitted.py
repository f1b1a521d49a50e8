"""What was submitted: receipts and files of it, what changed between two, and asking to change it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from surveyapp.answering.blank_form import blank_form
from surveyapp.answering.page import Page
from surveyapp.answering.papers import reply_paper
from surveyapp.definition.path import Facts, code_of, walk
from surveyapp.handouts.paper import print_paper
from surveyapp.storage.columns import as_moment
from surveyapp.storage.replies import receipts, reopening, submissions
from surveyapp.storage.replies.answers import StoredAnswer
from surveyapp.storage.replies.clearances import Author
from surveyapp.storage.replies.responses import NotEditable, ResponseState
from surveyapp.storage.replies.submissions import SubmissionFacts

from ..access import role
from ..locale import current_language
from ..request_text import as_id
from .clearance import section_authors
from .routes import blueprint, frame, own_response, person_id
from .section_pages import page_of

MAX_NOTE_LENGTH = 2000


@blueprint.get("/<round_code>/receipts")
@role("focal_point")
def receipts_page(round_code: str) -> str:
    return _page(own_response(round_code, ()))


@blueprint.post("/<round_code>/reopen")
@role("focal_point")
def reopen(round_code: str) -> Any:
    """Opens the reply again where the round allows it, or asks the secretariat."""
    state, note = own_response(round_code, ()), request.form.get("note", "").strip()
    if not state.round.free_reopening and (not note or len(note) > MAX_NOTE_LENGTH):
        problem = _("Shorten this text.") if note else _("Say why the reply should be opened again.")
        return _page(state, problem, note), 422
    try:
        opened = reopening.request_reopening(state.id, note, by=person_id())
    except NotEditable:
        flash(_("This reply cannot be opened again now."), "warning")
        return redirect(url_for("respondent.contents", round_code=round_code), 303)
    if opened:
        flash(_("The reply is open again. What was submitted stands until you submit anew."), "success")
        return redirect(url_for("respondent.contents", round_code=round_code), 303)
    flash(_("The secretariat has been asked to open the reply again."), "success")
    return redirect(url_for("respondent.receipts_page", round_code=round_code), 303)


@blueprint.get("/<round_code>/receipts/<int:number>/reply.json")
@role("focal_point")
def reply_json(round_code: str, number: int) -> AnyResponse:
    """The canonical text, byte for byte."""
    _state, done, text = _submission(round_code, number)
    return _file(text.encode(), "application/json", f"{done.reference}.json")


@blueprint.get("/<round_code>/receipts/<int:number>/receipt.json")
@role("focal_point")
def receipt_json(round_code: str, number: int) -> AnyResponse:
    _state, done, text = _submission(round_code, number)
    receipt = json.dumps(receipts.receipt(text), ensure_ascii=False, indent=2) + "\n"
    return _file(receipt.encode(), "application/json", f"{done.reference}-receipt.json")


@blueprint.get("/<round_code>/receipts/<int:number>/reply.pdf")
@role("focal_point")
def reply_pdf(round_code: str, number: int) -> AnyResponse:
    """In the language of the page."""
    state, done, text = _submission(round_code, number)
    then = as_submitted(state, json.loads(text))
    paper = reply_paper(page_of(then), done, section_authors(then, done.at))
    return _file(print_paper(paper, int(done.at.timestamp())), "application/pdf", f"{done.reference}.pdf")


@blueprint.get("/<round_code>/form")
@role("focal_point")
def form(round_code: str) -> AnyResponse:
    """The questionnaire on paper, nothing filled in."""
    state = own_response(round_code, ())
    return _file(
        print_paper(blank_form(page_of(state)), int(state.round.opens.timestamp())),
        "application/pdf",
        f"{round_code}.pdf",
    )


@dataclass(frozen=True)
class Difference:
    label: str
    section: str
    before: str
    after: str


@blueprint.get("/<round_code>/difference")
@role("focal_point")
def difference(round_code: str) -> str:
    """Between two submissions of this reply: `from` and `to` are their numbers, the last two unless told."""
    state = own_response(round_code)
    numbers = [done.number for done in submissions.submissions(state.id)]
    first, second = (as_id(request.args.get(name, "")) for name in ("from", "to"))
    second = second or max(numbers, default=0)
    first = first or second - 1
    if not {first, second} <= set(numbers):
        abort(404)
    before, after = (json.loads(submissions.snapshot(state.id, number) or "{}") for number in (first, second))
    language = current_language()
    return render_template(
        "respondent/difference.html",
        **frame(state),
        first=first,
        second=second,
        differences=differences(state, before, after),
        section_title=lambda code: state.compiled.text(f"{code}.title", language),
    )


def differences(state: ResponseState, before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Difference]:
    """Of answers, of reasons for leaving a question open, and of who may see them; in the questionnaire's order."""
    page, order = page_of(state), state.compiled.layout.order
    old, new = _contents(page, before), _contents(page, after)
    changed = [address for address in {*old, *new} if old.get(address) != new.get(address)]
    return [
        Difference(
            label=state.compiled.text(f"{code_of(address)}.label", page.language),
            section=state.compiled.section_of[code_of(address)],
            before=old.get(address, ""),
            after=new.get(address, ""),
        )
        for address in sorted(changed, key=lambda address: (order[code_of(address)], address))
    ]


def _contents(page: Page, snapshot: Mapping[str, Any]) -> dict[str, str]:
    """Address → what was said there, in words, with who may see it."""
    texts = {}
    for address, content in snapshot.get("answers", {}).items():
        words = page.in_words(page.compiled.questions[code_of(address)], content["value"])
        texts[address] = f"{words} ({page.handlings[content['handling']]})"
    for address, content in snapshot.get("declined", {}).items():
        texts[address] = _("Left open: %(reason)s", reason=page.reasons[content["reason"]])
    return texts


def as_submitted(state: ResponseState, snapshot: Mapping[str, Any]) -> ResponseState:
    """The reply as it was then, whatever was changed since."""
    at, who = as_moment(snapshot["at"]), snapshot["participant"]
    answers = {
        address: StoredAnswer(stored["value"], stored["revision"], at, None, handling=stored.get("handling"))
        for address, stored in snapshot["answers"].items()
    }
    answers |= {
        address: StoredAnswer(
            None, stored["revision"], at, None, declined=stored["reason"], handling=stored.get("handling")
        )
        for address, stored in snapshot.get("declined", {}).items()
    }
    values = {address: stored.value for address, stored in answers.items() if stored.value is not None}
    facts = Facts(who["kind"], who["code"], who["region"], who["subregion"], who["treaty_status"], at.date())
    return replace(state, answers=answers, path=walk(state.compiled, values, facts), whole=True)


def _submission(round_code: str, number: int) -> tuple[ResponseState, SubmissionFacts, str]:
    state = own_response(round_code, ())
    done = next((submission for submission in submissions.submissions(state.id) if submission.number == number), None)
    text = submissions.snapshot(state.id, number)
    if done is None or text is None:
        abort(404)
    return state, done, text


def _file(content: bytes, kind: str, name: str) -> AnyResponse:
    return Response(content, mimetype=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})


def _authors(state: ResponseState, done: SubmissionFacts) -> list[tuple[str, list[Author]]]:
    """By section's title: who wrote its answers as they were submitted."""
    then = as_submitted(state, json.loads(submissions.snapshot(state.id, done.number) or "{}"))
    by_section, language = section_authors(then, done.at), current_language()
    return [
        (then.compiled.text(f"{section.code}.title", language), by_section[section.code])
        for section in then.path.sections
        if section.code in by_section
    ]


def _page(state: ResponseState, problem: str = "", note: str = "") -> str:
    asked, done = reopening.reopen_requests(state.id), submissions.submissions(state.id)
    return render_template(
        "respondent/receipts.html",
        state=state,
        **frame(state),
        done=done,
        authors={submission.number: _authors(state, submission) for submission in done},
        requests=asked,
        may_ask=state.locked_because() == "submitted"
        and all(reopen_request.granted is not None for reopen_request in asked),
        problem=problem,
        note=note,
    )
