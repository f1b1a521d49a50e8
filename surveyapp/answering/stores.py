"""The stores that a question page stands over: the reply itself, proposals of a colleague or the secretariat, and memory."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from surveyapp.storage.replies import behalf, documents, proposals, responses, unsaved
from surveyapp.storage.replies.answers import Change
from surveyapp.storage.replies.behalf import EntryFacts
from surveyapp.storage.replies.delegations import DelegatePermissions
from surveyapp.storage.replies.responses import ResponseState, SaveResult
from surveyapp.storage.replies.saving import save_answers
from surveyapp.storage.replies.unsaved import Parts

from .posted_section import names_of_elsewhere
from .preview_state import PreviewState, preview_state
from .proposals_page import names_outside
from .store import ForgedPost


@dataclass(frozen=True)
class ReplyStore:
    """The official reply, by one who answers for the State."""

    state: ResponseState
    person_id: int
    official_reply = True

    def renewed(self) -> ReplyStore:
        return ReplyStore(responses.load(self.state.id), self.person_id)

    def answerable(self, addresses: Sequence[str]) -> list[str]:
        return list(addresses)

    def forged(self, section: str, names: Collection[str]) -> Sequence[str]:
        return names_of_elsewhere(self.state, section, tuple(names))

    def holds_file(self, address: str, sha256: str) -> bool:
        return documents.find(self.state.id, sha256, address) is not None

    def confirm(self, section: str, address: str) -> dict[str, Change]:
        last = self.state.earlier
        if last is None or address not in last.answers or "/" in address or address not in self.state.path.on_path:
            raise ForgedPost(f"the confirmation of {address!r}")
        if self.state.compiled.section_of[address] != section:
            raise ForgedPost(f"the confirmation of {address!r} in another section")
        changes = {}
        for place, value in ({address: last.answers[address]} | last.inside(address)).items():
            if isinstance(value, dict) and "file" in value:
                documents.adopt(last.response_id, self.state.id, place, value["file"], by=self.person_id)
            stored = self.state.answers.get(place)
            changes[place] = Change(value, stored.revision if stored else 0, confirms=True)
        return changes

    def save(self, changes: Mapping[str, Change], *, channel: str, language: str) -> SaveResult:
        return save_answers(
            self.state.id, changes, by=self.person_id, seen=self.state, channel=channel, language=language
        )

    def keep_unsaved(self, posted: Collection[str], refused: Mapping[str, Parts], details: Mapping[str, Parts]) -> None:
        unsaved.keep(self.state.id, self.person_id, "reply", posted, refused, details)

    def discard(self, address: str) -> None:
        unsaved.discard(self.state.id, self.person_id, "reply", address)


@dataclass(frozen=True)
class ProposalStore:
    """A colleague's proposals beside the official reply. `state`: with the colleague's own proposals and drafts in it.

    `sending`: what is saved goes to the focal point; otherwise it is a draft.
    """

    state: ResponseState
    official: ResponseState
    permissions: DelegatePermissions
    person_id: int
    sending: bool = field(default=False, kw_only=True)
    official_reply = False
    place = "proposal"

    def renewed(self) -> ProposalStore:
        return self

    def answerable(self, addresses: Sequence[str]) -> list[str]:
        return [address for address in addresses if self.permissions.may("answer", address)]

    def forged(self, section: str, names: Collection[str]) -> Sequence[str]:
        return names_outside(self.permissions, tuple(names))

    def holds_file(self, address: str, sha256: str) -> bool:
        return documents.find(self.state.id, sha256, address) is not None

    def confirm(self, section: str, address: str) -> dict[str, Change]:
        raise ForgedPost("only who answers for the State confirms an answer of last time")

    def save(self, changes: Mapping[str, Change], *, channel: str, language: str) -> SaveResult:
        """Raises NotDelegated, too."""
        write = proposals.propose if self.sending else proposals.draft
        write(self.official, changes, by=self.person_id, language=language)
        return SaveResult({}, {}, self.state.path)

    def keep_unsaved(self, posted: Collection[str], refused: Mapping[str, Parts], details: Mapping[str, Parts]) -> None:
        unsaved.keep(self.state.id, self.person_id, self.place, posted, refused, details)

    def discard(self, address: str) -> None:
        unsaved.discard(self.state.id, self.person_id, self.place, address)


@dataclass(frozen=True)
class EntryStore(ProposalStore):
    """What the secretariat enters on a State's behalf, from one document. `state`: blank but for that."""

    entry: EntryFacts
    place = "entry"

    def save(self, changes: Mapping[str, Change], *, channel: str, language: str) -> SaveResult:
        """Raises NoSuchEntry, too."""
        behalf.save_entry(self.official, self.entry, changes, by=self.person_id, language=language)
        return SaveResult({}, {}, self.state.path)


@dataclass
class MemoryStore:
    """An author's trial: what is typed stays in `answers`, and nowhere else."""

    state: PreviewState
    answers: dict[str, Any]
    person_id = None
    official_reply = False

    def renewed(self) -> MemoryStore:
        return self

    def answerable(self, addresses: Sequence[str]) -> list[str]:
        return list(addresses)

    def forged(self, section: str, names: Collection[str]) -> Sequence[str]:
        return ()  # the questionnaire may have been edited since the page was drawn

    def holds_file(self, address: str, sha256: str) -> bool:
        return False

    def confirm(self, section: str, address: str) -> dict[str, Change]:
        raise ForgedPost("a trial has no earlier reply")

    def save(self, changes: Mapping[str, Change], *, channel: str, language: str) -> SaveResult:
        values = self.answers | {address: change.value for address, change in changes.items()}
        self.answers = {address: value for address, value in values.items() if value is not None}
        state = self.state
        after = preview_state(state.compiled, self.answers, state.participant, state.updated_at)
        return SaveResult(dict.fromkeys(changes, 1), {}, after.path)

    def keep_unsaved(self, posted: Collection[str], refused: Mapping[str, Parts], details: Mapping[str, Parts]) -> None:
        """A trial is not kept."""

    def discard(self, address: str) -> None:
        """Nothing is kept that could be discarded."""
