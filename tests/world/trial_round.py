"""A round of one small questionnaire, "trial", and its pages filled in as a browser does."""

from __future__ import annotations

import re
from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

from surveyapp.storage.replies import responses
from tests.world.web_client import Browser

DEFINITION = """
questionnaire: trial
version: 1
title: Trial
source: None
introduction: Welcome.
thanks: Thank you.
sections:
  - code: law
    title: Law
    items:
      - {code: has_law, type: yes_no, label: Is there a law?, need: required}
      - {code: law_name, type: short_text, label: What is it called?, relevant: has_law == yes_no.yes, need: required}
      - code: how_many
        type: integer
        label: How many?
        max: 10
        handling: {default: states_parties, loosest: states_parties, tightest: secretariat}
      - {code: remarks, type: short_text, label: Remarks, need: recommended}
      - code: areas
        type: multiple_choice
        label: Which areas?
        choices: [{code: a, label: A}, {code: b, label: B, detail: {label: Which?, required: true}}]
      - {code: law_text, type: document, label: Its text, relevant: has_law == yes_no.yes, max_megabytes: 1}
      - {code: order, type: ranking, label: In which order?, choices: [{code: x, label: X}, {code: y, label: Y}]}
  - code: acts_part
    title: Acts
    items:
      - code: acts
        type: repeat
        label: Acts
        item_label: Act
        most: 3
        items: [{code: act_name, type: short_text, label: Name of the act}]
"""


LAW, ACTS = "/reply/trial/law", "/reply/trial/acts_part"
REVIEW, SUBMIT, SHEET = "/reply/trial/review", "/reply/trial/submit", "/reply/trial/clearance"


def kept(app: Flask) -> dict[str, Any]:
    with app.app_context():
        return responses.load(1).values


def fill(browser: Browser, page: str = LAW, **answers: Any) -> TestResponse:
    """Posts fields with the revisions that the page shows, as a browser does."""
    shown = browser.get(page).text
    form: dict[str, Any] = dict(re.findall(r'name="(r-[^"]+)" value="(\d+)"', shown))
    form["asked"] = re.findall(r'name="asked" value="([^"]+)"', shown)
    fields = {
        f"q-{name}" if not name.startswith(("go", "item", "language", "d-", "h-")) else name: answers[name]
        for name in answers
    }
    return browser.post(page, form | fields)


def submit(browser: Browser, round_code: str = "trial", **more: str) -> TestResponse:
    """Reads the reply back, confirms it and sends it, as a person does."""
    shown = browser.get(f"/reply/{round_code}/review").text
    fields = dict(re.findall(r'name="(reviewed)" value="([^"]*)"', shown))
    return browser.post(f"/reply/{round_code}/submit", {"confirm": "yes"} | fields | more)


def read(browser: Browser) -> dict[str, str]:
    """What the review's form would send."""
    return {"confirm": "yes"} | dict(re.findall(r'name="(reviewed)" value="([^"]*)"', browser.get(REVIEW).text))


def sheet(focal: Browser, section: str = "law") -> dict[str, str]:
    """What the form of a section on the sign-off sheet would send to clear it."""
    shown = focal.get(SHEET).text.split(f'name="section" value="{section}"')[1]
    return {"section": section, "state": "cleared", "reviewed": shown.split('name="reviewed" value="')[1].split('"')[0]}
