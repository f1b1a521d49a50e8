"""What a figure is made of, as plain objects: `storage` gives rows of this shape, tests write them by hand."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Protocol

from surveyapp.definition.answer_facts import AnswerFacts
from surveyapp.definition.answer_values import AnswerValue


class Reply(AnswerFacts, Protocol):
    """What it says, and who says it."""

    @property
    def participant_code(self) -> str:
        """Of who says it; stable from round to round."""

    @property
    def region(self) -> str | None:
        """None for a participant without one."""

    @property
    def treaty_status(self) -> str | None:
        """None for a participant without one."""


class DatedReply(Reply, Protocol):
    """A reply of which it is known when it was submitted."""

    @property
    def submitted_at(self) -> datetime.datetime:
        """Aware; of the last submission."""


class Handled(Protocol):
    """A reply of which it is known who may see each answer."""

    @property
    def answers(self) -> Mapping[str, AnswerValue]:
        """Address → stored value."""

    @property
    def handlings(self) -> Mapping[str, str]:  #: by address
        """Address → the widest circle that may see the answer."""


class Invited(Protocol):
    """Someone the round was put to, whether they replied or not."""

    @property
    def code(self) -> str:
        """The participant's."""

    @property
    def region(self) -> str | None:
        """None for a participant without one."""

    @property
    def treaty_status(self) -> str | None:
        """None for a participant without one."""
