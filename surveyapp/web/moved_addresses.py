"""Addresses of earlier versions, in bookmarks and in letters that were sent: each leads to the one of today."""

from __future__ import annotations

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response

from .access import role

blueprint = Blueprint("moved_addresses", __name__)


@blueprint.get("/office")
@blueprint.get("/office/<path:rest>")
@role("secretariat")
def office(rest: str = "") -> Response:
    """308 to the secretariat's page of the same name, its query kept."""
    query = f"?{request.query_string.decode('ascii', 'replace')}" if request.query_string else ""
    return redirect(f"/secretariat{'/' if rest else ''}{rest}{query}", 308)
