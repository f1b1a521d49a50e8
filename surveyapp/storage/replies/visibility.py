"""What one reader may see of one submission: each answer by the handling that was submitted with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from surveyapp.definition.answer_values import AnswerValue
from surveyapp.definition.compiled import Compiled
from surveyapp.definition.model import HANDLINGS, Handling
from surveyapp.definition.path import code_of

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


class Visibility:
    """Which answers of a submission's snapshot one reader may see. `reader`: the narrowest circle they belong to."""

    def __init__(self, version: Compiled, snapshot: Snapshot, reader: Handling) -> None:
        self.version, self.snapshot, self.reader = version, snapshot, reader
        self.answers = snapshot["answers"]
        self.declined = snapshot.get("declined", {})

    @cached_property
    def seen(self) -> VisibleAnswers:
        """Everything of the submission, as this reader may see it."""
        answers = {address: kept["value"] for address, kept in self.answers.items() if self.of(address)}
        return VisibleAnswers(
            answers,
            frozenset(self.answers).difference(answers),
            frozenset(self.snapshot["asked"]),
            {address: kept["reason"] for address, kept in self.declined.items() if self.of(address)},
        )

    def of(self, address: str) -> bool:
        """May the reader see this answer, and all that it is calculated from?"""
        return may_read(self.handling(address), self.reader) and all(
            map(self.of, self._behind(address, code_of(address)))
        )

    def handling(self, address: str) -> Handling:
        """As it was submitted with the answer, or the question's default."""
        submitted = self.answers.get(address) or self.declined.get(address)
        default: Handling = self.version.handling(code_of(address)).default
        return (submitted.get("handling") if submitted else None) or default

    def _behind(self, address: str, code: str) -> list[str]:
        """A calculation tells of the answers it is made of: it is as narrow as the narrowest of them."""
        formula = self.version.rules.formulas.get(code)
        if formula is None:
            return []
        item = address.removesuffix(code)
        return [place for need in formula.needs for place in self._places(need, item)]

    def _places(self, need: str, item: str) -> list[str]:
        """Where an answer stands: by itself, in the same item of a repeat, or in each item that a formula adds up."""
        if need in self.version.rules.formulas or self.version.repeat_of.get(need) is None:
            return [need if self.version.repeat_of.get(need) is None else item + need]
        if item:
            return [item + need]
        return [place for place in self.answers if code_of(place) == need]
