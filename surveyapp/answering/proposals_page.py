"""A section as a colleague sees it: own proposals in the fields, other parts of the reply nowhere."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from markupsafe import Markup

from surveyapp.definition import model as m
from surveyapp.definition.path import code_of, walk
from surveyapp.storage.replies.answers import StoredAnswer
from surveyapp.storage.replies.delegations import DelegatePermissions
from surveyapp.storage.replies.drafts import Draft
from surveyapp.storage.replies.proposals import ProposedAnswer
from surveyapp.storage.replies.responses import ResponseState
from surveyapp.storage.replies.unsaved import NONE, Unsaved
from surveyapp.words import LanguageWords

from .layout import Block
from .page import Entry, Page, PageAddresses, RedisplayState


@dataclass(frozen=True)
class Part:
    """`kind`: form (may be answered) · text (may be read) · heading."""

    kind: str
    entry: Entry
    answer: str = ""


@dataclass(frozen=True)
class OwnWords:
    """What a colleague proposes in one reply, sent and not sent, and what the focal point said to them on returning it."""

    sent: list[ProposedAnswer] = field(default_factory=list)
    drafts: list[Draft] = field(default_factory=list)
    returned: Mapping[str, str] = field(default_factory=dict)  #: the note, by address
    official: ResponseState | None = None  #: the reply without all that

    @cached_property
    def sent_at(self) -> dict[str, datetime.datetime]:
        """By address of what waits for the focal point, in UTC."""
        return {proposal.address: proposal.at for proposal in self.sent}

    @cached_property
    def drafted_at(self) -> dict[str, datetime.datetime]:
        """By address of what is not sent yet, in UTC."""
        return {draft.address: draft.at for draft in self.drafts}


def with_proposals(state: ResponseState, own: Iterable[ProposedAnswer | Draft], today: datetime.date) -> ResponseState:
    """The reply as it would be with the colleague's own proposals; of two for one question the later one counts. The path follows them."""
    answers = dict(state.answers)
    for proposal in own:
        stored, content = answers.get(proposal.address), proposal.content
        revision = stored.revision if stored else 0
        handling = (stored.handling if stored else None) or content.handling
        answers[proposal.address] = StoredAnswer(
            content.value, revision, proposal.at, proposal.by, "en", content.declined, handling
        )
    values = {address: stored.value for address, stored in answers.items() if stored.value is not None}
    path = walk(state.compiled, values, state.participant.facts(today))
    return replace(state, answers=answers, path=path)


def blank(state: ResponseState, today: datetime.date) -> ResponseState:
    """As if nothing had been answered: a State's draft is not for the secretariat's eyes."""
    path = walk(state.compiled, {}, state.participant.facts(today))
    return replace(state, answers={}, path=path, earlier_id=None, language=None)


def all_sections(state: ResponseState) -> DelegatePermissions:
    """May answer everything: for who enters a reply on the State's behalf."""
    return DelegatePermissions(state.compiled, dict.fromkeys(state.compiled.layout.sections, "answer"))


class ProposalsPage(Page):
    """Knows the reader's permissions: a question outside them is not drawn, nor its answer piped into another one's words.

    `own_words`: where the fields hold a colleague's own words, sent or not.
    """

    own = False

    def __init__(
        self,
        state: ResponseState,
        words: LanguageWords,
        permissions: DelegatePermissions,
        addresses: PageAddresses | None = None,
        redisplay: RedisplayState | None = None,
        own_words: OwnWords | None = None,
        unsaved: Unsaved = NONE,
    ) -> None:
        super().__init__(state, words, addresses, redisplay=redisplay, unsaved=unsaved)
        self.permissions = permissions
        self.own_words = own_words or OwnWords()

    def saved_line(self, entry: Entry) -> str:
        """A colleague's words are a draft, or wait for the focal point; they are never the saved answer."""
        own = self.own_words
        if own.official is None:
            return super().saved_line(entry)
        if at := own.drafted_at.get(entry.address):
            draft = self.words.gettext("Draft saved at %(time)s. Nobody else sees it until you send it.")
            return draft % {"time": self.words.clock(at)}
        if at := own.sent_at.get(entry.address):
            return self.words.gettext("Sent on %(moment)s. The focal point decides on it.") % {
                "moment": self.words.time(at)
            }
        return ""

    def saved_now(self, entry: Entry, now: datetime.datetime) -> str:
        """A draft, or nothing where it says what the State's answer says."""
        return self.saved_line(entry) or self.words.gettext("As the official answer: there is nothing to send.")

    def _question(self, block: Block, address: str, label: Markup, hint: Markup | None) -> Entry:
        entry = super()._question(block, address, label, hint)
        official = self.own_words.official
        if official is None or block.type == "repeat" or not self.permissions.may("answer", address):
            return entry
        stored = official.answers.get(address)
        if stored and stored.declined:
            text = self.words.gettext("Left open: %(reason)s") % {"reason": self.reasons[stored.declined]}
        else:
            text = self.in_words(block.question, stored.value if stored else None)
        return replace(entry, official=text, returned=self.own_words.returned.get(address))

    def parts(self, section: str) -> list[Part]:
        """The section's questions that the colleague may read, each with its proposal."""
        return [part for entry in self.entries(section) for part in self._parts(entry, section)]

    def _parts(self, entry: Entry, section: str) -> Iterator[Part]:
        if not entry.asked:
            return
        if not entry.block.is_question:
            yield from self._around(entry, section)
        elif self.permissions.may("answer", entry.address):
            yield Part("form", entry)
        else:
            if self.permissions.may("read", entry.address):
                yield Part("text", entry, self.display(entry.block.code, entry.address))
            for item in entry.items:
                for inner in item.entries:
                    yield from self._parts(inner, section)

    def _around(self, entry: Entry, section: str) -> Iterator[Part]:
        """Notes and headings of a section that is the colleague's as a whole; calculations of answers they may read."""
        if entry.block.type == "calculation":
            if self._may_see_result(entry.block.code):
                yield Part("text", entry, entry.output)
        elif self.permissions.may("read", section):
            yield Part("heading", entry)

    def display(self, code: str, address: str) -> str:
        """As on the reply's own page, but empty where the colleague may not read the answer."""
        visible = self._may_see_result(code) if self._is_result(code) else self.permissions.may("read", address)
        return super().display(code, address) if visible else ""

    def _is_result(self, code: str) -> bool:
        return isinstance(self.compiled.questions[code], m.Calculation)

    def _may_see_result(self, code: str) -> bool:
        needs = self.compiled.rules.formulas[code].needs
        return all(
            self._may_see_result(need) if self._is_result(need) else self.permissions.may("read", need)
            for need in needs
        )


def names_outside(permissions: DelegatePermissions, names: tuple[str, ...]) -> list[str]:
    """Addresses of posted questions that this reader may not answer: no page of ours has them."""
    addresses = {name.partition("-")[2].partition(".")[0] if name[1:2] == "-" else name for name in names}
    return sorted(address for address in addresses if not permissions.may("answer", address) or not code_of(address))
