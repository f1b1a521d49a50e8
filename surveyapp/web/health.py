"""For those who run it: is it alive, can it work, what does it do. No answers, no names, no addresses."""

from __future__ import annotations

import hmac

from flask import Blueprint, Response, abort, current_app, jsonify, request

from surveyapp.storage import schema
from surveyapp.storage.audit import metrics as vitals
from surveyapp.storage.transactions import DatabaseUnavailable

from .access import anyone

blueprint = Blueprint("health", __name__)


@blueprint.get("/health")
@anyone
def health() -> Response:
    """This process answers. Says nothing of the database: a proxy that restarts it for that would not help."""
    return jsonify(status="ok")


@blueprint.get("/ready")
@anyone
def ready() -> tuple[Response, int]:
    """503 while the database is not there, or its tables are of another version than the program."""
    try:
        behind = schema.revision() != schema.newest()
    except DatabaseUnavailable:
        return jsonify(status="no database"), 503
    return (jsonify(status="tables to be upgraded"), 503) if behind else (jsonify(status="ok"), 200)


@blueprint.get("/metrics")
@anyone
def metrics() -> Response:
    """Prometheus text. 404 unless METRICS_TOKEN is set and sent as a bearer token."""
    token = current_app.config["METRICS_TOKEN"]
    sent = request.headers.get("Authorization", "")
    if not token or not hmac.compare_digest(sent.encode(), f"Bearer {token}".encode()):
        abort(404)
    lines = []
    for name, help_text, values in vitals.measure():
        lines += [f"# HELP surveyapp_{name} {help_text}", f"# TYPE surveyapp_{name} gauge"]
        lines += [f"surveyapp_{name}{_labels(labels)} {value}" for labels, value in values]
    return Response("\n".join(lines) + "\n", mimetype="text/plain; version=0.0.4")


def _labels(labels: dict[str, str]) -> str:
    return "{" + ",".join(f'{name}="{value}"' for name, value in labels.items()) + "}" if labels else ""
