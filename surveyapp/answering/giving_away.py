"""Answers that give a narrower one away: whoever sees that a question was answered sees that it was asked, and why."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from surveyapp.definition.dependencies import decisive
from surveyapp.definition.model import HANDLINGS, Handling
from surveyapp.definition.path import code_of
from surveyapp.storage.replies.answers import Change
from surveyapp.storage.replies.responses import ResponseState


@dataclass(frozen=True)
class GivesAway:
    """`address` may be seen by more readers than `hidden`, and follows from it. `handling`: as narrow as it would have to be."""

    address: str
    hidden: str
    handling: Handling


def giving_away(state: ResponseState) -> list[GivesAway]:
    """In the order of the questionnaire. A repeated question is named once for each item. `state`: whole."""
    order = state.compiled.layout.order
    return sorted(_pairs(state), key=lambda pair: (order[code_of(pair.address)], pair.address))


def _pairs(state: ResponseState) -> Iterator[GivesAway]:
    circles = {
        address: HANDLINGS.index(state.handling(address))
        for address, kept in state.answers.items()
        if (kept.value is not None or kept.declined) and address in state.path.on_path
    }
    if len(set(circles.values())) < 2:
        return

    def value_of(address: str) -> object:
        kept = state.answers.get(address)
        return kept.value if kept else None

    for address, circle in circles.items():
        behind = [place for place in decisive(state.compiled, value_of, address) if circles.get(place, 0) > circle]
        if behind:
            hidden = max(behind, key=lambda place: circles[place])
            yield GivesAway(address, hidden, HANDLINGS[circles[hidden]])


def restricting_changes(state: ResponseState, pairs: Iterable[GivesAway]) -> dict[str, Change]:
    """What makes each of these answers as narrow as the one it gives away, as far as its question allows."""
    changes = {}
    for pair in pairs:
        kept = state.answers[pair.address]
        allowed = state.compiled.handling(code_of(pair.address)).allowed
        narrow = [handling for handling in allowed if HANDLINGS.index(handling) <= HANDLINGS.index(pair.handling)]
        if narrow and HANDLINGS.index(narrow[-1]) > HANDLINGS.index(state.handling(pair.address)):
            changes[pair.address] = Change(kept.value, kept.revision, declined=kept.declined, handling=narrow[-1])
    return changes
