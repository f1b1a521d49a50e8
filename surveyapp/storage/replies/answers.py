"""What an answer holds, what a change asks to be written, and what would stand there afterwards. Pure."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from surveyapp.definition.answer_values import AnswerValue

from .previous_reply import CONFIRMED, PreviousReply

#: said by a writer who knows nothing of an answer's handling, or of why it is left open
UNCHANGED = "as it was"


@dataclass(frozen=True)
class AnswerContent:
    """What one revision says."""

    value: AnswerValue = None
    declined: str | None = None  #: one of `model.Reason`: why it is left open; never beside a value
    handling: str | None = None  #: as the State set it; None: the question's default
    basis: str | None = None  #: `confirmed` or `changed`, of an answer that was given last time too


@dataclass(frozen=True)
class Change:
    """What is asked to be written at one address. What came of it: `responses.SaveResult`."""

    value: AnswerValue
    expected: int | None = None  #: the revision the writer saw (0: none); None: whatever is there
    declined: str | None = UNCHANGED
    handling: str | None = UNCHANGED
    confirms: bool = False  #: says in so many words that nothing changed since last time

    def content(self, stored: AnswerContent, address: str = "", last: PreviousReply | None = None) -> AnswerContent:
        """What would stand there afterwards. An answer takes the place of a reason for giving none."""
        declined = stored.declined if self.declined == UNCHANGED else self.declined
        handling = stored.handling if self.handling == UNCHANGED else self.handling
        basis = last.basis(address, self.value) if last else None
        if last and basis is None and self.value is not None:
            confirmed = self.confirms or (stored.basis == CONFIRMED and stored.value == self.value)
            basis = CONFIRMED if confirmed and address in last.answers else None
        return AnswerContent(self.value, declined if self.value is None else None, handling, basis)


@dataclass(frozen=True)
class StoredAnswer:
    """The newest revision of one answer; cleared ones have the value None."""

    value: AnswerValue
    revision: int
    at: datetime.datetime
    by: int | None
    language: str = "en"
    declined: str | None = None
    handling: str | None = None
    basis: str | None = None

    @property
    def content(self) -> AnswerContent:
        """Without who wrote it and when."""
        return AnswerContent(self.value, self.declined, self.handling, self.basis)
