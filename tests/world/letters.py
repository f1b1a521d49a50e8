"""Letters taken from the outbox, and the links in them."""

from __future__ import annotations

from email.message import EmailMessage

from flask import Flask

from surveyapp.storage.mail import outbox


def letters(app: Flask) -> list[outbox.Letter]:
    taken: list[outbox.Letter] = []
    with app.app_context():
        outbox.deliver_due(taken.append)
    return taken


def link_in(letter: outbox.Letter) -> str:
    return next(line for line in letter.body.splitlines() if "/sign-in/" in line).partition("/sign-in/")[2]


def text_of(message: EmailMessage) -> str:
    """What a mail program shows where it shows text."""
    part = message.get_body(("plain",))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")
