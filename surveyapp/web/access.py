"""Who may see what. Every route says its roles; a route that says nothing is shut.

Use `@role("focal_point")`, `@person_only`, `@arriving` or `@anyone` as the innermost decorator of a view. What a role may see within a route is
the view's part: a focal point's own participant comes from `own_participants()`, never from the address.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, abort, current_app, g, redirect, request, url_for
from werkzeug.wrappers import Response

from surveyapp.storage.people.accounts import PersonFacts
from surveyapp.storage.people.browsers import SessionFacts
from surveyapp.storage.replies import delegations, responses
from surveyapp.storage.replies.delegations import Delegation

from . import sessions

#: every role there is
ROLES = ("focal_point", "co_chair", "secretariat", "delegate")
ANYONE = frozenset({"anyone"})
#: whoever is signed in
PERSON = frozenset({"person"})
#: whoever is signed in, or has given the first proof of two
ARRIVING = frozenset({"arriving"})

View = TypeVar("View", bound=Callable[..., Any])


def role(*names: str) -> Callable[[View], View]:
    """Opens a view to people with one of these roles."""
    unknown = set(names) - set(ROLES)
    if unknown or not names:
        raise ValueError(f"no such role: {', '.join(unknown) or '(none given)'}")

    def mark(view: View) -> View:
        view.roles = frozenset(names)  # type: ignore[attr-defined]
        return view

    return mark


def anyone(view: View) -> View:
    """Opens a view to everybody, signed in or not."""
    view.roles = ANYONE  # type: ignore[attr-defined]
    return view


def person_only(view: View) -> View:
    """Opens a view to everybody who is signed in."""
    view.roles = PERSON  # type: ignore[attr-defined]
    return view


def arriving(view: View) -> View:
    """Opens a view also to those of whom the second proof is still awaited."""
    view.roles = ARRIVING  # type: ignore[attr-defined]
    return view


def roles_of(endpoint: str) -> frozenset[str] | None:
    """The roles a route says; None where it says nothing."""
    return getattr(current_app.view_functions.get(endpoint), "roles", None)


def current_session() -> SessionFacts | None:
    """Whole or half open. Read once per request."""
    if "session_facts" not in g:
        g.session_facts = sessions.of_request()
    session: SessionFacts | None = g.session_facts
    return session


def current_person() -> PersonFacts | None:
    """The person signed in, or None; None also for one of whom the second proof is awaited."""
    session = current_session()
    return session.person if session and not session.half_open else None


def known_person() -> PersonFacts | None:
    """As far as this request already knows: error pages ask this, because they must not need the database."""
    session: SessionFacts | None = g.get("session_facts")
    return session.person if session and not session.half_open else None


def signed_in() -> PersonFacts:
    """The person, on a route with roles; 401 elsewhere."""
    return current_person() or abort(401)


def has_role(*names: str) -> bool:
    """Whether the person who is signed in holds any of these roles; a delegate is one who has a delegation."""
    person = current_person()
    if person is None:
        return False
    return any(held.role in names for held in person.roles) or ("delegate" in names and bool(delegated()))


def delegated() -> list[Delegation]:
    """What is in the person's hands now. A delegate holds no role: a delegation that ends closes its pages at once."""
    person = current_person()
    if "delegated" not in g:
        g.delegated = delegations.of_person(person.id) if person else []
    own_delegations: list[Delegation] = g.delegated
    return own_delegations


def own_participants() -> tuple[int, ...]:
    """Ids of the participants for whom the person answers. Nothing of any other is ever shown to a focal point."""
    person = current_person()
    held = person.roles if person else ()
    return tuple(each.participant_id for each in held if each.role == "focal_point" and each.participant_id is not None)


def own_response(round_code: str) -> int:
    """The id of the person's own participant's response. 404 for any other, as for a round that does not exist."""
    response_ids = (responses.find(round_code, participant) for participant in own_participants())
    return next((response_id for response_id in response_ids if response_id is not None), None) or abort(404)


def init_app(app: Flask) -> None:
    app.before_request(_guard)
    app.context_processor(lambda: {"person": known_person(), "has_role": has_role})


def _guard() -> Response | None:
    if request.endpoint is None:  # no such address, or not by this method: Flask answers
        return None
    allowed = roles_of(request.endpoint)
    if allowed is None:
        current_app.logger.error("route without roles: %s", request.endpoint)
        abort(403)
    if request.endpoint == "static":
        return None
    session = current_session()
    if _open_to(session, allowed):
        return None
    if session is not None and not session.half_open:
        abort(403)
    if request.method in ("GET", "HEAD") and "HX-Request" not in request.headers:
        page = "account.second" if session else "account.sign_in"
        return redirect(url_for(page, next=request.full_path.rstrip("?")), 303)
    abort(401)


def _open_to(session: SessionFacts | None, allowed: frozenset[str]) -> bool:
    if allowed is ANYONE or (session is not None and allowed is ARRIVING):
        return True
    return current_person() is not None if allowed is PERSON else has_role(*allowed)
