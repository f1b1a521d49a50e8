"""A section as a colleague sees it: own proposals in the fields, other parts of the reply nowhere."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from surveyapp.definition import model as m
from surveyapp.definition.path import code_of, walk
from surveyapp.storage.replies.answers import StoredAnswer
from surveyapp.storage.replies.delegations import DelegatePermissions
from surveyapp.storage.replies.proposals import ProposedAnswer
from surveyapp.storage.replies.responses import ResponseState
from surveyapp.words import LanguageWords

from .page import Entry, Page, PageAddresses, RedisplayState


@dataclass(frozen=True)
class Part:
    """`kind`: form (may be answered) · text (may be read) · heading."""

    kind: str
    entry: Entry
    answer: str = ""
    returned: str = ""  #: what the focal point said when returning the colleague's proposal


def with_proposals(state: ResponseState, own: list[ProposedAnswer], today: datetime.date) -> ResponseState:
    """The reply as it would be with the colleague's own proposals; the path follows them."""
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

    `returned`: the focal point's note on each proposal that was returned, by address.
    """

    own = False

    def __init__(
        self,
        state: ResponseState,
        words: LanguageWords,
        permissions: DelegatePermissions,
        addresses: PageAddresses | None = None,
        redisplay: RedisplayState | None = None,
        returned: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(state, words, addresses, redisplay=redisplay)
        self.permissions = permissions
        self.returned = returned or {}

    def parts(self, section: str) -> list[Part]:
        """The section's questions that the colleague may read, each with its proposal."""
        return [part for entry in self.entries(section) for part in self._parts(entry, section)]

    def _parts(self, entry: Entry, section: str) -> Iterator[Part]:
        if not entry.asked:
            return
        if not entry.block.is_question:
            yield from self._around(entry, section)
        elif self.permissions.may("answer", entry.address):
            yield Part("form", entry, returned=self.returned.get(entry.address, ""))
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
