"""Dates and times are written in one place, in the language of who reads them."""

from __future__ import annotations

import ast
import datetime
import re

import pytest

from surveyapp.definition.deadline import Deadline
from surveyapp.definition.texts import LANGUAGES
from surveyapp.interface_texts import path_of, read
from surveyapp.words import ARABIC_MONTHS, UTC, words_in

from .imports import ROOT

#: they write for machines: a log line in JSON, a data file
MACHINE_FORMATS = {"web/request_log.py", "handouts/tables_as_data.py"}
FORMATTING = re.compile(r"strftime|ctime|format_(date|time|datetime|skeleton|timedelta|interval)|month_names|day_names")
PRINTED = {
    "en": "Monday 22 February 2027, 24:00 (UTC)",
    "fr": "lundi 22 février 2027, 24:00 (UTC)",
    "es": "lunes, 22 de febrero de 2027, 24:00 (UTC)",
    "ar": "الاثنين، 22 شباط/فبراير 2027، 24:00 (بالتوقيت العالمي المنسق)",
    "zh": "2027年2月22日星期一，24:00 (协调世界时)",
    "ru": "понедельник, 22 февраля 2027 г., 24:00 (ВКВ)",
}


def test_no_other_code_formats_a_date_or_a_time() -> None:
    package = ROOT / "surveyapp"
    places = []
    for path in sorted(package.rglob("*.py")):
        name = path.relative_to(package).as_posix()
        if name == "words.py" or name in MACHINE_FORMATS:
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            called = getattr(node, "attr", getattr(node, "id", ""))
            if isinstance(node, ast.Attribute | ast.Name) and FORMATTING.fullmatch(called.removeprefix("get_")):
                places.append(f"{name}:{node.lineno} {called}")
    for path in sorted((package / "templates").rglob("*.html")):
        places += [f"{path.name} {match[0]}" for match in FORMATTING.finditer(path.read_text())]
    assert places == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_deadline_is_printed_with_its_day_hour_and_zone(language: str) -> None:
    midnight = datetime.datetime(2027, 2, 23, tzinfo=datetime.UTC)
    printed = words_in(language).deadline(Deadline.at(midnight))
    assert re.sub("[\u00a0\u202f]", " ", printed) == PRINTED[language]


def test_a_deadline_is_the_moment_that_it_was_made_of() -> None:
    for minutes in (0, 1, 719, 1439):
        moment = datetime.datetime(2027, 2, 22, tzinfo=datetime.UTC) + datetime.timedelta(minutes=minutes)
        assert Deadline.at(moment).moment == moment
    assert Deadline.at(datetime.datetime(2027, 2, 23, tzinfo=datetime.UTC), 3).after_grace.last_day.day == 25


def test_arabic_months_are_the_pair_that_the_united_nations_writes() -> None:
    words, day = words_in("ar"), datetime.date(2027, 1, 5)
    assert words.date(day) == "5 كانون الثاني/يناير 2027"
    assert words.month(day) == "كانون الثاني/يناير 2027"
    assert [words.month_name(number) for number in range(1, 13)] == list(ARABIC_MONTHS)


@pytest.mark.parametrize("language", [language for language in LANGUAGES if language != "en"])
def test_each_language_has_one_form_of_coordinated_universal_time(language: str) -> None:
    wrong = [
        message.id
        for message in read(path_of(language), language)
        if "UTC" in str(message.id) and UTC[language] not in str(message.string)
    ]
    assert wrong == []
    assert words_in(language).time(datetime.datetime(2027, 1, 5, 14, 5)).endswith(f"14:05 {UTC[language]}")
