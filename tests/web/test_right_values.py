"""What a page says of a value is what the program holds it for, in each language."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable

import pytest
from flask import Flask

from surveyapp.definition.deadline import Deadline
from surveyapp.storage.columns import utc_now
from surveyapp.storage.rounds import invitations, rounds, versions
from surveyapp.words import words_in
from tests.world.questionnaires import questionnaire
from tests.world.web_client import Browser

ITEMS = """
- {code: lessons, type: long_text, label: Lessons, max_words: 4}
- {code: prose, type: long_text, label: Prose, max_characters: 20}
"""
PAGE = "/reply/values/s"


@pytest.fixture
def values_page(app: Flask, people: dict[str, int], signed_in: Callable[[str], Browser]) -> Browser:
    """The focal point of France, who is invited to a round of the questions above."""
    with app.app_context():
        version = versions.publish({"questionnaire.yaml": questionnaire(ITEMS)})
        opens = utc_now() - datetime.timedelta(days=1)
        invitations.invite(rounds.open_round("values", {"en": "Values"}, version, opens=opens))
    browser = signed_in("focal_point")
    browser.get(PAGE + "?lang=en")
    return browser


def counted(page: str, code: str) -> str:
    match = re.search(rf'id="counted-{code}"[^>]*>\s*([^<]*?)\s*<', page)
    assert match, page
    return match[1]


def save(browser: Browser, code: str, typed: str) -> str:
    return browser.post(f"{PAGE}/answer", {"only": code, "asked": code, f"q-{code}": typed, f"r-{code}": "0"}).text


def test_the_page_shows_the_count_that_the_limit_is_held_to(values_page: Browser) -> None:
    assert counted(values_page.get(PAGE).text, "lessons") == "Words used: 0."
    saved = save(values_page, "lessons", "我们同意这项条约。")
    assert counted(saved, "lessons") == "Words used: 4."
    assert 'hx-swap-oob="true"' in saved
    refused = save(values_page, "lessons", "我们同意这项条约 and more")
    assert "Shorten this answer to 4 words or fewer. It has 6." in refused
    assert counted(refused, "lessons") == "Words used: 6."
    assert counted(save(values_page, "prose", "e\u0301te\u0301"), "prose") == "Characters used: 3."
    assert counted(values_page.get(PAGE).text, "lessons") == "Words used: 4."


def change_deadline(app: Flask, closes: datetime.datetime, grace_days: int) -> None:
    with app.app_context():
        round = rounds.round("values")
        assert round is not None
        rounds.change_round(round.id, by=1, closes=closes, grace_days=grace_days)


@pytest.mark.parametrize("language", ["en", "fr", "es", "ar", "zh", "ru"])
def test_home_and_contents_print_the_deadline_in_one_way(app: Flask, values_page: Browser, language: str) -> None:
    closes = datetime.datetime(2099, 2, 23, tzinfo=datetime.UTC)
    change_deadline(app, closes, 0)
    printed = words_in(language).deadline(Deadline(datetime.date(2099, 2, 22)))
    for page in ("/", "/reply/values"):
        assert printed in values_page.get(f"{page}?lang={language}", follow_redirects=True).text, page


def test_grace_says_so_and_leads_to_no_page_that_is_not_there(app: Flask, values_page: Browser) -> None:
    change_deadline(app, utc_now() - datetime.timedelta(hours=1), 3)
    home = values_page.get("/").text
    assert "The deadline was" in home and "Answers are still taken until" in home
    assert "/results/values" not in home
    assert "Answers are still taken until" in values_page.get("/reply/values").text
    change_deadline(app, utc_now() - datetime.timedelta(hours=1), 0)
    home = values_page.get("/").text
    assert "Closed since" in home and "/results/values" in home
    assert values_page.get("/results/values").status_code == 200
    assert "Closed since" in values_page.get("/reply/values").text
