"""An answer as one plain string in a language: for the read-back, pipes and cells."""

from __future__ import annotations

import datetime
from typing import Protocol

from .. import model as m
from ..answer_values import DocumentAnswer, GridAnswer, GridCell, LinkAnswer, MultipleAnswer, PeriodAnswer, SingleAnswer
from ..compiled import Compiled
from ..messages import N_
from ..punctuation import enumerated, labelled, listed
from ..punctuation import percentage as with_percent_sign
from ..questionnaire_layout import AnyItem
from ..states import state_name


class Words(Protocol):
    """The interface's words and formats in the language shown; given by web and cli."""

    def gettext(self, message: str) -> str:
        """An interface text in the language; `message` is its English msgid."""

    def date(self, day: datetime.date) -> str:
        """A day as the language writes it."""

    def month(self, day: datetime.date) -> str:
        """The month of a day, with its year."""

    def number(self, value: float) -> str:
        """In the language's digits, with its separators."""


YES_NO_LABELS = {
    "yes": N_("Yes"),
    "no": N_("No"),
    "dont_know": N_("Do not know"),
    "not_applicable": N_("Not applicable"),
}
REASON_LABELS = {
    "not_applicable": N_("Not applicable"),
    "not_available": N_("Not available"),
    "prefer_not": N_("Prefer not to say"),
    "later": N_("Will be answered later"),
}
CONSENT_LABELS = {"given": N_("Consent given"), "refused": N_("Consent not given")}
CONTACT_LABELS = {
    "name": N_("Name"),
    "position": N_("Position"),
    "institution": N_("Institution"),
    "email": N_("E-mail"),
    "phone": N_("Telephone"),
}
PERIOD = N_("%(start)s to %(end)s")
OPEN_PERIOD = N_("since %(start)s")
ITEMS = N_("Number of entries: %(count)s")


def as_text(compiled: Compiled, question: AnyItem, value: object, language: str, words: Words) -> str:
    """The stored value as it was typed, in no language."""
    return str(value)


def number(compiled: Compiled, question: AnyItem, value: str | float, language: str, words: Words) -> str:
    """With its unit; a calculation's text or yes or no as words."""
    if isinstance(value, str):  # a calculation that gives a text, or yes or no
        return words.gettext(YES_NO_LABELS[value]) if getattr(question, "result", "") == "yes_no" else value
    shown = words.number(value)
    key = f"{question.code}.unit"
    return f"{shown} {compiled.text(key, language)}" if compiled.has_text(key) else shown


def percentage(compiled: Compiled, question: AnyItem, value: float, language: str, words: Words) -> str:
    """With the space before the sign that the language sets."""
    return with_percent_sign(words.number(value), language)


def yes_no(compiled: Compiled, question: AnyItem, value: str, language: str, words: Words) -> str:
    """In the interface's words."""
    return words.gettext(YES_NO_LABELS[value])


def consent(compiled: Compiled, question: AnyItem, value: str, language: str, words: Words) -> str:
    """In the interface's words."""
    return words.gettext(CONSENT_LABELS[value])


def choice_label(compiled: Compiled, list_name: str, code: str, language: str) -> str:
    """KeyError: the list has no such choice."""
    return compiled.text(f"{list_name}.{code}.label", language)


def _with_detail(label: str, detail: str | None, language: str) -> str:
    return labelled(label, detail, language) if detail else label


def single(compiled: Compiled, question: AnyItem, value: SingleAnswer, language: str, words: Words) -> str:
    """The choice's label, and what was typed beside it."""
    label = choice_label(compiled, compiled.list_name(question), value["choice"], language)
    return _with_detail(label, value.get("detail"), language)


def multiple(compiled: Compiled, question: AnyItem, value: MultipleAnswer, language: str, words: Words) -> str:
    """Labels in the questionnaire's order, each with what was typed beside it."""
    details, name = value.get("details", {}), compiled.list_name(question)
    labels = [
        _with_detail(choice_label(compiled, name, code, language), details.get(code), language)
        for code in value["choices"]
    ]
    return listed(labels, language)


def ranking(compiled: Compiled, question: AnyItem, value: list[str], language: str, words: Words) -> str:
    """Numbered from 1, the best first."""
    name = compiled.list_name(question)
    labels = (choice_label(compiled, name, code, language) for code in value)
    return listed((f"{words.number(place)}. {label}" for place, label in enumerate(labels, 1)), language)


def date(compiled: Compiled, question: AnyItem, value: str, language: str, words: Words) -> str:
    """As the language writes it."""
    return words.date(datetime.date.fromisoformat(value))


def month(compiled: Compiled, question: AnyItem, value: str, language: str, words: Words) -> str:
    """As the language writes it."""
    return words.month(datetime.date.fromisoformat(value + "-01"))


def period(compiled: Compiled, question: AnyItem, value: PeriodAnswer, language: str, words: Words) -> str:
    """Both ends, or since when."""
    start = date(compiled, question, value["from"], language, words)
    if "to" not in value:
        return words.gettext(OPEN_PERIOD) % {"start": start}
    return words.gettext(PERIOD) % {"start": start, "end": date(compiled, question, value["to"], language, words)}


def state(compiled: Compiled, question: AnyItem, value: str, language: str, words: Words) -> str:
    """Its name in the language."""
    return state_name(value, language)


def states(compiled: Compiled, question: AnyItem, value: list[str], language: str, words: Words) -> str:
    """Their names in the language, in the reference table's order."""
    return listed((state_name(code, language) for code in value), language)


def grid(compiled: Compiled, question: m.Grid, value: GridAnswer, language: str, words: Words) -> str:
    """A line for each row that is answered."""
    rows, columns = compiled.rows_list_name(question), compiled.columns_list_name(question)

    def cell(content: GridCell) -> str:
        if isinstance(content, dict):
            boxes = (
                labelled(
                    choice_label(compiled, columns, code, language),
                    box if isinstance(box, str) else words.number(box),
                    language,
                )
                for code, box in content.items()
            )
            return enumerated(boxes, language)
        codes = [content] if isinstance(content, str) else content
        return enumerated((choice_label(compiled, columns, code, language) for code in codes), language)

    return "\n".join(
        labelled(choice_label(compiled, rows, row, language), cell(content), language) for row, content in value.items()
    )


def repeat(compiled: Compiled, question: AnyItem, value: list[str], language: str, words: Words) -> str:
    """How many items there are."""
    return words.gettext(ITEMS) % {"count": words.number(len(value))}


def links(compiled: Compiled, question: AnyItem, value: list[LinkAnswer], language: str, words: Words) -> str:
    """A line for each: title and address."""
    return "\n".join(f"{link['title']} — {link['url']}" if "title" in link else link["url"] for link in value)


def document(compiled: Compiled, question: AnyItem, value: DocumentAnswer, language: str, words: Words) -> str:
    """A file is named by the beginning of its SHA-256: another file is another answer."""
    parts = [value[part] for part in ("title", "language", "date", "where") if part in value]
    return " — ".join([*parts, f"#{value['file'][:8]}"] if "file" in value else parts)


def contact(compiled: Compiled, question: AnyItem, value: dict[str, str], language: str, words: Words) -> str:
    """A line for each part, with its name."""
    return "\n".join(labelled(words.gettext(CONTACT_LABELS[part]), typed, language) for part, typed in value.items())
