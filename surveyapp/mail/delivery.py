"""Takes letters out of the outbox: to a mail server, or, where none is set, as .eml files into the instance folder."""

from __future__ import annotations

import datetime
import os
import smtplib
import ssl
from email.message import EmailMessage
from email.utils import formatdate
from pathlib import Path
from urllib.parse import SplitResult, unquote, urlsplit

from flask import Flask, current_app

from surveyapp.storage.mail import outbox
from surveyapp.storage.mail.outbox import Letter, LetterDeferred, LetterRefused
from surveyapp.web.account import reminders_off

#: seconds that a server may take to answer
PATIENCE = 30


def deliver() -> int:
    """How many letters were sent."""
    lease = datetime.timedelta(seconds=current_app.config["MAIL_LEASE"])
    server = current_app.config["MAIL_SERVER"]
    if not server:
        return outbox.deliver_due(_write, lease=lease)
    with Server(urlsplit(server)) as connected:
        return outbox.deliver_due(connected.send, lease=lease)


def as_message(letter: Letter) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"] = current_app.config["MAIL_FROM"], letter.recipient
    message["Subject"], message["Date"] = letter.subject, formatdate()
    message["Message-ID"] = letter.message_id
    message["Auto-Submitted"] = "auto-generated"  # holiday notices do not answer it
    if letter.kind == "reminder" and letter.person_id:
        message["List-Unsubscribe"] = f"<{reminders_off.address(letter.person_id)}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(letter.body)
    return message


class Server:
    """One connection for many letters, made when the first is sent and made anew after a failure."""

    def __init__(self, address: SplitResult) -> None:
        self.address = address
        self.connection: smtplib.SMTP | None = None

    def __enter__(self) -> Server:
        return self

    def __exit__(self, *_: object) -> None:
        self._leave()

    def send(self, letter: Letter) -> None:
        """Raises Deferred or Refused."""
        try:
            self.connection = self.connection or self._connect()
            self.connection.send_message(as_message(letter))
        except smtplib.SMTPRecipientsRefused as refused:
            ((code, text),) = refused.recipients.values()
            raise _failure(code, text) from None
        except smtplib.SMTPResponseException as answer:
            self._leave()
            if isinstance(answer, smtplib.SMTPAuthenticationError | smtplib.SMTPConnectError | smtplib.SMTPHeloError):
                raise LetterDeferred(
                    _said(answer.smtp_code, answer.smtp_error)
                ) from None  # ours to put right, not the letter's
            raise _failure(answer.smtp_code, answer.smtp_error) from None
        except (smtplib.SMTPException, OSError) as broken:
            self._leave()
            raise LetterDeferred(f"{type(broken).__name__}: {broken}"[:300]) from None

    def _connect(self) -> smtplib.SMTP:
        host, secure = self.address.hostname or "localhost", ssl.create_default_context()
        if self.address.scheme == "smtps":
            made: smtplib.SMTP = smtplib.SMTP_SSL(host, self.address.port or 465, timeout=PATIENCE, context=secure)
        else:
            made = smtplib.SMTP(host, self.address.port or 25, timeout=PATIENCE)
            made.ehlo()
            if made.has_extn("starttls"):
                made.starttls(context=secure)
                made.ehlo()
        if self.address.username:
            if not isinstance(made.sock, ssl.SSLSocket):
                made.close()
                raise LetterDeferred("the server offers no encryption: the password was not sent")
            made.login(unquote(self.address.username), unquote(self.address.password or ""))
        return made

    def _leave(self) -> None:
        if self.connection is not None:
            self.connection.close()
            self.connection = None


def _failure(code: int, text: bytes | str) -> Exception:
    """5xx is for good (RFC 5321, 4.2.1)."""
    return LetterRefused(_said(code, text)) if code >= 500 else LetterDeferred(_said(code, text))


def _said(code: int, text: bytes | str) -> str:
    return f"{code} {text.decode('utf-8', 'replace') if isinstance(text, bytes) else text}"[:300]


def _write(letter: Letter) -> None:
    folder = Path(current_app.instance_path) / "outbox"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path, part = folder / f"{letter.id:06}.eml", folder / f"{letter.id:06}.part"
    part.write_bytes(bytes(as_message(letter)))
    os.replace(part, path)  # a relay that watches the folder never sees half a letter


def at_once(app: Flask) -> None:
    """In a demonstration, where nobody waits for a worker."""
    if app.config["DEMONSTRATION"]:
        deliver()
