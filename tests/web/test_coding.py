"""Themes applied by two readers, their agreement, and passages for quoting."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from lxml import html

from surveyapp.storage.results import coding
from surveyapp.storage.rounds import rounds
from tests.world.golden_round import ROUND
from tests.world.web_client import Browser

ANSWERS = f"/rounds/{ROUND}/answers/words"
THEMES = f"/rounds/{ROUND}/themes"


@pytest.fixture
def world_name() -> str:
    return "golden"


@pytest.fixture
def golden(app: Flask) -> Flask:
    return app


def key_of(page: str, who: str) -> str:
    """What the form of this participant's answer sends as `answer`."""
    for section in html.fromstring(page).findall(".//section"):
        if who in (section.findtext(".//h2/a") or ""):
            return str(section.find(".//input[@name='answer']").get("value"))
    raise AssertionError(who)


def begin(reader: Browser, code: str, **more: str) -> None:
    form = {"code": code, "label": code.title(), "definition": f"What {code} means.", **more}
    assert reader.post(THEMES, form).status_code == 303


def test_a_theme_is_applied_counted_crossed_and_taken_back(golden: Flask, signed_in: Callable[[str], Browser]) -> None:
    chair = signed_in("co_chair")
    begin(chair, "help")
    page = chair.get(ANSWERS).text
    first, second = key_of(page, "P01"), key_of(page, "P03")
    passage = {"answer": first, "do": "theme", "theme": "help", "words": "Regional help"}
    assert chair.post(ANSWERS, passage).status_code == 303
    assert chair.post(ANSWERS, {"answer": second, "do": "theme", "theme": "help"}).status_code == 303

    page = chair.get(ANSWERS).text
    assert "<mark>Regional help</mark> came from neighbours." in page
    assert (
        "2 replies"
        in html.fromstring(chair.get(f"/rounds/{ROUND}/behind?c.theme.words=help&lang=en").text).text_content()
    )
    crossed = chair.get(f"/rounds/{ROUND}/cross?rows=region&columns=theme.words&lang=en").text
    rows = [[c.text_content() for c in row] for row in html.fromstring(crossed).findall(".//tbody/tr")]
    assert rows[0][:3] == ["Africa", "3", "2"]
    own = html.fromstring(page).find(".//input[@name='coding']").get("value")
    assert signed_in("secretariat").post(ANSWERS, {"answer": first, "do": "undo", "coding": own}).status_code == 404
    assert chair.post(ANSWERS, {"answer": first, "do": "undo", "coding": own}).status_code == 303
    assert "<mark>" not in chair.get(ANSWERS).text


def test_two_readers_agreement_is_worked_out(golden: Flask, signed_in: Callable[[str], Browser]) -> None:
    chair, secretariat = signed_in("co_chair"), signed_in("secretariat")
    begin(chair, "help")
    begin(chair, "hindrance")
    page = chair.get(ANSWERS).text
    keys = {who: key_of(page, who) for who in ("P01", "P02", "P03")}
    first = {"P01": "help", "P02": "hindrance", "P03": "help"}
    second = {"P01": "help", "P02": "hindrance", "P03": "hindrance"}
    for reader, themes in ((chair, first), (secretariat, second)):
        for who, theme in themes.items():
            assert reader.post(ANSWERS, {"answer": keys[who], "do": "theme", "theme": theme}).status_code == 303
    found = html.fromstring(chair.get(f"{THEMES}?lang=en").text).findall(".//tbody/tr")
    rows = [[cell.text_content() for cell in row] for row in found]
    # help: both P01, chair alone P03, neither P02: po = 2/3, pe = (2/3)(1/3) + (1/3)(2/3) = 4/9, kappa = 0.4
    assert rows == [["Help", "3", "1", "1", "0", "0.4"], ["Hindrance", "3", "1", "0", "1", "0.4"]]


def test_a_retired_theme_counts_nowhere_and_what_was_coded_stays(
    golden: Flask, signed_in: Callable[[str], Browser]
) -> None:
    chair = signed_in("co_chair")
    begin(chair, "help", shared="yes")
    key = key_of(chair.get(ANSWERS).text, "P01")
    chair.post(ANSWERS, {"answer": key, "do": "theme", "theme": "help"})
    assert chair.post(THEMES, {"theme": "help", "retire": "yes"}).status_code == 303
    assert chair.get(f"/rounds/{ROUND}/behind?c.theme.words=help").status_code == 404
    with golden.app_context():
        found = rounds.round(ROUND)
        assert found is not None
        assert [theme.code for theme in coding.themes(found.id)] == []
        assert [theme.code for theme in coding.themes(found.id, retired=True)] == ["help"]


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"do": "theme", "theme": "none"}, "Select a theme."),
        ({"do": "theme", "theme": "help", "words": "never said"}, "do not stand in the answer"),
        ({"do": "theme", "theme": "help", "words": "e"}, "more than once"),
        ({"do": "quote", "words": ""}, "Copy the words"),
    ],
)
def test_what_cannot_be_applied_is_told(
    golden: Flask, signed_in: Callable[[str], Browser], form: dict[str, str], said: str
) -> None:
    chair = signed_in("co_chair")
    begin(chair, "help")
    answer = chair.post(f"{ANSWERS}?lang=en", {"answer": key_of(chair.get(ANSWERS).text, "P01"), **form})
    assert answer.status_code == 422 and said in answer.text


def test_only_what_states_parties_may_see_is_quoted_and_only_the_willing_are_named(
    golden: Flask, signed_in: Callable[[str], Browser]
) -> None:
    chair = signed_in("co_chair")
    page = chair.get(ANSWERS).text
    quote = {"do": "quote", "words": "Regional help came from neighbours."}
    assert chair.post(ANSWERS, {"answer": key_of(page, "P01"), **quote}).status_code == 303
    kept = {"answer": key_of(page, "P02"), "do": "quote", "words": "Only chairs read this"}
    assert chair.post(ANSWERS, kept).status_code == 422
    shown = html.fromstring(chair.get(f"/rounds/{ROUND}/quotations?lang=en").text)
    assert [h.text_content() for h in shown.findall(".//section/h2")] == ["State P01"]
    assert chair.post(f"/rounds/{ROUND}/quotations", {"quotation": "1"}).status_code == 303
    assert "Regional help" not in chair.get(f"/rounds/{ROUND}/quotations").text
