"""What those who run it ask."""

from __future__ import annotations

from flask import Flask

from surveyapp.storage import schema
from tests.world.web_client import Browser


def test_it_says_that_it_lives_and_can_work(app: Flask, visitor: Browser) -> None:
    assert visitor.get("/health").json == {"status": "ok"}
    assert visitor.get("/ready").json == {"status": "ok"}


def test_it_says_that_its_tables_are_of_another_time(app: Flask, visitor: Browser) -> None:
    with app.app_context():
        schema.downgrade("0013")
    answer = visitor.get("/ready")
    assert (answer.status_code, answer.json) == (503, {"status": "tables to be upgraded"})
    assert visitor.get("/health").status_code == 200


def test_figures_of_the_machinery_are_for_who_has_the_token(
    app: Flask, visitor: Browser, people: dict[str, int]
) -> None:
    assert visitor.get("/metrics").status_code == 404
    app.config["METRICS_TOKEN"] = "t0ken"
    assert visitor.get("/metrics").status_code == 404
    text = visitor.get("/metrics", headers={"Authorization": "Bearer t0ken"}).text
    assert "surveyapp_letters_waiting 0.0" in text and "# TYPE surveyapp_sessions gauge" in text
    assert "example.org" not in text
