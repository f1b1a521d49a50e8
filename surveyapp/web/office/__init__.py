"""The secretariat's pages: what States ask of it."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("office", __name__, url_prefix="/office")

from . import (  # noqa: E402, F401 - the views register themselves on the blueprint
    behalf,
    contacts,
    focal_points,
    inbox,
    letters,
    log,
    moving,
    participants,
    people,
    questionnaires,
    rounds,
    trying,
)
