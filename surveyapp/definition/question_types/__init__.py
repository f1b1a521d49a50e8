"""One row per question type: how an answer is cleaned, shown and counted.

Answers are plain JSON values; their shapes are listed in docs/definition.md. `clean` takes the same shapes loosely
typed (numbers as typed text, lists in any order) and gives the canonical value, None where nothing was answered.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from ..answer_values import AnswerValue
from ..compiled import Compiled
from ..questionnaire_layout import AnyItem
from ..typed_text import is_blank, says_nothing
from . import choices, compound, dates, display, numbers, text
from .answer_problems import AnswerProblem, AnswerProblems
from .display import Words

__all__ = [
    "TYPES",
    "AnswerProblem",
    "AnswerProblems",
    "TypeRow",
    "Words",
    "chosen",
    "clean",
    "codes",
    "is_empty",
    "shown",
    "summarise",
]

Summary = Literal["choice", "multiple", "ranking", "scale", "number", "text", "states", "grid", "none"]
#: the question and the value are of the row's own type, which a table of all types cannot say
Clean = Callable[[Compiled, Any, object], AnswerValue]
Display = Callable[[Compiled, Any, AnswerValue, str, Words], str]
Codes = Callable[[AnswerValue], tuple[str, ...]]


def _no_codes(value: object) -> tuple[str, ...]:
    return ()


def _itself(value: object) -> tuple[str, ...]:
    return (str(value),)


def _all(value: Iterable[str]) -> tuple[str, ...]:
    return tuple(value)


def _not_typed(compiled: Compiled, question: AnyItem, raw: object) -> None:
    """A calculation takes no answer."""


@dataclass(frozen=True)
class TypeRow:
    """What one type does with its answers."""

    clean: Clean
    display: Display
    summary: Summary
    codes: Codes = _no_codes


TYPES: Mapping[str, TypeRow] = {
    "short_text": TypeRow(text.clean_short, display.as_text, "text"),
    "long_text": TypeRow(text.clean_long, display.as_text, "text"),
    "integer": TypeRow(numbers.clean_integer, display.number, "number"),
    "number": TypeRow(numbers.clean_number, display.number, "number"),
    "percentage": TypeRow(numbers.clean_percentage, display.percentage, "number"),
    "yes_no": TypeRow(choices.clean_yes_no, display.yes_no, "choice", _itself),
    "single_choice": TypeRow(choices.clean_single, display.single, "choice", lambda value: (value["choice"],)),
    "multiple_choice": TypeRow(choices.clean_multiple, display.multiple, "multiple", lambda v: tuple(v["choices"])),
    "ranking": TypeRow(choices.clean_ranking, display.ranking, "ranking", _all),
    "scale": TypeRow(numbers.clean_whole, display.number, "scale", _itself),
    "date": TypeRow(dates.clean_date, display.date, "none"),
    "month": TypeRow(dates.clean_month, display.month, "none"),
    "year": TypeRow(numbers.clean_whole, display.as_text, "none"),
    "period": TypeRow(dates.clean_period, display.period, "none"),
    "state": TypeRow(choices.clean_state, display.state, "states", _itself),
    "states": TypeRow(choices.clean_states, display.states, "states", _all),
    "grid": TypeRow(choices.clean_grid, display.grid, "grid"),
    "repeat": TypeRow(compound.clean_repeat, display.repeat, "none"),
    "links": TypeRow(compound.clean_links, display.links, "none"),
    "document": TypeRow(compound.clean_document, display.document, "none"),
    "contact": TypeRow(compound.clean_contact, display.contact, "none"),
    "consent": TypeRow(choices.clean_consent, display.consent, "choice", _itself),
    "calculation": TypeRow(_not_typed, display.number, "number"),
}


def clean(compiled: Compiled, question: AnyItem, raw: object) -> AnswerValue:
    """The canonical value, None if empty. Raises AnswerProblems, and nothing else, on any input."""
    if raw is None or (isinstance(raw, str) and is_blank(raw)):
        return None
    try:
        return TYPES[question.type].clean(compiled, question, raw)
    except AnswerProblem as problem:
        raise AnswerProblems([problem]) from None


def is_empty(question: AnyItem, value: AnswerValue) -> bool:
    """Does the value say nothing? Zero and *no* are answers."""
    return says_nothing(value)


def shown(compiled: Compiled, question: AnyItem, value: AnswerValue, language: str, words: Words) -> str:
    """The answer as one plain string; empty where there is none."""
    return "" if is_empty(question, value) else TYPES[question.type].display(compiled, question, value, language, words)


def codes(question: AnyItem, value: AnswerValue) -> tuple[str, ...]:
    """The choice codes in an answer, for counting."""
    return () if is_empty(question, value) else TYPES[question.type].codes(value)


def chosen(question: AnyItem, value: AnswerValue) -> tuple[str, ...]:
    """The codes that a choice filter applies to."""
    return codes(question, value) if hasattr(question, "choices") else ()


def summarise(question: AnyItem) -> Summary:
    """How answers of this type are tallied."""
    return TYPES[question.type].summary
