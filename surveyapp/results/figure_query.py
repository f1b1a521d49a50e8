"""What a page of figures is made from: the round, the replies that a selection names, and links that say the same."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol
from urllib.parse import urlencode

from surveyapp.analysis.conditions import CELL
from surveyapp.analysis.crosstab import Crosstab, cross, cross_sets
from surveyapp.analysis.cube import Counts, Cube, count_by_place, cube_of
from surveyapp.analysis.dimensions import THEME, Dimension, dimensions, state_questions, stated_in
from surveyapp.analysis.labels import Labels
from surveyapp.analysis.selection import Selection, chosen_invited, chosen_replies, chosen_set, read_selection
from surveyapp.analysis.tallies import GROUPS
from surveyapp.definition.compiled import Compiled
from surveyapp.definition.messages import N_
from surveyapp.definition.model import Handling
from surveyapp.definition.tables import Conditions
from surveyapp.storage.results import coding, rollup_figures, tallies
from surveyapp.storage.results.tallies import ParticipantRow, SubmittedReply
from surveyapp.storage.rounds.rounds import RoundFacts
from surveyapp.words import words_in


class Links(Protocol):
    """The address of a page about a round. `page`: its name, such as `behind`; `values`: the other parts of its path."""

    def __call__(self, page: str, *, round_code: str, **values: Any) -> str: ...


def no_links(page: str, *, round_code: str, **values: Any) -> str:
    """Where figures go into a file that links to no page."""
    return ""


@dataclass(frozen=True)
class FigureQuery:
    """Replies are read when they are asked for: figures of whole groups come from the counts and sets that are kept."""

    round: RoundFacts
    labels: Labels
    circle: Handling  #: what its readers may see is read
    moment: datetime.datetime | None  #: as of when; None: now
    theme_labels: Mapping[str, str]  #: in the reader's language, by code
    pairs: tuple[tuple[str, str], ...] = ()  #: of the address
    links: Links = no_links
    narrower: Handling | None = None  #: the figures are those that a wider circle of readers gets to see

    @cached_property
    def dimensions(self) -> dict[str, Dimension]:
        """By code, all that figures can be asked by: questions, the participants' groups, themes."""
        return dimensions(self.labels, self._stated(), lambda: self.themes, self.theme_labels)

    def _stated(self) -> Mapping[str, Collection[str]]:
        asked = state_questions(self.compiled)
        if asked and self.moment is None:
            return {question.code: self._kept.get(question.code, {}) for question in asked}
        return stated_in(self.compiled, self.all_replies) if asked else {}

    @cached_property
    def _selected(self) -> tuple[Selection, list[tuple[str, dict[str, str]]]]:
        return read_selection(self.pairs, self.dimensions)

    @property
    def selection(self) -> Selection:
        """What the address keeps, without what it names in vain."""
        return self._selected[0]

    @property
    def problems(self) -> list[str]:
        """What the address names in vain, as sentences in the reader's language."""
        return [self.labels.gettext(text) % facts for text, facts in self._selected[1]]

    @cached_property
    def all_replies(self) -> list[SubmittedReply]:
        """As of the selection's moment."""
        return tallies.submitted(self.round.id, self.circle, self.moment)

    @cached_property
    def replies(self) -> list[SubmittedReply]:
        """Those of them that were selected."""
        return chosen_replies(self.selection, self.dimensions, self.all_replies)

    @cached_property
    def invited(self) -> list[ParticipantRow]:
        """The participants that the selection keeps, with their status under the Treaty at `moment`."""
        return chosen_invited(self.selection, self.dimensions, tallies.participation_of(self.round.id, self.moment))

    @cached_property
    def themes(self) -> Mapping[tuple[int, str], frozenset[str]]:
        """By (response, address)."""
        return coding.by_answer(coding.standing(self.all_replies, self.moment))

    @cached_property
    def _kept(self) -> Counts:
        return rollup_figures.counts(self.round.id, self.circle)

    @property
    def _of_days(self) -> bool:
        """What is kept is of now, and knows no days."""
        return self.moment is not None or self.selection.in_days

    @cached_property
    def cube(self) -> Cube:
        """The selected replies, counted: from the counts that are kept, where they can tell."""
        chosen = self.selection
        if self._of_days or any(name not in GROUPS for name, _ in chosen.where):
            return cube_of(self.compiled, self.replies, self.invited)
        where, places = dict(chosen.where), tuple(GROUPS)
        whole = Cube(self._kept, count_by_place(self.invited))
        return whole.among(lambda place: all(place[places.index(name)] in codes for name, codes in where.items()))

    def cross(self, rows: Dimension, columns: Dimension) -> Crosstab:
        """The selected replies by two dimensions: from the sets that are kept, where they can tell."""
        names = {rows.name, columns.name, *(name for name, _ in self.selection.where)}
        if self._of_days or any(name.startswith(THEME) for name in names):
            return cross(rows, columns, self.replies)
        sets = rollup_figures.sets(self.round.id, self.circle, names)
        return cross_sets(rows, columns, sets[rows.name], sets[columns.name], chosen_set(self.selection, sets))

    @property
    def compiled(self) -> Compiled:
        """The version that the round pins."""
        return self.labels.compiled

    @property
    def title(self) -> str:
        """Of the round, in the reader's language."""
        return self.round.title(self.labels.language)

    def address(self, page: str, more: Iterable[tuple[str, str]] = (), **values: Any) -> str:
        """Of another page with the same selection. `page`: as `Links` names it."""
        pairs = [*self.selection.parameters(), *more]
        pairs += [("circle", self.narrower)] if self.narrower else []
        path = self.links(page, round_code=self.round.code, **values)
        return f"{path}?{urlencode(pairs)}" if pairs else path

    def behind(self, conditions: Conditions) -> str:
        """Of the replies behind a figure."""
        return self.address("behind", ((CELL + name, code) for name, code in conditions))

    def describe(self) -> list[tuple[str, str]]:
        """The selection in words: what is asked of, and which answers are in."""
        conditions = [
            (self.dimensions[name].label, " · ".join(self.dimensions[name].label_of(code) for code in codes))
            for name, codes in self.selection.where
        ]
        say = self.labels.gettext
        days = ((say(N_("Submitted from")), self.selection.since), (say(N_("Submitted until")), self.selection.until))
        words = words_in(self.labels.language)
        conditions += [(label, words.date(day)) for label, day in days if day]
        if self.selection.as_of:
            conditions.append((say(N_("Figures as of")), words.time(self.selection.as_of)))
        return conditions


def query_figures(
    round: RoundFacts,
    labels: Labels,
    pairs: list[tuple[str, str]],
    circle: Handling,
    *,
    links: Links = no_links,
    narrower: Handling | None = None,
) -> FigureQuery:
    """`pairs`: a selection as an address says it; `circle`: what readers of it may see is read; `narrower`: as
    `FigureQuery` has it. Nothing is read from the database but the themes' names until it is asked for."""
    moment = _moment_of(pairs)
    names = {theme.code: theme.label(labels.language) for theme in coding.themes(round.id, moment)}
    return FigureQuery(round, labels, circle, moment, names, tuple(pairs), links, narrower)


def _moment_of(pairs: list[tuple[str, str]]) -> datetime.datetime | None:
    return read_selection([pair for pair in pairs if pair[0] == "as_of"], {})[0].as_of
