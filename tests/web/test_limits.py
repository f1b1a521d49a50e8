"""How much one request may bring, and how often a thing may be tried."""

from __future__ import annotations

from flask import Flask

from surveyapp.storage.people import tokens
from tests.world.web_client import Browser


def test_a_form_of_ten_long_chinese_answers_is_taken(visitor: Browser) -> None:
    answer = visitor.post("/language", {"language": "zh", **{f"q-{number}": "答" * 5000 for number in range(10)}})
    assert answer.status_code == 303


def test_a_form_that_is_too_large_is_refused(app: Flask, visitor: Browser) -> None:
    app.config["MAX_FORM_MEMORY_SIZE"] = 10_000
    assert visitor.post("/language", {"language": "zh", "q": "x" * 20_000}).status_code == 413


def test_a_form_of_too_many_fields_is_refused(app: Flask, visitor: Browser) -> None:
    many = {f"q-{number}": "" for number in range(app.config["MAX_FORM_PARTS"] + 1)}
    assert visitor.post("/language", {"language": "zh", **many}).status_code == 413


def test_a_form_of_parts_is_refused_for_fields_of_it_could_get_lost(visitor: Browser) -> None:
    answer = visitor.post("/language", {"language": "zh"}, content_type="multipart/form-data")
    assert answer.status_code == 415


def test_a_body_that_is_too_large_is_refused_before_it_is_read(app: Flask, visitor: Browser) -> None:
    app.config["MAX_CONTENT_LENGTH"] = 1000
    assert visitor.post("/language", {"language": "zh", "q": "x" * 2000}).status_code == 413


def test_links_are_sent_to_one_address_only_so_often(app: Flask, visitor: Browser, people: dict[str, int]) -> None:
    app.config["SIGN_INS_PER_HOUR"] = 3
    statuses = [visitor.post("/sign-in", {"email": "co_chair@example.org"}).status_code for _ in range(4)]
    assert statuses == [200, 200, 200, 429]
    assert visitor.post("/sign-in", {"email": "secretariat@example.org"}).status_code == 200


def test_an_unknown_address_is_limited_like_a_known_one(app: Flask, visitor: Browser) -> None:
    app.config["SIGN_INS_PER_HOUR"] = 1
    statuses = [visitor.post("/sign-in", {"email": "nobody@example.org"}).status_code for _ in range(2)]
    assert statuses == [200, 429]


def test_one_network_address_may_not_try_many_addresses(app: Flask, visitor: Browser) -> None:
    app.config["SIGN_INS_PER_HOUR"] = 1
    statuses = [visitor.post("/sign-in", {"email": f"n{number}@example.org"}).status_code for number in range(11)]
    assert statuses == [200] * 10 + [429]


def test_an_invitation_sends_only_so_many_links(app: Flask, visitor: Browser, people: dict[str, int]) -> None:
    app.config["SIGN_INS_PER_HOUR"] = 1
    with app.app_context():
        token = tokens.issue(people["co_chair"], "invitation")
    form = {"name": "Ana", "own_language": "es"}
    assert [visitor.post(f"/enrol/{token}", form).status_code for _ in range(2)] == [200, 429]
