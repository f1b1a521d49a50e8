"""An invitation of one person to enrol or to sign in."""

from __future__ import annotations

from collections.abc import Sequence

from surveyapp.storage.mail import outbox
from surveyapp.storage.people import accounts, tokens
from surveyapp.words import words_in

from . import delivery
from .settings import MailSettings


def invite(person_id: int, subject: str, lines: Sequence[str], settings: MailSettings) -> None:
    """`lines` are what the inviting person wrote; they are quoted as they are. `subject` is in that person's language."""
    person = accounts.person(person_id)
    if person is None:
        return
    token = tokens.issue(person_id, "invitation")
    _ = words_in(person.language).gettext
    body = [
        _("Dear %(name)s,", name=person.name),
        _("You are invited to take part in the reply to a questionnaire. Open this link to begin:"),
        settings.sign_in_link(token),
        *lines,
        _(
            "The link leads to a page that sends you a sign-in link. If you did not expect this letter, you need do nothing."
        ),
    ]
    text = "\n\n".join(body) + "\n"
    outbox.enqueue(
        person.email, subject, text, kind="appointment", secret=token, person_id=person.id, language=person.language
    )
    delivery.at_once(settings)
