"""What of a posted page is not saved: to be kept for who typed it, and shown to them once more."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from surveyapp.definition import model as m
from surveyapp.definition.compiled import Compiled
from surveyapp.definition.path import code_of
from surveyapp.forms import PageInput
from surveyapp.storage.replies.responses import ResponseState
from surveyapp.storage.replies.unsaved import Parts, RefusedAnswer, Unsaved


def words_not_saved(state: ResponseState, page: PageInput) -> dict[str, Parts]:
    """Where nothing at all could be saved: what was typed and does not stand there."""
    changed = (address for address, value in page.values.items() if value != state.values.get(address))
    return {address: page.typed[address] for address in (*page.problems, *changed)}


def unticked_details(compiled: Compiled, page: PageInput) -> dict[str, Parts]:
    """Words typed beside a choice that is not ticked: they are no answer, and come back with the choice."""
    details = {address: _unticked(compiled, address, page.typed[address]) for address in page.values}
    return {address: parts for address, parts in details.items() if parts}


def _unticked(compiled: Compiled, address: str, posted: Parts) -> dict[str, list[str]]:
    question = compiled.questions[code_of(address)]
    if not isinstance(question, m.SingleChoice | m.MultipleChoice):
        return {}
    ticked = posted.get("", [])
    names = {
        f"detail.{choice.code}" for choice in compiled.choices(question) if choice.detail and choice.code not in ticked
    }
    return {
        name: list(values)
        for name, values in posted.items()
        if name in names and any(value.strip() for value in values)
    }


@dataclass(frozen=True)
class NotAccepted:
    """A value that was not accepted, for the lists of contents and review. `name`: whose it is, where not the reader's own."""

    address: str
    label: str
    section: str
    anchor: str
    name: str
    words: str = ""  #: what was typed, where it is the reader's own


def not_accepted(
    state: ResponseState, refused: Iterable[RefusedAnswer], own: Unsaved, reader: int, language: str
) -> list[NotAccepted]:
    """Those whose question is asked, in the order in which they were typed."""
    compiled = state.compiled
    return [
        NotAccepted(
            each.address,
            compiled.text(f"{code_of(each.address)}.label", language),
            compiled.section_of[code_of(each.address)],
            f"item-{each.address.replace('/', '-')}",
            "" if each.by == reader else each.name,
            _in_a_line(own.refused.get(each.address, {})) if each.by == reader else "",
        )
        for each in refused
        if each.address in state.path.on_path
    ]


def _in_a_line(parts: Parts) -> str:
    return " · ".join(value.strip() for values in parts.values() for value in values if value.strip())
