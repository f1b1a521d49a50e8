"""The shape of a submission's canonical text. Older ones lack what is not required; docs/receipts.md tells it to others."""

from __future__ import annotations

from typing import NotRequired, TypedDict

from surveyapp.definition.answer_values import AnswerValue
from surveyapp.definition.model import Handling


class SnapshotAnswer(TypedDict):
    """One answer as it was submitted."""

    value: AnswerValue
    revision: int
    handling: NotRequired[Handling]
    language: NotRequired[str]
    basis: NotRequired[str]  #: confirmed or changed since last time


class SnapshotReason(TypedDict):
    """Why a question was left open."""

    reason: str
    revision: int
    handling: NotRequired[Handling]


class SnapshotVersion(TypedDict):
    """Which version of the questionnaire was answered. `digest`: SHA-256 of its files."""

    number: int
    digest: str


class SnapshotParticipant(TypedDict):
    """Who submitted, as of that day."""

    code: str
    kind: str
    region: str | None
    subregion: str | None
    treaty_status: str | None


class SnapshotEarlier(TypedDict):
    """The submission of an earlier round that was offered."""

    reference: str
    sha256: str


class Snapshot(TypedDict):
    """All it takes to read the submission on its own, years later. Answers, reasons and calculations are by address."""

    form: NotRequired[int]
    reference: NotRequired[str]
    previous: NotRequired[str | None]  #: SHA-256 of the participant's submission before it
    round: str
    questionnaire: str
    version: SnapshotVersion
    participant: SnapshotParticipant
    number: int
    language: str
    at: str  #: ISO 8601
    answers: dict[str, SnapshotAnswer]
    declined: NotRequired[dict[str, SnapshotReason]]
    earlier: NotRequired[SnapshotEarlier | None]
    calculated: dict[str, AnswerValue]
    asked: list[str]
