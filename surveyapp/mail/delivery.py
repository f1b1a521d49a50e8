"""Takes letters out of the outbox: to a mail server, or, where none is set, as .eml files into the instance folder."""

from __future__ import annotations

import os
import smtplib
import ssl
from email.message import EmailMessage
from email.utils import formatdate
from urllib.parse import unquote, urlsplit

from surveyapp.storage.mail import outbox
from surveyapp.storage.mail.outbox import Letter, LetterDeferred, LetterRefused

from .settings import MailSettings
from .unsubscribe import unsubscribe_link

#: how long a server may take to answer
TIMEOUT_SECONDS = 30


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


def as_message(letter: Letter, settings: MailSettings) -> EmailMessage:
    """The letter as it goes over the wire (RFC 5322); a reminder with its one-click link (RFC 8058)."""
    message = EmailMessage()
    message["From"], message["To"] = settings.sender, letter.recipient
    message["Subject"], message["Date"] = letter.subject, formatdate()
    message["Message-ID"] = letter.message_id
    message["Auto-Submitted"] = "auto-generated"  # holiday notices do not answer it
    if letter.kind == "reminder" and letter.person_id:
        message["List-Unsubscribe"] = f"<{unsubscribe_link(letter.person_id, settings)}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(letter.body)
    return message


class Server:
    """One connection for many letters, made when the first is sent and made anew after a failure."""

    def __init__(self, settings: MailSettings) -> None:
        self.settings, self.address = settings, urlsplit(settings.server)
        self.connection: smtplib.SMTP | None = None

    def __enter__(self) -> Server:
        return self

    def __exit__(self, *_: object) -> None:
        self._leave()

    def send(self, letter: Letter) -> None:
        """Raises Deferred or Refused."""
        try:
            self.connection = self.connection or self._connect()
            self.connection.send_message(as_message(letter, self.settings))
        except smtplib.SMTPRecipientsRefused as refused:
            ((code, text),) = refused.recipients.values()
            raise _failure(code, text) from None
        except smtplib.SMTPResponseException as answer:
            self._leave()
            if isinstance(answer, smtplib.SMTPAuthenticationError | smtplib.SMTPConnectError | smtplib.SMTPHeloError):
                # ours to put right, not the letter's
                raise LetterDeferred(_reply(answer.smtp_code, answer.smtp_error)) from None
            raise _failure(answer.smtp_code, answer.smtp_error) from None
        except (smtplib.SMTPException, OSError) as broken:
            self._leave()
            raise LetterDeferred(f"{type(broken).__name__}: {broken}"[:300]) from None

    def _connect(self) -> smtplib.SMTP:
        host, secure = self.address.hostname or "localhost", ssl.create_default_context()
        if self.address.scheme == "smtps":
            connection: smtplib.SMTP = smtplib.SMTP_SSL(
                host, self.address.port or 465, timeout=TIMEOUT_SECONDS, context=secure
            )
        else:
            connection = smtplib.SMTP(host, self.address.port or 25, timeout=TIMEOUT_SECONDS)
            connection.ehlo()
            if connection.has_extn("starttls"):
                connection.starttls(context=secure)
                connection.ehlo()
        if self.address.username:
            if not isinstance(connection.sock, ssl.SSLSocket):
                connection.close()
                raise LetterDeferred("the server offers no encryption: the password was not sent")
            connection.login(unquote(self.address.username), unquote(self.address.password or ""))
        return connection

    def _leave(self) -> None:
        if self.connection is not None:
            self.connection.close()
            self.connection = None


def _failure(code: int, text: bytes | str) -> Exception:
    """5xx is for good (RFC 5321, 4.2.1)."""
    return LetterRefused(_reply(code, text)) if code >= 500 else LetterDeferred(_reply(code, text))


def _reply(code: int, text: bytes | str) -> str:
    return f"{code} {text.decode('utf-8', 'replace') if isinstance(text, bytes) else text}"[:300]


def _write(letter: Letter, settings: MailSettings) -> None:
    settings.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path, part = settings.folder / f"{letter.id:06}.eml", settings.folder / f"{letter.id:06}.part"
    part.write_bytes(bytes(as_message(letter, settings)))
    os.replace(part, path)  # a relay that watches the folder never sees half a letter
