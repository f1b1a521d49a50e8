"""Items of a list that somebody removed while another page had them: told with their words, and given back on request."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass

from werkzeug.datastructures import MultiDict

from surveyapp.definition import model as m
from surveyapp.definition.path import items_of
from surveyapp.definition.typed_text import is_blank
from surveyapp.forms import PREFIX, as_posted, split_name
from surveyapp.storage.replies import revisions
from surveyapp.storage.replies.responses import ResponseState

Form = MultiDict[str, str]


@dataclass(frozen=True)
class RemovedItem:
    """`address`: repeat/item; `by`: the id of who removed it; `fields`: name → posted values that stand nowhere else."""

    address: str
    by: int | None
    at: datetime.datetime
    fields: Mapping[str, list[str]]

    @property
    def words(self) -> list[str]:
        """What was typed, to be read again."""
        return [value for values in self.fields.values() for value in values if not is_blank(value)]


def removed_items(state: ResponseState, section: str, form: Form) -> tuple[RemovedItem, ...]:
    """Those of this section in whose fields the form says what is not stored, in the form's order."""
    fields: dict[str, dict[str, list[str]]] = {}
    for name, values in form.lists():
        address = _item_of(name)
        if address and _is_gone(state, section, address) and _is_news(state, name, values):
            fields.setdefault(address, {})[name] = values
    removals = ((address, _removal(state, address)) for address in fields)
    return tuple(RemovedItem(address, *removal, fields[address]) for address, removal in removals if removal)


def is_removed(state: ResponseState, section: str, address: str) -> bool:
    """Does the address of a question stand in an item that once was there and is no more?"""
    item = _item_of(PREFIX + address)
    return item is not None and _is_gone(state, section, item) and _removal(state, item) is not None


def _item_of(name: str) -> str | None:
    split = split_name(name) if name.startswith(PREFIX) else None
    return split[0].rpartition("/")[0] or None if split else None


def _is_gone(state: ResponseState, section: str, address: str) -> bool:
    repeat, _, item = address.partition("/")
    question = state.compiled.questions.get(repeat)
    if not isinstance(question, m.Repeat) or state.compiled.section_of[repeat] != section:
        return False
    stored = state.answers.get(repeat)
    return item not in items_of(stored.value if stored else None)


def _is_news(state: ResponseState, name: str, values: list[str]) -> bool:
    split = split_name(name)
    if split is None or not any(not is_blank(value) for value in values):
        return False
    address, part = split
    question = state.compiled.questions.get(address.rpartition("/")[2])
    stored = state.answers.get(address)
    return question is not None and as_posted(question, stored.value if stored else None).get(part, []) != values


def _removal(state: ResponseState, address: str) -> tuple[int | None, datetime.datetime] | None:
    """(who, when) took it out; None where it never was in the list."""
    repeat, _, item = address.partition("/")
    there, removal = False, None
    for revision in revisions.history(state.id, repeat):
        now = item in items_of(revision.value)
        if there and not now:
            removal = (revision.by, revision.at)
        there = now
    return removal
