"""Takes letters out of the outbox and writes them as .eml files, which any mail program or relay can take up."""

from __future__ import annotations

import os
from email.message import EmailMessage
from email.utils import formatdate
from pathlib import Path

from flask import current_app

from surveyapp.storage import outbox


def deliver() -> int:
    """How many letters were written into the instance folder's outbox."""
    return outbox.deliver(_write)


def _write(letter: outbox.Letter) -> None:
    message = EmailMessage()
    message["From"], message["To"] = current_app.config["MAIL_FROM"], letter.recipient
    message["Subject"], message["Date"] = letter.subject, formatdate()
    message["Auto-Submitted"] = "auto-generated"  # holiday notices do not answer it
    message.set_content(letter.body)
    folder = Path(current_app.instance_path) / "outbox"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path, part = folder / f"{letter.id:06}.eml", folder / f"{letter.id:06}.part"
    part.write_bytes(bytes(message))
    os.replace(part, path)  # a relay that watches the folder never sees half a letter
