"""A closed round's figures for the States that were asked: what is for them, and no small group."""

from __future__ import annotations

from flask import abort, render_template

from surveyapp.analysis.question_tables import question_tables
from surveyapp.analysis.suppression import SMALLEST
from surveyapp.definition.model import Handling
from surveyapp.results.drawn_tables import by_section
from surveyapp.results.figure_query import query_figures
from surveyapp.storage.columns import utc_now
from surveyapp.storage.replies import responses

from ..access import own_response, role
from ..figure_pages import labels_of, round_or_404
from ..locale import current_language, current_words
from .routes import blueprint


@blueprint.get("/results/<round_code>")
@role("focal_point")
def results(round_code: str) -> str:
    """404 before the round is closed, as for a round that this State was not asked in."""
    round = round_or_404(round_code)
    state = responses.load_page(own_response(round_code), ())
    if round.closed_because(utc_now()) != "round_closed":
        abort(404)
    reader: Handling = "states_parties" if state.participant.treaty_status == "state_party" else "public"
    labels = labels_of(round)
    query = query_figures(round, labels, [], reader)
    return render_template(
        "cochair/results.html",
        round=round,
        wide=True,
        title=round.title(current_language()),
        sections=by_section(labels, question_tables(labels, query.cube, suppress=True), current_words()),
        smallest=SMALLEST,
    )
