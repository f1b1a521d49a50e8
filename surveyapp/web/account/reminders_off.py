"""No more reminders: a link in each of them, that works without signing in and stops nothing else."""

from __future__ import annotations

from typing import Any

from flask import abort, current_app, render_template, request

from surveyapp.mail.unsubscribe import read_token
from surveyapp.storage.audit import audit_log
from surveyapp.storage.people import accounts

from ..access import anyone
from ..sessions import csrf
from .routes import blueprint


def _person(token: str) -> int:
    person_id = read_token(token, current_app.config["SECRET_KEY"])
    return person_id if person_id is not None and accounts.person(person_id) else abort(404)


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
