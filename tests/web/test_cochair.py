"""The Treaty's participation as of a day, as reports print it."""

from __future__ import annotations

import re

from flask import Flask

from surveyapp.storage.rounds import participants
from tests.world.web_client import Browser


def test_participation_as_of_a_day(app: Flask, visitor: Browser) -> None:
    with app.app_context():
        participants.seed_states()
    page = visitor.get("/participation?day=2025-07-24")
    assert page.status_code == 200
    text = re.sub(r"\s+", " ", re.sub("<[^>]+>", " ", page.text))
    for figure in ("116", "26", "23%", "21%", "40%", "20%", "195"):
        assert re.search(rf"(?<!\d){figure}(?!\d)", text), (figure, text)
