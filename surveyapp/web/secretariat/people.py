"""Who may do what: people of the secretariat and co-chairs, let in, let out, signed out everywhere."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from surveyapp.definition.messages import N_
from surveyapp.storage.audit import audit_log
from surveyapp.storage.people import accounts, browsers, proofs
from surveyapp.storage.transactions import writing
from surveyapp.words import LANGUAGE_NAMES

from ..access import role, signed_in
from ..account.arrival import report_sign_in_change
from ..account.invited import Invited, read_invited
from ..locale import current_language
from .routes import blueprint

STAFF = {"secretariat": N_("Secretariat"), "co_chair": N_("Co-chair")}


@blueprint.get("/people")
@role("secretariat")
def people() -> str:
    return _page(Invited(language=current_language()))


@blueprint.post("/people")
@role("secretariat")
def let_in() -> Any:
    """`role`: secretariat or co_chair. They sign in by a link to their address, as everybody does."""
    invited, wanted = read_invited(request.form, ""), request.form.get("role", "")
    if wanted not in STAFF:
        abort(400)
    if invited.problems:
        return _page(invited, wanted), 422
    with writing():
        person_id = accounts.find_or_create(invited.name, invited.email, invited.language)
        person = accounts.person(person_id)
        if person is None:  # let out before: the address stays theirs, and shut
            return _page(
                Invited(
                    invited.name,
                    invited.email,
                    "",
                    invited.language,
                    {"email": _("This person was let out. Use another address.")},
                ),
                wanted,
            ), 422
        if wanted not in {held.role for held in person.roles}:
            accounts.grant_role(person_id, wanted)
            audit_log.record("role-granted", signed_in().id, person=person_id, role=wanted)
    flash(_("%(name)s can sign in now.", name=invited.name), "success")
    return redirect(url_for("secretariat.people"), 303)


@blueprint.post("/people/<int:person_id>")
@role("secretariat")
def change_person(person_id: int) -> Any:
    """`do`: take-secretariat · take-co_chair · sign-out · begin-anew (for a person who has lost their second factor).

    Nobody revokes their own role of the secretariat: somebody has to keep it.
    """
    person, action, by = accounts.person(person_id), request.form.get("do", ""), signed_in().id
    if person is None:
        abort(404)
    taken = action.removeprefix("take-")
    if action == "sign-out":
        accounts.sign_out_everywhere(person_id)
        audit_log.record("signed-out-everywhere", by, person=person_id)
    elif action == "begin-anew" and person_id != by:
        with writing():
            proofs.remove_all(person_id)
            accounts.sign_out_everywhere(person_id)
            audit_log.record("proofs-forgotten", by, person=person_id)
        report_sign_in_change(
            person_id, N_("The secretariat has let you set up your second proof and your password anew.")
        )
    elif taken in STAFF and (taken != "secretariat" or person_id != by):
        with writing():
            accounts.revoke_role(person_id, taken)
            accounts.sign_out_everywhere(person_id)
            audit_log.record("role-taken", by, person=person_id, role=taken)
    else:
        abort(400)
    flash(_("Saved."), "success")
    return redirect(url_for("secretariat.people"), 303)


def _page(invited: Invited, wanted: str = "co_chair") -> str:
    staff = [person for person in accounts.people() if any(held.role in STAFF for held in person.roles)]
    return render_template(
        "secretariat/people.html",
        staff=[
            (
                person,
                [held.role for held in person.roles if held.role in STAFF],
                len(browsers.running(person.id)),
                proofs.factors_of(person.id).second,
            )
            for person in staff
        ],
        invited=invited,
        wanted=wanted,
        own=signed_in().id,
        labels=STAFF,
        errors=[(text, f"field-{name}") for name, text in invited.problems.items()],
        language_names=LANGUAGE_NAMES,
    )
