"""The audit log is searched and exported."""

from __future__ import annotations

import datetime

from flask import Flask
from lxml import html

from surveyapp.storage.audit import audit_log
from surveyapp.storage.columns import utc_now
from tests.world.web_client import Browser


def test_the_log_is_searched_by_deed_person_and_day_and_taken_out(
    app: Flask, opened: Browser, people: dict[str, int]
) -> None:
    page = html.fromstring(opened.get("/secretariat/log?kind=round-opened&lang=en").text)
    rows = page.findall(".//main//tbody/tr")
    assert len(rows) == 1 and "A secretariat" in rows[0].text_content() and "trial" in rows[0].text_content()
    today = utc_now().date()
    assert "round-opened" in opened.get(f"/secretariat/log/file?since={today}&until={today}").text
    assert "round-opened" not in opened.get(f"/secretariat/log/file?until={today - datetime.timedelta(days=1)}").text
    assert "round-opened" not in opened.get(f"/secretariat/log/file?person={people['co_chair']}").text
    with app.app_context():
        assert audit_log.search(limit=1)[0].kind == "log-exported"
