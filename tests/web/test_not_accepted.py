"""A value that is not accepted is kept for who typed it, listed wherever the reply is read, and never replaced in silence."""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask

from surveyapp.storage.people import accounts, browsers
from surveyapp.storage.replies import responses
from tests.world.trial_round import LAW, fill, kept, submit
from tests.world.web_client import Browser

AUTOSAVED = {"asked": "how_many", "only": "how_many", "r-how_many": "0"}


def second_focal_point(app: Flask) -> Browser:
    with app.app_context():
        person = accounts.create_person("Second focal point", "second@example.org", "en")
        accounts.grant_role(person, "focal_point", 1)
        token = browsers.sign_in(person)
    browser = Browser(app.test_client())
    browser.client.set_cookie("__Host-session", token, domain="surveyapp.example", secure=True)
    return browser


def test_a_value_that_is_refused_is_kept_with_its_message_on_leaving_and_on_another_machine(
    app: Flask, focal: Browser, signed_in: Callable[[str], Browser]
) -> None:
    fill(focal, how_many="3")
    assert fill(focal, how_many="4x").status_code == 422
    for browser in (focal, signed_in("focal_point")):
        page = browser.get(LAW + "?lang=en").text
        assert 'name="q-how_many" value="4x"' in page and "Not accepted." in page
        assert '<a href="#field-how_many">' in page and '<q dir="auto">3</q>' in page
    assert kept(app) == {"how_many": 3}


def test_an_autosave_that_is_refused_keeps_the_value_and_does_not_say_saved(focal: Browser) -> None:
    answer = focal.post(f"{LAW}/answer", AUTOSAVED | {"q-how_many": "a dozen"})
    assert "Not accepted." in answer.text and "Saved at" not in answer.text
    assert 'value="a dozen"' in focal.get(LAW).text


def test_an_accepted_value_takes_the_place_of_the_refused_one(app: Flask, focal: Browser) -> None:
    fill(focal, how_many="4x")
    fill(focal, how_many="4")
    assert "Not accepted." not in focal.get(LAW).text and kept(app) == {"how_many": 4}


def test_an_autosave_that_arrives_after_the_same_persons_later_save_keeps_nothing_of_what_was_mended(
    app: Flask, focal: Browser
) -> None:
    fill(focal, how_many="4")
    answer = focal.post(f"{LAW}/answer", AUTOSAVED | {"q-how_many": "4x"})
    assert answer.status_code == 200
    assert "Not accepted." not in focal.get(LAW).text and kept(app) == {"how_many": 4}


def test_a_refused_value_is_discarded_by_its_button(app: Flask, focal: Browser) -> None:
    fill(focal, how_many="3")
    fill(focal, how_many="4x")
    form = {"asked": "how_many", "q-how_many": "4x", "r-how_many": "1", "discard": "how_many"}
    answer = focal.post(LAW, form)
    assert answer.status_code == 303 and answer.location.endswith("#item-how_many")
    assert 'name="q-how_many" value="3"' in focal.get(LAW).text


def test_contents_the_section_list_and_the_review_list_what_was_not_accepted(app: Flask, focal: Browser) -> None:
    fill(focal, how_many="4x")
    second = second_focal_point(app)
    second.get("/?lang=en")
    for browser, name in ((focal, ""), (second, "A focal_point")):
        for address in ("/reply/trial", "/reply/trial/review"):
            page = browser.get(address).text
            assert "Typed, and not accepted" in page and f'href="{LAW}#item-how_many"' in page
            assert name in page and (">4x<" in page) == (browser is focal)
        assert "1 not accepted" in browser.get(LAW).text


def test_nothing_older_is_submitted_silently_in_the_place_of_a_refused_value(app: Flask, focal: Browser) -> None:
    fill(focal, has_law="no", how_many="3")
    fill(focal, has_law="no", how_many="4x")
    answer = submit(focal)
    assert answer.status_code == 422 and "values that were typed were not accepted" in answer.text
    with app.app_context():
        assert responses.load(1).status == "in_progress"
    assert submit(focal, refused="how_many").status_code == 303
    with app.app_context():
        assert responses.load(1).status == "submitted" and kept(app)["how_many"] == 3


def test_words_typed_when_the_reply_can_no_longer_be_changed_are_kept_and_shown(app: Flask, focal: Browser) -> None:
    fill(focal, has_law="no")
    page = focal.get(LAW).text
    assert 'name="asked" value="remarks"' in page
    submit(focal)
    focal.post(LAW, {"asked": "remarks", "q-remarks": "Too late", "r-remarks": "0"})
    assert "Too late" in focal.get("/reply/trial").text


def test_words_beside_other_survive_deselecting_and_reloading_and_come_back(app: Flask, focal: Browser) -> None:
    fill(focal, areas=["b"], **{"areas.detail.b": "Deserts"})
    fill(focal, areas=["a"], **{"areas.detail.b": "Deserts"})
    assert kept(app)["areas"]["choices"] == ["a"] and "details" not in kept(app)["areas"]
    assert 'value="Deserts"' in focal.get(LAW).text
    fill(focal, areas=["a", "b"], **{"areas.detail.b": "Deserts"})
    assert kept(app)["areas"]["details"] == {"b": "Deserts"}
    fill(focal, areas=["a"], **{"areas.detail.b": ""})
    assert "Deserts" not in focal.get(LAW).text
