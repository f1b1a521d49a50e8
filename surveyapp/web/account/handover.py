"""A focal point names a successor. From then on the successor answers for the State, and the one who leaves does not."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, render_template, request
from flask_babel import gettext as _

from surveyapp.mail.invitations import invite
from surveyapp.storage.people import accounts, handovers
from surveyapp.storage.people.handovers import NotTheirFocalPoint
from surveyapp.words import LANGUAGE_NAMES

from ..access import own_participants, role, signed_in
from ..locale import current_language
from ..mail_settings import mail_settings
from .invited import Invited, read_invited
from .routes import blueprint


@blueprint.get("/handover")
@role("focal_point")
def handover() -> str:
    return _page(Invited(language=current_language()))


@blueprint.post("/handover")
@role("focal_point")
def hand_over() -> Any:
    """For every participant that the person answers for."""
    person = signed_in()
    invited = read_invited(request.form, person.email)
    if not request.form.get("confirm"):
        invited.problems["confirm"] = _("Confirm that you no longer answer for the State.")
    if invited.problems:
        return _page(invited), 422
    successor = accounts.find_or_create(invited.name, invited.email, invited.language)
    for participant in own_participants():
        try:
            handovers.hand_over(participant, leaving=person.id, successor=successor, by=person.id)
        except NotTheirFocalPoint:
            abort(400)
    invite_successor(successor, invited)
    flash(_("%(name)s now answers in your place. You have been signed out.", name=invited.name), "success")
    return redirect("/", 303)


def invite_successor(successor: int, invited: Invited) -> None:
    """The letter that leads the successor in."""
    invite(
        successor,
        _("You have been appointed national focal point"),
        [invited.note] if invited.note else [],
        mail_settings(),
    )


def _page(invited: Invited) -> str:
    return render_template(
        "account/handover.html",
        invited=invited,
        errors=[(text, f"field-{name}") for name, text in invited.problems.items()],
        language_names=LANGUAGE_NAMES,
    )
