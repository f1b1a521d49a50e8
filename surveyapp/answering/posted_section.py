"""A posted section, processed: read by the definition, checked, and saved into a store; then the buttons of lists."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from werkzeug.datastructures import MultiDict

from surveyapp.definition import model as m
from surveyapp.definition.path import Path, code_of
from surveyapp.definition.question_types import is_empty
from surveyapp.forms import PageInput, read_page
from surveyapp.storage.replies.answers import UNCHANGED, Change
from surveyapp.storage.replies.responses import NotEditable, ResponseState, SaveResult

from .not_saved import unticked_details, words_not_saved
from .page import RedisplayState
from .removed_items import removed_items
from .store import AnswerStore, ForgedFields, ForgedPost

Form = MultiDict[str, str]


@dataclass(frozen=True)
class SectionResult:
    """What came of a posted section: what was saved, and what has to be shown once more."""

    saved: SaveResult
    redisplay: RedisplayState
    appeared: frozenset[str]  #: questions of this section that came on path and are still open
    changed_elsewhere: frozenset[str] = frozenset()  #: answers that stand there now and were not posted

    @property
    def path(self) -> Path:
        """What is asked and missing after the save."""
        return self.saved.path

    @property
    def clean(self) -> bool:
        """Whether everything that was posted was taken."""
        return not (self.redisplay.problems or self.redisplay.conflicts or self.redisplay.removed)


def process_submission(
    store: AnswerStore, section: str, form: Form, language: str, only: str | None = None
) -> SectionResult:
    """Saves what is right on the posted page and keeps the rest to be shown again.

    `only`: the address of the one question that an autosave means. Raises ForgedPost, and what the store's `save` raises.
    """
    store, form = _with_item_given_back(store, section, form, language)
    form = _without_discarded(store, form)
    page = read_section(store, section, form, only)
    changes = section_changes(store, section, form, page)
    try:
        saved = store.save(changes, channel="autosave" if only else "page", language=language)
    except NotEditable:
        store.keep_unsaved([], words_not_saved(store.state, page), {})
        raise
    refused = {
        address: page.typed[address]
        for address in (*page.problems, *saved.conflicts)
        if address in page.typed and not (only and _is_overtaken(store, page, address))
    }
    store.keep_unsaved(list(page.typed), refused, unticked_details(store.state.compiled, page))
    removed = () if only or not store.official_reply else removed_items(store.state, section, form)
    redisplay = RedisplayState(page.typed, page.problems, saved.conflicts, removed)
    appeared = _appeared(store.state, section, changes, saved.path)
    return SectionResult(saved, redisplay, appeared, _changed_elsewhere(saved, changes))


def _is_overtaken(store: AnswerStore, page: PageInput, address: str) -> bool:
    """Did an autosave arrive after the same person's later save of the same field? What it brings was mended by that one."""
    stored, drawn = store.state.answers.get(address), page.revisions.get(address)
    return stored is not None and drawn is not None and stored.revision > drawn and stored.by == store.person_id


def _with_item_given_back(store: AnswerStore, section: str, form: Form, language: str) -> tuple[AnswerStore, Form]:
    """An item that was removed meanwhile is given back first, so that the words for it find their place in the same save."""
    button = first_value(form, "item")
    wanted = store.official_reply and any(
        f"back:{item.address}" == button for item in removed_items(store.state, section, form)
    )
    if not wanted:
        return store, form
    store.save(list_changes(store.state, section, button), channel="page", language=language)
    return store.renewed(), MultiDict([(name, value) for name, value in form.items(multi=True) if name != "item"])


def _without_discarded(store: AnswerStore, form: Form) -> Form:
    """Without the answer that the button `discard` names: what is saved there stands."""
    address = first_value(form, "discard")
    if not address:
        return form
    store.discard(address)
    return MultiDict([(name, value) for name, value in form.items(multi=True) if (name, value) != ("asked", address)])


def _changed_elsewhere(saved: SaveResult, changes: Mapping[str, Change]) -> frozenset[str]:
    """What stands there now, and was not posted: somebody else has changed what this page left as it was drawn."""
    answers = saved.state.answers if saved.state else {}
    return frozenset(
        address
        for address, change in changes.items()
        if address not in saved.conflicts
        and (kept := answers.get(address)) is not None
        and change.expected is not None
        and (
            kept.value != change.value
            or (change.value is None and change.declined not in (UNCHANGED, kept.declined))
            or (change.handling not in (UNCHANGED, None) and (kept.handling or change.handling) != change.handling)
        )
    )


def read_section(store: AnswerStore, section: str, form: Form, only: str | None = None) -> PageInput:
    """The posted answers of the questions that were on the page. Raises ForgedFields for any other."""
    allowed = store.answerable(addresses_of(store.state, section))
    if only is not None:
        if only not in allowed:
            raise ForgedFields([only])
        return read_page(store.state.compiled, [only], _fields_of(form, only))
    page = read_page(store.state.compiled, allowed, form)
    if page.unknown and (forged := store.forged(section, page.unknown)):
        raise ForgedFields(forged)
    return page


def section_changes(store: AnswerStore, section: str, form: Form, page: PageInput) -> dict[str, Change]:
    """What the page asks to be written: its answers, its list buttons, an answer of last time that it confirms."""
    changes = {address: change_of(store, page, address) for address in page.values}
    changes |= list_changes(store.state, section, first_value(form, "item"))
    confirmed = first_value(form, "confirm")
    return changes | (store.confirm(section, confirmed) if confirmed else {})


def addresses_of(state: ResponseState, section: str) -> list[str]:
    """What may be posted on this section's page: the questions on path, nothing else."""
    compiled = state.compiled
    return [
        address
        for address in state.path.on_path
        if compiled.section_of[code_of(address)] == section
        and not isinstance(compiled.questions[code_of(address)], m.Calculation | m.Repeat)
    ]


def names_of_elsewhere(state: ResponseState, section: str, names: tuple[str, ...]) -> list[str]:
    """Posted names that were never on this section's page.

    Fields of its own questions that another page or colleague has meanwhile taken off path are no forgery.
    """
    codes = {name: code_of(name.removeprefix("q-").split(".")[0]) for name in names}
    return [name for name, code in codes.items() if state.compiled.section_of.get(code) != section]


def _fields_of(form: Form, only: str) -> Form:
    """An autosave sends the whole form, for htmx does; only one question of it is meant."""
    return MultiDict([(name, value) for name, value in form.items(multi=True) if name != "asked" or value == only])


def _appeared(state: ResponseState, section: str, changes: Mapping[str, Change], path: Path) -> frozenset[str]:
    """Questions of this section that are newly on path and that nothing is answered to yet."""
    new = path.on_path - state.path.on_path
    if not new:
        return new
    values = state.values | {address: change.value for address, change in changes.items()}
    return frozenset(address for address in new if _is_open(state, section, address, values.get(address)))


def _is_open(state: ResponseState, section: str, address: str, value: object) -> bool:
    question = state.compiled.questions[code_of(address)]
    in_section = state.compiled.section_of[question.code] == section
    return in_section and not isinstance(question, m.Calculation) and is_empty(question, value)


def first_value(form: Form, name: str) -> str:
    """Empty where the field is not there. `get` makes a whole exception of each name that is not there."""
    values = form.getlist(name)
    return values[0] if values else ""


def change_of(store: AnswerStore, page: PageInput, address: str) -> Change:
    """Raises ForgedPost for a reason, a handling or a file that this question does not have."""
    question = store.state.compiled.questions[code_of(address)]
    reason, handling = page.reasons.get(address), page.handlings.get(address, UNCHANGED)
    bounds = store.state.compiled.handling(question.code)
    if reason and (reason not in m.REASONS or getattr(question, "need", None) != "recommended"):
        raise ForgedPost(f"{address}: the reason {reason!r}")
    if handling not in (UNCHANGED, *bounds.allowed, store.state.handling(address)):
        raise ForgedPost(f"{address}: the handling {handling!r}")
    file = (page.values[address] or {}).get("file") if isinstance(question, m.Document) else None
    if file and not store.holds_file(address, file):
        raise ForgedPost(f"{address}: a file that was never handed in for this answer")
    return Change(page.values[address], page.revisions[address], declined=reason, handling=handling)


def list_changes(state: ResponseState, section: str, button: str) -> dict[str, Change]:
    """`button` = add:REPEAT · remove:REPEAT/ITEM · up:… · down:… · back:…; empty: none was pressed. Raises ForgedPost."""
    verb, _, target = button.partition(":")
    repeat, _, item = target.partition("/")
    if not verb:
        return {}
    question = state.compiled.questions.get(repeat)
    if not isinstance(question, m.Repeat) or state.compiled.section_of[repeat] != section or verb not in MOVES:
        raise ForgedPost(f"the button {button!r}")
    if repeat not in state.path.on_path:
        raise ForgedPost(f"the button {button!r} of a list that is not asked")
    stored = state.answers.get(repeat)
    items = list(stored.value or ()) if stored else []
    changed = MOVES[verb](items, item)
    if changed is None or len(changed) > question.most:
        return {}
    return {repeat: Change(changed or None, stored.revision if stored else 0)}


Items = list[str]
#: a list's item ids and the item that is meant → the ids afterwards; None: nothing to do
ListMove = Callable[[Items, str], Items | None]


def _add(items: Items, item: str) -> Items | None:
    return [*items, secrets.token_hex(4)]


def _remove(items: Items, item: str) -> Items | None:
    return [other for other in items if other != item] if item in items else None


def _move(step: int) -> ListMove:
    def move(items: Items, item: str) -> Items | None:
        if item not in items:
            return None
        place = items.index(item)
        target = min(max(place + step, 0), len(items) - 1)
        items.insert(target, items.pop(place))
        return items

    return move


def _restore(items: Items, item: str) -> Items | None:
    is_item_id = item.isascii() and item.isalnum() and 6 <= len(item) <= 12
    return [*items, item] if is_item_id and item not in items else None


MOVES: Mapping[str, ListMove] = {
    "add": _add,
    "remove": _remove,
    "up": _move(-1),
    "down": _move(1),
    "back": _restore,
}
