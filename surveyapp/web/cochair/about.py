"""A State that others spoke of: its status over time, and what participants said that names it. Never for other States."""

from __future__ import annotations

from flask import abort, render_template
from flask_babel import gettext
from markupsafe import Markup

from surveyapp.analysis.state_mentions import Mention, Spread, mentions, named, spreads
from surveyapp.analysis.svg_charts import Bar, columns
from surveyapp.definition.question_types import shown
from surveyapp.definition.states import STATES, state_name
from surveyapp.results.figure_query import FigureQuery
from surveyapp.storage.audit import audit_log
from surveyapp.storage.rounds import participants
from surveyapp.words import RIGHT_TO_LEFT

from ..access import role, signed_in
from ..figure_pages import requested_figures
from ..locale import current_language, words
from .routes import blueprint


@blueprint.get("/rounds/<round_code>/about")
@role("co_chair", "secretariat")
def about(round_code: str) -> str:
    """Every State that a reply names, by how many."""
    query = requested_figures(round_code)
    counted = [
        (state_name(code, current_language()), code, count)
        for code, count in named(query.compiled, query.replies).items()
    ]
    counted.sort(key=lambda row: (-row[2], row[0]))
    return render_template("cochair/about.html", query=query, title=query.title, named=counted)


@blueprint.get("/rounds/<round_code>/about/<state>")
@role("co_chair", "secretariat")
def about_state(round_code: str, state: str) -> str:
    """404 for a State that there is not."""
    if state not in STATES:
        abort(404)
    query = requested_figures(round_code)
    state_mentions = mentions(query.compiled, query.replies, state)
    audit_log.record("answers-about-a-state-read", signed_in().id, round=round_code, state=state)
    by_question: dict[str, list[tuple[Mention, list[tuple[str, str]]]]] = {}
    for mention in state_mentions:
        label = query.compiled.text(f"{mention.question}.label", current_language())
        by_question.setdefault(label, []).append((mention, _beside(query, mention)))
    labelled = [
        (query.compiled.text(f"{spread.question}.label", current_language()), spread)
        for spread in spreads(query.compiled, state_mentions)
    ]
    return render_template(
        "cochair/about_state.html",
        query=query,
        title=query.title,
        name=state_name(state, current_language()),
        history=participants.status_history(state),
        by_question=by_question,
        naming=len({mention.reply.participant_code for mention in state_mentions}),
        spreads=[(label, spread, _picture(label, spread)) for label, spread in labelled],
        statuses={
            "state_party": gettext("State Party"),
            "signatory": gettext("Signatory"),
            "not_party": gettext("State not party"),
        },
    )


def _beside(query: FigureQuery, mention: Mention) -> list[tuple[str, str]]:
    """The other answers of the item, in words."""
    compiled, language = query.compiled, current_language()
    return [
        (
            compiled.text(f"{code}.label", language),
            shown(compiled, compiled.questions[code], mention.reply.answers[address], language, words),
        )
        for code, address in mention.beside
    ]


def _picture(label: str, spread: Spread) -> Markup:
    bars = [Bar(str(step), count, words.number(count)) for step, count in spread.counts]
    mirrored = current_language() in RIGHT_TO_LEFT
    return Markup(columns(label, bars, right_to_left=mirrored, ident=f"spread-{spread.question}"))  # noqa: S704 - escaped there
