"""A closed round's figures for the States that were asked: what is for them, and no small group."""

from __future__ import annotations

from flask import abort, render_template
from flask_babel import gettext

from surveyapp.analysis.labels import Labels
from surveyapp.analysis.question_tables import question_tables
from surveyapp.analysis.suppression import SMALLEST
from surveyapp.definition.model import Handling
from surveyapp.results.drawn_tables import by_section
from surveyapp.results.figure_query import found_round, of_pairs
from surveyapp.storage.columns import utc_now
from surveyapp.storage.replies import responses
from surveyapp.storage.rounds import versions

from ..access import own_response, role
from ..locale import current_language
from .routes import blueprint


@blueprint.get("/results/<round_code>")
@role("focal_point")
def results(round_code: str) -> str:
    """404 before the round is closed, as for a round that this State was not asked in."""
    found = found_round(round_code)
    state = responses.load_page(own_response(round_code), ())
    if found.closed_because(utc_now()) != "round_closed":
        abort(404)
    reader: Handling = "states_parties" if state.participant.treaty_status == "state_party" else "public"
    labels = Labels(versions.compiled(found.version_id), current_language(), gettext)
    read = of_pairs(found, labels, [], reader)
    return render_template(
        "cochair/results.html",
        round=found,
        wide=True,
        title=found.title(current_language()),
        sections=by_section(labels, question_tables(labels, read.cube, suppress=True)),
        smallest=SMALLEST,
    )
