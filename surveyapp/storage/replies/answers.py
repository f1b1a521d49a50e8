"""What an answer holds, what a change asks to be written, and what would stand there afterwards. Pure."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from surveyapp.definition.answer_values import AnswerValue
from surveyapp.definition.model import HANDLINGS, REASONS, Handling

from .previous_reply import CONFIRMED, PreviousReply

#: said by a writer who knows nothing of an answer's handling, or of why it is left open
UNCHANGED = "as it was"


class UnknownContent(ValueError):
    """A handling, or a reason for leaving a question open, that the treaty's circles and forms do not have."""


def narrower(*handlings: str | None) -> Handling:
    """The narrowest of those that are known. At least one is."""
    return max((HANDLINGS[HANDLINGS.index(handling)] for handling in handlings if handling), key=HANDLINGS.index)


@dataclass(frozen=True)
class AnswerContent:
    """What one revision says."""

    value: AnswerValue = None
    declined: str | None = None  #: one of `model.Reason`: why it is left open; never beside a value
    handling: str | None = (
        None  #: who may see it, a fact since it was given; None only where nothing was given or chosen
    )
    basis: str | None = None  #: `confirmed` or `changed`, of an answer that was given last time too

    def __post_init__(self) -> None:
        """Raises UnknownContent: nothing that no reader could be told apart by is ever stored."""
        if self.handling is not None and self.handling not in HANDLINGS:
            raise UnknownContent(f"the handling {self.handling!r} is none of {', '.join(HANDLINGS)}")
        if self.declined is not None and self.declined not in REASONS:
            raise UnknownContent(f"the reason {self.declined!r} is none of {', '.join(REASONS)}")


@dataclass(frozen=True)
class Change:
    """What is asked to be written at one address. What came of it: `responses.SaveResult`."""

    value: AnswerValue
    expected: int | None = None  #: the revision the writer saw (0: none); None: whatever is there
    declined: str | None = UNCHANGED
    handling: str | None = UNCHANGED
    confirms: bool = False  #: says in so many words that nothing changed since last time
    proposed_handling: str | None = None  #: who could see such an answer when a colleague proposed it

    def content(
        self, stored: AnswerContent, presumed: Handling, address: str = "", last: PreviousReply | None = None
    ) -> AnswerContent:
        """What would stand there afterwards. An answer takes the place of a reason for giving none.

        `presumed`: who may see it where the State has not said so. It is written down with the answer, so that a later
        version's default says nothing about this one. Raises UnknownContent.
        """
        declined = stored.declined if self.declined == UNCHANGED else self.declined
        declined = declined if self.value is None else None
        handling = stored.handling if self.handling in (UNCHANGED, None) else self.handling
        if self.value is None and declined is None:
            handling = None if handling == presumed and stored.handling is None else handling
        else:
            handling = handling or narrower(presumed, self.proposed_handling)
        basis = last.basis(address, self.value) if last else None
        if last and basis is None and self.value is not None:
            confirmed = self.confirms or (stored.basis == CONFIRMED and stored.value == self.value)
            basis = CONFIRMED if confirmed and address in last.answers else None
        return AnswerContent(self.value, declined, handling, basis)


def merge(
    drawn: AnswerContent, asked: AnswerContent, current: AnswerContent, presumed: Handling
) -> AnswerContent | None:
    """Two changes of what was drawn, one asked for and one made meanwhile. None: both change the same, each in its own way.

    What is said (the answer, or why there is none) and who may see it are two things: each may be changed by another hand.
    """
    contents = [(content.value, content.declined) for content in (drawn, asked, current)]
    seen_by = [content.handling or presumed for content in (drawn, asked, current)]
    if _conflict(*contents) or _conflict(*seen_by):
        return None
    source = asked if contents[1] != contents[0] else current
    handling = seen_by[1] if seen_by[1] != seen_by[0] else seen_by[2]
    says_nothing = source.value is None and source.declined is None
    kept = None if says_nothing and handling == presumed and current.handling is None else handling
    return AnswerContent(source.value, source.declined, kept, source.basis)


def _conflict(drawn: object, asked: object, current: object) -> bool:
    return asked != drawn and current != drawn and asked != current


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
