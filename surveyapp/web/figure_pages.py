"""What a request for figures names: its round, its reader, and the replies that its address selects."""

from __future__ import annotations

from typing import Any

from flask import abort, request, url_for

from surveyapp.analysis.labels import Labels
from surveyapp.definition.model import HANDLINGS, Handling
from surveyapp.results.figure_query import FigureQuery, query_figures
from surveyapp.storage.results.tallies import CLEARANCE
from surveyapp.storage.rounds import rounds, versions
from surveyapp.storage.rounds.rounds import RoundFacts

from .access import has_role
from .locale import current_words


def round_or_404(code: str) -> RoundFacts:
    """By its code in the address."""
    return rounds.round(code) or abort(404)


def clearance() -> Handling:
    """The narrowest circle this person's roles open."""
    return CLEARANCE["secretariat" if has_role("secretariat") else "co_chair"]


def page_links(page: str, *, round_code: str, **values: Any) -> str:
    """`Links` to the co-chairs' pages."""
    return url_for(f"cochair.{page}", round_code=round_code, **values)


def labels_of(round: RoundFacts) -> Labels:
    """In the language of the request."""
    words = current_words()
    return Labels(versions.compiled(round.version_id), words.language, words.gettext)


def requested_figures(round_code: str) -> FigureQuery:
    """By the request's address. `circle`: as readers of that circle would see it. 404 for a round that is not there."""
    round = round_or_404(round_code)
    own, asked = clearance(), request.args.get("circle")
    wider = next((each for each in HANDLINGS if each == asked and HANDLINGS.index(each) < HANDLINGS.index(own)), None)
    pairs = list(request.args.items(multi=True))
    return query_figures(round, labels_of(round), pairs, wider or own, links=page_links, narrower=wider)
