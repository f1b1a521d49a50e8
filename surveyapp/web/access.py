"""Who may see what. Every route says its roles; a route that says nothing is shut.

Use `@role("focal_point")` or `@anyone` as the innermost decorator of a view. What a role may see within a route is
the view's part: a focal point's own participant comes from `own_participants()`, never from the address.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, abort, current_app, g, redirect, request, url_for
from werkzeug.wrappers import Response

from surveyapp.storage import delegations, responses
from surveyapp.storage.accounts import PersonFacts
from surveyapp.storage.delegations import Given

from . import sessions

#: every role there is
ROLES = ("focal_point", "co_chair", "secretariat", "delegate")
ANYONE = frozenset({"anyone"})

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


def roles_of(endpoint: str) -> frozenset[str] | None:
    """The roles a route says; None where it says nothing."""
    return getattr(current_app.view_functions.get(endpoint), "roles", None)


def current_person() -> PersonFacts | None:
    """The person signed in, or None. Read once per request."""
    if "person" not in g:
        g.person = sessions.person_of_request()
    found: PersonFacts | None = g.person
    return found


def known_person() -> PersonFacts | None:
    """As far as this request already knows: error pages ask this, because they must not need the database."""
    found: PersonFacts | None = g.get("person")
    return found


def signed_in() -> PersonFacts:
    """The person, on a route with roles; 401 elsewhere."""
    return current_person() or abort(401)


def has_role(*names: str) -> bool:
    person = current_person()
    if person is None:
        return False
    return any(held.role in names for held in person.roles) or ("delegate" in names and bool(delegated()))


def delegated() -> list[Given]:
    """What is in the person's hands now. A delegate holds no role: a delegation that ends closes its pages at once."""
    person = current_person()
    if "delegated" not in g:
        g.delegated = delegations.of_person(person.id) if person else []
    found: list[Given] = g.delegated
    return found


def own_participants() -> tuple[int, ...]:
    """Ids of the participants for whom the person answers. Nothing of any other is ever shown to a focal point."""
    person = current_person()
    held = person.roles if person else ()
    return tuple(each.participant_id for each in held if each.role == "focal_point" and each.participant_id is not None)


def own_participant() -> int:
    """The first of them; 404 for a person who answers for none."""
    return next(iter(own_participants()), None) or abort(404)


def own_response(round_code: str) -> int:
    """The id of the person's own participant's response. 404 for any other, as for a round that does not exist."""
    found = (responses.find(round_code, participant) for participant in own_participants())
    return next((response for response in found if response is not None), None) or abort(404)


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
    person = current_person()
    if allowed is ANYONE or has_role(*allowed):
        return None
    if person is not None:
        abort(403)
    if request.method in ("GET", "HEAD") and "HX-Request" not in request.headers:
        return redirect(url_for("account.sign_in", next=request.full_path.rstrip("?")), 303)
    abort(401)
