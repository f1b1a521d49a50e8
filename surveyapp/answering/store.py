"""What a question page needs of the place where its answers go: the same page stands over all of them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Protocol

from surveyapp.storage.replies.answers import Change
from surveyapp.storage.replies.responses import ResponseState, SaveResult
from surveyapp.storage.replies.unsaved import Parts


class ForgedPost(Exception):
    """A post that no page of ours sends: a field, a button or a choice that the page never had."""


class ForgedFields(ForgedPost):
    """Fields of questions that are not on the reader's page. `addresses`: of those questions, as far as they can be told."""

    def __init__(self, addresses: Sequence[str]) -> None:
        self.addresses = tuple(addresses)
        super().__init__(", ".join(self.addresses))


class AnswerStore(Protocol):
    """The reply, a colleague's proposals, an entry on a State's behalf, or an author's trial."""

    @property
    def state(self) -> ResponseState:
        """The reply as this reader's page was drawn from."""
        ...

    @property
    def person_id(self) -> int | None:
        """Who answers; None for an author's trial."""
        ...

    @property
    def official_reply(self) -> bool:
        """Does what is saved here become the State's answer at once?"""
        ...

    def renewed(self) -> AnswerStore:
        """The same store over the reply as it stands now."""
        ...

    def answerable(self, addresses: Sequence[str]) -> list[str]:
        """Those of a section's addresses that this reader may answer."""
        ...

    def forged(self, section: str, names: Collection[str]) -> Sequence[str]:
        """Which of the posted names that the page does not have are forged; the others went off path meanwhile."""
        ...

    def holds_file(self, address: str, sha256: str) -> bool:
        """Was this file handed in for this answer?"""
        ...

    def confirm(self, section: str, address: str) -> dict[str, Change]:
        """The answer of last time, unchanged; a list with all its items. Raises ForgedPost where there is none."""
        ...

    def save(self, changes: Mapping[str, Change], *, channel: str, language: str) -> SaveResult:
        """In one transaction. Raises NotEditable where the reply cannot be changed now."""
        ...

    def keep_unsaved(self, posted: Collection[str], refused: Mapping[str, Parts], details: Mapping[str, Parts]) -> None:
        """What was not saved of the posted addresses, for the person's next visit: see `storage.replies.unsaved`."""
        ...

    def discard(self, address: str) -> None:
        """A value that was not accepted there."""
        ...
