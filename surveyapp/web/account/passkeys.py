"""Passkeys (WebAuthn): a device signs a challenge of ours. They need JavaScript, and an address that is a name."""

from __future__ import annotations

import base64
import hmac
from typing import Any
from urllib.parse import urlsplit

import webauthn
from flask import Response, abort, current_app, flash, redirect, request, url_for
from flask_babel import gettext as _
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from surveyapp.definition.messages import N_
from surveyapp.storage.audit import audit_log
from surveyapp.storage.people import accounts, challenges, proofs
from surveyapp.storage.people.accounts import PersonFacts
from surveyapp.storage.people.proofs import PasskeyFacts

from .. import sessions
from ..access import anyone, arriving, current_session
from ..request_text import read_json
from .arrival import arrive, changing, proved, report_sign_in_change
from .home import safe_next
from .routes import blueprint
from .second import cleanup_after_removal, finish_factor_setup, not_the_last

MAX_NAME_LENGTH = 100


@blueprint.post("/account/passkeys/options")
@arriving
def new_passkey_options() -> Response:
    person = changing()
    return _json(
        webauthn.generate_registration_options(
            rp_id=_site().hostname or "",
            rp_name="surveyapp",
            user_id=_handle(person),
            user_name=person.email,
            user_display_name=person.name,
            challenge=_challenge(),
            authenticator_selection=AuthenticatorSelectionCriteria(resident_key=ResidentKeyRequirement.PREFERRED),
            exclude_credentials=_described(proofs.factors_of(person.id).passkeys),
        )
    )


@blueprint.post("/account/passkeys")
@arriving
def add_passkey() -> Any:
    person, after = changing(), safe_next(request.form.get("next"))
    credential = _sent()
    try:
        made = webauthn.verify_registration_response(
            credential=credential,
            expected_challenge=_answered(credential),
            expected_rp_id=_site().hostname or "",
            expected_origin=_origin(),
        )
    except (WebAuthnException, ValueError):
        abort(400)
    name = request.form.get("name", "").strip()[:MAX_NAME_LENGTH] or _("Passkey")
    if not proofs.add_passkey(person.id, _text(made.credential_id), name, made.credential_public_key, made.sign_count):
        abort(400)
    audit_log.record("passkey-added", person.id)
    report_sign_in_change(person.id, N_("A passkey was added to your sign-in."))
    return finish_factor_setup(person, "passkey", after)


@blueprint.post("/account/passkeys/end")
@arriving
def take_passkey() -> Any:
    person, which = changing(), request.form.get("passkey", "")
    kept = proofs.factors_of(person.id)
    if which not in {passkey.id for passkey in kept.passkeys}:
        abort(404)
    not_the_last(person, len(kept.passkeys) - 1 + (kept.app_since is not None))
    proofs.remove_passkey(person.id, which)
    cleanup_after_removal(person)
    audit_log.record("passkey-taken-away", person.id)
    report_sign_in_change(person.id, N_("A passkey was taken away from your sign-in."))
    flash(_("Saved."), "success")
    return redirect(url_for("account.own"), 303)


@blueprint.post("/sign-in/passkey/options")
@anyone
def passkey_options() -> Response:
    """As second proof: one of the person's own. As the only one: whichever the device offers, and it has to know its user."""
    session = current_session()
    own = proofs.factors_of(session.person.id).passkeys if session else ()
    verified = UserVerificationRequirement.PREFERRED if session else UserVerificationRequirement.REQUIRED
    return _json(
        webauthn.generate_authentication_options(
            rp_id=_site().hostname or "",
            challenge=_challenge(),
            allow_credentials=_described(own),
            user_verification=verified,
        )
    )


@blueprint.post("/sign-in/passkey")
@anyone
def use_passkey() -> Any:
    session, after = current_session(), safe_next(request.form.get("next"))
    credential = _sent()
    kept = proofs.passkey(str(credential.get("id", ""))[:1400])
    if kept is None or (session and kept.person_id != session.person.id) or not _signed(credential, kept, not session):
        audit_log.record("passkey-refused", session.person.id if session else None)
        flash(_("This passkey is not known here. Sign in another way."), "warning")
        return redirect(url_for("account.second" if session else "account.sign_in", next=after), 303)
    if session:
        return proved(session.person, "passkey", after)
    person = accounts.person(kept.person_id) or abort(403)
    return arrive(person, "passkey", after, proved_twice=True)


def _signed(credential: dict[str, Any], kept: PasskeyFacts, alone: bool) -> bool:
    try:
        seen = webauthn.verify_authentication_response(
            credential=credential,
            expected_challenge=_answered(credential),
            expected_rp_id=_site().hostname or "",
            expected_origin=_origin(),
            credential_public_key=kept.public_key,
            credential_current_sign_count=kept.sign_count,
            require_user_verification=alone,
        )
    except (WebAuthnException, ValueError):
        return False
    return proofs.use_passkey(kept.id, seen.new_sign_count)


def _sent() -> dict[str, Any]:
    """What the page's script put into the form."""
    try:
        credential = read_json(request.form.get("credential", ""))
    except ValueError:
        abort(400)
    return credential if isinstance(credential, dict) else abort(400)


def _answered(credential: dict[str, Any]) -> bytes:
    """The challenge that was signed, if it is one of ours. Raises ValueError."""
    try:
        client_data = read_json(_bytes(str(credential["response"]["clientDataJSON"])))
        challenge = str(client_data["challenge"])
    except (KeyError, TypeError, ValueError) as broken:
        raise ValueError("no challenge in it") from broken
    if challenges.use("passkey", challenge, sessions.browser_secret()) is None:
        raise ValueError("this challenge is none, or was used")
    return _bytes(challenge)


def _challenge() -> bytes:
    return _bytes(challenges.issue("passkey", sessions.browser_secret()))


def _described(passkeys: tuple[PasskeyFacts, ...]) -> list[PublicKeyCredentialDescriptor]:
    return [PublicKeyCredentialDescriptor(id=_bytes(passkey.id)) for passkey in passkeys]


def _handle(person: PersonFacts) -> bytes:
    """Names the person to their device, and tells nobody else who it is."""
    return hmac.digest(current_app.config["SECRET_KEY"].encode(), f"passkeys of {person.id}".encode(), "sha256")


def _site() -> Any:
    return urlsplit(current_app.config["BASE_URL"])


def _origin() -> str:
    return f"{_site().scheme}://{_site().netloc}"


def _bytes(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _text(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


def _json(options: Any) -> Response:
    return Response(webauthn.options_to_json(options), mimetype="application/json")
