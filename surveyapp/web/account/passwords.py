"""A password opens a session half; the second proof opens the rest. Who forgets it signs in by a link and sets another."""

from __future__ import annotations

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response
from zxcvbn import zxcvbn

from surveyapp.definition.messages import N_
from surveyapp.storage.audit import audit_log
from surveyapp.storage.people import accounts, browsers, proofs

from .. import recognised_browsers, sessions
from ..access import anyone, arriving
from .arrival import arrive, changing, report_sign_in_change
from .home import safe_next
from .own import account_page
from .routes import blueprint

MIN_LENGTH, MAX_LENGTH = 12, 128
#: of zxcvbn's 0 to 4: not to be guessed in ten to the eight tries
STRENGTH = 3
#: argon2id with the parameters of RFC 9106 for machines with little memory
hasher = PasswordHasher()
#: of nobody: so that an unknown address takes as long as a known one
NOBODYS = hasher.hash("nobody has this one")


@blueprint.get("/sign-in/password")
@anyone
def password() -> str:
    return render_template("account/password.html", next=safe_next(request.args.get("next")))


@blueprint.post("/sign-in/password")
@anyone
def check_password() -> Response | tuple[str, int]:
    """One answer to a wrong password, an address without one, and an address of nobody."""
    email, typed = request.form.get("email", "").strip()[:254], request.form.get("password", "")
    after = safe_next(request.form.get("next"))
    stored_password = proofs.password_of(email)
    person_id, hashed = stored_password or (None, NOBODYS)
    if not recognised_browsers.allow("password", email, person_id):
        abort(429)
    person = accounts.person(person_id) if person_id and _fits(hashed, typed) else None
    if not person_id:
        _fits(hashed, typed)
    if person is None or person_id is None:
        audit_log.record("password-refused", person_id)
        return render_template("account/password.html", next=after, email=email, wrong=True), 422
    if hasher.check_needs_rehash(hashed):
        proofs.set_password(person_id, hasher.hash(typed))
    return arrive(person, "password", after)


def _fits(hashed: str, typed: str) -> bool:
    try:
        return hasher.verify(hashed, typed[: MAX_LENGTH + 1])
    except (VerificationError, InvalidHashError):
        return False


@blueprint.post("/account/password")
@arriving
def change_password() -> Response | tuple[str, int]:
    """Only beside a second proof: alone it opens nothing."""
    person = changing()
    if not proofs.factors_of(person.id).second:
        abort(403)
    typed = request.form.get("password", "")
    if problem := _weak(typed, [person.name, person.email, *person.name.split(), *person.email.split("@")]):
        return account_page({"password": problem}), 422
    proofs.set_password(person.id, hasher.hash(typed))
    browsers.revoke_others(person.id, sessions.own_token())
    audit_log.record("password-set", person.id)
    report_sign_in_change(person.id, N_("A password was set for your sign-in."))
    flash(_("The password is set. You have been signed out everywhere else."), "success")
    return redirect(url_for("account.own"), 303)


def _weak(typed: str, of_theirs: list[str]) -> str | None:
    """Length and how hard it is to guess; no rules about capitals and digits, which make none better."""
    if len(typed) < MIN_LENGTH:
        return str(_("Use at least %(number)s characters; several words make a good password.", number=MIN_LENGTH))
    if len(typed) > MAX_LENGTH:
        return str(_("Use at most %(number)s characters.", number=MAX_LENGTH))
    if zxcvbn(typed, user_inputs=of_theirs, max_length=MAX_LENGTH)["score"] < STRENGTH:
        return str(_("This password is easy to guess. Use several words that do not belong together."))
    return None
