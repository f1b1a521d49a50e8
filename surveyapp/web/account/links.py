"""Sign-in by a link. Asking gives the same answer whether the address is known or not; a GET uses nothing up."""

from __future__ import annotations

import time

from flask import abort, current_app, redirect, render_template, request
from werkzeug.wrappers import Response

from surveyapp.mail.sign_in_link import LINK_MINUTES, send_sign_in_link
from surveyapp.storage.audit import audit_log
from surveyapp.storage.people import accounts, tokens

from .. import recognised_browsers, sessions
from ..access import anyone, current_person
from ..mail_settings import mail_settings
from .arrival import arrive
from .home import safe_next
from .routes import blueprint

#: seconds that asking takes at least, so that its length does not tell a known address from an unknown one
SAME_TIME = 0.4
#: longer than any address; what is longer is not looked up
MAX_ADDRESS_LENGTH = 254


@blueprint.get("/sign-in")
@anyone
def sign_in() -> str:
    return render_template("account/sign_in.html", next=safe_next(request.args.get("next")))


@blueprint.post("/sign-in")
@anyone
def ask_for_link() -> Response | str | tuple[str, int]:
    email = request.form.get("email", "").strip()
    after = safe_next(request.form.get("next"))
    if "@" not in email or len(email) > MAX_ADDRESS_LENGTH:
        return render_template("account/sign_in.html", next=after, email=email, wrong=True), 422
    began = time.monotonic()
    person = accounts.person_by_email(email)
    if not recognised_browsers.allow("sign-in", email, person.id if person else None):
        abort(429)
    send_sign_in_link(email, mail_settings(), browser=sessions.browser_secret(), after=after)
    time.sleep(max(0.0, began + SAME_TIME - time.monotonic()))
    return render_template("account/sent.html", email=email, minutes=LINK_MINUTES)


@blueprint.get("/sign-in/<token>")
@anyone
def link(token: str) -> str | tuple[str, int]:
    """Mail scanners come here too: this page only offers a button."""
    link_facts = _look_up(token)
    if link_facts is None:
        return _not_usable()
    person = accounts.person(link_facts.person_id)
    if person is None:
        return _not_usable()
    if link_facts.purpose == "invitation":
        return render_template("account/enrol.html", invited=person, token=token)
    after = safe_next(request.args.get("next"))
    return render_template("account/confirm.html", invited=person, token=token, next=after)


@blueprint.post("/sign-in/<token>")
@anyone
def use_link(token: str) -> Response | tuple[str, int]:
    link_facts = _look_up(token)
    if link_facts is None or link_facts.purpose == "invitation":
        return _not_usable()
    # a printed demonstration link may be tried again and again
    used = (
        link_facts
        if link_facts.purpose == "demonstration"
        else tokens.consume(token, browser=sessions.browser_secret())
    )
    person = accounts.person(used.person_id) if used else None
    if person is None:
        return _not_usable()
    after, printed = safe_next(request.form.get("next")), link_facts.purpose == "demonstration"
    return arrive(person, "demonstration" if printed else "link", after, proved_twice=printed)


@blueprint.post("/sign-out")
@anyone
def sign_out() -> Response:
    if person := current_person():
        audit_log.record("signed-out", person.id)
    sessions.end()
    return redirect("/", 303)


def _look_up(token: str) -> tokens.LinkFacts | None:
    link_facts = tokens.look_up(token, browser=sessions.browser_secret())
    if link_facts is not None and link_facts.purpose == "demonstration" and not current_app.config["DEMONSTRATION"]:
        return None
    return link_facts


def _not_usable() -> tuple[str, int]:
    """One page for used, expired, mistyped, and meant for another browser: it tells a guesser nothing."""
    return render_template("account/not_usable.html"), 410
