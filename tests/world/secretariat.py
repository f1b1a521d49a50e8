"""What the secretariat does again and again: a register brought in, a round opened, letters sent."""

from __future__ import annotations

import io

from flask import Flask
from lxml import html
from werkzeug.test import TestResponse

from surveyapp.cli import worker_tasks
from surveyapp.storage.rounds import rounds
from tests.world.web_client import Browser

CSV = """code;kind;name_en;name_fr;region;treaty_status;status_from;groups;contact_name;contact_email;contact_language
XAA;state;Aland;Alande;europe;state_party;2015-03-01;small states;Ann Aa;ann@a.example;fr
XAA;state;Aland;Alande;europe;state_party;2015-03-01;small states;Bo Aa;bo@a.example;en
XBB;state;Beland;;africa;not_party;2014-12-24;;Cy Bb;cy@b.example;es
church;organisation;Church of Peace;;;;;observers;;;
"""


def bring(office: Browser, content: bytes, name: str = "register.csv") -> TestResponse:
    return office.post("/secretariat/participants/file", {"file": (io.BytesIO(content), name)})


def take(office: Browser, looked: TestResponse) -> TestResponse:
    page = html.fromstring(looked.text)
    return office.post(
        "/secretariat/participants/file", {"content": page.find(".//main//input[@name='content']").get("value")}
    )


ROUND = {
    "code": "trial", "title-en": "Trial", "title-fr": "Essai", "languages": ["en"], "kinds": ["state"], "regions": ["europe"],
    "opens": "2026-01-01", "closes": "2099-12-31", "grace_days": "0",
}  # fmt: skip


def the_round() -> rounds.RoundFacts:
    found = rounds.round("trial")
    assert found is not None
    return found


def work(app: Flask) -> None:
    with app.app_context():
        while worker_tasks.turn(app):
            pass
