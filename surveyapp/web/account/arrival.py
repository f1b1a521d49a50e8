"""Somebody has given a first proof. Whether that is enough: not for the staff, nor for whoever has set up a second one."""

from __future__ import annotations

import datetime

from flask import abort, flash, redirect, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from surveyapp.mail.notices import send_sign_in_change
from surveyapp.storage.audit import audit_log
from surveyapp.storage.columns import utc_now
from surveyapp.storage.people import proofs
from surveyapp.storage.people.accounts import STAFF, PersonFacts

from .. import sessions
from ..access import current_session
from ..locale import switch_language
from ..mail_settings import mail_settings

#: before changing what they prove themselves with, people prove themselves anew, if this has passed since the last time
RECENT = datetime.timedelta(minutes=15)


def is_staff(person: PersonFacts) -> bool:
    """Whether the person holds a role that asks for a second proof."""
    return any(held.role in STAFF for held in person.roles)


def arrive(person: PersonFacts, how: str, after: str, *, proved_twice: bool = False) -> Response:
    """`how`: link, password, passkey, provider, demonstration. Leads to `after`, by way of the second proof where one is due."""
    half = not proved_twice and (how == "password" or is_staff(person) or proofs.factors_of(person.id).second)
    sessions.begin(person.id, how, half_open=half)
    switch_language(person.language)
    audit_log.record("first-proof" if half else "signed-in", person.id, by=how)
    return redirect(url_for("account.second", next=after) if half else after, 303)


def proved(person: PersonFacts, by: str, after: str) -> Response:
    """The second proof was given. `by`: app, recovery-code, passkey, or what was just set up."""
    if not sessions.proved():
        abort(401)
    audit_log.record("signed-in", person.id, by=by)
    return redirect(after, 303)


def changing() -> PersonFacts:
    """Who may change what they prove themselves with: somebody who proved it lately, or who has nothing to prove it with yet.
    All others are led to the page where they do."""
    session = current_session() or abort(401)
    if session.half_open:
        if proofs.factors_of(session.person.id).second:
            abort(403)
    elif utc_now() - session.proved_at > RECENT:
        flash(_("To change this, prove once more that it is you."), "warning")
        second = proofs.factors_of(session.person.id).second
        page = url_for("account.second" if second else "account.sign_in", next=url_for("account.own"))
        abort(redirect(page, 303))
    return session.person


def report_sign_in_change(person_id: int, change: str) -> None:
    """By a letter. `change`: a text of the catalogues, not translated yet."""
    send_sign_in_change(person_id, change, mail_settings())
