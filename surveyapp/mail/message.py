"""A letter as it goes over the wire (RFC 5322): text, a plain HTML part, and headers that bear the site's own names."""

from __future__ import annotations

import re
from email import policy
from email.headerregistry import Address, BaseHeader, HeaderRegistry, UnstructuredHeader
from email.message import EmailMessage
from email.policy import Policy
from email.utils import formatdate, parseaddr
from typing import Any
from urllib.parse import urlsplit

from markupsafe import Markup, escape

from surveyapp.storage.mail.outbox import Letter
from surveyapp.words import direction, words_in

from .settings import MailSettings
from .unsubscribe import unsubscribe_link

LINK = re.compile(r"https?://[^\s<>]+")


class _OneLine(UnstructuredHeader, BaseHeader):
    """An address in angle brackets that is neither encoded nor folded: a program reads it, at any length up to RFC 5322's."""

    def fold(self, *, policy: Policy[Any]) -> str:
        """The header as one line."""
        return f"{self.name}: {self}{policy.linesep}"


_headers = HeaderRegistry()
for _name in ("list-unsubscribe", "message-id"):
    _headers.map_to_type(_name, _OneLine)
POLICY = policy.SMTP.clone(header_factory=_headers)


def as_message(letter: Letter, settings: MailSettings) -> EmailMessage:
    """The letter with its sender's name in its own language; a reminder with its one-click link (RFC 8058)."""
    message = EmailMessage(POLICY)
    message["From"], message["To"] = sender(letter.language, settings), letter.recipient
    if settings.reply_to:
        message["Reply-To"] = settings.reply_to
    message["Subject"], message["Date"] = letter.subject, formatdate()
    message["Message-ID"] = letter.message_id.replace("@surveyapp>", f"@{domain(settings)}>")
    message["Auto-Submitted"] = "auto-generated"  # holiday notices do not answer it
    if letter.kind == "reminder" and letter.person_id:
        message["List-Unsubscribe"] = f"<{unsubscribe_link(letter.person_id, settings)}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    text = f"{letter.body.rstrip()}\n\n-- \n{signature(letter.language, settings)}\n"
    message.set_content(text)
    message.add_alternative(as_html(letter, text), subtype="html")
    message["Content-Language"] = letter.language  # last: setting the content takes such headers away
    return message


def sender(language: str, settings: MailSettings) -> Address:
    """The settings' address, under the body's name in this language. Raises ValueError for an address that is none."""
    name, address = parseaddr(settings.sender)
    return Address(settings.sender_names.get(language) or name or default_name(language), addr_spec=address)


def default_name(language: str) -> str:
    """Where the settings give no name of the body."""
    return words_in(language).gettext("Secretariat")


def signature(language: str, settings: MailSettings) -> str:
    """Who writes, and where an answer is read."""
    name = sender(language, settings).display_name
    return f"{name}\n{settings.reply_to}" if settings.reply_to else name


def domain(settings: MailSettings) -> str:
    """The site's: of the sender's address, or of the pages where that has none of its own."""
    own = parseaddr(settings.sender)[1].rpartition("@")[2]
    return own if own and own != "localhost" else urlsplit(settings.base_url).hostname or "localhost"


def as_html(letter: Letter, text: str) -> str:
    """Paragraphs and links, nothing else: no picture, no colour, nothing that is fetched."""
    text = text.replace("\n-- \n", "\n")
    paragraphs = Markup("\n").join(
        Markup("<p>{}</p>").format(_linked(paragraph)) for paragraph in text.strip().split("\n\n") if paragraph.strip()
    )
    head = Markup('<!doctype html>\n<html lang="{}" dir="{}">\n<head><meta charset="utf-8"><title>{}</title></head>\n')
    return f"{head.format(letter.language, direction(letter.language), letter.subject)}<body>\n{paragraphs}\n</body>\n</html>\n"


def _linked(paragraph: str) -> Markup:
    made, end = Markup(""), 0
    for link in LINK.finditer(paragraph):
        made += _lines(paragraph[end : link.start()])
        made += Markup('<a href="{0}" dir="ltr">{0}</a>').format(link[0])
        end = link.end()
    return made + _lines(paragraph[end:])


def _lines(text: str) -> Markup:
    return Markup("<br>\n").join(escape(line) for line in text.split("\n"))
