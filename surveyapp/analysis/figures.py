"""Live figures of a report: what `{{ count had_system=yes | region=africa }}` stands for, now or as of a freeze.

A figure is made of the replies that the report's readers may see. Where the group it speaks of is too small to be shown,
it says so: nobody's answer can be worked out from a report.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from surveyapp.definition.answer_facts import ANY, ASKED
from surveyapp.definition.messages import N_
from surveyapp.definition.punctuation import percentage
from surveyapp.definition.tables import Conditions

from .conditions import matching_replies
from .count_words import wording
from .dimensions import THEME, Dimension
from .labels import Labels
from .replies import Invited, Reply
from .suppression import SMALLEST

MEASURES: Mapping[str, str] = {
    "count": N_("Number of replies with this answer"),
    "percent": N_("Per cent of those that answered"),
    "word": N_("In the usual words: one, some, several, many, most"),
    "answered": N_("Number that answered the question"),
    "asked": N_("Number that were asked the question"),
    "replied": N_("Number of replies"),
    "invited": N_("Number of those invited"),
    "table": N_("The table of the question"),
    "chart": N_("The picture of the question"),
}
OF_ANSWER, OF_QUESTION = ("count", "percent", "word"), ("answered", "asked", "table", "chart")
BLOCKS = ("table", "chart")
PART = re.compile(r"([a-z_]+(?:\.[a-z0-9_]+)*)\s*=\s*([A-Za-z0-9_*]+)")


class BadFigure(ValueError):
    """The text in braces is no figure; the message is an interface text, its facts are `facts`."""

    def __init__(self, message: str, **facts: str) -> None:
        self.message, self.facts = message, facts
        super().__init__(message % facts if facts else message)


@dataclass(frozen=True)
class Spec:
    """`name` and `code`: a dimension and one of its codes; `where`: conditions on the replies it is of."""

    measure: str
    name: str = ""
    code: str = ""
    where: Conditions = ()

    def token(self) -> str:
        """As it stands in a paragraph."""
        asked = f" {self.name}={self.code}" if self.code else f" {self.name}" if self.name else ""
        where = "".join(f" | {name}={code}" for name, code in self.where)
        return f"{{{{ {self.measure}{asked}{where} }}}}"

    def conditions(self, dimensions: Mapping[str, Dimension]) -> Conditions:
        """Of the replies behind it."""
        if self.measure in ("replied", "invited"):
            return self.where
        if self.measure == "asked":
            return (*self.where, (dimensions[self.name].question, ASKED))
        return (*self.where, (self.name, self.code or ANY))


@dataclass(frozen=True)
class Figure:
    """One figure made: its value (a count, or a whole per cent), its base, and how it reads."""

    spec: Spec
    shown: str  #: as it reads in the paragraph
    value: float | None  #: None: too small a group to show
    base: int
    small: bool = False


class Numerals(Protocol):
    """Writes numbers in a language."""

    def number(self, value: float) -> str:
        """As the report's language writes it."""


def read_token(text: str, dimensions: Mapping[str, Dimension]) -> Spec:
    """From what stands between the braces. Raises BadFigure."""
    asked, *where = (part.strip() for part in text.split("|"))
    measure, _, rest = asked.partition(" ")
    if measure not in MEASURES:
        raise _no_figure(text)
    name, _, code = (part.strip() for part in rest.partition("="))
    if measure in (*OF_ANSWER, *OF_QUESTION) and name not in dimensions:
        raise BadFigure(N_("“%(name)s” is not asked in this round."), name=name[:60])
    if measure in OF_ANSWER and code not in dimensions[name].codes:
        raise BadFigure(N_("“%(code)s” is no answer to “%(name)s”."), code=code[:60], name=name)
    if not _is_figure(measure, name, code, dimensions):
        raise _no_figure(text)
    return Spec(measure, name, code, tuple(_condition(part, dimensions) for part in where))


def _no_figure(text: str) -> BadFigure:
    return BadFigure(N_("“%(text)s” is no figure. Pick one from the panel."), text=text[:60])


def _is_figure(measure: str, name: str, code: str, dimensions: Mapping[str, Dimension]) -> bool:
    """Has the measure the name and code that it wants, and no others?"""
    if bool(code) != (measure in OF_ANSWER) or bool(name) != (measure in (*OF_ANSWER, *OF_QUESTION)):
        return False
    if measure in ("asked", *BLOCKS) and not dimensions[name].question:  # a region is asked of nobody
        return False
    return not _is_theme(measure, name)


def _is_theme(measure: str, name: str) -> bool:
    """Tables and pictures are of closed questions: themes are counted one by one."""
    return measure in BLOCKS and name.startswith(THEME)


def _condition(text: str, dimensions: Mapping[str, Dimension]) -> tuple[str, str]:
    match = PART.fullmatch(text)
    if match is None or match[1] not in dimensions or match[2] not in dimensions[match[1]].codes:
        raise BadFigure(N_("“%(text)s” is no condition of this round."), text=text[:60])
    return match[1], match[2]


def evaluate(
    spec: Spec,
    dimensions: Mapping[str, Dimension],
    labels: Labels,
    replies: Sequence[Reply],
    invited: Sequence[Invited],
    words: Numerals,
) -> Figure:
    """`words` writes numbers in the report's language."""
    here = matching_replies(spec.where, dimensions, replies)
    if spec.measure == "invited":
        count = sum(_meets(spec, dimensions, person) for person in invited)
        return Figure(spec, words.number(count), count, len(invited))
    if spec.measure == "replied":
        return _counted(spec, dimensions, labels, words, len(here), len(replies))
    answered = matching_replies(((spec.name, ANY),), dimensions, here)
    if spec.measure == "asked":
        count = len(matching_replies(((dimensions[spec.name].question, ASKED),), dimensions, here))
        return _counted(spec, dimensions, labels, words, count, len(here))
    base = len(answered)
    if spec.measure == "answered":
        return _counted(spec, dimensions, labels, words, base, len(here))
    if 0 < base < SMALLEST:
        return _too_few(spec, labels, base)
    count = len(matching_replies(((spec.name, spec.code),), dimensions, answered))
    if spec.measure == "word":
        return Figure(spec, labels.gettext(wording().word(count, base)), count, base)
    if spec.measure == "percent":
        share = round(100 * count / base) if base else None
        return Figure(spec, "—" if share is None else percentage(words.number(share), labels.language), share, base)
    return Figure(spec, words.number(count), count, base)


def _counted(
    spec: Spec, dimensions: Mapping[str, Dimension], labels: Labels, words: Numerals, count: int, base: int
) -> Figure:
    """A number of replies. Who replied is known to all; who answered what is not, however the number is asked for."""
    names = [spec.name, *(name for name, _ in spec.where)]
    by_answers = any(name and not dimensions[name].of_participants for name in names)
    if by_answers and 0 < count < SMALLEST:
        return _too_few(spec, labels, count)
    return Figure(spec, words.number(count), count, base)


def _too_few(spec: Spec, labels: Labels, base: int) -> Figure:
    return Figure(spec, labels.gettext(N_("[too few to show]")), None, base, small=True)


def _meets(spec: Spec, dimensions: Mapping[str, Dimension], person: Invited) -> bool:
    conditions = [(name, code) for name, code in spec.where if dimensions[name].of_participants]
    return all(code in (dimensions[name].read(person) or ()) for name, code in conditions)
