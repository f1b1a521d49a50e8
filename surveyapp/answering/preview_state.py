"""A reply that no database knows: for an author's trial of a questionnaire."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from surveyapp.definition.compiled import Compiled
from surveyapp.definition.path import walk
from surveyapp.definition.texts import LANGUAGES
from surveyapp.storage.replies.answers import StoredAnswer
from surveyapp.storage.replies.responses import ResponseState
from surveyapp.storage.rounds.participants import ParticipantFacts
from surveyapp.storage.rounds.rounds import RoundFacts

ROUND = "preview"


@dataclass(frozen=True)
class PreviewState(ResponseState):
    """A response to a version that was never published."""

    version: Compiled | None = None

    @property
    def compiled(self) -> Compiled:
        """The version that is tried, as its author has it now."""
        assert self.version is not None
        return self.version


def preview_state(
    version: Compiled, answers: Mapping[str, Any], participant: ParticipantFacts, now: datetime.datetime
) -> PreviewState:
    """A reply of this participant to an open round that there is not; `answers`: value by address.

    Answers to questions that were edited away are left out.
    """
    titles = {language: version.text("questionnaire.title", language) for language in version.languages}
    round_ = RoundFacts(0, ROUND, titles, 0, {}, LANGUAGES, True, now - datetime.timedelta(days=1), None, False)
    values = {address: value for address, value in answers.items() if address.split("/")[-1] in version.questions}
    path = walk(version, values, participant.facts(now.date()))
    stored = {address: StoredAnswer(value, 1, now, None) for address, value in values.items()}
    status = "in_progress" if values else "not_started"
    return PreviewState(0, round_, participant, status, None, None, now, path, 0, stored, True, version=version)
