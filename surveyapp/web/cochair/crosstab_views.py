"""What is asked of the data: two questions against one another, the replies behind a figure, one reply, two rounds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import abort, render_template, request
from flask_babel import gettext

from surveyapp.analysis.conditions import matching_replies, read_conditions
from surveyapp.analysis.crosstab import cross_table
from surveyapp.analysis.labels import HANDLING_LABELS
from surveyapp.analysis.movement import MOVES, movement, movement_table, moves_of
from surveyapp.definition import model as m
from surveyapp.definition.path import code_of
from surveyapp.definition.question_types import shown
from surveyapp.definition.question_types.display import REASON_LABELS
from surveyapp.results.figure_query import FigureQuery
from surveyapp.storage.audit import audit_log
from surveyapp.storage.results import tallies
from surveyapp.storage.results.tallies import SubmittedReply
from surveyapp.storage.rounds import versions

from ..access import role, signed_in
from ..figure_pages import clearance, requested_figures, round_or_404
from ..locale import current_language, translated, words
from .routes import blueprint


@blueprint.get("/rounds/<round_code>/cross")
@role("co_chair", "secretariat")
def cross_page(round_code: str) -> str:
    """`rows` and `columns` name two dimensions."""
    query = requested_figures(round_code)
    rows, columns = (query.dimensions.get(request.args.get(name, "")) for name in ("rows", "columns"))
    table = cross_table(query.labels, query.cross(rows, columns)) if rows and columns else None
    chosen = [("rows", rows.name), ("columns", columns.name)] if rows and columns else []
    return render_template(
        "cochair/cross.html",
        query=query,
        title=query.title,
        table=table,
        rows=rows,
        columns=columns,
        chosen=chosen,
        wide=True,
    )


@blueprint.get("/rounds/<round_code>/behind")
@role("co_chair", "secretariat")
def behind(round_code: str) -> str:
    """The replies behind a figure: each with what it says to the questions that the figure is of. 404 for no such figure."""
    query = requested_figures(round_code)
    try:
        conditions = read_conditions(request.args.items(multi=True), query.dimensions, query.compiled.questions)
    except KeyError:
        abort(404)
    replies = matching_replies(conditions, query.dimensions, query.replies)
    codes = list(dict.fromkeys(code for name, _ in conditions if (code := _question_of(query, name))))
    return render_template(
        "cochair/behind.html",
        query=query,
        title=query.title,
        wide=True,
        conditions=[(_name(query, name), _code(query, name, code)) for name, code in conditions],
        questions=[(code, query.compiled.text(f"{code}.label", current_language())) for code in codes],
        replies=[(reply, [_answer_in_words(query, reply, code) for code in codes]) for reply in replies],
    )


def _question_of(query: FigureQuery, name: str) -> str | None:
    return query.dimensions[name].question or None if name in query.dimensions else name


def _name(query: FigureQuery, name: str) -> str:
    if name in query.dimensions:
        return query.dimensions[name].label
    return query.compiled.text(f"{name}.label", current_language())


def _code(query: FigureQuery, name: str, code: str) -> str:
    labels = {
        "*": gettext("Answered"),
        "*asked": gettext("Asked"),
        "*declined": gettext("Left open with a reason"),
        "*withheld": gettext("Withheld from this reader"),
    }
    return labels[code] if code in labels else query.dimensions[name].label_of(code)


def _answer_in_words(query: FigureQuery, reply: SubmittedReply, code: str) -> str:
    """In words; of a question inside a list, one line an item."""
    question = query.compiled.questions[code]
    values = [value for address, value in reply.answers.items() if code_of(address) == code]
    lines = [shown(query.compiled, question, value, current_language(), words) for value in values]
    lines += [translated(REASON_LABELS[why]) for address, why in reply.declined.items() if code_of(address) == code]
    if not lines and any(code_of(address) == code for address in reply.withheld):
        lines = [gettext("(withheld)")]
    return "\n".join(lines)


@dataclass(frozen=True)
class Line:
    label: str
    code: str
    answer: str
    handling: str
    state: str  #: answered · declined · withheld · open
    item: str = ""


@blueprint.get("/rounds/<round_code>/replies/<participant>")
@role("co_chair", "secretariat")
def reply(round_code: str, participant: str) -> str:
    """One submitted reply, as far as this reader may see it; as of the address's moment."""
    query = requested_figures(round_code)
    submitted = next((submitted for submitted in query.all_replies if submitted.participant_code == participant), None)
    if submitted is None:
        abort(404)
    if any(handling in ("co_chairs", "secretariat") for handling in submitted.handlings.values()):
        audit_log.record("restricted-answers-read", signed_in().id, round=round_code, participant=participant)
    sections: dict[str, list[Line]] = {}
    for line, section in _lines(query, submitted):
        sections.setdefault(query.compiled.text(f"{section}.title", current_language()), []).append(line)
    return render_template("cochair/reply.html", query=query, title=query.title, reply=submitted, sections=sections)


def _lines(query: FigureQuery, submitted_reply: SubmittedReply) -> list[tuple[Line, str]]:
    compiled, order, items = query.compiled, query.compiled.layout.order, _item_numbers(submitted_reply)

    def place(address: str) -> tuple[int, int, int]:
        head = address.rpartition("/")[0]
        return order[address.partition("/")[0]], items.get(head, 0), order[code_of(address)]

    lines = []
    for address in sorted(submitted_reply.asked, key=place):
        code = code_of(address)
        question = compiled.questions[code]
        if isinstance(question, m.Repeat):
            continue
        value = (
            submitted_reply.calculated.get(address)
            if isinstance(question, m.Calculation)
            else submitted_reply.answers.get(address)
        )
        answer = shown(compiled, question, value, current_language(), words)
        state = "answered" if answer else "open"
        if address in submitted_reply.declined:
            answer, state = translated(REASON_LABELS[submitted_reply.declined[address]]), "declined"
        elif address in submitted_reply.withheld:
            answer, state = "", "withheld"
        handling = (
            translated(HANDLING_LABELS[submitted_reply.handlings[address]])
            if address in submitted_reply.handlings
            else ""
        )
        label = compiled.text(f"{code}.label", current_language())
        item = words.number(items.get(address.rpartition("/")[0], 0)) if "/" in address else ""
        lines.append((Line(label, code, answer, handling, state, item), compiled.section_of[code]))
    return lines


def _item_numbers(submitted_reply: SubmittedReply) -> dict[str, int]:
    """Each item's place in its list, by `repeat/item`."""
    return {
        f"{address}/{item}": number
        for address, value in submitted_reply.answers.items()
        if isinstance(value, list) and all(isinstance(item, str) for item in value)
        for number, item in enumerate(value, 1)
    }


@blueprint.get("/rounds/<round_code>/compare/<earlier>")
@role("co_chair", "secretariat")
def compare(round_code: str, earlier: str) -> str:
    """What moved since an earlier round of the same questionnaire; 404 for a round of another one."""
    query, before = requested_figures(round_code), round_or_404(earlier)
    old = versions.compiled(before.version_id)
    if before.id == query.round.id or old.questionnaire.questionnaire != query.compiled.questionnaire.questionnaire:
        abort(404)
    then = tallies.submitted(before.id, query.narrower or clearance())
    moved = movement(query.labels, query.replies, then)
    table = movement_table(query.labels, moved)

    def in_words(code: str, value: Any) -> str:
        return shown(query.compiled, query.compiled.questions[code], value, current_language(), words)

    names = {reply.participant_code: reply.name(current_language()) for reply in query.replies}
    by_state: dict[str, list[tuple[str, str, str, str]]] = {}
    for move, was, now in moves_of(moved, in_words):
        label = query.compiled.text(f"{move.question}.label", current_language())
        by_state.setdefault(names[move.participant], []).append((translated(MOVES[move.kind]), label, was, now))
    return render_template(
        "cochair/compare.html",
        query=query,
        title=query.title,
        wide=True,
        earlier=before.title(current_language()),
        table=table,
        by_state=sorted(by_state.items()),
    )
