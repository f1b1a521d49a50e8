"""What a co-chair may not see stands nowhere: in no part of the workbook, and not on the page."""

from __future__ import annotations

import io
import zipfile

import pytest
from flask import Flask

from surveyapp.storage.people import accounts, browsers
from surveyapp.storage.replies import reopening
from tests.world.small_round import SMALL, make_world

OFF_PATH, WITHHELD, DRAFT = "zzOFFPATHzz", "zzWITHHELDzz", "zzDRAFTzz"
SEEN = "zzSEENzz"
SOURCE = (
    SMALL
    + """
      - {code: which, type: short_text, label: Which, relevant: had_system == yes_no.yes}
      - {code: open_words, type: short_text, label: Open}
"""
)


@pytest.mark.parametrize("role", ["co_chair", "secretariat"])
def test_no_secret_in_the_workbook_nor_on_the_page(app: Flask, role: str) -> None:
    with app.app_context():
        world = make_world(SOURCE)
        world.save(had_system="yes", which=OFF_PATH)
        world.save(had_system="no", remarks=WITHHELD, open_words=SEEN)
        world.submit()
        reopening.reopen(world.response_id, by=None)
        world.save(open_words=DRAFT)
        reader = accounts.create_person("Reader", "reader@example.org", "en")
        accounts.grant_role(reader, role, None)
        token = browsers.sign_in(reader)
    client = app.test_client()
    client.set_cookie("__Host-session", token, domain="surveyapp.example", secure=True)
    page = client.get("/rounds/csp11", base_url="https://surveyapp.example")
    book = client.get("/rounds/csp11/workbook?language=en", base_url="https://surveyapp.example")
    assert page.status_code == book.status_code == 200

    with zipfile.ZipFile(io.BytesIO(book.data)) as read:
        parts = {name: read.read(name).decode("utf-8") for name in read.namelist()}
    assert any(SEEN in text for text in parts.values())
    parts["page"] = page.text
    for secret in (OFF_PATH, WITHHELD, DRAFT):
        assert [name for name, text in parts.items() if secret in text] == []
