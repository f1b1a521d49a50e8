"""The mail server: one connection for many letters, and whose fault a refusal is."""

from __future__ import annotations

import ipaddress
import smtplib
import ssl
from urllib.parse import unquote, urlsplit

from surveyapp.definition.messages import N_
from surveyapp.storage.mail.outbox import Letter, LetterDeferred, LetterRefused, ServerUnavailable

from .message import as_message
from .settings import MailSettings

#: how long a server may take to answer
TIMEOUT_SECONDS = 30
NO_ENCRYPTION = N_("The server offers no encryption (STARTTLS). No letter was sent to it.")
NO_PASSWORD_IN_THE_OPEN = N_("The server offers no encryption. The password was not sent.")
NO_SUCH_ADDRESS = N_("The server does not support addresses of this kind.")
#: of RCPT, these are about us and not about the recipient (RFC 4954, RFC 3207, RFC 5321): sign in first, encrypt first, closing
ABOUT_US = frozenset({421, 454, 530, 534, 535, 538})


class Server:
    """Made when the first letter is sent, and made anew after a failure."""

    def __init__(self, settings: MailSettings) -> None:
        self.settings, self.address = settings, urlsplit(settings.server)
        self.connection: smtplib.SMTP | None = None

    def __enter__(self) -> Server:
        return self

    def __exit__(self, *_: object) -> None:
        self._leave()

    def send(self, letter: Letter) -> None:
        """Raises LetterRefused or LetterDeferred for the recipient's sake, ServerUnavailable for the server's or ours."""
        message = as_message(letter, self.settings)
        try:
            self.connection = self.connection or self._connect()
            self.connection.send_message(message)
        except smtplib.SMTPRecipientsRefused as refused:
            ((code, text),) = refused.recipients.values()
            raise self._of_recipient(code, text) from None
        except smtplib.SMTPDataError as answer:  # the recipient was taken, and what was written was not
            self._leave()
            raise LetterDeferred(_answer(answer.smtp_code, answer.smtp_error)) from None
        except smtplib.SMTPNotSupportedError:
            raise LetterRefused(NO_SUCH_ADDRESS) from None
        except smtplib.SMTPResponseException as answer:  # the greeting, our name, our password, our sender
            self._leave()
            raise ServerUnavailable(_answer(answer.smtp_code, answer.smtp_error)) from None
        except (smtplib.SMTPException, OSError) as broken:
            self._leave()
            raise ServerUnavailable(f"{type(broken).__name__}: {broken}"[:300]) from None

    def _of_recipient(self, code: int, text: bytes | str) -> Exception:
        """5xx is for good (RFC 5321, 4.2.1). A policy's 5.7.x (RFC 3463) may be about who we are: it is asked again."""
        answer = _answer(code, text)
        if code in ABOUT_US:
            self._leave()
            return ServerUnavailable(answer)
        if code >= 500 and not answer[4:].startswith("5.7."):
            return LetterRefused(answer)
        return LetterDeferred(answer)

    def _connect(self) -> smtplib.SMTP:
        host, secure = self.address.hostname or "localhost", ssl.create_default_context(cafile=self.settings.authority)
        if self.address.scheme == "smtps":
            connection: smtplib.SMTP = smtplib.SMTP_SSL(
                host, self.address.port or 465, timeout=TIMEOUT_SECONDS, context=secure
            )
        else:
            connection = smtplib.SMTP(host, self.address.port or 25, timeout=TIMEOUT_SECONDS)
            connection.ehlo_or_helo_if_needed()
            if connection.has_extn("starttls"):
                connection.starttls(context=secure)
                connection.ehlo_or_helo_if_needed()
            elif not _is_loopback(host):
                connection.close()
                raise ServerUnavailable(NO_ENCRYPTION)
        if self.address.username:
            if not isinstance(connection.sock, ssl.SSLSocket):
                connection.close()
                raise ServerUnavailable(NO_PASSWORD_IN_THE_OPEN)
            connection.login(unquote(self.address.username), unquote(self.address.password or ""))
        return connection

    def _leave(self) -> None:
        if self.connection is not None:
            self.connection.close()
            self.connection = None


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _answer(code: int, text: bytes | str) -> str:
    return f"{code} {text.decode('utf-8', 'replace') if isinstance(text, bytes) else text}"[:300]
