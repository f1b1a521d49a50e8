"""What replies can be told apart by: region, treaty status, a closed question's choices, a grid's row, themes.

Filters, groups and cross-tabulations all go by dimensions, so that what works for a region works for a theme.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from surveyapp.definition import model as m
from surveyapp.definition.answer_facts import cell_codes, values
from surveyapp.definition.compiled import Compiled
from surveyapp.definition.messages import N_
from surveyapp.definition.path import code_of
from surveyapp.definition.question_types import codes, is_empty, summarise
from surveyapp.definition.questionnaire_layout import AnyItem
from surveyapp.definition.states import SUBREGION_NAMES

from .labels import Labels
from .replies import Reply
from .tallies import GROUPS, offered_codes

#: of the participant, not of the reply: they hold for those that have not replied, too
OF_PARTICIPANTS = (*GROUPS, "subregion")
CLOSED = ("choice", "multiple", "ranking", "scale", "states")
GROUP_TITLES = {"region": N_("Region"), "treaty_status": N_("Treaty status"), "subregion": N_("Subregion")}

#: before the code of the question that themes were applied to
THEME = "theme."
#: by response id and address, the codes of the themes that were applied to that answer
Themes = Mapping[tuple[int, str], Collection[str]]


@dataclass(frozen=True)
class Dimension:
    """`read` gives the codes of a reply; None where it has none: not asked, not answered, or not for this reader."""

    name: str
    label: str
    codes: tuple[str, ...]
    label_of: Callable[[str], str]
    read: Callable[[Any], frozenset[str] | None]
    question: str = ""  #: the code of the question it is of; a row of a grid and a theme are of one, too

    @property
    def of_participants(self) -> bool:
        """Does it hold for those that have not replied, too?"""
        return self.name in OF_PARTICIPANTS


def dimensions(
    labels: Labels,
    stated: Mapping[str, Collection[str]],
    themes: Callable[[], Themes] | None = None,
    theme_labels: Mapping[str, str] | None = None,
) -> dict[str, Dimension]:
    """All of a round, by name: groups, then the questions in the questionnaire's order.

    `stated`: the States that were given, by question: which of all States a dimension offers.
    """
    listed = [_group(labels, name) for name in OF_PARTICIPANTS]
    for question in labels.compiled.questions.values():
        listed += _of_question(labels, question, stated.get(question.code, ()))
        if themes is not None and theme_labels and summarise(question) == "text":
            listed.append(_theme(labels, question, themes, theme_labels))
    return {dimension.name: dimension for dimension in listed}


def stated_in(compiled: Compiled, replies: Sequence[Reply]) -> dict[str, set[str]]:
    """The States that replies name, by question."""
    return {
        question.code: {
            code for reply in replies for value in values(compiled, question, reply) for code in codes(question, value)
        }
        for question in state_questions(compiled)
    }


def state_questions(compiled: Compiled) -> list[AnyItem]:
    """Questions answered with States: their dimensions offer only the States that were named."""
    return [question for question in compiled.questions.values() if summarise(question) == "states"]


def _group(labels: Labels, name: str) -> Dimension:
    def read(person: object) -> frozenset[str] | None:
        code = getattr(person, name, None)
        return frozenset((code,)) if code else None

    members = tuple(SUBREGION_NAMES) if name == "subregion" else GROUPS[name]
    return Dimension(name, labels.gettext(GROUP_TITLES[name]), members, lambda code: labels.group(name, code), read)


def _of_question(labels: Labels, question: AnyItem, stated: Collection[str]) -> Iterator[Dimension]:
    kind, compiled = summarise(question), labels.compiled
    if isinstance(question, m.Grid) and kind == "grid":
        columns = tuple(column.code for column in compiled.columns(question))
        for row in compiled.rows(question):
            label = f"{labels.question(question)} — {labels.row(question, row.code)}"
            name = f"{question.code}.{row.code}"
            read = _row_reader(labels, question, row.code)
            yield Dimension(name, label, columns, _labelled(labels, question), read, question.code)
    elif kind in CLOSED and not isinstance(question, m.Calculation):
        offered = offered_codes(compiled, question, stated)
        label = labels.question(question)
        read = _reader(labels, question)
        yield Dimension(question.code, label, offered, _labelled(labels, question), read, question.code)


def _labelled(labels: Labels, question: AnyItem) -> Callable[[str], str]:
    return lambda code: labels.choice(question, code)


def _reader(labels: Labels, question: AnyItem) -> Callable[[Reply], frozenset[str] | None]:
    def read(reply: Reply) -> frozenset[str] | None:
        chosen = [code for value in values(labels.compiled, question, reply) for code in codes(question, value)]
        return frozenset(chosen) or None

    return read


def _row_reader(labels: Labels, grid: m.Grid, row: str) -> Callable[[Reply], frozenset[str] | None]:
    def read(reply: Reply) -> frozenset[str] | None:
        chosen = [code for value in values(labels.compiled, grid, reply) for code in cell_codes(value.get(row))]
        return frozenset(chosen) or None

    return read


def _theme(
    labels: Labels, question: AnyItem, themes: Callable[[], Themes], theme_labels: Mapping[str, str]
) -> Dimension:
    """Of those that answered in words: an answer to which no theme was applied counts in the base, and nowhere else."""

    def read(reply: Any) -> frozenset[str] | None:
        places = [
            a for a, value in reply.answers.items() if code_of(a) == question.code and not is_empty(question, value)
        ]
        if not places:
            return None
        applied = themes()
        return frozenset(code for place in places for code in applied.get((reply.response_id, place), ()))

    label = labels.gettext(N_("Themes: %(question)s")) % {"question": labels.question(question)}
    offered = tuple(theme_labels)
    return Dimension(THEME + question.code, label, offered, theme_labels.__getitem__, read, question.code)
