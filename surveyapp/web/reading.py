"""What a page of figures is made from: the round, the replies that the address selects, and links that say the same."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from flask import abort, request, url_for
from flask_babel import gettext

from surveyapp.analysis.behind import CELL
from surveyapp.analysis.dimensions import Dimension, dimensions
from surveyapp.analysis.labels import Labels
from surveyapp.analysis.selection import Selection, chosen_invited, chosen_replies, read_selection
from surveyapp.definition.compiled import Compiled
from surveyapp.definition.messages import N_
from surveyapp.definition.model import HANDLINGS, Handling
from surveyapp.definition.tables import Conditions
from surveyapp.storage import coding, rounds, tallies
from surveyapp.storage.rounds import RoundFacts
from surveyapp.storage.tallies import CLEARANCE, ParticipantRow, SubmittedReply

from .access import has_role
from .locale import current_language


@dataclass(frozen=True)
class Reading:
    round: RoundFacts
    labels: Labels
    known: dict[str, Dimension]
    selection: Selection
    problems: list[str]
    all_replies: list[SubmittedReply]  #: as of the selection's moment
    replies: list[SubmittedReply]  #: those of them that were selected
    invited: list[ParticipantRow]
    themes: Mapping[tuple[int, str], frozenset[str]]  #: by (response, address)
    theme_labels: Mapping[str, str]  #: in the reader's language, by code
    narrower: Handling | None = None  #: the figures are those that a wider circle of readers gets to see

    @property
    def compiled(self) -> Compiled:
        return self.labels.compiled

    @property
    def title(self) -> str:
        return self.round.title(self.labels.language)

    def address(self, endpoint: str, more: Iterable[tuple[str, str]] = (), **values: Any) -> str:
        """Of another page with the same selection."""
        pairs = [*self.selection.parameters(), *more]
        pairs += [("circle", self.narrower)] if self.narrower else []
        path = url_for(f"cochair.{endpoint}", round_code=self.round.code, **values)
        return f"{path}?{urlencode(pairs)}" if pairs else path

    def behind(self, conditions: Conditions) -> str:
        """Of the replies behind a figure."""
        return self.address("behind", ((CELL + name, code) for name, code in conditions))

    def describe(self) -> list[tuple[str, str]]:
        """The selection in words: what is asked of, and which answers are in."""
        found = [
            (self.known[name].label, " · ".join(self.known[name].label_of(code) for code in codes))
            for name, codes in self.selection.where
        ]
        say = self.labels.gettext
        days = ((say(N_("Submitted from")), self.selection.since), (say(N_("Submitted until")), self.selection.until))
        found += [(label, day.isoformat()) for label, day in days if day]
        if self.selection.as_of:
            found.append((say(N_("Figures as of (UTC)")), self.selection.as_of.strftime("%Y-%m-%d %H:%M")))
        return found


def found_round(code: str) -> RoundFacts:
    found = rounds.round(code)
    if found is None:
        abort(404)
    return found


def clearance() -> Handling:
    """The narrowest circle this person's roles open."""
    return CLEARANCE["secretariat" if has_role("secretariat") else "co_chair"]


def read(round_code: str) -> Reading:
    """By the request's address. `circle`: as readers of that circle would see it. 404 for a round that is not there."""
    found = found_round(round_code)
    labels = Labels(rounds.compiled(found.version_id), current_language(), gettext)
    own, asked = clearance(), request.args.get("circle")
    wider = next((each for each in HANDLINGS if each == asked and HANDLINGS.index(each) < HANDLINGS.index(own)), None)
    one = of_pairs(found, labels, list(request.args.items(multi=True)), wider or own)
    return replace(one, narrower=wider)


def of_pairs(
    found: RoundFacts,
    labels: Labels,
    pairs: list[tuple[str, str]],
    circle: Handling,
    now: datetime.datetime | None = None,
) -> Reading:
    """`now`: the moment where the selection names none."""
    moment = _moment_of(pairs) or now
    replies = tallies.submitted(found.id, circle, moment)
    themes = coding.by_answer(coding.standing(replies, moment))
    names = {theme.code: theme.label(labels.language) for theme in coding.themes(found.id, moment)}
    known = dimensions(labels, replies, themes, names)
    selection, problems = read_selection(pairs, known)
    return Reading(
        found,
        labels,
        known,
        selection,
        [labels.gettext(text) % facts for text, facts in problems],
        replies,
        chosen_replies(selection, known, replies),
        chosen_invited(selection, known, tallies.participation_of(found.id, moment)),
        themes,
        names,
    )


def _moment_of(pairs: list[tuple[str, str]]) -> datetime.datetime | None:
    return read_selection([pair for pair in pairs if pair[0] == "as_of"], {})[0].as_of
