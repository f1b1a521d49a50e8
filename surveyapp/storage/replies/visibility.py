"""What one reader may see of one submission: each answer by the handling that was submitted with it.

Whoever may not see an answer may not see what follows from it alone (decision 0028): whether a question that hangs on it
was asked, left open or withheld, and what is calculated from it. Two submissions that differ only in what a reader may not
see are the same to that reader.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from surveyapp.definition.answer_values import AnswerValue
from surveyapp.definition.compiled import Compiled
from surveyapp.definition.dependencies import decisive
from surveyapp.definition.model import HANDLINGS, Calculation, Handling
from surveyapp.definition.path import code_of

from .answers import narrower
from .snapshot import Snapshot


def may_read(handling: Handling, reader: Handling) -> bool:
    """A reader in a narrower circle is in all wider ones."""
    return HANDLINGS.index(handling) <= HANDLINGS.index(reader)


@dataclass(frozen=True)
class VisibleAnswers:
    """See `definition.answer_facts.AnswerFacts`; all by address."""

    answers: Mapping[str, AnswerValue]
    withheld: frozenset[str]
    asked: frozenset[str]
    declined: Mapping[str, str]
    calculated: Mapping[str, AnswerValue]


class Visibility:
    """Which answers of a submission's snapshot one reader may see.

    `version`: the one that was answered; `reader`: the narrowest circle they belong to; `since`: addresses whose handling
    the State has narrowed in a later submission, with what it is now.
    """

    def __init__(
        self, version: Compiled, snapshot: Snapshot, reader: Handling, since: Mapping[str, Handling] | None = None
    ) -> None:
        self.version, self.snapshot, self.reader = version, snapshot, reader
        self.since = since or {}
        self.answers = snapshot["answers"]
        self.declined = snapshot.get("declined", {})
        self._hanging: dict[str, bool] = {}

    @cached_property
    def seen(self) -> VisibleAnswers:
        """Everything of the submission, as this reader may see it."""
        asked = frozenset(address for address in self.snapshot["asked"] if self._is_known_to_be_asked(address))
        calculations = frozenset(address for address in asked if self._is_calculation(address))
        present = (*self.answers, *self.declined, *calculations)
        return VisibleAnswers(
            {address: kept["value"] for address, kept in self.answers.items() if self.of(address)},
            frozenset(address for address in present if not self.of(address)).intersection(asked),
            asked,
            {address: kept["reason"] for address, kept in self.declined.items() if self.of(address)},
            {
                address: value
                for address, value in self.snapshot["calculated"].items()
                if address in asked and self.of(address)
            },
        )

    def of(self, address: str) -> bool:
        """May the reader see this answer, and all that it is calculated from?"""
        if not may_read(self.handling(address), self.reader):
            return False
        return not (self._is_calculation(address) and self._hangs_on_hidden(address))

    def handling(self, address: str) -> Handling:
        """As it was submitted with the answer, or the question's default; or what it has been narrowed to since."""
        submitted = self.answers.get(address) or self.declined.get(address)
        default: Handling = self.version.handling(code_of(address)).default
        return narrower((submitted.get("handling") if submitted else None) or default, self.since.get(address))

    def _is_calculation(self, address: str) -> bool:
        return isinstance(self.version.questions.get(code_of(address)), Calculation)

    def _is_given(self, address: str) -> bool:
        return address in self.answers or address in self.declined

    def _is_known_to_be_asked(self, address: str) -> bool:
        """Does it follow from what the reader sees? What is answered in their sight was asked."""
        if self._is_given(address) and self.of(address):
            return True
        return not any(map(self._hangs_on_hidden, self._decisive(address, formula=False)))

    @cached_property
    def _all_open(self) -> bool:
        """Most often nothing is hidden, and then nothing can hang on it."""
        every = (*self.answers, *self.declined, *self.version.rules.formulas)
        return all(may_read(self.handling(address), self.reader) for address in every)

    def _hangs_on_hidden(self, address: str) -> bool:
        """Is its answer hidden from the reader, or may whether it was asked, or its value, follow from what is?"""
        if self._all_open:
            return False
        if address not in self._hanging:
            self._hanging[address] = False  # rules hang on one another in no circle; a checker sees to it
            self._hanging[address] = self._work_out(address)
        return self._hanging[address]

    def _work_out(self, address: str) -> bool:
        readable = may_read(self.handling(address), self.reader)
        if self._is_given(address):
            return not readable
        if self._is_calculation(address) and not readable:
            return True
        return any(map(self._hangs_on_hidden, self._decisive(address, formula=True)))

    def _decisive(self, address: str, *, formula: bool) -> Iterator[str]:
        return decisive(self.version, self._value, address, formula=formula)

    def _value(self, address: str) -> AnswerValue:
        kept = self.answers.get(address)
        return kept["value"] if kept else None
