"""A colleague's pages: what was put into their hands, and nothing else. What they answer is a proposal."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("delegate", __name__, url_prefix="/delegated")

from . import files, views  # noqa: E402, F401 - the views register themselves on the blueprint
