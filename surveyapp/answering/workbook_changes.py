"""What an uploaded workbook would change, worked out before anything is written.

A box that holds what it was given is untouched, whatever the answer has become on line meanwhile. A question with a
touched box is read as if its parts had been posted from the page; so the same checks and messages apply.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from werkzeug.datastructures import MultiDict

from surveyapp.definition import model as m
from surveyapp.definition.path import code_of, walk
from surveyapp.forms import PREFIX, as_posted, read_page
from surveyapp.handouts.fill_in.book import Book, Box, as_read_back
from surveyapp.handouts.fill_in.sandbox import ReturnedWorkbook
from surveyapp.storage.replies import revisions
from surveyapp.storage.replies.answers import AnswerContent, StoredAnswer
from surveyapp.storage.replies.responses import ResponseState
from surveyapp.words import LanguageWords, words_in

from .page import Page, problem_text
from .workbook_boxes import as_made, identity

NAME = re.compile(r"(?P<address>[a-z][a-z0-9_]*(?:/[a-z0-9]{6,12}/[a-z][a-z0-9_]*)?)(?P<suffix>[.=#!].*)?", re.DOTALL)
ITEM = re.compile(r"(?P<repeat>[a-z][a-z0-9_]*)/(?P<item>[a-z0-9]{6,12})/")


class WrongWorkbook(Exception):
    """It was not made for this reply: `participant`, `round`, `version`, `format`, or it was tampered with: `broken`."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


@dataclass(frozen=True)
class Proposed:
    """One answer that the workbook would change. `fields`: what confirming it posts."""

    address: str
    label: str
    section: str
    place: str  #: sheet and cell
    before: str
    after: str
    revision: int
    fields: tuple[tuple[str, str], ...]
    conflict: bool = False  #: it was changed on line since the workbook was made: `before` says to what
    asked: bool = True  #: as things would stand, does it belong to the reply?


@dataclass(frozen=True)
class Wrong:
    place: str
    label: str
    text: str


@dataclass(frozen=True)
class Preview:
    """What taking in a workbook would change, before it is taken in, and the cells that cannot be read."""

    changes: tuple[Proposed, ...]
    problems: tuple[Wrong, ...]

    @property
    def conflicts(self) -> list[Proposed]:
        """Changes to answers that were saved after the workbook was fetched."""
        return [change for change in self.changes if change.conflict]


def examine(state: ResponseState, read: ReturnedWorkbook, words: LanguageWords, now: datetime.datetime) -> Preview:
    """`words`: of the reader, who may have another language than the file. Raises WrongWorkbook."""
    language = _refuse_others(state, read.identity)
    try:
        earlier = revisions.answers_at(state.id, read.revisions)
    except KeyError:
        raise WrongWorkbook("broken") from None
    filled = _Filled(state, earlier, read, language, words, now)
    wanted, problems = filled.wanted()
    return Preview(tuple(_proposed(state, earlier, wanted, filled)), tuple(problems))


def _refuse_others(state: ResponseState, stated: Mapping[str, str]) -> str:
    language = stated.get("language", "")
    if language not in state.round.languages:
        raise WrongWorkbook("broken")
    expected = identity(state, language)
    for name in ("format", "participant", "round", "version"):
        if stated.get(name) != expected[name]:
            raise WrongWorkbook(name)
    return language


@dataclass(frozen=True)
class Held:
    """One cell as it came back."""

    value: Any
    kind: str
    place: str


class _Filled:
    """The uploaded workbook beside the one that was handed out."""

    def __init__(
        self,
        state: ResponseState,
        earlier: Mapping[str, StoredAnswer],
        read: ReturnedWorkbook,
        language: str,
        words: LanguageWords,
        now: datetime.datetime,
    ) -> None:
        self.state, self.earlier, self.compiled = state, earlier, state.compiled
        self.words, self.now = words, now
        values = {address: kept.value for address, kept in earlier.items() if kept.value is not None}
        path = walk(state.compiled, values, state.participant.facts(now.date()))
        self.base = replace(state, answers=earlier, path=path)
        self.held: dict[str, Held] = {}
        for name, value, kind, place in read.cells:
            if name in self.held:
                raise WrongWorkbook("broken")
            self.held[name] = Held(value, kind, place)
        self.items = self._items()
        self.book: Book = as_made(Page(self.base, words_in(language)), self.items, now)
        if set(self.held) - set(self.book.boxes):
            raise WrongWorkbook("broken")
        self.boxes: dict[str, list[Box]] = {}
        for name, box in self.book.boxes.items():
            self.boxes.setdefault(self.address(name), []).append(box)

    def address(self, name: str) -> str:
        parts = NAME.fullmatch(name)
        if parts is None:
            raise WrongWorkbook("broken")
        return parts["address"]

    def _items(self) -> dict[str, list[str]]:
        """The items that the file has, in its order. One of a list that there is not is tampering."""
        items_of: dict[str, list[str]] = {}
        for name in self.held:
            if parts := ITEM.match(name):
                items = items_of.setdefault(parts["repeat"], [])
                if parts["item"] not in items:
                    items.append(parts["item"])
        for repeat, items in items_of.items():
            question = self.compiled.questions.get(repeat)
            if not isinstance(question, m.Repeat) or len(items) > question.most:
                raise WrongWorkbook("broken")
        return items_of

    def touched(self, box: Box) -> bool:
        """A cell that the file no longer has is as it was: only an empty one clears an answer."""
        held = self.held.get(box.name)
        return held is not None and (
            held.kind in ("formula", "error") or held.value != as_read_back(self.book.shown(box))
        )

    def wanted(self) -> tuple[dict[str, AnswerContent], list[Wrong]]:
        """What each touched question would become, and what is wrong at which cell."""
        problems: list[Wrong] = []
        lists = self._lists()
        gone = {
            f"{repeat}/{item}/" for repeat, items in self.items.items() for item in items if item not in lists[repeat]
        }
        posted: MultiDict[str, Any] = MultiDict()
        reasons: dict[str, str | None] = {}
        for address, boxes in self.boxes.items():
            if not any(map(self.touched, boxes)) or any(address.startswith(prefix) for prefix in gone):
                continue
            wrong = list(self._post(address, boxes, posted, reasons))
            problems += wrong
            if not wrong:
                posted.add("asked", address)
        page = read_page(self.compiled, posted.getlist("asked"), posted)
        for address, problems_here in page.problems.items():
            problems += [
                Wrong(self._place(address, problem.part or ""), self._label(address), problem_text(problem, self.words))
                for problem in problems_here
            ]
        wanted = {
            address: self._content(address, value, reasons) for address, value in page.values.items()
        }  # fmt: skip
        before = self.base.values
        wanted |= {
            repeat: AnswerContent(items or None)
            for repeat, items in lists.items()
            if items != (before.get(repeat) or [])
        }
        return wanted, problems

    def _content(self, address: str, value: Any, reasons: Mapping[str, str | None]) -> AnswerContent:
        kept = self.earlier.get(address)
        stored = kept.content if kept else AnswerContent()
        reason = reasons.get(address, stored.declined)
        return AnswerContent(value, reason if value is None else None, stored.handling)

    def _lists(self) -> dict[str, list[str]]:
        """A filled row is an item; one whose row was emptied is taken out; one that was empty before stays."""
        lists = {}
        for repeat, items in self.items.items():
            before = list(self.base.values.get(repeat) or ())
            lists[repeat] = [
                item
                for item in items
                if self._filled(f"{repeat}/{item}/") or (item in before and not self._was_filled(f"{repeat}/{item}/"))
            ]
        return lists

    def _filled(self, prefix: str) -> bool:
        return any(
            self.held[box.name].value is not None or self.held[box.name].kind
            for address, boxes in self.boxes.items()
            if address.startswith(prefix)
            for box in boxes
            if box.name in self.held
        )

    def _was_filled(self, prefix: str) -> bool:
        return any(address.startswith(prefix) for address in self.base.values if address in self.boxes)

    def _post(
        self, address: str, boxes: list[Box], posted: MultiDict[str, Any], reasons: dict[str, str | None]
    ) -> Iterator[Wrong]:
        """The cells as the parts that the page would post; problems that only a cell can have."""
        for box in boxes:
            held, suffix = self.held.get(box.name), box.name.removeprefix(address)
            if held is None:
                value = as_read_back(self.book.shown(box))
                held = Held(value, "", "")
            if held.kind in ("formula", "error"):
                yield Wrong(
                    held.place, self._label(address), self.words.gettext("Write the answer itself, not a formula.")
                )
                continue
            value = _as_typed(box, held)
            if value is None:
                if suffix == "!reason":
                    reasons[address] = None
                continue
            if box.kind == "pick":
                codes = {label: code for code, label in self.book.lists[box.options]}
                value = codes.get(str(value).strip())
                if value is None:
                    yield Wrong(
                        held.place, self._label(address), self.words.gettext("Select one of the answers offered.")
                    )
                    continue
            if suffix == "!reason":
                reasons[address] = str(value)
                continue
            part, _sign, code = suffix.removeprefix(".").partition("=")
            part = part.partition("#")[0]
            posted.add(PREFIX + address + (f".{part}" if part else ""), code or value)

    def _place(self, address: str, part: str) -> str:
        """The cell of a problem's part, or the first of the question's."""
        names = [box.name for box in self.boxes[address]]
        for name in (f"{address}.{part}", f"{address}={part}", *names):
            if name in self.held and (self.held[name].place or name == names[-1]):
                return self.held[name].place
        return ""

    def place(self, address: str) -> str:
        touched = [box for box in self.boxes.get(address, ()) if self.touched(box)]
        return self.held[touched[0].name].place if touched else ""

    def _label(self, address: str) -> str:
        return label_of(self.state, address, self.words.language)


def _as_typed(box: Box, held: Held) -> Any:
    """A cell's content as it would be typed; numbers stay exact numbers where one is asked for."""
    value = held.value
    if isinstance(value, float) and value == int(value) and abs(value) < 1e15:
        value = int(value)
    if box.kind == "month" and held.kind == "date":
        return str(value)[:7]  # the spreadsheet made a day of it
    if isinstance(value, int | float) and box.kind != "number":
        return str(value)
    return value


def label_of(state: ResponseState, address: str, language: str) -> str:
    return state.compiled.text(f"{code_of(address)}.label", language)


def _proposed(
    state: ResponseState, earlier: Mapping[str, StoredAnswer], wanted: Mapping[str, AnswerContent], filled: _Filled
) -> Iterator[Proposed]:
    values = state.values | {address: content.value for address, content in wanted.items()}
    after = walk(
        state.compiled,
        {address: value for address, value in values.items() if value is not None},
        state.participant.facts(filled.now.date()),
    )
    order = state.compiled.layout.order
    page = Page(state, filled.words)
    for address in sorted(wanted, key=lambda address: (order[code_of(address)], address)):
        content, base, now = wanted[address], earlier.get(address), state.answers.get(address)
        before = base.content if base else AnswerContent()
        current = now.content if now else AnswerContent()
        same = (content.value, content.declined)
        if same in ((before.value, before.declined), (current.value, current.declined)):
            continue
        yield Proposed(
            address=address,
            label=label_of(state, address, page.language),
            section=state.compiled.section_of[code_of(address)],
            place=filled.place(address),
            before=in_words(page, address, current),
            after=in_words(page, address, content),
            revision=now.revision if now else 0,
            fields=tuple(_fields(state, address, content)),
            conflict=(now.revision if now else 0) != (base.revision if base else 0),
            asked=address in after.on_path,
        )


def in_words(page: Page, address: str, content: AnswerContent) -> str:
    """An answer, or the reason why it is left open, in the reader's language. `address`: where it stands in the reply."""
    if content.declined:
        return page.words.gettext("Left open: %(reason)s", reason=page.reasons[content.declined])
    return page.in_words(page.compiled.questions[code_of(address)], content.value)


def _fields(state: ResponseState, address: str, content: AnswerContent) -> Iterator[tuple[str, str]]:
    for part, values in as_posted(state.compiled.questions[code_of(address)], content.value).items():
        yield from ((PREFIX + address + (f".{part}" if part else ""), value) for value in values)
    if content.declined:
        yield f"d-{address}", content.declined
