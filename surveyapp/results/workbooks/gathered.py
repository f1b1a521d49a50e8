"""All that a workbook's sheets are made of."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from surveyapp.analysis.labels import Labels
from surveyapp.definition.messages import N_
from surveyapp.definition.model import HANDLINGS, Handling
from surveyapp.handouts.recipe import Recipe
from surveyapp.handouts.workbook import Properties
from surveyapp.storage.results.tallies import ParticipantRow, SubmittedReply
from surveyapp.storage.rounds import rounds, versions
from surveyapp.words import RIGHT_TO_LEFT, LanguageWords, words_in

from ..figure_query import FigureQuery, query_figures

#: readers who are shown no small group
SUPPRESSED: tuple[Handling, ...] = ("public", "states_parties")


@dataclass(frozen=True)
class Gathered:
    query: FigureQuery
    words: LanguageWords
    made_by: str
    moment: datetime.datetime
    circle: Handling

    @property
    def round(self) -> rounds.RoundFacts:
        return self.query.round

    @property
    def labels(self) -> Labels:
        return self.query.labels

    @property
    def replies(self) -> list[SubmittedReply]:
        return self.query.replies

    @property
    def invited(self) -> list[ParticipantRow]:
        return self.query.invited

    @property
    def suppress(self) -> bool:
        return self.circle in SUPPRESSED

    @property
    def language(self) -> str:
        return self.words.language

    def say(self, message: str) -> str:
        return self.words.gettext(message)


def gather(
    plan: Recipe,
    round_code: str,
    language: str,
    *,
    reader: Handling,
    made_by: str,
    pairs: list[tuple[str, str]] | None = None,
    moment: datetime.datetime | None = None,
) -> Gathered:
    """`pairs`: a selection as an address says it. KeyError: no such round.

    The recipe's own handling holds too: a secretariat's copy has no more in it than a co-chair's.
    """
    round = rounds.round(round_code)
    if round is None:
        raise KeyError(round_code)
    words = words_in(language)
    circle = min(reader, plan.handling, key=HANDLINGS.index)
    labels = Labels(versions.compiled(round.version_id), language, words.gettext)
    now = moment or datetime.datetime.now(datetime.UTC)
    return Gathered(query_figures(round, labels, pairs or [], circle), words, made_by, now, circle)


def properties(gathered: Gathered) -> Properties:
    return Properties(
        title=gathered.round.title(gathered.language),
        creator="surveyapp",
        moment=gathered.moment,
        right_to_left=gathered.language in RIGHT_TO_LEFT,
        too_long_name=gathered.say(N_("Too long for a cell")),
        too_long_columns=(gathered.say(N_("Cell")), gathered.say(N_("Part")), gathered.say(N_("Text"))),
    )
