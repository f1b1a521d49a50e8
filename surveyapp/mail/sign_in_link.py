"""The letter with a link: written into the outbox, in the language of the person who gets it."""

from __future__ import annotations

from urllib.parse import urlencode

from surveyapp.storage.mail import outbox
from surveyapp.storage.people import accounts, tokens
from surveyapp.words import LanguageWords, words_in

from . import delivery
from .settings import MailSettings

#: how long a sign-in link works
LINK_MINUTES = int(tokens.TTL["sign_in"].total_seconds()) // 60


def send_sign_in_link(email: str, settings: MailSettings, *, browser: str, after: str = "/") -> None:
    """`browser`: the secret of the browser that asked; `after`: the page it asked for. Nothing for an address nobody has."""
    person = accounts.person_by_email(email)
    if person is None:
        return
    token = tokens.issue(person.id, "sign_in", browser=browser)
    link = settings.sign_in_link(token)
    link += f"?{urlencode({'next': after})}" if after != "/" else ""
    subject, body = _letter(person.name, link, words_in(person.language))
    outbox.enqueue(
        person.email, subject, body, kind="sign_in", secret=token, person_id=person.id, language=person.language
    )
    delivery.at_once(settings)


def _letter(name: str, link: str, words: LanguageWords) -> tuple[str, str]:
    _ = words.gettext
    lines = (
        _("Dear %(name)s,", name=name),
        _("Open this link in the browser in which you asked for it, and press the button on the page:"),
        link,
        _(
            "It works once, within %(minutes)s minutes. If you did not ask for it, you need do nothing.",
            minutes=LINK_MINUTES,
        ),
    )
    return _("Your sign-in link"), "\n\n".join(lines) + "\n"
