"""An author tries a questionnaire: the respondent's own pages, nothing kept."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask.testing import FlaskClient

from surveyapp.definition.texts import LANGUAGES
from surveyapp.web.preview import preview_app

YAML = """
questionnaire: harbour
version: 1
title: Harbours
source: A test
introduction: About harbours.
thanks: Thank you.
sections:
  - code: first
    title: First
    items:
      - type: yes_no
        code: has_harbour
        label: Is there a harbour?
        need: required
      - type: short_text
        code: harbour_name
        label: Its name
        relevant: has_harbour == yes_no.yes
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "questionnaire.yaml").write_text(YAML)
    return tmp_path


@pytest.fixture
def client(folder: Path) -> FlaskClient:
    return preview_app(folder).test_client()


def token(client: FlaskClient) -> str:
    return client.get("/reply/preview/first").text.split('name="csrf_token" value="')[1].split('"')[0]


def post(client: FlaskClient, **fields: str) -> int:
    form = {"csrf_token": token(client), "asked": list(fields)} | {f"q-{code}": value for code, value in fields.items()}
    return client.post("/reply/preview/first", data=form).status_code


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_questionnaire_is_shown_in_any_language_translated_or_not(client: FlaskClient, language: str) -> None:
    page = client.get(f"/reply/preview/first?lang={language}")
    assert page.status_code == 200
    assert "Is there a harbour?" in page.text


def test_a_rule_can_be_tried(client: FlaskClient) -> None:
    assert 'name="q-harbour_name"' not in client.get("/reply/preview/first").text
    assert post(client, has_harbour="yes") == 303
    assert 'name="q-harbour_name"' in client.get("/reply/preview/first").text


def test_an_edited_file_is_shown_at_the_next_page(client: FlaskClient, folder: Path) -> None:
    client.get("/reply/preview/first")
    (folder / "questionnaire.yaml").write_text(YAML.replace("Is there a harbour?", "Has it harbours?"))
    assert "Has it harbours?" in client.get("/reply/preview/first").text


def test_a_mistake_is_shown_with_its_place_until_it_is_corrected(client: FlaskClient, folder: Path) -> None:
    (folder / "questionnaire.yaml").write_text(YAML.replace("yes_no.yes", "yes_no.yess"))
    assert "questionnaire.yaml:" in client.get("/reply/preview/first").text
    (folder / "questionnaire.yaml").write_text(YAML)
    assert "Is there a harbour?" in client.get("/reply/preview/first").text


def test_answers_can_be_forgotten_and_given_as_another_state(client: FlaskClient) -> None:
    post(client, has_harbour="yes")
    data = {"csrf_token": token(client), "state": "KEN", "again": "1"}
    assert client.post("/facts", data=data).status_code == 303
    assert 'name="q-harbour_name"' not in client.get("/reply/preview/first").text
    assert 'value="KEN" selected' in client.get("/reply/preview").text


def test_the_read_back_works_and_nothing_can_be_submitted(client: FlaskClient) -> None:
    post(client, has_harbour="no")
    assert "Is there a harbour?" in client.get("/reply/preview/review").text
    assert client.post("/reply/preview/submit", data={"csrf_token": token(client)}).location == "/reply/preview/review"
