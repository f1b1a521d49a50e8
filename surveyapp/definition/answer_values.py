"""The shapes of stored answers: plain JSON values, one shape per question type (docs/definition.md lists them all)."""

from __future__ import annotations

from typing import Any, NotRequired, TypedDict

#: of any question: its shape hangs on the question's type, so nobody but `question_types` looks inside unasked
AnswerValue = Any


class SingleAnswer(TypedDict):
    """Of a `single_choice`."""

    choice: str
    detail: NotRequired[str]  #: typed beside the choice


class MultipleAnswer(TypedDict):
    """Of a `multiple_choice`."""

    choices: list[str]  #: in the questionnaire's order
    details: NotRequired[dict[str, str]]  #: by choice code


#: ISO dates; without `to` it is still open
PeriodAnswer = TypedDict("PeriodAnswer", {"from": str, "to": NotRequired[str]})


class LinkAnswer(TypedDict):
    """One of a `links` answer."""

    url: str
    title: NotRequired[str]
    language: NotRequired[str]
    date: NotRequired[str]


class DocumentAnswer(TypedDict):
    """Of a `document`: where it is found, and the file where it was handed in."""

    title: str
    language: NotRequired[str]
    date: NotRequired[str]
    where: NotRequired[str]
    file: NotRequired[str]  #: SHA-256 in hexadecimal


#: one row of a grid: a column's code, several, or what is typed in each column's box
GridCell = str | list[str] | dict[str, str | int | float]
GridAnswer = dict[str, GridCell]  #: by row code
