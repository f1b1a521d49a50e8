"""Contacts: what a focal point is at home and how long they answer; which of them want looking after."""

from __future__ import annotations

import datetime
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from surveyapp.definition.messages import N_
from surveyapp.definition.question_types.dates import NOT_A_DATE
from surveyapp.definition.typed_days import read_day
from surveyapp.mail import delivery
from surveyapp.results.register_file import MAX_LENGTH
from surveyapp.storage.columns import utc_now
from surveyapp.storage.mail import outbox, resending, server_trouble
from surveyapp.storage.people import contacts, handovers
from surveyapp.storage.people.handovers import NotTheirFocalPoint
from surveyapp.storage.rounds import participants

from ..access import role, signed_in
from ..locale import current_language
from ..mail_settings import mail_settings
from ..request_text import posted_id
from .letters import SENT_LABELS
from .routes import blueprint

WHY = {
    "returned": N_("Letters to this address come back"),
    "ended": N_("The time in which they answer is over"),
    "ending": N_("The time in which they answer ends soon"),
    "never": N_("Invited, and never signed in"),
    "long": N_("Not signed in for a year"),
}


@blueprint.get("/letters")
@role("secretariat")
def failed_letters() -> str:
    """What did not arrive or came back, contacts that want looking after, participants without one."""
    failed = outbox.letters(failed=True)
    without = set(contacts.without_contact())
    return render_template(
        "secretariat/failed_letters.html",
        failed=[(letter, outbox.attempts(letter.id)) for letter in failed if letter.recipient],
        labels=SENT_LABELS,
        mail_trouble=server_trouble.current_trouble(),
        stale=contacts.requiring_attention(utc_now().date()),
        why=WHY,
        without=[participant for participant in participants.participants() if participant.code in without],
        language=current_language(),
    )


@blueprint.post("/letters/again")
@role("secretariat")
def send_again() -> Any:
    """`letter`: one letter's id; or `do`: all · server (the mail server is tried at once)."""
    if request.form.get("do") == "server":
        server_trouble.retry_now()
    else:
        failed = {letter.id for letter in outbox.letters(failed=True)}
        chosen = failed if request.form.get("do") == "all" else failed & {posted_id("letter")}
        count = resending.send_again(chosen, by=signed_in().id)
        flash(ngettext("One letter is sent again.", "%(num)s letters are sent again.", count), "success")
    delivery.at_once(mail_settings())
    return redirect(url_for("secretariat.failed_letters"), 303)


@blueprint.post("/participants/<code>/contacts/<int:person>")
@role("secretariat")
def describe_contact(code: str, person: int) -> Any:
    """`position`, `valid_from`, `valid_until`: the first and the last day on which they answer; empty: without an end."""
    participant = participants.participant(code) or abort(404)
    here = redirect(url_for("secretariat.one_participant", code=code), 303)
    position = request.form.get("position", "").strip()
    try:
        start, end = (_day(name) for name in ("valid_from", "valid_until"))
    except ValueError:
        flash(_(NOT_A_DATE), "danger")
        return here
    if len(position) > MAX_LENGTH or (start and end and end < start):
        flash(
            _("The last day lies before the first.") if len(position) <= MAX_LENGTH else _("Shorten this text."),
            "danger",
        )
        return here
    try:
        handovers.describe_focal_point(
            participant.id, person, position=position, valid_from=start, valid_until=end, by=signed_in().id
        )
    except NotTheirFocalPoint:
        abort(404)
    flash(_("Saved."), "success")
    return here


def _day(name: str) -> datetime.date | None:
    text = request.form.get(name, "")
    return read_day(text)
