"""Sheets for people who count on: one row per response, per item of a list, per participant, per answer."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from surveyapp.analysis.crosstab import cross_table
from surveyapp.analysis.labels import HANDLING_LABELS
from surveyapp.definition import model as m
from surveyapp.definition.answer_facts import values
from surveyapp.definition.messages import N_
from surveyapp.definition.question_types import codes, shown, summarise
from surveyapp.definition.question_types.display import REASON_LABELS
from surveyapp.definition.questionnaire_layout import AnyItem
from surveyapp.definition.tables import Coding, Column, Table, Value
from surveyapp.handouts.recipe import Sheet
from surveyapp.handouts.workbook import SheetOfTables
from surveyapp.storage.results import tallies
from surveyapp.storage.results.tallies import SubmittedReply

from .gathered import Gathered

Sheets = Iterator[SheetOfTables]
NUMBERS = ("integer", "number", "percentage", "year", "scale", "calculation")
#: what the sheets of `register` and `cross` are called
REGISTERS = {"champions": N_("Champions"), "gaps": N_("Regional gaps"), "": N_("Register")}


def _sheet(name: str, columns: tuple[Column, ...], rows: tuple[tuple[Value, ...], ...], code: str) -> SheetOfTables:
    return SheetOfTables(name, (Table(name, columns, rows, code=code),), register=True)


def _responses(gathered: Gathered, step: Sheet) -> Sheets:
    """Columns keep their codes from version to version. `codes`: several answers stand in one column and, as 0 and 1, in
    one for each choice."""
    compiled = gathered.labels.compiled
    questions = [q for q in compiled.questions.values() if q.code not in compiled.repeat_of]
    shown_who = slice(None, 4) if gathered.suppress else slice(None)  # receipts are nobody else's
    replies = [reply for reply in gathered.replies if reply.answers] if gathered.suppress else gathered.replies
    columns = [*_who_columns(gathered)[shown_who]]
    readers: list[Callable[[SubmittedReply], Value]] = []
    for question in questions:
        columns.append(replace(_column(gathered, question), coding=_coding(gathered, question, replies)))
        readers.append(lambda reply, q=question: typed(gathered, q, reply, q.code))  # type: ignore[misc]
        for choice in _flags(gathered, question) if step.codes else ():
            title = f"{question.code}={choice} · {gathered.labels.choice(question, choice)}"
            columns.append(Column(title, "number", 14, f"{question.code}={choice}"))
            readers.append(lambda reply, q=question, c=choice: _flag(q, c, reply))  # type: ignore[misc]
    rows = tuple((*_who(gathered, reply)[shown_who], *(read(reply) for read in readers)) for reply in replies)
    yield _sheet(gathered.say(N_("Responses")), tuple(columns), rows, "responses")


def _flags(gathered: Gathered, question: AnyItem) -> tuple[str, ...]:
    return gathered.query.dimensions[question.code].codes if summarise(question) in ("multiple", "ranking") else ()


def _flag(question: AnyItem, choice: str, reply: SubmittedReply) -> Value:
    """Empty where the question was not answered: 0 would say that it was."""
    value = reply.answers.get(question.code)
    return None if value is None else int(choice in codes(question, value))


def _column(gathered: Gathered, question: AnyItem) -> Column:
    shape: Any = "number" if question.type in NUMBERS else "date" if question.type == "date" else "text"
    return Column(f"{question.code} · {gathered.labels.question(question)}", shape, 28, question.code)


def _coding(gathered: Gathered, question: AnyItem, replies: Sequence[SubmittedReply]) -> Coding | None:
    """Of a question that takes one of a list of choices."""
    if summarise(question) != "choice":
        return None
    offered = gathered.query.dimensions[question.code].codes
    answers = (codes(question, reply.answers.get(question.code)) for reply in replies)
    labels = {number: gathered.labels.choice(question, code) for number, code in enumerate(offered, 1)}
    return Coding(labels, tuple(offered.index(answer[0]) + 1 if answer else None for answer in answers))


def _who_columns(gathered: Gathered) -> tuple[Column, ...]:
    say = gathered.say
    return (
        Column("code", name="participant"),
        Column(say(N_("Participant")), width=24, name="participant_name"),
        Column(say(N_("Region")), name="region"),
        Column(say(N_("Treaty status")), width=18, name="treaty_status"),
        Column(say(N_("Submitted (UTC)")), "moment", 18, "submitted_at"),
        Column(say(N_("Reference")), width=20, name="reference"),
    )


def _who(gathered: Gathered, reply: SubmittedReply) -> tuple[Value, ...]:
    labels = gathered.labels
    region = labels.group("region", reply.region) if reply.region else None
    status = labels.group("treaty_status", reply.treaty_status) if reply.treaty_status else None
    code, name = reply.participant_code, reply.name(gathered.language)
    return code, name, region, status, reply.submitted_at, reply.reference


def typed(gathered: Gathered, question: AnyItem, reply: SubmittedReply, address: str) -> Value:
    """Numbers as numbers, dates as dates, the rest as the text people read."""
    if address in reply.withheld:
        return gathered.say(N_("(withheld)"))
    if address in reply.declined:
        return f"({gathered.say(REASON_LABELS[reply.declined[address]])})"
    value = reply.calculated.get(address) if isinstance(question, m.Calculation) else reply.answers.get(address)
    if question.type in NUMBERS and isinstance(value, int | float):
        return value
    if question.type == "date" and value:
        return datetime.date.fromisoformat(value)
    return shown(gathered.labels.compiled, question, value, gathered.language, gathered.words) or None


def _lists(gathered: Gathered, step: Sheet) -> Sheets:
    """A sheet per repeat, one row an item; a sheet per grid, one row a row of it."""
    compiled = gathered.labels.compiled
    for question in compiled.questions.values():
        if isinstance(question, m.Repeat):
            yield _repeat(gathered, question)
        elif isinstance(question, m.Grid) and question.code not in compiled.repeat_of:
            yield _grid(gathered, question)


def _repeat(gathered: Gathered, repeat: m.Repeat) -> SheetOfTables:
    inside = [
        gathered.labels.compiled.questions[code]
        for code, home in gathered.labels.compiled.repeat_of.items()
        if home == repeat.code
    ]
    columns = (
        *_who_columns(gathered)[:2],
        Column(gathered.say(N_("Item")), "number"),
        *(_column(gathered, q) for q in inside),
    )
    rows = tuple(
        (
            *_who(gathered, reply)[:2],
            number,
            *(typed(gathered, q, reply, f"{repeat.code}/{item}/{q.code}") for q in inside),
        )
        for reply in gathered.replies
        for number, item in enumerate(reply.answers.get(repeat.code) or (), 1)
    )
    return _sheet(gathered.labels.question(repeat), columns, rows, repeat.code)


def _grid(gathered: Gathered, grid: m.Grid) -> SheetOfTables:
    labels = gathered.labels
    choices = [column.code for column in labels.compiled.columns(grid)]
    columns = (
        *_who_columns(gathered)[:2],
        Column(gathered.say(N_("Row")), width=40),
        *(
            Column(f"{code} · {labels.choice(grid, code)}", "text" if grid.cell == "text" else "number")
            for code in choices
        ),
    )
    rows = tuple(
        (
            *_who(gathered, reply)[:2],
            labels.row(grid, row.code),
            *(_cell(grid, value.get(row.code), code) for code in choices),
        )
        for reply in gathered.replies
        for value in values(labels.compiled, grid, reply)
        for row in labels.compiled.rows(grid)
    )
    return _sheet(labels.question(grid), columns, rows, grid.code)


def _cell(grid: m.Grid, row: Any, code: str) -> Value:
    if grid.cell in ("text", "number"):
        return (row or {}).get(code)
    return int(code == row if isinstance(row, str) else code in (row or ()))


def _revisions(gathered: Gathered, step: Sheet) -> Sheets:
    """One row per submitted answer: which revision it is, when it was saved, in which language, who may see it."""
    say = gathered.say
    columns = (
        *_who_columns(gathered)[:2],
        Column(say(N_("Code")), width=30),
        Column(say(N_("Revision")), "number"),
        Column(say(N_("Saved (UTC)")), "moment", 18),
        Column(say(N_("Language"))),
        Column(say(N_("Handling")), width=30),
    )
    saved = tallies.saved_at([reply.response_id for reply in gathered.replies])
    rows = tuple(
        (
            *_who(gathered, reply)[:2],
            address,
            revision,
            saved.get((reply.response_id, address, revision)),
            reply.languages.get(address),
            say(HANDLING_LABELS[reply.handlings[address]]),
        )
        for reply in gathered.replies
        for address, revision in sorted(reply.revisions.items())
    )
    yield _sheet(say(N_("Revisions")), columns, rows, "revisions")


def _participants(gathered: Gathered, step: Sheet) -> Sheets:
    """Everyone invited, whether they replied or not."""
    say, labels = gathered.say, gathered.labels
    steps = {
        "not_started": N_("Not started"),
        "in_progress": N_("In progress"),
        "submitted": N_("Submitted"),
        "reopened": N_("Reopened"),
    }
    columns = (
        Column("code"),
        Column(say(N_("Participant")), width=30),
        Column(say(N_("Region"))),
        Column(say(N_("Treaty status")), width=18),
        Column(say(N_("Status of the reply")), width=18),
        Column(say(N_("Opened")), "moment", 18),
        Column(say(N_("First answer (UTC)")), "moment", 18),
        Column(say(N_("Submitted (UTC)")), "moment", 18),
    )
    rows = tuple(
        (
            participant.code,
            participant.name(gathered.language),
            labels.group("region", participant.region) if participant.region else None,
            labels.group("treaty_status", participant.treaty_status) if participant.treaty_status else None,
            say(steps[participant.status]),
            participant.opened_at,
            participant.began_at,
            participant.submitted_at,
        )
        for participant in gathered.invited
    )
    yield _sheet(say(N_("Participants")), columns, rows, "participants")


def _register(gathered: Gathered, step: Sheet) -> Sheets:
    """The questions that the recipe names, of the replies that it asks for."""
    compiled, dimensions = gathered.labels.compiled, gathered.query.dimensions
    questions = [compiled.questions[code] for code in step.questions if code in compiled.questions]  # of this version
    replies = [
        reply
        for reply in gathered.replies
        if all(
            (dimensions[name].read(reply) or frozenset()).intersection(wanted)
            for name, wanted in step.where.items()
            if name in dimensions
        )
    ]
    columns = (*_who_columns(gathered)[:4], *(_column(gathered, question) for question in questions))
    rows = tuple(
        (*_who(gathered, reply)[:4], *(typed(gathered, question, reply, question.code) for question in questions))
        for reply in replies
    )
    yield _sheet(gathered.say(REGISTERS[step.name]), columns, rows, f"register-{step.name}")


def _cross(gathered: Gathered, step: Sheet) -> Sheets:
    """A question's answers against another's; a zero is a gap."""
    rows, columns = (gathered.query.dimensions.get(name) for name in step.questions)
    if gathered.suppress or rows is None or columns is None:  # this version does not ask it
        return
    table = cross_table(gathered.labels, gathered.query.cross(rows, columns))
    yield SheetOfTables(gathered.say(REGISTERS[step.name]), (table,))


MAKERS: dict[str, Callable[[Gathered, Sheet], Sheets]] = {
    "responses": _responses,
    "lists": _lists,
    "revisions": _revisions,
    "participants": _participants,
    "register": _register,
    "cross": _cross,
}
