"""What a figure is made of, as plain objects: `storage` gives rows of this shape, tests write them by hand."""

from __future__ import annotations

from typing import Protocol

from surveyapp.definition.answer_facts import AnswerFacts


class Reply(AnswerFacts, Protocol):
    """What it says, and who says it."""

    @property
    def participant_code(self) -> str: ...
    @property
    def region(self) -> str | None: ...
    @property
    def treaty_status(self) -> str | None: ...


class Invited(Protocol):
    """Someone the round was put to, whether they replied or not."""

    @property
    def code(self) -> str: ...
    @property
    def region(self) -> str | None: ...
    @property
    def treaty_status(self) -> str | None: ...
