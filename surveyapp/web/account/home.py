"""The first page, and the choice of a language."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlencode, urlsplit

from flask import abort, redirect, render_template, request
from werkzeug.wrappers import Response

from surveyapp.answering.delegation_labels import POWER_LABELS, scope_label
from surveyapp.storage.mail import server_trouble
from surveyapp.storage.people import accounts
from surveyapp.storage.replies import responses
from surveyapp.storage.replies.delegations import DelegatePermissions, Delegation
from surveyapp.storage.rounds import invitations, rounds

from ..access import anyone, current_person, delegated, has_role, own_participants
from ..locale import current_language, current_words, switch_language
from .routes import blueprint


@blueprint.get("/")
@anyone
def home() -> str:
    """What there is to do, for the person who looks."""
    if current_person() is None:
        return render_template("account/welcome.html")
    return render_template(
        "account/home.html",
        replies=invitations.responses_for(own_participants()) if own_participants() else [],
        assignments=[_assignment(delegation) for delegation in delegated()],
        read=rounds.rounds() if has_role("co_chair", "secretariat") else [],
        language=current_language(),
        mail_trouble=server_trouble.current_trouble() if has_role("secretariat") else None,
    )


def _assignment(delegation: Delegation) -> dict[str, object]:
    """One delegation for the first page: where it leads, and in which words."""
    state, language = responses.load(delegation.response_id), current_language()
    section = next(iter(DelegatePermissions(state.compiled, {delegation.scope: delegation.power}).sections()))
    return {
        "delegation": delegation,
        "title": state.round.title(language),
        "state": state.participant.name(language),
        "scope": scope_label(state, delegation.scope, current_words()),
        "power": POWER_LABELS[delegation.power],
        "address": f"/delegated/{delegation.response_id}/{section}",
    }


@blueprint.post("/language")
@anyone
def language() -> Response:
    """From a page that holds no typed text. One that does sends its own form, and calls `switch_language` itself."""
    chosen = request.form.get("language", "")
    if not switch_language(chosen):
        abort(400)
    if person := current_person():  # letters and the next sign-in follow
        accounts.update_person(person.id, language=chosen)
    return redirect(_without_language(safe_next(request.form.get("next"))), 303)


def safe_next(address: str | None) -> str:
    """An address of this site, or the first page: a link must not lead elsewhere after signing in."""
    parts = urlsplit(address or "")
    inside = (address or "").startswith("/") and not (address or "").startswith(("//", "/\\"))
    if parts.scheme or parts.netloc or not inside or any(ord(letter) < 32 for letter in address or ""):
        return "/"
    return address or "/"


def _without_language(address: str) -> str:
    """`?lang=` in the address would go before the choice that was just made."""
    parts = urlsplit(address)
    kept = [(name, value) for name, value in parse_qsl(parts.query) if name != "lang"]
    return parts.path + (f"?{urlencode(kept)}" if kept else "")
