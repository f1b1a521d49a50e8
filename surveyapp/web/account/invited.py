"""The part of a form that names a person to be invited."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from flask_babel import gettext as _

from surveyapp.words import LANGUAGE_NAMES

MAX_LENGTHS = {"name": 200, "email": 254, "note": 2000}


@dataclass(frozen=True)
class Invited:
    """As typed, with what is wrong by field."""

    name: str = ""
    email: str = ""
    note: str = ""
    language: str = "en"
    problems: dict[str, str] = field(default_factory=dict)


def read_invited(form: Mapping[str, str], own_email: str) -> Invited:
    """The colleague whom a form names, with `problems` by field. `own_email`: of the person who invites."""
    text = {name: form.get(name, "").strip()[: MAX_LENGTHS[name] + 1] for name in MAX_LENGTHS}
    problems = {name: _("Shorten this text.") for name, most in MAX_LENGTHS.items() if len(text[name]) > most}
    if not text["name"]:
        problems["name"] = _("Enter the colleague's name.")
    if "@" not in text["email"] or any(letter.isspace() for letter in text["email"]):
        problems["email"] = _("Enter an e-mail address, such as name@example.org.")
    if text["email"].lower() == own_email:
        problems["email"] = _("This is your own address.")
    language = form.get("own_language", "en")
    return Invited(**text, language=language if language in LANGUAGE_NAMES else "en", problems=problems)
