"""The second proof: a code of the app, a recovery code, a passkey. Who has none yet sets one up here, and nowhere else first."""

from __future__ import annotations

from typing import Any

from flask import abort, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from surveyapp.definition.messages import N_
from surveyapp.storage.audit import audit_log
from surveyapp.storage.people import browsers, proofs
from surveyapp.storage.people.accounts import PersonFacts

from .. import recognised_browsers, sessions
from ..access import arriving, current_session
from . import authenticator
from .arrival import changing, is_staff, proved, report_sign_in_change
from .home import safe_next
from .routes import blueprint


@blueprint.get("/sign-in/second")
@arriving
def second() -> Any:
    session, after = current_session() or abort(401), safe_next(request.args.get("next"))
    if proofs.factors_of(session.person.id).second:
        return _asked(session.person, after)
    return set_up_page(session.person, after) if session.half_open else redirect(after, 303)


@blueprint.post("/sign-in/second")
@arriving
def prove() -> Any:
    """`code`: six digits of the app, or a recovery code."""
    session, after = current_session() or abort(401), safe_next(request.form.get("next"))
    person, code = session.person, request.form.get("code", "").strip()[:100]
    if not recognised_browsers.allow("second proof", person.email, person.id):
        abort(429)
    if authenticator.proves(person.id, code):
        return proved(person, "app", after)
    if proofs.use_recovery_code(person.id, code):
        left = proofs.factors_of(person.id).recovery_codes
        report_sign_in_change(person.id, N_("A recovery code was used to sign in."))
        flash(_("That code is used up. Recovery codes left: %(number)s.", number=left), "warning")
        return proved(person, "recovery-code", after)
    audit_log.record("second-proof-refused", person.id)
    return _asked(person, after, wrong=True), 422


def _asked(person: PersonFacts, after: str, wrong: bool = False) -> str:
    kept = proofs.factors_of(person.id)
    return render_template("account/second.html", kept=kept, next=after, wrong=wrong, who=person.name)


@blueprint.get("/account/app")
@arriving
def app_page() -> str:
    return set_up_page(changing(), url_for("account.own"))


@blueprint.post("/account/app")
@arriving
def set_up_app() -> Any:
    """`secret`: as the page sealed it; `code`: what the app makes of it."""
    person, after = changing(), safe_next(request.form.get("next"))
    sealed = request.form.get("secret", "")
    secret = authenticator.opened(sealed, person.id)
    if secret is None:
        return set_up_page(person, after), 422
    if not recognised_browsers.allow("setting up", person.email, person.id):
        abort(429)
    if not authenticator.set_up(person.id, secret, request.form.get("code", "")):
        return set_up_page(person, after, sealed, wrong=True), 422
    audit_log.record("app-set-up", person.id)
    report_sign_in_change(person.id, N_("An authenticator app was set up for your sign-in."))
    return finish_factor_setup(person, "app", after)


def finish_factor_setup(person: PersonFacts, by: str, after: str) -> Response:
    """Something was set up: the session is whole, and all others end. The first time, recovery codes come next."""
    session = current_session()
    if session is not None and session.half_open:
        proved(person, by, after)
    browsers.revoke_others(person.id, sessions.own_token())
    if not proofs.factors_of(person.id).recovery_codes:
        return redirect(url_for("account.recovery_codes", next=after), 303)
    flash(_("Saved. You have been signed out everywhere else."), "success")
    return redirect(after, 303)


@blueprint.post("/account/app/end")
@arriving
def take_app() -> Response:
    person = changing()
    not_the_last(person, len(proofs.factors_of(person.id).passkeys))
    proofs.remove_app(person.id)
    cleanup_after_removal(person)
    audit_log.record("app-taken-away", person.id)
    report_sign_in_change(person.id, N_("The authenticator app was taken away from your sign-in."))
    flash(_("Saved."), "success")
    return redirect(url_for("account.own"), 303)


def not_the_last(person: PersonFacts, others: int) -> None:
    """Ends the request with a message where staff would be left without a second proof. `others`: how many stay."""
    if is_staff(person) and others < 1:
        flash(_("This is your only second proof. Set up another one first."), "warning")
        abort(redirect(url_for("account.own"), 303))


def cleanup_after_removal(person: PersonFacts) -> None:
    """A password alone must not be left behind."""
    if not proofs.factors_of(person.id).second:
        proofs.remove_password(person.id)


def set_up_page(person: PersonFacts, after: str, sealed: str = "", wrong: bool = False) -> str:
    sealed = sealed or authenticator.new_secret(person.id)
    secret = authenticator.opened(sealed, person.id) or abort(400)
    return render_template(
        "account/set_up.html",
        next=after,
        sealed=sealed,
        secret=" ".join(secret[at : at + 4] for at in range(0, len(secret), 4)),
        picture=authenticator.picture(secret, person.email),
        wrong=wrong,
        site=current_app.config["BASE_URL"],
        first=not proofs.factors_of(person.id).second,
    )
