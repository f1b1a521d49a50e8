"""Sign-in at an organization's own OpenID Connect provider: the code flow with PKCE, state and nonce.

It lets in people who are known here, by an address that the provider has verified; from then on by the provider's own name for
them. It makes nobody known.
"""

from __future__ import annotations

import base64
import hashlib
import secrets
from typing import Any
from urllib.parse import urlencode

import httpx
from flask import abort, current_app, redirect, render_template, request
from flask_babel import gettext as _
from joserfc import jwk, jwt
from joserfc.errors import JoseError

from surveyapp.storage.audit import audit_log
from surveyapp.storage.people import accounts, challenges, proofs
from surveyapp.storage.people.accounts import PersonFacts

from .. import sessions
from ..access import anyone
from .arrival import arrive
from .home import safe_next
from .routes import blueprint

#: seconds
TIMEOUT_SECONDS = 10
SIGNATURES = ["RS256", "PS256", "ES256", "Ed25519", "EdDSA"]
#: seconds by which the provider's clock may differ
LEEWAY = 60


class ProviderFailed(Exception):
    """It did not answer, or not as it should. The message is for the log."""


@blueprint.get("/sign-in/provider")
@anyone
def to_provider() -> Any:
    after = safe_next(request.args.get("next"))
    issuer = current_app.config["OIDC_ISSUER"] or abort(404)
    try:
        about = _about(issuer)
    except ProviderFailed as failed:
        return _provider_failure_page(failed)
    verifier, nonce = secrets.token_urlsafe(48), secrets.token_urlsafe(16)
    facts = {"verifier": verifier, "nonce": nonce, "next": after}
    asked = {
        "response_type": "code",
        "scope": "openid email",
        "client_id": current_app.config["OIDC_CLIENT_ID"],
        "redirect_uri": _back(),
        "state": challenges.issue("provider", sessions.browser_secret(), facts),
        "nonce": nonce,
        "code_challenge": base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("="),
        "code_challenge_method": "S256",
    }
    return redirect(f"{about['authorization_endpoint']}?{urlencode(asked)}", 303)


@blueprint.get("/sign-in/provider/back")
@anyone
def from_provider() -> Any:
    issuer = current_app.config["OIDC_ISSUER"] or abort(404)
    facts = challenges.use("provider", request.args.get("state", ""), sessions.browser_secret())
    if facts is None or request.args.get("iss", issuer) != issuer or "code" not in request.args:
        return render_template("account/not_usable.html"), 410
    try:
        claims = _claims(_about(issuer), request.args["code"], facts)
    except ProviderFailed as failed:
        return _provider_failure_page(failed)
    person = _person(issuer, claims)
    if person is None:
        audit_log.record("provider-refused", None)
        text = _(
            "Your organization's sign-in told an address that is not known here, or that it has not verified. Ask the secretariat to let you in, or sign in by a link."
        )
        return render_template("account/notice.html", title=_("You are not known here"), text=text), 403
    methods = claims.get("amr")
    twice = isinstance(methods, list) and bool({*map(str, methods)} & {*current_app.config["OIDC_SECOND"]})
    return arrive(person, "provider", facts["next"], proved_twice=twice)


def _person(issuer: str, claims: dict[str, Any]) -> PersonFacts | None:
    subject = str(claims["sub"])
    person_id = proofs.person_at_provider(issuer, subject)
    if person_id is not None:
        return accounts.person(person_id)
    if claims.get("email_verified") is not True:
        return None
    person = accounts.person_by_email(str(claims.get("email", "")))
    return person if person and proofs.remember_at_provider(issuer, subject, person.id) else None


def _about(issuer: str) -> dict[str, Any]:
    about = _asked("GET", f"{issuer.rstrip('/')}/.well-known/openid-configuration")
    if about.get("issuer") != issuer:
        raise ProviderFailed(f"it calls itself {about.get('issuer')!r}, and OIDC_ISSUER is {issuer!r}")
    return about


def _claims(about: dict[str, Any], code: str, facts: dict[str, Any]) -> dict[str, Any]:
    """Of the signed token; those that it leaves to the provider's page of the person are fetched there."""
    client, secret = current_app.config["OIDC_CLIENT_ID"], current_app.config["OIDC_CLIENT_SECRET"]
    wanted = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": _back(),
        "code_verifier": facts["verifier"],
    }
    issued_tokens = _asked("POST", about["token_endpoint"], data=wanted, auth=(client, secret))
    keys = jwk.KeySet.import_key_set(_asked("GET", about["jwks_uri"]))  # type: ignore[arg-type]
    checked = jwt.JWTClaimsRegistry(
        leeway=LEEWAY,
        iss={"essential": True, "value": about["issuer"]},
        aud={"essential": True, "value": client},
        exp={"essential": True},
        sub={"essential": True},
        nonce={"essential": True, "value": facts["nonce"]},
    )
    try:
        claims = jwt.decode(str(issued_tokens.get("id_token", "")), keys, algorithms=SIGNATURES).claims
        checked.validate(claims)
    except (JoseError, ValueError) as broken:
        raise ProviderFailed(f"its token: {broken}") from broken
    if claims.get("azp", client) != client:
        raise ProviderFailed("its token is for somebody else")
    if "email" in claims or "userinfo_endpoint" not in about:
        return claims
    more = _asked(
        "GET", about["userinfo_endpoint"], headers={"Authorization": f"Bearer {issued_tokens.get('access_token')}"}
    )
    if more.get("sub") != claims["sub"]:
        raise ProviderFailed("its token and its page are of two people")
    return more | claims


def _asked(method: str, address: str, **more: Any) -> dict[str, Any]:
    try:
        answer = httpx.request(method, address, timeout=TIMEOUT_SECONDS, **more)
        answer.raise_for_status()
        document = answer.json()
    except (httpx.HTTPError, httpx.InvalidURL, ValueError) as failed:
        raise ProviderFailed(f"{address}: {type(failed).__name__}: {failed}") from failed
    if not isinstance(document, dict):
        raise ProviderFailed(f"{address}: not an object")
    return document


def _provider_failure_page(failed: ProviderFailed) -> tuple[str, int]:
    current_app.logger.error("the OpenID provider failed: %s", failed)
    title = _("The sign-in of your organization did not answer")
    text = _("Try again in a minute, or sign in by a link to your mailbox.")
    return render_template("account/notice.html", title=title, text=text), 503


def _back() -> str:
    return f"{current_app.config['BASE_URL'].rstrip('/')}/sign-in/provider/back"


def provider_name() -> str:
    """For the button; empty where there is none."""
    config = current_app.config
    return str(config["OIDC_NAME"] or config["OIDC_ISSUER"]) if config["OIDC_ISSUER"] else ""


@blueprint.app_context_processor
def _in_templates() -> dict[str, Any]:
    return {"provider_name": provider_name}
