"""Which names a rule may use: questions, choices, the participant, today — and how an answer becomes a value.

A name has a checking type (a choice list is a type of its own) and a running one (choices are strings).
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from .. import model as m
from ..answer_values import AnswerValue
from ..questionnaire_layout import AnyItem, Layout
from ..states import REGIONS, STATES

#: a stored answer → the value that rules compute with
Reader = Callable[[AnswerValue], AnswerValue]
Kind = str  #: "text" "number" "date" "boolean" "choice:LIST", "list:KIND" or "any"


@dataclass(frozen=True)
class Name:
    """`read` takes the stored answer; it raises LookupError, TypeError or ValueError where there is no value."""

    kind: Kind
    code: str | None = None  #: the question it depends on
    read: Reader | None = None
    constant: str | None = None
    collected: str | None = None  #: the repeat whose items' values it lists
    fact: str | None = None  #: the participant's fact it reads


def as_number(value: str | float) -> float:
    """Integers too: every number in a rule is a double."""
    return float(value)


def as_date(value: str) -> datetime.datetime:
    """Dates and months (their first day) as midnight UTC."""
    day = datetime.date.fromisoformat(value if len(value) > 7 else value + "-01")
    return datetime.datetime(day.year, day.month, day.day, tzinfo=datetime.UTC)


def same(value: AnswerValue) -> AnswerValue:
    """For values that rules take as they are stored."""
    return value


def _item(key: str) -> Reader:
    return lambda value: value[key]


#: question type → (kind, reader); those whose kind depends on the question stand in `_answers` below
SIMPLE: dict[str, tuple[Kind, Reader]] = {
    "short_text": ("text", same),
    "long_text": ("text", same),
    "integer": ("number", as_number),
    "number": ("number", as_number),
    "percentage": ("number", as_number),
    "year": ("number", as_number),
    "scale": ("number", as_number),
    "yes_no": ("choice:yes_no", same),
    "consent": ("choice:consent", same),
    "date": ("date", as_date),
    "month": ("date", as_date),
    "state": ("choice:state", same),
    "states": ("list:choice:state", same),
    "repeat": ("list:text", same),
}
CALCULATED: dict[str, Kind] = {"number": "number", "text": "text", "yes_no": "choice:yes_no"}
CELLS: dict[str, tuple[Kind, Reader]] = {"text": ("text", same), "number": ("number", as_number)}

#: lists that are not the questionnaire's own
FIXED_LISTS: dict[str, tuple[str, ...]] = {
    "yes_no": ("yes", "no", "dont_know", "not_applicable"),
    "consent": ("given", "refused"),
    "participant_kind": ("state", "organisation"),
    "treaty_status": ("state_party", "signatory", "not_party"),
    "region": REGIONS,
}
FACTS: dict[str, tuple[Kind, str]] = {
    "participant.kind": ("choice:participant_kind", "kind"),
    "participant.treaty_status": ("choice:treaty_status", "treaty_status"),
    "participant.region": ("choice:region", "region"),
    "participant.code": ("choice:state", "code"),
    "today": ("date", "today"),
}


def names_of(layout: Layout, repeat: str | None = None) -> dict[str, Name]:
    """The names in scope outside repeats, or inside the items of one."""
    names: dict[str, Name] = {}
    for name, (kind, fact) in FACTS.items():
        names[name] = Name(kind, fact=fact)
    for list_name, codes in FIXED_LISTS.items():
        names.update(_constants(list_name, list_name, codes))
    names.update(_constants("state", "state", tuple(STATES)))
    for list_name, choices in layout.questionnaire.choice_lists.items():
        names.update(_constants(list_name, list_name, tuple(choice.code for choice in choices)))
    for code, question in layout.questions.items():
        names.update(_choice_constants(layout, question))
        inside = layout.repeat_of.get(code)
        if inside is None or inside == repeat:
            names.update(_answers(layout, question))
        else:
            names.update(_collected(layout, question, inside))
    return names


def _constants(prefix: str, list_name: str, codes: tuple[str, ...]) -> Iterator[tuple[str, Name]]:
    return ((f"{prefix}.{code}", Name(f"choice:{list_name}", constant=code)) for code in codes)


def list_names(layout: Layout, question: AnyItem) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """(prefix, list name, codes) of the constants a question brings."""
    if isinstance(question, m.Grid):
        for part, source in (("rows", question.rows), ("columns", question.columns)):
            prefix = f"{question.code}.{part}"
            name = source if isinstance(source, str) else prefix
            yield prefix, name, tuple(choice.code for choice in layout.listed(source))
    elif isinstance(question, m.SingleChoice | m.MultipleChoice | m.Ranking):
        name = question.choices if isinstance(question.choices, str) else question.code
        yield question.code, name, tuple(choice.code for choice in layout.choices(question))
    elif isinstance(question, m.YesNo | m.Consent):
        yield question.code, question.type, FIXED_LISTS[question.type]
    elif isinstance(question, m.Calculation) and question.result == "yes_no":
        yield question.code, "yes_no", ("yes", "no")


def _choice_constants(layout: Layout, question: AnyItem) -> Iterator[tuple[str, Name]]:
    for prefix, name, codes in list_names(layout, question):
        yield from _constants(prefix, name, codes)


def _answers(layout: Layout, question: AnyItem) -> Iterator[tuple[str, Name]]:
    code = question.code
    if isinstance(question, m.Calculation):
        yield code, Name(CALCULATED[question.result], code, same)
    elif isinstance(question, m.SingleChoice):
        yield code, Name(f"choice:{next(list_names(layout, question))[1]}", code, _item("choice"))
    elif isinstance(question, m.MultipleChoice):
        yield code, Name(f"list:choice:{next(list_names(layout, question))[1]}", code, _item("choices"))
    elif isinstance(question, m.Ranking):
        yield code, Name(f"list:choice:{next(list_names(layout, question))[1]}", code, same)
    elif isinstance(question, m.Period):
        yield f"{code}.from", Name("date", code, lambda value: as_date(value["from"]))
        yield f"{code}.to", Name("date", code, lambda value: as_date(value["to"]))
    elif isinstance(question, m.Grid):
        yield from _cells(layout, question)
    elif question.type in SIMPLE:
        kind, read = SIMPLE[question.type]
        yield code, Name(kind, code, read)


def _cells(layout: Layout, grid: m.Grid) -> Iterator[tuple[str, Name]]:
    columns = grid.columns if isinstance(grid.columns, str) else f"{grid.code}.columns"
    several = "list:" if grid.cell == "multiple" else ""
    for row in layout.listed(grid.rows):
        if grid.cell in ("single", "multiple"):
            yield f"{grid.code}.{row.code}", Name(f"{several}choice:{columns}", grid.code, _item(row.code))
            continue
        kind, read = CELLS[grid.cell]
        for column in layout.listed(grid.columns):
            name = f"{grid.code}.{row.code}.{column.code}"
            yield name, Name(kind, grid.code, _cell(row.code, column.code, read))


def _cell(row: str, column: str, read: Reader) -> Reader:
    return lambda value: read(value[row][column])


def _collected(layout: Layout, question: AnyItem, repeat: str) -> Iterator[tuple[str, Name]]:
    for name, inner in _answers(layout, question):
        if not inner.kind.startswith("list:"):
            yield f"{repeat}.{name}", Name(f"list:{inner.kind}", question.code, inner.read, collected=repeat)
