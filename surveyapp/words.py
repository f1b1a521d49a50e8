"""The interface's texts in one language, and how dates and numbers are written in it. No request, no cookie: see `web.locale`."""

from __future__ import annotations

import datetime
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from babel import Locale, dates, numbers
from babel.support import NullTranslations, Translations

from surveyapp.definition.texts import LANGUAGES

CATALOGUES = Path(__file__).resolve().parent / "translations"

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


def direction(language: str) -> str:
    """`rtl` or `ltr`, as HTML's attribute of that name has it."""
    return "rtl" if language in RIGHT_TO_LEFT else "ltr"


class LanguageWords:
    """Texts, dates and numbers in one of `LANGUAGES`. Made once per language and process: `words_in`."""

    def __init__(self, language: str) -> None:
        self.language = language

    @cached_property
    def locale(self) -> Locale:
        """English as the United Nations write it: the day before the month."""
        return Locale.parse("en_GB" if self.language == "en" else self.language)

    @cached_property
    def _catalogue(self) -> NullTranslations:
        return Translations.load(CATALOGUES, [self.language])

    def gettext(self, message: str, **facts: Any) -> str:
        """The text in this language, its `%(name)s` filled with `facts` where there are any."""
        text = str(self._catalogue.ugettext(message))
        return text % facts if facts else text

    def ngettext(self, singular: str, plural: str, count: int, **facts: Any) -> str:
        """The form that this language has for `count`, filled; `%(num)s` is the count itself."""
        return self.plural_form(singular, plural, count) % {"num": count, **facts}

    def plural_form(self, singular: str, plural: str, count: int) -> str:
        """The form that this language has for `count`, its places not filled yet."""
        return str(self._catalogue.ungettext(singular, plural, count))

    def date(self, day: datetime.date) -> str:
        """The day in full: 5 March 2026."""
        return str(dates.format_date(day, "long", locale=self.locale))

    def month(self, day: datetime.date) -> str:
        """Month and year in full: March 2026."""
        return str(dates.format_skeleton("yMMMM", day, locale=self.locale))

    def month_name(self, number: int) -> str:
        """1 to 12, as it stands alone: *janvier*, not *de janvier*."""
        return str(dates.get_month_names("wide", "stand-alone", locale=self.locale)[number])

    def number(self, value: float) -> str:
        """In the language's digits, with its separators."""
        return _number(value, self.locale)

    def time(self, moment: datetime.datetime) -> str:
        """Always Coordinated Universal Time, and says so: readers sit in every zone. A moment without zone is taken as UTC."""
        utc = moment.replace(tzinfo=datetime.UTC) if moment.tzinfo is None else moment.astimezone(datetime.UTC)
        clock = dates.format_time(utc, "HH:mm", tzinfo=datetime.UTC, locale=self.locale)
        return f"{self.date(utc.date())}, {clock} UTC"


@lru_cache(maxsize=len(LANGUAGES))
def words_in(language: str) -> LanguageWords:
    """The words of one of `LANGUAGES`; their catalogue is read once per process."""
    return LanguageWords(language)


@lru_cache(maxsize=4096)
def _number(value: float, locale: Locale) -> str:
    return numbers.format_decimal(value, locale=locale, decimal_quantization=False)
