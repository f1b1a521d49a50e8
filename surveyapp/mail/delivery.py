"""Takes letters out of the outbox: to a mail server, or, where none is set, as .eml files into the instance folder."""

from __future__ import annotations

import os

from surveyapp.storage.mail import outbox
from surveyapp.storage.mail.outbox import Letter

from .message import as_message
from .settings import MailSettings
from .smtp import Server


def deliver(settings: MailSettings) -> int:
    """Sends what is due; returns how many letters were sent."""
    if not settings.server:
        return outbox.deliver_due(lambda letter: _write(letter, settings), lease=settings.lease)
    with Server(settings) as server:
        return outbox.deliver_due(server.send, lease=settings.lease)


def at_once(settings: MailSettings) -> None:
    """In a demonstration, where nobody waits for a worker."""
    if settings.demonstration:
        deliver(settings)


def _write(letter: Letter, settings: MailSettings) -> None:
    settings.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path, part = settings.folder / f"{letter.id:06}.eml", settings.folder / f"{letter.id:06}.part"
    part.write_bytes(bytes(as_message(letter, settings)))
    os.replace(part, path)  # a relay that watches the folder never sees half a letter
