"""Takes a posted section in: read, check, save; then the buttons of repeats."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import abort, request
from werkzeug.datastructures import MultiDict

from surveyapp.definition import model as m
from surveyapp.definition.path import Path, code_of
from surveyapp.definition.question_types import is_empty
from surveyapp.forms import PageInput, read_page
from surveyapp.storage.replies import documents
from surveyapp.storage.replies.responses import AS_IT_WAS, Change, ResponseState, Saved
from surveyapp.storage.replies.saving import save_answers
from surveyapp.web.locale import current_language
from surveyapp.web.respondent.routes import person_id

from .page import Again


@dataclass(frozen=True)
class Outcome:
    path: Path
    again: Again
    saved: Saved
    appeared: frozenset[str]  #: questions of this section that came on path and are still open

    @property
    def clean(self) -> bool:
        return not (self.again.problems or self.again.conflicts)


def addresses_of(state: ResponseState, section: str) -> list[str]:
    """What may be posted on this section's page: the questions on path, nothing else."""
    compiled = state.compiled
    return [
        address
        for address in state.path.on_path
        if compiled.section_of[code_of(address)] == section
        and not isinstance(compiled.questions[code_of(address)], m.Calculation | m.Repeat)
    ]


def take_in(state: ResponseState, section: str, only: str | None = None) -> Outcome:
    """Saves what is right on the posted page and keeps the rest to be shown again. 400 for a forged field."""
    allowed = addresses_of(state, section)
    page = read_page(state.compiled, [only] if only in allowed else allowed, posted(only))
    if only is None and page.unknown and not _went_off_path(state, section, page.unknown):
        abort(400)
    if only is not None and only not in allowed:
        abort(400)
    return _save(state, section, page, "autosave" if only else "page")


def posted(only: str | None) -> MultiDict[str, str]:
    """An autosave sends the whole form, for htmx does; only one question of it is meant."""
    if only is None:
        return request.form
    kept = [(name, value) for name, value in request.form.items(multi=True) if name != "asked" or value == only]
    return MultiDict(kept)


def _went_off_path(state: ResponseState, section: str, names: Sequence[str]) -> bool:
    """Fields of questions that another page or colleague has meanwhile taken off path are no forgery."""
    codes = {code_of(name.removeprefix("q-").split(".")[0]) for name in names}
    return all(state.compiled.section_of.get(code) == section for code in codes)


def _save(state: ResponseState, section: str, page: PageInput, channel: str) -> Outcome:
    changes = {address: change_of(state, page, address) for address in page.values}
    changes |= buttons(state, section)
    changes |= confirmed(state, section)
    how = {"channel": channel, "language": current_language()}
    saved = save_answers(state.id, changes, by=person_id(), seen=state, **how)
    new = saved.path.on_path - state.path.on_path
    appeared = _still_open(state, section, new, changes) if new else new
    return Outcome(saved.path, Again(page.typed, page.problems, saved.conflicts), saved, appeared)


def _still_open(
    state: ResponseState, section: str, new: frozenset[str], changes: Mapping[str, Change]
) -> frozenset[str]:
    """Those of this section that nothing is answered to yet."""
    values = state.values | {address: change.value for address, change in changes.items()}
    return frozenset(
        address
        for address in new
        if state.compiled.section_of[code_of(address)] == section
        and is_empty(state.compiled.questions[code_of(address)], values.get(address))
        and not isinstance(state.compiled.questions[code_of(address)], m.Calculation)
    )


def posted_one(name: str) -> str:
    """The first value of a field; empty where there is none. `get` makes a whole exception of each name that is not there."""
    values = request.form.getlist(name)
    return values[0] if values else ""


def change_of(state: ResponseState, page: PageInput, address: str) -> Change:
    """400 for a reason or a handling that this question does not offer: no page of ours sends one."""
    question = state.compiled.questions[code_of(address)]
    reason, handling = page.reasons.get(address), page.handlings.get(address, AS_IT_WAS)
    bounds = state.compiled.handling(question.code)
    if reason and (reason not in m.REASONS or getattr(question, "need", None) != "recommended"):
        abort(400)
    if handling not in (AS_IT_WAS, *bounds.allowed):
        abort(400)
    file = (page.values[address] or {}).get("file") if isinstance(question, m.Document) else None
    if file and documents.find(state.id, file, address) is None:  # one that was never handed in for this answer
        abort(400)
    chosen = None if handling == bounds.default else handling
    return Change(page.values[address], page.revisions[address], declined=reason, handling=chosen)


def confirmed(state: ResponseState, section: str) -> dict[str, Change]:
    """`confirm` = the question whose answer of last time stands unchanged; a list is confirmed with all its items."""
    address, last = posted_one("confirm"), state.earlier
    if not address:
        return {}
    if last is None or address not in last.answers or "/" in address or address not in state.path.on_path:
        abort(400)
    if state.compiled.section_of[address] != section:
        abort(400)
    changes = {}
    for place, value in ({address: last.answers[address]} | last.inside(address)).items():
        if isinstance(value, dict) and "file" in value:
            documents.adopt(last.response_id, state.id, place, value["file"], by=person_id())
        stored = state.answers.get(place)
        changes[place] = Change(value, stored.revision if stored else 0, confirms=True)
    return changes


def buttons(state: ResponseState, section: str) -> dict[str, Change]:
    """`item` = add:REPEAT · remove:REPEAT/ITEM · up:… · down:… · back:…"""
    verb, _, target = posted_one("item").partition(":")
    repeat, _, item = target.partition("/")
    if not verb:
        return {}
    question = state.compiled.questions.get(repeat)
    if not isinstance(question, m.Repeat) or state.compiled.section_of[repeat] != section or verb not in MOVES:
        abort(400)
    if repeat not in state.path.on_path:
        abort(400)
    stored = state.answers.get(repeat)
    items = list(stored.value or ()) if stored else []
    changed = MOVES[verb](items, item)
    if changed is None or len(changed) > question.most:
        return {}
    return {repeat: Change(changed or None, stored.revision if stored else 0)}


def _add(items: list[str], item: str) -> list[str] | None:
    return [*items, secrets.token_hex(4)]


def _remove(items: list[str], item: str) -> list[str] | None:
    return [other for other in items if other != item] if item in items else None


def _move(step: int) -> Any:
    def move(items: list[str], item: str) -> list[str] | None:
        if item not in items:
            return None
        place = items.index(item)
        target = min(max(place + step, 0), len(items) - 1)
        items.insert(target, items.pop(place))
        return items

    return move


def _back(items: list[str], item: str) -> list[str] | None:
    known = item.isascii() and item.isalnum() and 6 <= len(item) <= 12
    return [*items, item] if known and item not in items else None


MOVES = {"add": _add, "remove": _remove, "up": _move(-1), "down": _move(1), "back": _back}
