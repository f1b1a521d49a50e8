"""The blueprint of a colleague."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("delegate", __name__, url_prefix="/delegated")
