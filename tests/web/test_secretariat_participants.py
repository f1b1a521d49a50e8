"""The register of participants: in and out as files, every problem at its cell, an accession recorded."""

from __future__ import annotations

import datetime
import io

import openpyxl
import pytest
from flask import Flask
from lxml import html

from surveyapp.storage.people import accounts
from surveyapp.storage.rounds import participants
from tests.world.secretariat import CSV, bring, take
from tests.world.web_client import Browser


def test_a_file_is_looked_at_before_it_is_taken_in(app: Flask, office: Browser) -> None:
    looked = bring(office, CSV.encode())
    assert looked.status_code == 200 and "4 lines, 3 new participants" in looked.text
    with app.app_context():
        assert participants.participant("XAA") is None
    assert take(office, looked).status_code == 303
    with app.app_context():
        found = participants.participant("XAA")
        assert found is not None
        assert (found.names["fr"], found.region, list(found.groups)) == ("Alande", "europe", ["small states"])
        assert found.treaty_status == "state_party"
        before = participants.participant("XAA", datetime.date(2015, 2, 28))
        assert before is not None and before.treaty_status is None
        ann = accounts.person_by_email("ann@a.example")
        assert ann is not None and ann.language == "fr" and [held.role for held in ann.roles] == ["focal_point"]


@pytest.mark.parametrize("form", ["xlsx", "csv"])
def test_what_was_taken_out_is_taken_in_again_and_changes_nothing(app: Flask, registered: Browser, form: str) -> None:
    before = registered.get("/secretariat/participants/file?form=csv").data
    content = registered.get(f"/secretariat/participants/file?form={form}").data
    looked = bring(registered, content, f"register.{form}")
    assert looked.status_code == 200, html.fromstring(looked.text).find(".//main").text_content()
    assert "0 new participants" in looked.text
    assert take(registered, looked).status_code == 303
    assert registered.get("/secretariat/participants/file?form=csv").data == before


def test_every_problem_is_told_at_its_cell_and_nothing_is_taken_in(app: Flask, office: Browser) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (
        [
            "code",
            "kind",
            "name_en",
            "region",
            "treaty_status",
            "status_from",
            "contact_name",
            "contact_email",
            "colour",
        ],
        ["XAA", "state", "Aland", "europ", "state_party", "2015-02-30", "Ann", "ann", None],
        ["no code", "planet", None, None, None, None, None, None, None],
        ["XCC", "state", "Celand", "asia", "signatory", None, "Only a name", None, "red"],
        ["XCC", "state", "Celand", "asia", None, None, None, None, None],
    ):
        sheet.append(row)
    content = io.BytesIO()
    book.save(content)
    answer = bring(office, content.getvalue(), "register.xlsx")
    assert answer.status_code == 422
    rows = html.fromstring(answer.text).findall(".//main//tbody/tr")
    told = {row[0].text_content(): row[1].text_content() for row in rows}
    assert set(told) == {"I1", "D2", "F2", "H2", "A3", "B3", "C3", "F4", "H4", "A5"}
    assert "europ" in told["D2"] and "africa" in told["D2"]
    with app.app_context():
        assert participants.participant("XAA") is None and participants.participant("XCC") is None


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00", b"PK\x03\x04broken", b"\xd0\xcf\x11\xe0", b"a,b\n1,2\n"])
def test_a_file_of_another_kind_is_told(office: Browser, content: bytes) -> None:
    answer = bring(office, content)
    assert answer.status_code in (200, 422) and "Traceback" not in answer.text
    assert "input" not in [e.tag for e in html.fromstring(answer.text).findall(".//main//form/input[@name='content']")]


def test_an_accession_is_recorded_and_the_figures_of_a_day_follow(app: Flask, registered: Browser) -> None:
    form = {"name-en": "Beland", "region": "africa", "status": "state_party", "status_from": "2026-01-15"}
    assert registered.post("/secretariat/participants/XBB", form).status_code == 303
    with app.app_context():
        days = [datetime.date(2026, 1, 14), datetime.date(2026, 1, 15)]
        assert [participants.participant("XBB", day).treaty_status for day in days] == ["not_party", "state_party"]  # type: ignore[union-attr]
    assert "15 January 2026" in registered.get("/secretariat/participants/XBB?lang=en").text
    assert registered.post("/secretariat/participants/XBB", form | {"status_from": ""}).status_code == 422
