"""The blueprint of everybody: signing in and out."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("account", __name__)
