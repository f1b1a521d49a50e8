"""A person's own page: what they prove themselves with, and where they are signed in."""

from __future__ import annotations

import re
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from surveyapp.definition.messages import N_
from surveyapp.storage.audit import audit_log
from surveyapp.storage.people import browsers, proofs

from .. import sessions
from ..access import arriving, person_only, signed_in
from .arrival import changing, report_sign_in_change
from .home import safe_next
from .routes import blueprint

HOW = {
    "link": N_("By a link"),
    "password": N_("By password"),
    "passkey": N_("By passkey"),
    "provider": N_("By the organization's sign-in"),
    "demonstration": N_("By a printed link of the demonstration"),
}
#: what browsers call themselves: the first that is found, for most also name others
BROWSERS = (("Edg", "Edge"), ("OPR", "Opera"), ("Firefox", "Firefox"), ("Chrom", "Chrome"), ("Safari", "Safari"))
SYSTEMS = (
    ("Android", "Android"), ("iPhone", "iOS"), ("iPad", "iPadOS"), ("Windows", "Windows"), ("Mac OS", "macOS"), ("Linux", "Linux"),
)  # fmt: skip


@blueprint.get("/account")
@person_only
def own() -> str:
    return account_page({})


def account_page(problems: dict[str, str]) -> str:
    """The page of the person who is signed in. `problems`: what is wrong, by field."""
    person = signed_in()
    return render_template(
        "account/own.html",
        kept=proofs.factors_of(person.id),
        running=[(browser, described(browser.browser)) for browser in browsers.running(person.id)],
        here=browsers.name_of(sessions.own_token()),
        how=HOW,
        problems=problems,
        errors=[(text, f"field-{name}") for name, text in problems.items()],
    )


def described(user_agent: str) -> str:
    """Such as "Firefox · Windows"; empty where it is neither."""
    names = (next((name for mark, name in marks if mark in user_agent), "") for marks in (BROWSERS, SYSTEMS))
    return " · ".join(name for name in names if name)


@blueprint.post("/account/sessions")
@person_only
def end_sessions() -> Any:
    """`which`: one of the person's own, as the page names it, or `others`."""
    person, which = signed_in(), request.form.get("which", "")
    if which == "others":
        browsers.revoke_others(person.id, sessions.own_token())
    elif not re.fullmatch("[0-9a-f]{16}", which) or not browsers.revoke_named(person.id, which):
        abort(404)
    audit_log.record("sessions-ended", person.id, which="others" if which == "others" else "one")
    flash(_("Signed out there."), "success")
    return redirect(url_for("account.own"), 303)


@blueprint.get("/account/recovery-codes")
@arriving
def recovery_codes() -> str:
    """The button that makes them: a page that is only looked at makes nothing."""
    changing()
    return render_template("account/recovery.html", codes=None, next=safe_next(request.args.get("next")))


@blueprint.post("/account/recovery-codes")
@arriving
def make_recovery_codes() -> str:
    """Shown this once."""
    person = changing()
    if not proofs.factors_of(person.id).second:
        abort(403)
    codes = proofs.new_recovery_codes(person.id)
    audit_log.record("recovery-codes-made", person.id)
    report_sign_in_change(
        person.id, N_("New recovery codes were made for your sign-in; those before them no longer work.")
    )
    return render_template("account/recovery.html", codes=codes, next=safe_next(request.form.get("next")))
