"""The replies behind a figure: conditions that all have to hold, as a table's cell names them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, TypeVar

from surveyapp.definition.answer_facts import ANY, ASKED, DECLINED, WITHHELD
from surveyapp.definition.path import code_of
from surveyapp.definition.tables import Conditions

from .dimensions import Dimension
from .replies import Reply

#: before a dimension's name, in an address
CELL = "c."

Found = TypeVar("Found", bound=Reply)


def read_conditions(
    given: Iterable[tuple[str, str]], known: Mapping[str, Dimension], questions: Collection[str]
) -> Conditions:
    """KeyError: a condition that names nothing of this round."""
    found = []
    for name, code in given:
        if not name.startswith(CELL):
            continue
        name = name.removeprefix(CELL)
        special = code in (ANY, ASKED, DECLINED, WITHHELD) and (name in questions or name in known)
        if not special and (name not in known or code not in known[name].codes):
            raise KeyError(name)
        found.append((name, code))
    return tuple(found)


def behind(conditions: Conditions, known: Mapping[str, Dimension], replies: Sequence[Found]) -> list[Found]:
    return [reply for reply in replies if all(_holds(name, code, known, reply) for name, code in conditions)]


def _holds(name: str, code: str, known: Mapping[str, Dimension], reply: Any) -> bool:
    if code in (ASKED, DECLINED, WITHHELD):
        places: Collection[str] = {ASKED: reply.asked, DECLINED: reply.declined, WITHHELD: reply.withheld}[code]
        answered = any(code_of(place) == name for place in reply.answers)
        return any(code_of(place) == name for place in places) and (code == ASKED or not answered)
    if code == ANY and name not in known:
        return any(code_of(place) == name for place in reply.answers)
    found = known[name].read(reply)
    return found is not None and (code == ANY or code in found)
