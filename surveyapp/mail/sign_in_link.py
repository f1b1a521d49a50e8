"""The letter with a link: written into the outbox, in the language of the person who gets it."""

from __future__ import annotations

from urllib.parse import urlencode

from flask import current_app
from flask_babel import gettext as _

from surveyapp.storage.mail import outbox
from surveyapp.storage.people import accounts, tokens
from surveyapp.web.locale import speaking

from . import delivery

#: how long a sign-in link works
MINUTES = int(tokens.TTL["sign_in"].total_seconds()) // 60


def send_sign_in_link(email: str, *, browser: str, after: str = "/") -> None:
    """`after`: the page that was asked for. Does nothing for an address nobody has."""
    person = accounts.person_by_email(email)
    if person is None:
        return
    token = tokens.issue(person.id, "sign_in", browser=browser)
    address = f"{current_app.config['BASE_URL'].rstrip('/')}/sign-in/{token}"
    address += f"?{urlencode({'next': after})}" if after != "/" else ""
    with speaking(person.language):
        subject, body = _letter(person.name, address)
    outbox.enqueue(person.email, subject, body, kind="sign_in", secret=token, person_id=person.id)
    delivery.at_once(current_app)


def _letter(name: str, address: str) -> tuple[str, str]:
    lines = (
        _("Dear %(name)s,", name=name),
        _("Open this link in the browser in which you asked for it, and press the button on the page:"),
        address,
        _(
            "It works once, within %(minutes)s minutes. If you did not ask for it, you need do nothing.",
            minutes=MINUTES,
        ),
    )
    return _("Your sign-in link"), "\n\n".join(lines) + "\n"
