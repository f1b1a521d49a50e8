"""Choices of every kind: one, several, in order, States, rows of a grid."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable

from .. import model as m
from ..answer_values import GridAnswer, GridCell, MultipleAnswer, SingleAnswer
from ..compiled import Compiled
from ..messages import N_
from ..states import STATES
from .answer_problems import AnswerProblem, AnswerProblems
from .numbers import as_json, decimal, in_range
from .text import text

UNKNOWN_CHOICE = N_("Select one of the answers offered.")
EXCLUSIVE = N_("“%(choice)s” cannot be combined with another answer. Select it alone, or clear it.")
TOO_FEW = N_("Select at least %(least)s.")
TOO_MANY = N_("Select at most %(most)s.")
TWICE = N_("Give each answer once only.")
TELL_MORE = N_("Describe what you mean by “%(choice)s”.")
UNKNOWN_STATE = N_("Select a State from the list.")

YES_NO = ("yes", "no", "dont_know", "not_applicable")


def code_among(raw: object, codes: Collection[str]) -> str | None:
    """The code if it is offered, None for nothing. Raises AnswerProblem."""
    if raw in (None, ""):
        return None
    if not isinstance(raw, str) or raw not in codes:
        raise AnswerProblem(UNKNOWN_CHOICE)
    return raw


def codes_among(raw: object, codes: Iterable[str], *, problem: str = UNKNOWN_CHOICE) -> list[str]:
    """The codes in `raw`, in its order; a single code counts as a list of one. Raises AnswerProblem."""
    offered = frozenset(codes) | {""}
    posted = [raw] if isinstance(raw, str) else raw
    if not isinstance(posted, list | tuple) or not all(isinstance(code, str) and code in offered for code in posted):
        raise AnswerProblem(problem)
    picked = [code for code in posted if code]
    if len(set(picked)) != len(picked):
        raise AnswerProblem(TWICE)
    return picked


def within(count: int, least: int, most: int | None) -> None:
    """Raises AnswerProblem where there are fewer than `least` or more than `most`."""
    if count < least:
        raise AnswerProblem(TOO_FEW, least=least)
    if most is not None and count > most:
        raise AnswerProblem(TOO_MANY, most=most)


def yes_no_codes(question: m.YesNo) -> tuple[str, ...]:
    """Those that the question offers, in the order they are shown."""
    return YES_NO[:2] + ("dont_know",) * question.dont_know + ("not_applicable",) * question.not_applicable


def clean_yes_no(compiled: Compiled, question: m.YesNo, raw: object) -> str | None:
    """`yes`, `no`, or what else the question allows (dont_know, not_applicable); None if empty. Raises AnswerProblem."""
    return code_among(raw, yes_no_codes(question))


def clean_consent(compiled: Compiled, question: m.Consent, raw: object) -> str | None:
    """`given` or `refused`; None if nothing was picked. Raises AnswerProblem."""
    return code_among(raw, ("given", "refused"))


def clean_single(compiled: Compiled, question: m.SingleChoice, raw: object) -> SingleAnswer | None:
    """`{choice: code, detail: text}`, from that or from the code alone; None if none was picked. Raises AnswerProblem."""
    posted = {"choice": raw} if isinstance(raw, str) else raw
    if not isinstance(posted, dict):
        raise AnswerProblem(UNKNOWN_CHOICE)
    choices = {choice.code: choice for choice in compiled.choices(question)}
    code = code_among(posted.get("choice"), choices)
    if code is None:
        return None
    detail = _detail(choices[code], posted.get("detail"))
    return {"choice": code, "detail": detail} if detail else {"choice": code}


def clean_multiple(compiled: Compiled, question: m.MultipleChoice, raw: object) -> MultipleAnswer | None:
    """`{choices: codes in the order of the definition, details: code → text}`; None if none was picked. Raises
    AnswerProblem."""
    posted = raw if isinstance(raw, dict) else {"choices": raw}
    choices = compiled.choices(question)
    picked = codes_among(posted.get("choices") or [], [choice.code for choice in choices])
    if not picked:
        return None
    taken = [choice for choice in choices if choice.code in picked]
    _check_taken(compiled, question, taken)
    details = _details(taken, posted.get("details") or {})
    codes = [choice.code for choice in taken]
    return {"choices": codes, "details": details} if details else {"choices": codes}


def _check_taken(compiled: Compiled, question: m.MultipleChoice, taken: list[m.Choice]) -> None:
    """An exclusive choice stands alone, and alone it is enough, whatever the least number is."""
    exclusive = next((choice for choice in taken if choice.exclusive), None)
    if exclusive is None:
        within(len(taken), question.least, question.most)
    elif len(taken) > 1:
        raise AnswerProblem(EXCLUSIVE, choice=_label(compiled, question, exclusive))


def _details(taken: list[m.Choice], typed: object) -> dict[str, str]:
    if not isinstance(typed, dict):
        raise AnswerProblem(UNKNOWN_CHOICE)
    details = {choice.code: _detail(choice, typed.get(choice.code)) for choice in taken}
    return {code: detail for code, detail in details.items() if detail}


def _detail(choice: m.Choice, raw: object) -> str | None:
    """What is typed beside a choice without a box of its own is left out."""
    if choice.detail is None:
        return None
    part = f"detail.{choice.code}"
    try:
        typed = text(raw if raw is not None else "", choice.detail.max_characters, lines=True)
    except AnswerProblem as problem:
        raise problem.inside(part) from None
    if typed is None and choice.detail.required:
        raise AnswerProblem(TELL_MORE, part, choice=choice.label)
    return typed


def _label(compiled: Compiled, question: m.MultipleChoice, choice: m.Choice) -> str:
    return compiled.text(f"{compiled.list_name(question)}.{choice.code}.label", "en")


def clean_ranking(compiled: Compiled, question: m.Ranking, raw: object) -> list[str] | None:
    """Codes, the first in rank before the second; None if nothing was ranked. Raises AnswerProblem."""
    ranked = codes_among(raw, [choice.code for choice in compiled.choices(question)])
    if not ranked:
        return None
    within(len(ranked), question.least, question.most)
    return ranked


def pickable(question: m.StatePicker) -> tuple[str, ...]:
    """ISO alpha-3 codes of the States that the question offers, in the reference table's order."""
    return tuple(
        code
        for code, state in STATES.items()
        if (not question.regions or state.region in question.regions)
        and (not question.treaty_status or state.treaty_status in question.treaty_status)
    )


def clean_state(compiled: Compiled, question: m.State, raw: object) -> str | None:
    """A code of three letters that the question offers; None if empty. Raises AnswerProblem."""
    if raw in (None, ""):
        return None
    if not isinstance(raw, str) or raw not in pickable(question):
        raise AnswerProblem(UNKNOWN_STATE)
    return raw


def clean_states(compiled: Compiled, question: m.States, raw: object) -> list[str] | None:
    """Codes of three letters, each once, in the order in which they are offered; None if empty. Raises AnswerProblem."""
    order = pickable(question)
    picked = frozenset(codes_among(raw, order, problem=UNKNOWN_STATE))
    if not picked:
        return None
    within(len(picked), question.least, question.most)
    return [code for code in order if code in picked]


Cell = Callable[[m.Grid, object, tuple[str, ...]], GridCell | None]


def clean_grid(compiled: Compiled, question: m.Grid, raw: object) -> GridAnswer | None:
    """Row code → cell, of the rows that were answered; None if none was. Raises AnswerProblems, each placed in its
    row."""
    columns = tuple(choice.code for choice in compiled.columns(question))
    rows = [choice.code for choice in compiled.rows(question)]
    if not isinstance(raw, dict) or not all(row in rows for row in raw):
        raise AnswerProblem(UNKNOWN_CHOICE)
    problems: list[AnswerProblem] = []
    cells: GridAnswer = {}
    for row in rows:
        try:
            cell = CELLS[question.cell](question, raw.get(row), columns)
        except AnswerProblem as problem:
            problems.append(problem.inside(row))
            continue
        if cell not in (None, [], {}):
            cells[row] = cell
    if problems:
        raise AnswerProblems(problems)
    return cells or None


def _single_cell(grid: m.Grid, raw: object, columns: tuple[str, ...]) -> str | None:
    return code_among(raw, columns)


def _multiple_cell(grid: m.Grid, raw: object, columns: tuple[str, ...]) -> list[str]:
    picked = codes_among(raw if raw is not None else [], columns)
    return [column for column in columns if column in picked]


def _boxes(
    grid: m.Grid, raw: object, columns: tuple[str, ...], read: Callable[[object], str | int | float | None]
) -> dict[str, str | int | float]:
    if raw is None:
        return {}
    if not isinstance(raw, dict) or not all(column in columns for column in raw):
        raise AnswerProblem(UNKNOWN_CHOICE)
    boxes: dict[str, str | int | float] = {}
    for column in columns:
        try:
            value = None if raw.get(column) is None else read(raw[column])
        except AnswerProblem as problem:
            raise problem.inside(column) from None
        if value is not None:
            boxes[column] = value
    return boxes


def _text_cell(grid: m.Grid, raw: object, columns: tuple[str, ...]) -> dict[str, str | int | float]:
    return _boxes(grid, raw, columns, lambda value: text(value, grid.max_characters, lines=True))


def _number_cell(grid: m.Grid, raw: object, columns: tuple[str, ...]) -> dict[str, str | int | float]:
    def read(value: object) -> int | float | None:
        number = decimal(value, 2)
        if number is None:
            return None
        in_range(number, grid.min, grid.max)
        return as_json(number)

    return _boxes(grid, raw, columns, read)


CELLS: dict[str, Cell] = {
    "single": _single_cell,
    "multiple": _multiple_cell,
    "text": _text_cell,
    "number": _number_cell,
}
