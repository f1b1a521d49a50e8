"""The interface's texts in one language, and how dates and numbers are written in it. No request, no cookie: see `web.locale`."""

from __future__ import annotations

import datetime
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from babel import Locale, dates, numbers
from babel.support import NullTranslations, Translations

from surveyapp.definition.deadline import Deadline, DeadlineState
from surveyapp.definition.punctuation import percentage
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
#: Coordinated Universal Time, in the one form that each language's texts have
UTC = {
    "en": "UTC",
    "fr": "UTC",
    "es": "UTC",
    "ar": "بالتوقيت العالمي المنسق",
    "zh": "协调世界时",
    "ru": "ВКВ",
}
#: as the United Nations writes them: of the Levant, and of Egypt beside it
ARABIC_MONTHS = (
    "كانون الثاني/يناير",
    "شباط/فبراير",
    "آذار/مارس",
    "نيسان/أبريل",
    "أيار/مايو",
    "حزيران/يونيه",
    "تموز/يوليه",
    "آب/أغسطس",
    "أيلول/سبتمبر",
    "تشرين الأول/أكتوبر",
    "تشرين الثاني/نوفمبر",
    "كانون الأول/ديسمبر",
)
COMMAS = {"ar": "، ", "zh": "，"}


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
        if self.language == "ar":
            return f"{day.day} {self.month(day)}"
        return str(dates.format_date(day, "long", locale=self.locale))

    def weekday_date(self, day: datetime.date) -> str:
        """With the day of the week: *Monday 22 February 2027*."""
        if self.language in ("en", "ar"):
            comma = "" if self.language == "en" else "،"
            return f"{dates.format_date(day, 'EEEE', locale=self.locale)}{comma} {self.date(day)}"
        return str(dates.format_date(day, "full", locale=self.locale))

    def month(self, day: datetime.date) -> str:
        """Month and year in full: March 2026."""
        if self.language == "ar":
            return f"{self.month_name(day.month)} {day.year}"
        return str(dates.format_skeleton("yMMMM", day, locale=self.locale))

    def month_name(self, number: int) -> str:
        """1 to 12, as it stands alone: *janvier*, not *de janvier*."""
        if self.language == "ar":
            return ARABIC_MONTHS[number - 1]
        return str(dates.get_month_names("wide", "stand-alone", locale=self.locale)[number])

    def number(self, value: float) -> str:
        """In the language's digits, with its separators."""
        return _number(value, self.locale)

    def percentage(self, value: float) -> str:
        """A number with its percent sign: 12.5%, or 12,5 % where the language sets a space."""
        return percentage(self.number(value), self.language)

    def time(self, moment: datetime.datetime) -> str:
        """Always Coordinated Universal Time, and says so: readers sit in every zone. A moment without zone is taken as UTC."""
        utc = _in_utc(moment)
        return f"{self.date(utc.date())}{self.comma}{self.clock(utc)}"

    def clock(self, moment: datetime.datetime) -> str:
        """Hour and minute: *14:05 UTC*."""
        utc = _in_utc(moment)
        return f"{utc.hour:02}:{utc.minute:02} {UTC[self.language]}"

    @property
    def comma(self) -> str:
        """Between the parts of a date."""
        return COMMAS.get(self.language, ", ")

    def deadline(self, deadline: Deadline) -> str:
        """The one way in which a deadline is printed: *Monday 22 February 2027, 24:00 (UTC)*."""
        clock = f"{deadline.hour:02}:{deadline.minute:02}"
        return f"{self.weekday_date(deadline.last_day)}{self.comma}{clock} ({UTC[self.language]})"

    def deadline_line(self, deadline: Deadline | None, state: DeadlineState) -> str:
        """Whether answers are taken, and until when; None: until further notice."""
        if deadline is None:
            return self.gettext("Open until further notice")
        if state == "grace":
            return self.gettext(
                "The deadline was %(deadline)s. Answers are still taken until %(last)s.",
                deadline=self.deadline(deadline),
                last=self.deadline(deadline.after_grace),
            )
        if state == "closed":
            return self.gettext("Closed since %(deadline)s", deadline=self.deadline(deadline.after_grace))
        return self.gettext("Open until %(deadline)s", deadline=self.deadline(deadline))


def _in_utc(moment: datetime.datetime) -> datetime.datetime:
    return moment.replace(tzinfo=datetime.UTC) if moment.tzinfo is None else moment.astimezone(datetime.UTC)


@lru_cache(maxsize=len(LANGUAGES))
def words_in(language: str) -> LanguageWords:
    """The words of one of `LANGUAGES`; their catalogue is read once per process."""
    return LanguageWords(language)


@lru_cache(maxsize=4096)
def _number(value: float, locale: Locale) -> str:
    return numbers.format_decimal(value, locale=locale, decimal_quantization=False)
