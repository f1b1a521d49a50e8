"""Sign-in by a link. Asking gives the same answer whether the address is known or not; a GET uses nothing up."""

from __future__ import annotations

import datetime
import time

from flask import abort, current_app, redirect, render_template, request
from werkzeug.wrappers import Response

from surveyapp.storage import accounts, audit, limits

from .. import sessions
from ..access import anyone, current_person
from ..locale import switch_language
from . import blueprint
from .home import safe_next
from .letters import MINUTES, send_sign_in_link

HOUR = datetime.timedelta(hours=1)
#: seconds that asking takes at least, so that its length does not tell a known address from an unknown one
SAME_TIME = 0.4
#: longer than any address; what is longer is not looked up
LONGEST_ADDRESS = 254


@blueprint.get("/sign-in")
@anyone
def sign_in() -> str:
    return render_template("account/sign_in.html", next=safe_next(request.args.get("next")))


@blueprint.post("/sign-in")
@anyone
def ask_for_link() -> Response | str | tuple[str, int]:
    email = request.form.get("email", "").strip()
    after = safe_next(request.form.get("next"))
    if "@" not in email or len(email) > LONGEST_ADDRESS:
        return render_template("account/sign_in.html", next=after, email=email, wrong=True), 422
    began = time.monotonic()
    if not _may_ask(email):
        abort(429)
    send_sign_in_link(email, browser=sessions.browser_secret(), after=after)
    time.sleep(max(0.0, began + SAME_TIME - time.monotonic()))
    return render_template("account/sent.html", email=email, minutes=MINUTES)


def _may_ask(email: str) -> bool:
    """Both are counted always: whether one was counted must not be seen from how the other ends."""
    most = current_app.config["SIGN_INS_PER_HOUR"]
    by_address = limits.hit(f"sign-in address {email.lower()}", most, HOUR)
    by_network = limits.hit(f"sign-in network {request.remote_addr}", most * 10, HOUR)
    return by_address and by_network


@blueprint.get("/sign-in/<token>")
@anyone
def link(token: str) -> str | tuple[str, int]:
    """Mail scanners come here too: this page only offers a button."""
    found = _look_up(token)
    if found is None:
        return _not_usable()
    person = accounts.person(found.person_id)
    if person is None:
        return _not_usable()
    if found.purpose == "invitation":
        return render_template("account/enrol.html", invited=person, token=token)
    after = safe_next(request.args.get("next"))
    return render_template("account/confirm.html", invited=person, token=token, next=after)


@blueprint.post("/sign-in/<token>")
@anyone
def use_link(token: str) -> Response | tuple[str, int]:
    found = _look_up(token)
    if found is None or found.purpose == "invitation":
        return _not_usable()
    # a printed demonstration link may be tried again and again
    used = (
        found if found.purpose == "demonstration" else accounts.consume_token(token, browser=sessions.browser_secret())
    )
    person = accounts.person(used.person_id) if used else None
    if person is None:
        return _not_usable()
    sessions.begin(person.id)
    switch_language(person.language)
    audit.record("signed-in", person.id, by=found.purpose)
    return redirect(safe_next(request.form.get("next")), 303)


@blueprint.post("/sign-out")
@anyone
def sign_out() -> Response:
    if person := current_person():
        audit.record("signed-out", person.id)
    sessions.end()
    return redirect("/", 303)


def _look_up(token: str) -> accounts.TokenFacts | None:
    found = accounts.look_up_token(token, browser=sessions.browser_secret())
    if found is not None and found.purpose == "demonstration" and not current_app.config["DEMONSTRATION"]:
        return None
    return found


def _not_usable() -> tuple[str, int]:
    """One page for used, expired, mistyped, and meant for another browser: it tells a guesser nothing."""
    return render_template("account/not_usable.html"), 410
