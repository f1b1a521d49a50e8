"""The secretariat's pages: what States ask of it."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("office", __name__, url_prefix="/office")

from . import focal_points, inbox, letters, log, participants, people, questionnaires, rounds  # noqa: E402, F401 - the views register themselves on the blueprint
