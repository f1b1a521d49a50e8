"""A stored answer as the posted parts it would have come from: the inverse of `posted`.

So a template draws one thing, whether the answer comes from the database or from a post that is shown again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from surveyapp.definition.answer_values import AnswerValue, GridAnswer, MultipleAnswer, SingleAnswer
from surveyapp.definition.questionnaire_layout import AnyItem

Parts = dict[str, list[str]]


def _plain(value: object) -> Parts:
    return {"": [str(value)]}


def _single(value: SingleAnswer) -> Parts:
    detail = {f"detail.{value['choice']}": [value["detail"]]} if "detail" in value else {}
    return {"": [value["choice"]], **detail}


def _multiple(value: MultipleAnswer) -> Parts:
    details = {f"detail.{code}": [typed] for code, typed in value.get("details", {}).items()}
    return {"": list(value["choices"]), **details}


def _several(value: list[str]) -> Parts:
    return {"": list(value)}


def _ranking(value: list[str]) -> Parts:
    return {code: [str(rank)] for rank, code in enumerate(value, 1)}


def _parts(value: dict[str, str]) -> Parts:
    return {name: [typed] for name, typed in value.items()}


def _month(value: str) -> Parts:
    return {"year": [value[:4]], "month": [str(int(value[5:]))]}


def _grid(value: GridAnswer) -> Parts:
    parts: Parts = {}
    for row, cell in value.items():
        if isinstance(cell, dict):
            parts |= {f"{row}.{column}": [str(typed)] for column, typed in cell.items()}
        else:
            parts[row] = [cell] if isinstance(cell, str) else list(cell)
    return parts


def _links(value: list[dict[str, str]]) -> Parts:
    return {f"{place}.{name}": [typed] for place, link in enumerate(value) for name, typed in link.items()}


SHOWN: Mapping[str, Callable[[AnswerValue], Parts]] = {
    "single_choice": _single,
    "multiple_choice": _multiple,
    "ranking": _ranking,
    "month": _month,
    "period": _parts,
    "states": _several,
    "grid": _grid,
    "repeat": _several,
    "links": _links,
    "document": _parts,
    "contact": _parts,
}


def as_posted(question: AnyItem, value: AnswerValue) -> Parts:
    """The parts by name; empty where there is no answer."""
    return {} if value is None else SHOWN.get(question.type, _plain)(value)
