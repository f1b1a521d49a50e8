"""What other States see of a closed round: what is for them, and no small group."""

from __future__ import annotations

import datetime
from collections.abc import Callable

from flask import Flask

from surveyapp.storage.columns import utc_now
from surveyapp.storage.replies import saving, submissions
from surveyapp.storage.replies.answers import Change
from surveyapp.storage.rounds import invitations, participants, rounds
from tests.world.web_client import Browser

PAGE = "/results/trial?lang=en"


def others(app: Flask, regions: list[str]) -> None:
    """More States answer; `how_many` is for States Parties."""
    with app.app_context():
        for number, region in enumerate(regions):
            code = f"X{chr(65 + number // 26)}{chr(65 + number % 26)}"
            participants.add_participant(
                kind="state", code=code, iso3=code, names={"en": code}, region=region, treaty_status="state_party"
            )
        invitations.invite(1)
        for row in invitations.responses_of(1):
            if row.participant_code.startswith("X"):
                given = {"has_law": Change("no"), "how_many": Change(3), "areas": Change({"choices": ["a"]})}
                saving.save_answers(row.id, given, by=None, channel="page", language="en")
                submissions.submit(row.id, by=None, language="en")


def bases(browser: Browser) -> str:
    """The base line of the question that is for States Parties."""
    return browser.get(PAGE).text.split('id="q-how_many"')[1].split('class="base-line">')[1].split("</p>")[0]


def test_nothing_is_shown_before_the_round_is_closed(focal: Browser) -> None:
    assert focal.get(PAGE).status_code == 404


def test_a_small_region_is_not_shown_and_cannot_be_worked_out(app: Flask, focal: Browser) -> None:
    others(app, ["africa"] * 5 + ["asia"] * 4 + ["oceania"])
    with app.app_context():
        rounds.close_round(1, utc_now() - datetime.timedelta(minutes=1))
    page = focal.get(PAGE).text
    assert "Groups of fewer than 3 answers are not shown" in page
    table = page.split('id="q-has_law"')[1].split("</article>")[0]
    row = [
        cell.split("</td>")[0] for cell in table.split('<th scope="row">No</th>')[1].split('<td class="number">')[1:]
    ]
    regions = dict(zip(["africa", "americas", "asia", "europe", "oceania"], row[2:7], strict=True))
    assert regions["africa"] == "5" and regions["oceania"] == regions["asia"] == "—"


def test_a_state_that_is_no_party_sees_what_is_public_alone(
    app: Flask,
    focal: Browser,
    signed_in: Callable[[str], Browser],
) -> None:
    others(app, ["africa"] * 5)
    with app.app_context():
        rounds.close_round(1, utc_now() - datetime.timedelta(minutes=1))
        france = participants.participant("FRA")
        assert france is not None
    assert "5 answered" in bases(focal) and "this reader: 0" in bases(focal)
    with app.app_context():
        participants.record_status(france.id, "not_party", utc_now().date())
    assert "0 answered" in bases(focal) and "this reader: 5" in bases(focal)
    assert signed_in("co_chair").get(PAGE).status_code == 403
