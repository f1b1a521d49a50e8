"""The language of a page, and how dates and numbers are written in it.

The language is a cookie: it needs no database, so that error pages have it too. Signing in sets it to the person's own.
"""

from __future__ import annotations

import contextlib
import datetime
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any

import flask_babel
from babel import Locale, dates, numbers
from flask import Flask, current_app, g, request
from flask_babel import Babel, refresh
from markupsafe import Markup
from werkzeug.wrappers import Response

from surveyapp.definition.texts import LANGUAGES

#: each language in its own words, as a reader looks for it
LANGUAGE_NAMES = {
    "en": "English",
    "fr": "Français",
    "es": "Español",
    "ar": "العربية",
    "zh": "中文",
    "ru": "Русский",
}
RIGHT_TO_LEFT = frozenset({"ar"})
COOKIE = "language"
ONE_YEAR = 365 * 24 * 3600


def current_language() -> str:
    """One of `LANGUAGES`: asked for in the address, chosen before, preferred by the browser, or English."""
    if "language" not in g:
        asked = request.args.get("lang", "")
        g.language = _known(asked) or _known(request.cookies.get(COOKIE, "")) or _preferred()
        if _known(asked):
            g.language_chosen = True
    return str(g.language)


def switch_language(language: str | None) -> bool:
    """Makes the rest of this request, and the browser from now on, speak this language. False if there is no such one."""
    if not _known(language or ""):
        return False
    g.language, g.language_chosen = language, True
    g.pop("catalogue", None)
    refresh()
    return True


def direction(language: str | None = None) -> str:
    return "rtl" if (language or current_language()) in RIGHT_TO_LEFT else "ltr"


@lru_cache(maxsize=len(LANGUAGES))
def _formats(language: str) -> Locale:
    """English as the United Nations write it: the day before the month."""
    return Locale.parse("en_GB" if language == "en" else language)


@lru_cache(maxsize=4096)
def _number(value: float, locale: Locale) -> str:
    return numbers.format_decimal(value, locale=locale, decimal_quantization=False)


class PageWords:
    """The interface's words and formats in the request's language (definition's `Words`)."""

    @property
    def locale(self) -> Locale:
        return _formats(current_language())

    def gettext(self, message: str) -> str:
        return translated(message)

    def date(self, day: datetime.date) -> str:
        return dates.format_date(day, "long", locale=self.locale)

    def month(self, day: datetime.date) -> str:
        return dates.format_skeleton("yMMMM", day, locale=self.locale)

    def number(self, value: float) -> str:
        return _number(value, self.locale)

    def time(self, moment: datetime.datetime) -> str:
        """Always Coordinated Universal Time, and says so: readers sit in every zone."""
        utc = moment.replace(tzinfo=datetime.UTC) if moment.tzinfo is None else moment.astimezone(datetime.UTC)
        clock = dates.format_time(utc, "HH:mm", tzinfo=datetime.UTC, locale=self.locale)
        return f"{self.date(utc.date())}, {clock} UTC"


class LanguageWords(PageWords):
    """The same in one given language: for a workbook, or a letter to somebody who reads another."""

    def __init__(self, language: str) -> None:
        self.language = language

    @property
    def locale(self) -> Locale:
        return _formats(self.language)

    def gettext(self, message: str) -> str:
        with speaking(self.language):
            return super().gettext(message)


words = PageWords()


def init_app(app: Flask) -> None:
    app.config.setdefault("BABEL_DEFAULT_LOCALE", "en")
    Babel(app, locale_selector=current_language)
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]  # of Jinja's own i18n extension
        translated, lambda one, many, count: _catalogue().ungettext(one, many, count), newstyle=True
    )
    app.after_request(_remember)
    app.context_processor(_shown)
    app.jinja_env.globals.update(words=words, _=_in_template)
    app.add_template_filter(words.date, "day")
    app.add_template_filter(words.month, "month")
    app.add_template_filter(words.time, "moment")
    app.add_template_filter(words.number, "figure")


def translated(text: str) -> str:
    """One of the interface's texts in the language of the request, or of the `speaking` around it."""
    return str(_catalogue().ugettext(text))


def _in_template(text: str, **shown: Any) -> Markup:
    """`_` of a template: as Jinja's own, which takes three times as long for a page's fifty texts."""
    said = Markup(translated(text))  # noqa: S704 - the catalogues are ours; what is shown in a text is escaped
    return said % shown if shown or "%" in said else said


@contextlib.contextmanager
def speaking(language: str) -> Iterator[None]:
    """Another language than the reader's, within: for a letter, or for a workbook."""
    kept = {name: g.pop(name) for name in ("catalogue", "language") if name in g}
    g.language = language
    try:
        with flask_babel.force_locale(language):
            yield
    finally:
        for name in ("catalogue", "language"):
            g.pop(name, None)
        for name, value in kept.items():
            setattr(g, name, value)


def _catalogue() -> Any:
    """The request's translations, looked up once: a page asks for a text some fifty times."""
    found = g.get("catalogue")
    if found is None:
        found = g.catalogue = flask_babel.get_translations()
    return found


def _known(language: str) -> str | None:
    return language if language in LANGUAGES else None


def _preferred() -> str:
    """Browsers say `fr-CH` or `zh-Hant-TW`: only the language counts."""
    accepted: Iterable[tuple[str, Any]] = request.accept_languages
    return next((found for name, _ in accepted if (found := _known(name.split("-")[0].lower()))), LANGUAGES[0])


def _remember(response: Response) -> Response:
    if g.get("language_chosen"):
        secure = current_app.config["COOKIE_SECURE"]
        response.set_cookie(COOKIE, g.language, max_age=ONE_YEAR, secure=secure, httponly=True, samesite="Lax")
    return response


def _shown() -> dict[str, Any]:
    language = current_language()
    return {"language": language, "direction": direction(language), "language_names": LANGUAGE_NAMES}
