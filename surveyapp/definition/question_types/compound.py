"""Answers of several parts: links, documents, contacts, and the items of a repeat."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import urlsplit

from email_validator import EmailNotValidError, validate_email

from .. import model as m
from ..compiled import Compiled
from ..messages import N_
from .answer_problems import AnswerProblem, AnswerProblems
from .choices import within
from .dates import date
from .text import text

NOT_A_LINK = N_("Enter a web address that begins with http:// or https://.")
NOT_AN_EMAIL = N_("Enter an e-mail address, such as name@example.org.")
NOT_A_PHONE = N_("Enter a telephone number with its country code, in digits, spaces, brackets and +.")
NOT_A_LANGUAGE = N_("Enter the language as a short code, such as en or pt-BR.")
FILL_IN = N_("Fill in this part, or clear the others.")
BAD_SHAPE = N_("This answer could not be read. Enter it again.")
BAD_ITEM = N_("An item of this list is not known. Reload the page and try again.")

ITEM_ID = re.compile(r"[a-z0-9]{6,12}", re.ASCII)
PHONE = re.compile(r"[\d٠-٩۰-۹ +()./\-‎‏]{3,40}")
SHA256 = re.compile(r"[0-9a-f]{64}", re.ASCII)
LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*", re.ASCII)


def _url(raw: object) -> str | None:
    typed = text(raw, 2000)
    if typed is None:
        return None
    try:
        parts = urlsplit(typed.strip())
        host = parts.hostname
    except ValueError:
        host = None
    if not host or parts.scheme not in ("http", "https") or any(sign.isspace() for sign in typed.strip()):
        raise AnswerProblem(NOT_A_LINK)
    return typed.strip()


def _email(raw: object) -> str | None:
    typed = text(raw, 254)
    if typed is None:
        return None
    try:
        validate_email(typed.strip(), check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        raise AnswerProblem(NOT_AN_EMAIL) from None
    return typed.strip()


def _phone(raw: object) -> str | None:
    typed = text(raw, 40)
    if typed is not None and not PHONE.fullmatch(typed):
        raise AnswerProblem(NOT_A_PHONE)
    return typed


def _language(raw: object) -> str | None:
    typed = text(raw, 35)
    if typed is not None and not LANGUAGE.fullmatch(typed.strip()):
        raise AnswerProblem(NOT_A_LANGUAGE)
    return typed.strip() if typed else None


def _file(raw: object) -> str | None:
    """The SHA-256 of a file that was handed in; whether it was, only the storage knows."""
    typed = text(raw, 64)
    if typed is not None and not SHA256.fullmatch(typed):
        raise AnswerProblem(BAD_SHAPE)
    return typed


def _line(raw: object) -> str | None:
    return text(raw, 300)


Part = Callable[[object], str | None]
LINK: dict[str, Part] = {"url": _url, "title": _line, "language": _language, "date": date}
DOCUMENT: dict[str, Part] = {
    "title": _line,
    "language": _language,
    "date": date,
    "where": lambda raw: text(raw, 2000),
    "file": lambda raw: _file(raw),
}
CONTACT: dict[str, Part] = {"name": _line, "position": _line, "institution": _line, "email": _email, "phone": _phone}


def _parts(raw: object, readers: dict[str, Part], required: tuple[str, ...]) -> dict[str, str]:
    """The parts that are filled in. A required one may be empty only where all are. Raises AnswerProblems."""
    if not isinstance(raw, dict) or not all(name in readers for name in raw):
        raise AnswerProblem(BAD_SHAPE)
    values, problems = _read_parts(raw, readers)
    if values and not problems:
        problems = [AnswerProblem(FILL_IN, name) for name in required if name not in values]
    if problems:
        raise AnswerProblems(problems)
    return values


def _read_parts(raw: dict[str, object], readers: dict[str, Part]) -> tuple[dict[str, str], list[AnswerProblem]]:
    values: dict[str, str] = {}
    problems: list[AnswerProblem] = []
    for name, read in readers.items():
        try:
            value = None if raw.get(name) is None else read(raw[name])
        except AnswerProblem as problem:
            problems.append(problem.inside(name))
            continue
        if value is not None:
            values[name] = value
    return values, problems


def clean_links(compiled: Compiled, question: m.Links, raw: object) -> list[dict[str, str]] | None:
    """Links with `url` and a label, empty lines left out; None if none is left. Raises AnswerProblems, each placed by
    its number from 0."""
    if not isinstance(raw, list | tuple):
        raise AnswerProblem(BAD_SHAPE)
    links: list[dict[str, str]] = []
    problems: list[AnswerProblem] = []
    for place, link in enumerate(raw):
        try:
            parts = _parts(link, LINK, ("url",))
        except AnswerProblems as several:
            problems.extend(problem.inside(str(place)) for problem in several.problems)
            continue
        if parts:
            links.append(parts)
    if problems:
        raise AnswerProblems(problems)
    if links:
        within(len(links), question.least, question.most)
    return links or None


def clean_document(compiled: Compiled, question: m.Document, raw: object) -> dict[str, str] | None:
    """`title` and what else was filled in of a document; `file` is the SHA-256 of a stored one. Raises AnswerProblems."""
    return _parts(raw, DOCUMENT, ("title",)) or None


def clean_contact(compiled: Compiled, question: m.Contact, raw: object) -> dict[str, str] | None:
    """Part → text, of the parts that the question asks for; None if all are empty. Raises AnswerProblems, each placed
    in its part."""
    asked: dict[str, Part] = {name: CONTACT[name] for name in question.ask}
    return _parts(raw, asked, tuple(name for name in question.required_parts if name in asked)) or None


def clean_repeat(compiled: Compiled, question: m.Repeat, raw: object) -> list[str] | None:
    """Item ids; they are made by `web`, never typed."""
    if not isinstance(raw, list | tuple) or not all(isinstance(item, str) and ITEM_ID.fullmatch(item) for item in raw):
        raise AnswerProblem(BAD_ITEM)
    if len(set(raw)) != len(raw):
        raise AnswerProblem(BAD_ITEM)
    within(len(raw), 0, question.most)
    return list(raw) or None
