"""The blueprint of the co-chairs' room."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("cochair", __name__)
