"""A section as a colleague sees it: own proposals in the fields, other parts of the reply nowhere."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

from flask import request, url_for

from surveyapp.definition import model as m
from surveyapp.definition.path import code_of, walk
from surveyapp.storage.columns import utc_now
from surveyapp.storage.replies import delegations
from surveyapp.storage.replies.delegations import Proposed, Reach
from surveyapp.storage.replies.responses import ResponseState, Stored

from .page import Again, Entry, Page


@dataclass(frozen=True)
class Part:
    """`kind`: form (may be answered) · text (may be read) · heading."""

    kind: str
    entry: Entry
    answer: str = ""
    returned: str = ""  #: what the focal point said when returning the colleague's proposal


def with_proposals(state: ResponseState, own: list[Proposed]) -> ResponseState:
    """The reply as it would be with the colleague's own proposals; the path follows them."""
    answers = dict(state.answers)
    for one in own:
        before = answers.get(one.address)
        content, revision = one.content, before.revision if before else 0
        handling = before.handling if before else None
        answers[one.address] = Stored(content.value, revision, one.at, one.by, "en", content.declined, handling)
    values = {address: kept.value for address, kept in answers.items() if kept.value is not None}
    path = walk(state.compiled, values, state.participant.facts(utc_now().date()))
    return replace(state, answers=answers, path=path)


class DelegatePage(Page):
    """Knows the delegate's reach: a question outside it is not drawn, nor its answer piped into another one's words."""

    own = False
    answer_address = ""
    history_address = ""

    def __init__(self, state: ResponseState, reach: Reach, again: Again | None = None) -> None:
        super().__init__(state, again=again)
        self.reach = reach
        self.returned = {one.address: one.note for one in delegations.proposals(state.id, status="returned")}

    @cached_property
    def files_address(self) -> str:
        """Where a file for a proposal is handed in."""
        if request.endpoint != "delegate.section" and request.endpoint != "delegate.propose":
            return ""
        return url_for("delegate.attach", **(request.view_args or {}), address="x").removesuffix("x")

    def document_address(self, sha256: str) -> str:
        return url_for("delegate.document", response=self.state.id, sha256=sha256) if self.files_address else ""

    def parts(self, section: str) -> list[Part]:
        return [part for entry in self.entries(section) for part in self._parts(entry, section)]

    def _parts(self, entry: Entry, section: str) -> Iterator[Part]:
        if not entry.asked:
            return
        if not entry.block.is_question:
            yield from self._around(entry, section)
        elif self.reach.may("answer", entry.address):
            yield Part("form", entry, returned=self.returned.get(entry.address, ""))
        else:
            if self.reach.may("read", entry.address):
                yield Part("text", entry, self.display(entry.block.code, entry.address))
            for item in entry.items:
                for inner in item.entries:
                    yield from self._parts(inner, section)

    def _around(self, entry: Entry, section: str) -> Iterator[Part]:
        """Notes and headings of a section that is the colleague's as a whole; calculations of answers they may read."""
        if entry.block.type == "calculation":
            if self._may_see_result(entry.block.code):
                yield Part("text", entry, entry.output)
        elif self.reach.may("read", section):
            yield Part("heading", entry)

    def display(self, code: str, address: str) -> str:
        visible = self._may_see_result(code) if self._is_result(code) else self.reach.may("read", address)
        return super().display(code, address) if visible else ""

    def _is_result(self, code: str) -> bool:
        return isinstance(self.compiled.questions[code], m.Calculation)

    def _may_see_result(self, code: str) -> bool:
        needs = self.compiled.rules.formulas[code].needs
        return all(
            self._may_see_result(need) if self._is_result(need) else self.reach.may("read", need) for need in needs
        )

    def answerable(self, addresses: list[str]) -> list[str]:
        return [address for address in addresses if self.reach.may("answer", address)]


def outside(reach: Reach, names: tuple[str, ...]) -> list[str]:
    """Posted names of questions that are not in the colleague's hands: no page of ours has them."""
    addresses = {name.partition("-")[2].partition(".")[0] if name[1:2] == "-" else name for name in names}
    return sorted(address for address in addresses if not reach.may("answer", address) or not code_of(address))
