"""The blueprint of the secretariat."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("secretariat", __name__, url_prefix="/secretariat")
