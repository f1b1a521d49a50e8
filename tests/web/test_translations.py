"""Answers side by side in the languages they were given in; an unofficial translation stands beside, never instead."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from surveyapp.storage.replies import reopening, saving, submissions
from surveyapp.storage.replies.answers import Change
from tests.world.trial_round import kept
from tests.world.web_client import Browser

PAGE = "/rounds/trial/answers/law_name"


@pytest.fixture
def reader(app: Flask, focal: Browser, signed_in: Callable[[str], Browser]) -> Browser:
    with app.app_context():
        french = {"has_law": Change("yes"), "law_name": Change("Loi relative aux armes"), "acts": Change(["aaaaaa"])}
        english = {"acts/aaaaaa/act_name": Change("An act", handling="secretariat")}
        saving.save_answers(1, french, by=1, channel="page", language="fr")
        saving.save_answers(1, english, by=1, channel="page", language="en")
        submissions.submit(1, by=1, language="fr")
    browser = signed_in("co_chair")
    browser.get("/?lang=en")
    return browser


def test_an_answer_keeps_the_tag_of_the_language_it_was_given_in(reader: Browser) -> None:
    page = reader.get(PAGE).text
    assert '<p class="answer" lang="fr" dir="auto">Loi relative aux armes</p>' in page
    assert "Français" in page


def test_a_translation_stands_beside_marked_and_attributed(app: Flask, reader: Browser) -> None:
    form = {"do": "translate", "answer": "1-law_name", "into": "en", "text": "Act on arms"}
    assert reader.post(PAGE, form).location == f"{PAGE}#answer-1-law_name"
    page = reader.get(PAGE).text
    assert "Unofficial translation (English), by A co_chair" in page
    assert '<p class="answer" lang="en" dir="auto">Act on arms</p>' in page
    assert "Loi relative aux armes" in page
    assert kept(app)["law_name"] == "Loi relative aux armes"
    reader.post(PAGE, form | {"text": "Act relating to arms"})
    page = reader.get(PAGE).text
    assert "Act relating to arms" in page and "Act on arms" not in page, "the newest one"


def test_of_a_later_answer_an_earlier_translation_says_nothing(app: Flask, reader: Browser) -> None:
    reader.post(PAGE, {"do": "translate", "answer": "1-law_name", "into": "en", "text": "Act on arms"})
    with app.app_context():
        reopening.reopen(1, by=None)
        saving.save_answers(1, {"law_name": Change("Autre loi")}, by=1, channel="page", language="fr")
        submissions.submit(1, by=1, language="fr")
    page = reader.get(PAGE).text
    assert "Autre loi" in page and "Act on arms" not in page


@pytest.mark.parametrize(
    ("form", "status"),
    [
        ({"do": "translate", "answer": "1-law_name", "into": "xx", "text": "T"}, 400),
        ({"do": "translate", "answer": "1-law_name", "into": "en", "text": " "}, 422),
        ({"do": "translate", "answer": "1-remarks", "into": "en", "text": "T"}, 404),
        ({"do": "translate", "answer": "2-law_name", "into": "en", "text": "T"}, 404),
    ],
)
def test_what_cannot_be_translated_is_refused(reader: Browser, form: dict[str, str], status: int) -> None:
    assert reader.post(PAGE, form).status_code == status


def test_an_answer_that_is_not_for_the_reader_is_neither_shown_nor_translated(
    reader: Browser, signed_in: Callable[[str], Browser]
) -> None:
    inside = "/rounds/trial/answers/act_name"
    assert "An act" not in reader.get(inside).text
    assert (
        reader.post(
            inside, {"do": "translate", "answer": "1-acts-aaaaaa-act_name", "into": "fr", "text": "T"}
        ).status_code
        == 404
    )
    assert "An act" in signed_in("secretariat").get(inside).text
    assert reader.get("/rounds/trial/answers/how_many").status_code == 404, "no question in words"
