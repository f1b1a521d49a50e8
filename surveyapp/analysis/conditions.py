"""The replies behind a figure: conditions that all have to hold, as a table's cell names them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import TypeVar

from surveyapp.definition.answer_facts import ANY, ASKED, DECLINED, WITHHELD
from surveyapp.definition.path import code_of
from surveyapp.definition.tables import Conditions

from .dimensions import Dimension
from .replies import Reply

#: before a dimension's name, in an address
CELL = "c."

AnyReply = TypeVar("AnyReply", bound=Reply)


def read_conditions(
    parameters: Iterable[tuple[str, str]], dimensions: Mapping[str, Dimension], questions: Collection[str]
) -> Conditions:
    """KeyError: a condition that names nothing of this round."""
    conditions = []
    for name, code in parameters:
        if not name.startswith(CELL):
            continue
        name = name.removeprefix(CELL)
        special = code in (ANY, ASKED, DECLINED, WITHHELD) and (name in questions or name in dimensions)
        if not special and (name not in dimensions or code not in dimensions[name].codes):
            raise KeyError(name)
        conditions.append((name, code))
    return tuple(conditions)


def matching_replies(
    conditions: Conditions, dimensions: Mapping[str, Dimension], replies: Sequence[AnyReply]
) -> list[AnyReply]:
    """Those of the replies for which every condition holds."""
    return [reply for reply in replies if all(_holds(name, code, dimensions, reply) for name, code in conditions)]


def _holds(name: str, code: str, dimensions: Mapping[str, Dimension], reply: Reply) -> bool:
    if code in (ASKED, DECLINED, WITHHELD):
        places: Collection[str] = {ASKED: reply.asked, DECLINED: reply.declined, WITHHELD: reply.withheld}[code]
        answered = any(code_of(place) == name for place in reply.answers)
        return any(code_of(place) == name for place in places) and (code == ASKED or not answered)
    if code == ANY and name not in dimensions:
        return any(code_of(place) == name for place in reply.answers)
    codes = dimensions[name].read(reply)
    return codes is not None and (code == ANY or code in codes)
