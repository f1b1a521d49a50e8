"""An invitation: the person confirms who they are and gets an ordinary link. It never leads straight into the data."""

from __future__ import annotations

from flask import abort, current_app, render_template, request

from surveyapp.mail.sign_in_link import LINK_MINUTES, send_sign_in_link
from surveyapp.storage.people import accounts, rate_limits, tokens
from surveyapp.words import LANGUAGE_NAMES

from .. import sessions
from ..access import anyone
from ..locale import switch_language
from ..mail_settings import mail_settings
from ..recognised_browsers import HOUR
from .routes import blueprint

MAX_NAME_LENGTH = 200


@blueprint.post("/enrol/<token>")
@anyone
def enrol(token: str) -> str | tuple[str, int]:
    """The invitation stays usable until it expires: all it can do is send a link to the address it was sent to."""
    link = tokens.look_up(token)
    person = accounts.person(link.person_id) if link and link.purpose == "invitation" else None
    if person is None:
        return render_template("account/not_usable.html"), 410
    name, language = request.form.get("name", "").strip(), request.form.get("own_language", "")
    if not name or len(name) > MAX_NAME_LENGTH or language not in LANGUAGE_NAMES:
        return render_template("account/enrol.html", invited=person, token=token, wrong=True, name=name), 422
    if not rate_limits.allow(f"enrolment {person.id}", current_app.config["SIGN_INS_PER_HOUR"], HOUR):
        abort(429)
    accounts.update_person(person.id, name=name, language=language)
    switch_language(language)
    send_sign_in_link(person.email, mail_settings(), browser=sessions.browser_secret())
    return render_template("account/sent.html", email=person.email, minutes=LINK_MINUTES)
