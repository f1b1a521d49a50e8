"""The blueprint, and the response that an address stands for: always the signed-in person's own."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from flask import Blueprint
from flask.sansio.app import App

from surveyapp.analysis.labels import HANDLING_LABELS
from surveyapp.storage.columns import utc_now
from surveyapp.storage.replies import responses
from surveyapp.storage.replies.responses import ResponseState

from .. import access
from ..locale import current_language, current_words
from .kept_pieces import kept, kept_choices

blueprint = Blueprint("respondent", __name__, url_prefix="/reply")


def init_templates(app: App) -> None:
    """What the respondent's templates call: globals, so that their macros are imported once and not for each page."""
    app.jinja_env.globals.update(
        handling_label=lambda handling: current_words().gettext(HANDLING_LABELS[handling]),
        month_name=lambda number: current_words().month_name(number),
        now=utc_now,
        kept=kept,
        kept_choices=kept_choices,
        # by a function: `import` in a template compares all globals each time, which costs more than drawing a question
        questions=lambda: app.jinja_env.get_template("respondent/questions.html").module,
    )


blueprint.record_once(lambda state: init_templates(state.app))


def own_response(round_code: str, codes: Collection[str] | None = None) -> ResponseState:
    """404 alike for a round that is not there and for one this State was not invited to."""
    response_id = access.own_response(round_code)
    return responses.load(response_id) if codes is None else responses.load_page(response_id, codes)


def frame(state: ResponseState) -> dict[str, Any]:
    """What every page of a reply names: its round and its State."""
    language = current_language()
    return {
        "round": state.round,
        "round_title": state.round.title(language),
        "participant_name": state.participant.name(language),
    }


def person_id() -> int:
    """Of who is signed in."""
    return access.signed_in().id
