"""A section's page: the blocks of `layout` with this State's answers in them."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from markupsafe import Markup

from surveyapp.analysis.labels import HANDLING_LABELS
from surveyapp.definition import model as m
from surveyapp.definition.compiled import Compiled
from surveyapp.definition.messages import N_
from surveyapp.definition.path import Path
from surveyapp.definition.punctuation import labelled
from surveyapp.definition.question_types import AnswerProblem, shown
from surveyapp.definition.question_types.display import REASON_LABELS
from surveyapp.definition.texts import pipe_html
from surveyapp.definition.typed_text import count_characters
from surveyapp.definition.word_count import count_words
from surveyapp.forms import as_posted, problems_of
from surveyapp.storage.replies.answers import StoredAnswer
from surveyapp.storage.replies.previous_reply import PreviousReply
from surveyapp.storage.replies.responses import ResponseState
from surveyapp.storage.replies.unsaved import NONE, Unsaved
from surveyapp.words import LanguageWords

from .layout import NEED_LABELS, Block, Option, blocks
from .removed_items import RemovedItem

NOTHING: tuple[str, ...] = ()
#: of words that would be accepted, and were typed when they could not be saved
NOT_SAVED = N_("This is not saved. Save it, or discard it.")


@dataclass(frozen=True)
class PageAddresses:
    """Where the parts of a page lead; empty where a page has no such part."""

    answer: str = ""  #: one question is saved here
    history: str = ""  #: an answer's history stands here, followed by its address
    files: str = ""  #: a file for an answer is handed in here, followed by its address
    documents: str = ""  #: a file that was handed in is given back here, followed by its SHA-256
    comments: str = ""  #: the comments on a question stand here, followed by its address


@dataclass(frozen=True)
class RedisplayState:
    """What is shown once more after a save: typed parts, problems, and newer answers that stood there instead."""

    typed: Mapping[str, Mapping[str, list[str]]] = field(default_factory=dict)
    problems: Mapping[str, tuple[AnswerProblem, ...]] = field(default_factory=dict)
    conflicts: Mapping[str, StoredAnswer] = field(default_factory=dict)
    removed: tuple[RemovedItem, ...] = ()  #: items that the page had, and that somebody removed meanwhile


@dataclass(frozen=True)
class Entry:
    """One block as it is drawn now. `id` is for the document, `name` for the form."""

    block: Block
    address: str
    asked: bool
    label: Markup
    hint: Markup | None
    parts: Mapping[str, list[str]] = field(default_factory=dict)
    problems: tuple[tuple[str, str], ...] = ()  #: (the part's id, what is wrong)
    revision: int = 0
    saved_at: datetime.datetime | None = None
    offered: frozenset[str] | None = None
    output: str = ""  #: a calculation's value; in a conflict, the newer answer
    conflict: StoredAnswer | None = None
    declined: str | None = None  #: why it is left open
    handling: str = ""  #: who may see it
    last_time: str = ""  #: what was answered in the participant's last reply to this questionnaire
    basis: str | None = None  #: confirmed or changed, of an answer that was given last time too
    items: tuple[Item, ...] = ()
    removed: tuple[str, ...] = ()
    refused: bool = False  #: what is in the field was not accepted, and is not saved
    details: Mapping[str, list[str]] = field(default_factory=dict)  #: words beside choices that are not ticked
    official: str | None = None  #: the State's answer, where the field holds a colleague's
    returned: str | None = None  #: what the focal point said when returning the colleague's proposal

    @property
    def id(self) -> str:
        """For the document: without a slash, which an item's address has."""
        return self.address.replace("/", "-")

    @property
    def name(self) -> str:
        """For the form: what a posted field of this question begins with."""
        return "q-" + self.address

    def first(self, part: str = "") -> str:
        """The text to show in a field of the question; `part` is empty for a question of one field."""
        values = self.parts.get(part) or self.details.get(part)
        return values[0] if values else ""

    def all(self, part: str = "") -> list[str] | tuple[str, ...]:
        """The values that are picked in a part of several, such as choices."""
        return self.parts.get(part, NOTHING)

    @property
    def handlings(self) -> tuple[str, ...]:
        """What may be chosen of who sees it. One that the version no longer allows stays as long as it stands there."""
        allowed = self.block.allowed
        return allowed if self.handling in allowed else (*allowed, self.handling)

    @property
    def options(self) -> tuple[Option, ...]:
        """The choices in sight. One that is no longer offered stays as long as it is chosen."""
        if self.offered is None:
            return self.block.options
        seen = self.offered.union(self.parts.get("", NOTHING), self.parts)  # a ranking names its choices as parts
        return tuple(option for option in self.block.options if option.code in seen)

    @property
    def link_places(self) -> list[int]:
        """The rows of a list of links: those filled, and one more."""
        used = [int(part.split(".")[0]) for part in self.parts if part.split(".")[0].isdigit()]
        return list(range(min(max(used, default=-1) + 2, self.block.question.most)))

    @property
    def counted(self) -> int:
        """How many words, or else characters, the text has by the count that its limit is held to."""
        typed = self.first().replace("\r\n", "\n")
        return count_words(typed) if self.block.question.max_words else count_characters(typed)

    @property
    def described_by(self) -> str:
        """The ids of the hint and of the problems, for `aria-describedby`."""
        ids = [f"hint-{self.id}"] if self.hint else []
        ids += [f"problem-{self.id}"] if self.problems else []
        return " ".join(ids)


@dataclass(frozen=True)
class Item:
    id: str
    number: int
    title: str
    entries: tuple[Entry, ...]


class Page:
    """A section's entries for one reader, in one language, with addresses as data.

    `path` and `redisplay` may be newer than the state's own. `own`: the reader answers for the State, and so may say who
    sees an answer and look at its history.
    """

    own = True

    def __init__(
        self,
        state: ResponseState,
        words: LanguageWords,
        addresses: PageAddresses | None = None,
        path: Path | None = None,
        redisplay: RedisplayState | None = None,
        unsaved: Unsaved = NONE,
    ) -> None:
        self.state, self.words, self.language = state, words, words.language
        self.unsaved = unsaved
        self.addresses = addresses or PageAddresses()
        self.path = path or state.path
        self.redisplay = redisplay or RedisplayState()
        self.compiled = state.compiled

    @cached_property
    def kept_by(self) -> tuple[Any, ...]:
        """What of the page is in a kept piece of it; see `web.respondent.kept_pieces`."""
        return self.own, self.addresses.answer, self.addresses.history

    def document_address(self, sha256: str) -> str:
        """Where the file can be fetched; empty where this reader's page has no files."""
        return f"{self.addresses.documents}{sha256}" if self.addresses.documents else ""

    @cached_property
    def earlier(self) -> PreviousReply | None:
        """Offered to who answers for the State, as long as it may be answered."""
        return self.state.earlier if self.own else None

    @cached_property
    def earlier_round(self) -> str:
        """The title of the round of the last reply, in the reader's language; empty if there is none."""
        last = self.earlier
        return (last.titles.get(self.language) or last.titles["en"]) if last else ""

    @cached_property
    def reasons(self) -> dict[str, str]:
        """Why an answer may be left open: code → label."""
        return {reason: self.words.gettext(label) for reason, label in REASON_LABELS.items()}

    @cached_property
    def handlings(self) -> dict[str, str]:
        """Who may see an answer: code → label."""
        return {handling: self.words.gettext(label) for handling, label in HANDLING_LABELS.items()}

    @cached_property
    def needs(self) -> dict[str, str]:
        """Required, recommended, optional: code → label."""
        return {need: self.words.gettext(label) for need, label in NEED_LABELS.items()}

    @cached_property
    def _saved_at(self) -> str:
        return self.words.gettext("Saved at %(time)s")

    def saved_line(self, entry: Entry) -> str:
        """When the answer was saved (UTC, hours and minutes), as a sentence; empty if it was not."""
        at = entry.saved_at
        return self._saved_at % {"time": self.words.clock(at)} if at else ""

    def saved_now(self, entry: Entry, now: datetime.datetime) -> str:
        """What an autosave has just done, at its field."""
        return self._saved_at % {"time": self.words.clock(now)}

    def entries(self, section: str) -> tuple[Entry, ...]:
        """The section's blocks as they are drawn now, those that are not asked included."""
        return tuple(self.entry(block, "") for block in blocks(self.compiled, section, self.language))

    def entry(self, block: Block, prefix: str) -> Entry:
        """`prefix`: the address of the repeat's item that it stands in, with its slash; empty outside of one."""
        address = prefix + block.code
        asked = address in self.path.on_path or address in self.path.notes
        if not asked:
            return Entry(block, address, False, block.label, block.hint)
        label, hint = self.piped(block, prefix)
        if block.type == "calculation":
            return Entry(block, address, True, label, hint, output=self.display(block.code, address))
        if not block.is_question:
            return Entry(block, address, True, label, hint)
        return self._question(block, address, label, hint)

    def _question(self, block: Block, address: str, label: Markup, hint: Markup | None) -> Entry:
        stored = self.state.answers.get(address)
        conflict = self.redisplay.conflicts.get(address)
        value = stored.value if stored else None
        newest = conflict or stored
        typed = self.redisplay.typed.get(address)
        if typed is None or not (address in self.redisplay.problems or conflict is not None):
            typed = self.unsaved.refused.get(address)
        repeat = block.type == "repeat"
        refused = typed is not None and conflict is None
        return Entry(
            block,
            address,
            True,
            label,
            hint,
            parts=typed if typed is not None else as_posted(block.question, value),
            problems=self._problems(block, address, typed),
            revision=newest.revision if newest else 0,
            saved_at=stored.at if stored and value is not None else None,
            offered=self.path.offered.get(address),
            output=self._stands_instead(block, conflict or (stored if refused else None)),
            conflict=conflict,
            declined=stored.declined if stored else None,
            handling=self.state.handling(address),
            last_time=self._last_time(block, address),
            basis=stored.basis if stored else None,
            items=tuple(self._items(block, address, value)) if repeat else (),
            removed=self._removed(address, value) if repeat else (),
            refused=refused,
            details=self.unsaved.details.get(address, {}),
        )

    def _stands_instead(self, block: Block, answer: StoredAnswer | None) -> str:
        return self.in_words(block.question, answer.value) if answer else ""

    def _last_time(self, block: Block, address: str) -> str:
        """In words; of a list, as a whole."""
        last = self.earlier
        if last is None or "/" in address or address not in last.answers:
            return ""
        if block.type != "repeat":
            return self.in_words(block.question, last.answers[address])
        lines = []
        for number, item in enumerate(last.answers[address], 1):
            inner = [
                self.in_words(part.question, last.answers[place])
                for part in block.inside
                if (place := f"{address}/{item}/{part.code}") in last.answers
            ]
            head = f"{block.item_label} {self.words.number(number)}"
            lines.append(labelled(head, " · ".join(inner), self.language))
        return "\n".join(lines)

    def _items(self, block: Block, address: str, value: Any) -> Iterator[Item]:
        for number, item in enumerate(value or (), 1):
            prefix = f"{address}/{item}/"
            entries = tuple(self.entry(part, prefix) for part in block.inside)
            title = (
                self.display(block.question.item_title, prefix + block.question.item_title)
                if block.question.item_title
                else ""
            )
            head = f"{block.item_label} {self.words.number(number)}"
            yield Item(item, number, labelled(head, str(title), self.language) if title else head, entries)

    def _removed(self, address: str, value: Any) -> tuple[str, ...]:
        """Items that were taken out and still have answers: they can be put back."""
        held = {
            place.split("/")[1]
            for place, stored in self.state.answers.items()
            if place.startswith(address + "/") and stored.value is not None
        }
        return tuple(sorted(held - set(value or ())))

    def _problems(
        self, block: Block, address: str, typed: Mapping[str, list[str]] | None
    ) -> tuple[tuple[str, str], ...]:
        ident = address.replace("/", "-")
        refused = self.redisplay.problems.get(address, ())
        if not refused and typed is not None and address not in self.redisplay.conflicts:
            refused = problems_of(self.compiled, address, typed) or (AnswerProblem(NOT_SAVED),)
        problems = [
            (f"{ident}.{problem.part}" if problem.part else ident, problem_text(problem, self.words))
            for problem in refused
        ]
        if problems or not self.path.violations:
            return tuple(problems)
        broken = (violation.key for violation in self.path.violations if violation.address == address)
        return tuple((ident, violation_text(self.compiled, key, self.words)) for key in broken)

    def piped(self, block: Block, prefix: str) -> tuple[Markup, Markup | None]:
        """Its label and hint, with earlier answers in their places."""
        if not block.pipes:
            return block.label, block.hint

        def answer(code: str) -> str | None:
            return self.display(code, prefix + code if self.compiled.repeat_of.get(code) else code) or None

        label = Markup(pipe_html(block.label, answer))  # noqa: S704 - answers are escaped by pipe_html
        hint = Markup(pipe_html(block.hint, answer)) if block.hint else None  # noqa: S704 - as above
        return label, hint

    def display(self, code: str, address: str) -> str:
        """The answer on path at an address, as text; empty where there is none."""
        question = self.compiled.questions[code]
        if isinstance(question, m.Calculation):
            value = self.path.calculated.get(address)
        else:
            stored = self.state.answers.get(address)
            value = stored.value if stored and address in self.path.on_path else None
        return self.in_words(question, value)

    def in_words(self, question: Any, value: Any) -> str:
        """A value of the question's type as one plain string in the reader's language."""
        return shown(self.compiled, question, value, self.language, self.words)


class TrialPage(Page):
    """Of a questionnaire that is being tried: nobody's answers, so that there is no visibility to set and no history."""

    own = False


def every_entry(entries: Iterable[Entry]) -> Iterator[Entry]:
    """The entries and, behind each list, those of its items."""
    for entry in entries:
        yield entry
        for item in entry.items:
            yield from item.entries


def error_summary(entries: Iterable[Entry], words: LanguageWords) -> list[tuple[str, str]]:
    """(what is wrong, the id of the field) of a page's entries; answers that were changed elsewhere come last."""
    every = list(every_entry(entries))
    problems = [(text, f"field-{ident}") for entry in every for ident, text in entry.problems]
    changed = words.gettext("This answer was changed elsewhere meanwhile.")
    return problems + [(changed, f"field-{entry.id}") for entry in every if entry.conflict]


def problem_text(problem: AnswerProblem, words: LanguageWords) -> str:
    """What is wrong, as a sentence in the reader's language with its numbers filled in."""
    message = words.gettext(problem.message)
    return message % problem.params if problem.params else message


def violation_text(compiled: Compiled, key: str, words: LanguageWords) -> str:
    """The author's own message, where the rule has one."""
    if key:
        return compiled.text(key, words.language)
    return words.gettext("This answer is no longer offered. Select another one.")
