"""What letters need to know of the installation."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class MailSettings:
    """What letters need of the application's settings."""

    base_url: str  #: without a slash at its end; links in letters begin with it
    server: str  #: smtp:// or smtps://; empty: letters become files in `folder`
    sender: str  #: an address, or `Name <address>`
    sender_names: Mapping[str, str]  #: language → the body's name, before the sender's address
    reply_to: str  #: where answers to letters are read; empty: nowhere else
    authority: str | None  #: a file with the certificate authority of the mail server; None: the system's
    lease: datetime.timedelta  #: after which a worker that is silent about a letter is taken for dead
    folder: Path  #: for .eml files
    secret_key: str  #: signs links that work without signing in
    demonstration: bool

    @classmethod
    def of(cls, config: Mapping[str, Any], instance: str | Path) -> MailSettings:
        """From the application's settings (`surveyapp.config`) and its instance folder."""
        return cls(
            base_url=config["BASE_URL"].rstrip("/"),
            server=config["MAIL_SERVER"],
            sender=config["MAIL_FROM"],
            sender_names=config["MAIL_FROM_NAMES"],
            reply_to=config["MAIL_REPLY_TO"],
            authority=config["MAIL_CA"] or None,
            lease=datetime.timedelta(seconds=config["MAIL_LEASE"]),
            folder=Path(instance) / "outbox",
            secret_key=config["SECRET_KEY"],
            demonstration=config["DEMONSTRATION"],
        )

    def link(self, path: str) -> str:
        """The whole address of a page. `path` begins with a slash."""
        return self.base_url + path

    def sign_in_link(self, token: str) -> str:
        """The whole address that a token from `storage.people` opens."""
        return self.link(f"/sign-in/{token}")
