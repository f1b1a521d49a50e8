"""Two browsers and one list: what one removes, the other is told, with its words; and a field as it was drawn changes nothing."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from lxml import html

from surveyapp.storage.replies import responses
from tests.world.trial_round import ACTS, LAW, fill, kept
from tests.world.web_client import Browser


@pytest.fixture
def listed(app: Flask, focal: Browser) -> str:
    """The id of an item with an answer."""
    fill(focal, ACTS, item="add:acts")
    item = kept(app)["acts"][0]
    fill(focal, ACTS, **{f"acts/{item}/act_name": "Act 1"})
    return str(item)


def drawn(browser: Browser, page: str = ACTS) -> dict[str, Any]:
    """What the page's form would send, untouched."""
    form = html.fromstring(browser.get(page).text).get_element_by_id("answers")
    fields: dict[str, Any] = {}
    for name, value in form.form_values():
        fields.setdefault(name, []).append(value)
    return fields


def test_the_other_browser_is_told_who_removed_the_item_with_its_words_and_puts_it_back(
    app: Flask, focal: Browser, signed_in: Callable[[str], Browser], listed: str
) -> None:
    other = signed_in("focal_point")
    mine = drawn(other)
    focal.post(ACTS, drawn(focal) | {"item": f"remove:acts/{listed}"})
    field = f"q-acts/{listed}/act_name"
    answer = other.post(ACTS, mine | {field: "Act 1, as amended in 2026", "go": "stay"})
    assert answer.status_code == 422
    told = answer.text.partition("An item that you were answering was removed")[2]
    assert "A focal_point" in told and "Act 1, as amended in 2026" in told
    again = html.fromstring(answer.text).get_element_by_id("answers")
    fields: dict[str, Any] = {}
    for name, value in again.form_values():
        fields.setdefault(name, []).append(value)
    assert other.post(ACTS, fields | {"item": f"back:acts/{listed}"}).status_code == 303
    assert kept(app)["acts"] == [listed] and kept(app)[f"acts/{listed}/act_name"] == "Act 1, as amended in 2026"


def test_an_item_that_was_removed_and_not_touched_troubles_nobody(
    app: Flask, focal: Browser, signed_in: Callable[[str], Browser], listed: str
) -> None:
    other = signed_in("focal_point")
    mine = drawn(other)
    focal.post(ACTS, drawn(focal) | {"item": f"remove:acts/{listed}"})
    assert other.post(ACTS, mine | {"go": "stay"}).status_code == 303
    assert kept(app).get("acts") is None


def test_an_autosave_of_a_removed_item_says_so_at_the_field_and_saves_nothing(
    app: Flask, focal: Browser, listed: str
) -> None:
    mine = drawn(focal)
    focal.post(ACTS, drawn(focal) | {"item": f"remove:acts/{listed}"})
    address = f"acts/{listed}/act_name"
    answer = focal.post(f"{ACTS}/answer", mine | {f"q-{address}": "Lost?", "only": address})
    assert answer.status_code == 200 and "was removed by somebody else" in answer.text and "Saved at" not in answer.text
    assert kept(app)[address] == "Act 1"


def test_an_item_that_never_was_is_a_forgery(app: Flask, focal: Browser, listed: str) -> None:
    mine = drawn(focal)
    answer = focal.post(ACTS, mine | {"q-acts/zzzzzz/act_name": "Forged", "go": "stay"})
    assert "An item that you were answering was removed" not in answer.text


def test_a_page_left_as_it_was_drawn_undoes_nobodys_work(
    app: Flask, focal: Browser, signed_in: Callable[[str], Browser]
) -> None:
    fill(focal, has_law="no", how_many="3")
    other = signed_in("focal_point")
    stale = drawn(other, LAW)
    fill(focal, has_law="no", how_many="4", remarks="Fresh", **{"h-how_many": "secretariat"})
    answer = other.post(LAW, stale | {"q-remarks": "", "q-has_law": "no", "go": "stay"})
    assert answer.status_code == 303, "no conflict"
    assert kept(app)["how_many"] == 4 and kept(app)["remarks"] == "Fresh"
    with app.app_context():
        assert responses.load(1).handling("how_many") == "secretariat"


def test_an_autosave_that_changes_nothing_brings_what_stands_there_now(
    app: Flask, focal: Browser, signed_in: Callable[[str], Browser]
) -> None:
    fill(focal, has_law="no", how_many="3")
    other = signed_in("focal_point")
    stale = drawn(other, LAW)
    fill(focal, has_law="no", how_many="4")
    answer = other.post(f"{LAW}/answer", stale | {"only": "how_many"})
    field = html.fromstring(answer.text).get_element_by_id("field-how_many")
    assert field.get("value") == "4" and "Changed by somebody else meanwhile" in answer.text
    assert re.findall(r'name="r-how_many" value="(\d+)"', answer.text) == ["2"], "with the field that it belongs to"
    assert 'value="3"' not in answer.text
