"""The texts of a questionnaire: their keys, where they stand, and the pipes in them.

A text's key is its `msgctxt` in the catalogues; its `msgid` is the English text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from html import escape

from .model import (
    Calculation,
    Choice,
    Code,
    Grid,
    Item,
    Note,
    Question,
    Questionnaire,
    Repeat,
    Scale,
    Subsection,
)

LANGUAGES = ("en", "fr", "es", "ar", "zh", "ru")
CATALOGUES = tuple(f"{language}.po" for language in LANGUAGES if language != "en")

Loc = tuple[str | int, ...]

#: `{{ code }}` or `{{ code | fallback text }}`
PIPE = re.compile(r"\{\{[ \t\n]*([a-z][a-z0-9_]*)[ \t\n]*(?:\|([^{}|]*))?\}\}")

#: shown when a piped answer is missing and the text gives no fallback
BLANK = "…"


@dataclass(frozen=True)
class TextUnit:
    """One English text, with its key in the catalogues."""

    key: str
    english: str
    loc: Loc = ()  #: where it stands in the model


@dataclass(frozen=True)
class Pipe:
    """An earlier answer shown in a text, and what is shown where there is none."""

    code: Code
    fallback: str | None


def text_units(questionnaire: Questionnaire) -> Iterator[TextUnit]:
    """Every text of the questionnaire once, in document order."""
    yield from _texts(questionnaire, "questionnaire", (), ("title", "source", "introduction", "thanks"))
    for name, choices in questionnaire.choice_lists.items():
        yield from _choice_texts(name, choices, ("choice_lists", name))
    for index, section in enumerate(questionnaire.sections):
        loc: Loc = ("sections", index)
        yield from _texts(section, section.code, loc, ("title", "text"))
        yield from _item_texts(section.items, (*loc, "items"))


def _texts(part: object, owner: str, loc: Loc, names: Iterable[str]) -> Iterator[TextUnit]:
    for name in names:
        english = getattr(part, name, None)
        if isinstance(english, str):
            yield TextUnit(f"{owner}.{name}", english, (*loc, name))


def _choice_texts(list_name: str, choices: Iterable[Choice], loc: Loc) -> Iterator[TextUnit]:
    for index, choice in enumerate(choices):
        owner = f"{list_name}.{choice.code}"
        yield from _texts(choice, owner, (*loc, index), ("label", "hint"))
        if choice.detail is not None:
            yield TextUnit(f"{owner}.detail", choice.detail.label, (*loc, index, "detail", "label"))


def _item_texts(items: Iterable[Item], loc: Loc) -> Iterator[TextUnit]:
    for index, item in enumerate(items):
        here = (*loc, index)
        match item:
            case Subsection():
                yield from _texts(item, item.code, here, ("title", "text"))
                yield from _item_texts(item.items, (*here, "items"))
            case Note():
                yield from _texts(item, item.code, here, ("text",))
            case Calculation():
                yield from _texts(item, item.code, here, ("label", "hint", "unit"))
            case Question():
                yield from _question_texts(item, here)


def _question_texts(question: Question, loc: Loc) -> Iterator[TextUnit]:
    yield from _texts(question, question.code, loc, ("label", "hint", "unit"))
    if isinstance(question, Scale):
        yield from _texts(question, question.code, loc, ("low_label", "high_label", "middle_label"))
    for field, list_name in own_lists(question):
        yield from _choice_texts(list_name, getattr(question, field), (*loc, field))
    for number, constraint in enumerate(question.constraints, 1):
        place = (*loc, "constraints", number - 1, "message")
        yield TextUnit(f"{question.code}.constraint.{number}", constraint.message, place)
    if isinstance(question, Repeat):
        yield from _texts(question, question.code, loc, ("item_label",))
        yield from _item_texts(question.items, (*loc, "items"))


def own_lists(question: Question) -> Iterator[tuple[str, str]]:
    """(field, list name) of each choice list written inside the question itself."""
    names = (
        (("rows", f"{question.code}.rows"), ("columns", f"{question.code}.columns"))
        if isinstance(question, Grid)
        else (("choices", question.code),)
    )
    yield from ((field, name) for field, name in names if isinstance(getattr(question, field, None), tuple))


def pipes(text: str) -> tuple[Pipe, ...]:
    """Every well-formed pipe of the text, in order."""
    return tuple(Pipe(m[1], m[2].strip() if m[2] is not None else None) for m in PIPE.finditer(text))


def has_broken_pipe(text: str) -> bool:
    """Braces that are left when every well-formed pipe is taken out."""
    rest = PIPE.sub("", text)
    return "{{" in rest or "}}" in rest


def pipe(text: str, shown: Callable[[Code], str | None]) -> str:
    """The text with every pipe replaced by what is shown for its code, or by its fallback."""

    def replace(match: re.Match[str]) -> str:
        answer = shown(match[1])
        return answer if answer else (match[2] or "").strip() or BLANK

    return PIPE.sub(replace, text)


def pipe_html(html: str, shown: Callable[[Code], str | None]) -> str:
    """As `pipe`, in HTML from `markdown`: answers are escaped; fallbacks already are."""

    def escaped(code: Code) -> str | None:
        answer = shown(code)
        return None if answer is None else escape(answer)

    return pipe(html, escaped)
