"""Every setting once: its name, how it is read, its default, and what it is for (docs/settings.md says the same).

A setting is read from the environment as SURVEYAPP_NAME; what is given to `create_app` goes before it.
"""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from email.utils import parseaddr
from pathlib import Path
from typing import Any

from surveyapp.definition.texts import LANGUAGES

PREFIX = "SURVEYAPP_"


def _yes(text: str) -> bool:
    return text.strip().lower() in ("1", "true", "yes", "on")


def _names(text: str) -> list[str] | None:
    return [name.strip() for name in text.split(",") if name.strip()] or None


def _by_language(text: str) -> dict[str, str]:
    """`en=Secretariat; fr=Secrétariat` → a text by language. Raises ValueError."""
    pairs = [part.partition("=") for part in text.split(";") if part.strip()]
    if not all(code.strip() in LANGUAGES and name.strip() for code, _, name in pairs):
        raise ValueError(text)
    return {code.strip(): name.strip() for code, _, name in pairs}


def _words(text: str) -> tuple[str, ...]:
    return tuple(_names(text) or ())


@dataclass(frozen=True)
class Setting:
    name: str
    read: Callable[[str], Any]
    default: Any
    why: str
    flask_name: str = ""  #: the name under which Flask or an extension reads it, where that is another
    expects: str = "write a whole number"  #: what to do about a text that `read` does not take


SETTINGS = (
    Setting("DATABASE_URL", str, "", "Where answers are kept; SQLite in the instance folder unless a "
            "`postgresql+psycopg://` address is given.", "SQLALCHEMY_DATABASE_URI"),
    Setting("SECRET_KEY", str, "", "Signs the tokens of forms, and encrypts the keys of authenticator apps. Made once in the instance folder unless given; the same for "
            "every process of one installation."),
    Setting("BASE_URL", str, "http://127.0.0.1:8000", "The address people reach the site at; links in mail begin with it."),
    Setting("COOKIE_SECURE", _yes, True, "Cookies travel over https only and carry the `__Host-` prefix. Off only for plain http "
            "on a development machine."),
    Setting("DEMONSTRATION", _yes, False, "Accepts the demonstration's printed links. Never on where real States answer."),
    Setting("TRUSTED_HOSTS", _names, None, "Host names this site answers to, with commas; any other is refused. All when empty."),
    Setting("TRUSTED_PROXIES", int, 0, "How many proxies of ours stand in front and set X-Forwarded-For and -Proto."),
    Setting("COMPRESS_PAGES", _yes, True, "Sends pages compressed; off where a proxy in front does it."),
    Setting("MAX_CONTENT_LENGTH", int, 4 * 2**20, "Largest request, in bytes."),
    Setting("MAX_FORM_MEMORY_SIZE", int, 2 * 2**20, "Largest posted form, in bytes. Chinese text grows ninefold on its way, so a "
            "section of ten long answers needs half a megabyte."),
    Setting("MAX_FORM_PARTS", int, 5000, "Most fields in one posted form."),
    Setting("SESSION_HOURS", int, 12, "How long a person stays signed in."),
    Setting("MAIL_SERVER", str, "", "Where letters are handed in: smtp://user:password@host:587 (STARTTLS), smtps://user:password@host:465 "
            "(encrypted from the start), smtp://127.0.0.1:25 (a relay on this machine, without encryption if it has none). A server elsewhere "
            "that offers no encryption gets nothing. When empty, letters become .eml files in the instance folder."),
    Setting("MAIL_LEASE", int, 120, "Seconds after which a worker that says nothing of a letter is taken for dead."),
    Setting("MAIL_FROM", str, "questionnaires@localhost", "The sender of letters: an address, or `Name <address>`. Its domain stands in Message-IDs, too."),
    Setting("MAIL_FROM_NAMES", _by_language, {}, "The name before that address, by language: `en=Secretariat of the Treaty; fr=Secrétariat du Traité`.",
            expects="write language=name, with semicolons between them"),
    Setting("MAIL_REPLY_TO", str, "", "The address at which the secretariat reads answers to letters; it stands under each letter as well."),
    Setting("MAIL_CA", str, "", "A file with the certificate authority of the mail server, where it has one of its own."),
    Setting("SIGN_INS_PER_HOUR", int, 10, "Most tries in an hour for one address, of sign-in links, of passwords and of second proofs "
            "each; ten times as many from one network address. Browsers in which the person has signed in before are counted apart."),
    Setting("OIDC_ISSUER", str, "", "The OpenID Connect provider by which people of an organization sign in, such as "
            "https://id.example.org; none when empty. It lets in people who are known here, by an address that it has verified."),
    Setting("OIDC_CLIENT_ID", str, "", "Under which name this site is known to the provider; there, allow BASE_URL/sign-in/provider/back."),
    Setting("OIDC_CLIENT_SECRET", str, "", "The secret that goes with that name."),
    Setting("OIDC_NAME", str, "", "What the button for it says; its address unless told."),
    Setting("OIDC_SECOND", _words, ("mfa",), "Which words in the provider's `amr` claim mean that it asked for a second proof, with commas. "
            "Without one of them, our own second proof follows."),
    Setting("CONTACTS_KEPT_MONTHS", int, 24, "Months after which somebody with no task left, and not seen since, is forgotten: name, address "
            "and letters go, what they answered stays. 0: never."),
    Setting("METRICS_TOKEN", str, "", "Who sends it as a bearer token may read /metrics; when empty, nobody may."),
    Setting("LOG_LEVEL", str.upper, "INFO", "What is logged: DEBUG, INFO, WARNING or ERROR."),
)  # fmt: skip


class ConfigurationProblems(ValueError):
    """Every mistake in the settings, each with what to do."""

    def __init__(self, problems: Sequence[str]) -> None:
        self.problems = tuple(problems)
        super().__init__(
            "\n".join(("The settings cannot be used (docs/settings.md says what each is for):", *problems))
        )


DATABASES = ("sqlite://", "postgresql+psycopg://", "postgresql://")
MAIL_SERVERS, SITES = ("smtp://", "smtps://"), ("http://", "https://")
LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")
ADDRESS = re.compile(r"[^@\s<>\"]+@[^@\s<>\"]+")


def defaults() -> dict[str, Any]:
    """Every setting under the name by which Flask knows it."""
    return {setting.flask_name or setting.name: setting.default for setting in SETTINGS}


def read(overrides: Mapping[str, Any], instance: Path) -> dict[str, Any]:
    """The whole configuration: defaults, then the environment, then what was given."""
    settings = defaults()
    wrong = []
    for setting in SETTINGS:
        if (text := os.environ.get(PREFIX + setting.name)) is not None:
            try:
                settings[setting.flask_name or setting.name] = setting.read(text)
            except ValueError:
                wrong.append(f"{PREFIX}{setting.name}={text!r}: {setting.expects}.")
    for name, value in overrides.items():
        settings["SQLALCHEMY_DATABASE_URI" if name == "DATABASE_URL" else name] = value
    if wrong := [*wrong, *_mistakes(settings)]:
        raise ConfigurationProblems(wrong)
    instance.mkdir(parents=True, exist_ok=True)
    settings["SQLALCHEMY_DATABASE_URI"] = (
        settings["SQLALCHEMY_DATABASE_URI"] or f"sqlite:///{instance / 'surveyapp.sqlite'}"
    )
    settings["SECRET_KEY"] = settings["SECRET_KEY"] or _kept_secret(instance / "secret_key")
    return settings


def _mistakes(settings: Mapping[str, Any]) -> Iterator[str]:
    """What would only show when the first page, or the first letter, fails."""
    for name, allowed in (("SQLALCHEMY_DATABASE_URI", DATABASES), ("MAIL_SERVER", MAIL_SERVERS), ("BASE_URL", SITES)):
        address = str(settings[name])
        if address and not address.startswith(allowed):
            shown_name = "DATABASE_URL" if name == "SQLALCHEMY_DATABASE_URI" else name
            yield f"{PREFIX}{shown_name} has to begin with one of {', '.join(allowed)}"
    yield from _mail_mistakes(settings)
    if settings["LOG_LEVEL"] not in LEVELS:
        yield f"{PREFIX}LOG_LEVEL={settings['LOG_LEVEL']!r}: write one of {', '.join(LEVELS)}."
    for name in ("SESSION_HOURS", "MAIL_LEASE", "MAX_CONTENT_LENGTH", "MAX_FORM_MEMORY_SIZE", "MAX_FORM_PARTS"):
        if isinstance(settings[name], int) and settings[name] < 1:
            yield f"{PREFIX}{name}={settings[name]}: write a number from 1 on."
    if isinstance(settings["CONTACTS_KEPT_MONTHS"], int) and settings["CONTACTS_KEPT_MONTHS"] < 0:
        yield f"{PREFIX}CONTACTS_KEPT_MONTHS={settings['CONTACTS_KEPT_MONTHS']}: write 0 for never, or a number of months."
    if settings["OIDC_ISSUER"]:
        if not str(settings["OIDC_ISSUER"]).startswith(("https://", "http://127.0.0.1", "http://localhost")):
            yield f"{PREFIX}OIDC_ISSUER has to begin with https://."
        for name in ("OIDC_CLIENT_ID", "OIDC_CLIENT_SECRET"):
            if not settings[name]:
                yield f"{PREFIX}{name} is missing: {PREFIX}OIDC_ISSUER is set, and the provider asks for it."
    if settings["DEMONSTRATION"] and str(settings["BASE_URL"]).startswith("https://"):
        yield f"{PREFIX}DEMONSTRATION is on, and {PREFIX}BASE_URL is a public address: its printed links would let anybody in. Take one away."


def _mail_mistakes(settings: Mapping[str, Any]) -> Iterator[str]:
    for name in ("MAIL_FROM", "MAIL_REPLY_TO"):
        address = parseaddr(str(settings[name]))[1]
        if settings[name] and not ADDRESS.fullmatch(address):
            yield f"{PREFIX}{name}={settings[name]!r}: write an address such as secretariat@example.org."
    if settings["MAIL_CA"] and not Path(str(settings["MAIL_CA"])).is_file():
        yield f"{PREFIX}MAIL_CA: there is no file {settings['MAIL_CA']}."


def _kept_secret(path: Path) -> str:
    """One secret per installation. Two processes that start together agree: the file is made once or read."""
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(48))
    except FileExistsError:
        pass
    secret = path.read_text().strip()
    if not secret:
        raise RuntimeError(f"{path} is empty: delete it and start again")
    return secret
