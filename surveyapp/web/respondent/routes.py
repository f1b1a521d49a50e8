"""The blueprint, and the response that an address stands for: always the signed-in person's own."""

from __future__ import annotations

from collections.abc import Collection

from flask import Blueprint, request

from surveyapp.storage import responses
from surveyapp.storage.columns import utc_now
from surveyapp.storage.responses import ResponseState

from .. import access
from .layout import handling_label, month_name

blueprint = Blueprint("respondent", __name__, url_prefix="/reply")


@blueprint.app_context_processor
def helpers() -> dict[str, object]:
    """What the respondent's templates call; macros see them because they are imported with context."""
    return {
        "handling_label": handling_label,
        "month_name": month_name,
        "now": utc_now,
        "current_round": lambda: (request.view_args or {}).get("round_code"),
        "current_section": lambda: (request.view_args or {}).get("section"),
    }


def own_response(round_code: str, codes: Collection[str] | None = None) -> ResponseState:
    """404 alike for a round that is not there and for one this State was not invited to."""
    response_id = access.own_response(round_code)
    return responses.load(response_id) if codes is None else responses.load_page(response_id, codes)


def person_id() -> int:
    return access.signed_in().id
