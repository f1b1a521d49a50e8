"""No more reminders: a link in each of them, that works without signing in and stops nothing else."""

from __future__ import annotations

from typing import Any

from flask import abort, current_app, render_template, request
from itsdangerous import BadSignature, URLSafeSerializer

from surveyapp.storage.audit import audit_log
from surveyapp.storage.people import accounts

from ..access import anyone
from ..sessions import csrf
from .routes import blueprint


def address(person_id: int) -> str:
    """It does not end: who wants no reminders wants none from old letters either."""
    token = _signer().dumps(person_id)
    return f"{current_app.config['BASE_URL'].rstrip('/')}/reminders/{token}"


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt="reminders")


def _person(token: str) -> int:
    try:
        found = int(_signer().loads(token))
    except (BadSignature, TypeError, ValueError):
        abort(404)
    return found if accounts.person(found) else abort(404)


@blueprint.get("/reminders/<token>")
@anyone
def reminders(token: str) -> str:
    """Changes nothing: mail scanners fetch links."""
    wanted = accounts.wants_reminders(_person(token))
    return render_template("account/reminders.html", wanted=wanted)


@blueprint.post("/reminders/<token>")
@csrf.exempt  # type: ignore[untyped-decorator]
@anyone
def change_reminders(token: str) -> Any:
    """Also what mail programs send by themselves (RFC 8058): they know no token of our forms, the address is signed."""
    person_id, wanted = _person(token), request.form.get("wanted") == "yes"
    accounts.set_reminders(person_id, wanted)
    audit_log.record("reminders-wanted" if wanted else "reminders-stopped", person_id)
    return render_template("account/reminders.html", wanted=wanted, done=True)
