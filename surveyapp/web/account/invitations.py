"""A letter that invites somebody: to enrol, or, who has signed in before, to sign in."""

from __future__ import annotations

from collections.abc import Sequence

from flask import current_app
from flask_babel import gettext as _

from surveyapp.storage import accounts, outbox

from ..locale import speaking
from . import delivery


def invite(person_id: int, subject: str, lines: Sequence[str]) -> None:
    """`lines` are what the inviting person wrote; they are quoted as they are."""
    person = accounts.person(person_id)
    if person is None:
        return
    base = current_app.config["BASE_URL"].rstrip("/")
    token = accounts.issue_token(person_id, "invitation")
    with speaking(person.language):
        body = [
            _("Dear %(name)s,", name=person.name),
            _("You are invited to take part in the reply to a questionnaire. Open this link to begin:"),
            f"{base}/sign-in/{token}",
            *lines,
            _(
                "The link leads to a page that sends you a sign-in link. If you did not expect this letter, you need do nothing."
            ),
        ]
    text = "\n\n".join(body) + "\n"
    outbox.enqueue(person.email, subject, text, kind="appointment", secret=token, person_id=person.id)
    delivery.at_once(current_app)
