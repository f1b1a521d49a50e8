"""The blueprint of the co-chairs' room."""

from __future__ import annotations

from typing import Any

from flask import Blueprint

from surveyapp.results import drawn_tables

from ..locale import current_words

blueprint = Blueprint("cochair", __name__)
blueprint.add_app_template_filter(drawn_tables.greatest)
blueprint.add_app_template_filter(drawn_tables.heat)


@blueprint.app_template_filter("cell")
def cell(value: Any, shape: str) -> str:
    return drawn_tables.cell(value, shape, current_words())
