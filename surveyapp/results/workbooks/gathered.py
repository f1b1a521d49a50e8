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
    """What every sheet of a workbook is made from. `moment`: when it was asked for; `circle`: who may read it."""

    query: FigureQuery
    words: LanguageWords
    made_by: str
    moment: datetime.datetime
    circle: Handling

    @property
    def round(self) -> rounds.RoundFacts:
        """The round that the replies belong to."""
        return self.query.round

    @property
    def labels(self) -> Labels:
        """The questionnaire's texts in the workbook's language."""
        return self.query.labels

    @property
    def replies(self) -> list[SubmittedReply]:
        """Submitted ones that the selection keeps, with what the circle may see of them."""
        return self.query.replies

    @property
    def invited(self) -> list[ParticipantRow]:
        """The participants that the selection keeps, whether they replied or not."""
        return self.query.invited

    @property
    def suppress(self) -> bool:
        """Whether counts that would point to a single State are left blank."""
        return self.circle in SUPPRESSED

    @property
    def language(self) -> str:
        """The workbook's, for texts and for the direction of its sheets."""
        return self.words.language

    def say(self, message: str) -> str:
        """An interface text in the workbook's language; `message` is its English msgid."""
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
    """The file's own title, maker and time, and the names that a cell too long for a workbook is moved under."""
    return Properties(
        title=gathered.round.title(gathered.language),
        creator="surveyapp",
        moment=gathered.moment,
        right_to_left=gathered.language in RIGHT_TO_LEFT,
        too_long_name=gathered.say(N_("Too long for a cell")),
        too_long_columns=(gathered.say(N_("Cell")), gathered.say(N_("Part")), gathered.say(N_("Text"))),
    )
