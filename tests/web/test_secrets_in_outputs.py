"""Marked secrets are planted in a round; every byte of every output is searched for them, zipped parts too."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterator

import polars
import pytest
from flask import Flask
from lxml import html

from surveyapp.storage.columns import utc_now
from surveyapp.storage.replies import reopening, saving, submissions
from surveyapp.storage.replies.answers import Change
from surveyapp.storage.report import reports
from surveyapp.storage.results import tallies
from surveyapp.storage.rounds import rounds
from tests.world.golden_round import COCHAIRS, DRAFT, OFF_PATH, PUBLIC, ROUND, SECRETARIAT
from tests.world.web_client import Browser

FORMS = ("xlsx", "csv", "json", "sav", "parquet")
NOBODYS = (OFF_PATH, DRAFT)


@pytest.fixture
def world_name() -> str:
    return "golden"


@pytest.fixture
def golden(app: Flask, people: dict[str, int]) -> Iterator[Flask]:
    with app.app_context():
        found = rounds.round(ROUND)
        assert found is not None
        text = "{{ count had=yes }} {{ table areas }} {{ chart degree }} {{ table home }}"
        reports.create("r", found.id, {"en": "Report"}, "S/1", [("paragraph", {"en": text})], by=people["co_chair"])
    yield app


def found_in(content: bytes, marks: tuple[str, ...]) -> set[str]:
    """Which marks stand in it, or in a part of it if it is a zip file."""
    parts = [content]
    if content[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(content)) as read:
            parts = [_opened(name, read.read(name)) for name in read.namelist()]
    texts = [part.decode("utf-8", "replace") for part in parts] + [part.decode("utf-16", "replace") for part in parts]
    return {mark for mark in marks if any(mark in text for text in texts)}


def _opened(name: str, content: bytes) -> bytes:
    """Parquet packs its columns once more."""
    if not name.endswith(".parquet"):
        return content
    return repr(polars.read_parquet(io.BytesIO(content)).to_dicts()).encode()


ALL = (*NOBODYS, SECRETARIAT, COCHAIRS, PUBLIC)
BOOKS = {
    ("co_chair", "co-chairs-summary"): {COCHAIRS, PUBLIC},
    ("co_chair", "public-compendium"): {PUBLIC},
    ("secretariat", "co-chairs-summary"): {COCHAIRS, PUBLIC},
    ("secretariat", "secretariat-full"): {SECRETARIAT, COCHAIRS, PUBLIC},
}


@pytest.mark.parametrize(("who", "recipe"), BOOKS)
def test_a_workbook_holds_what_its_circle_may_see_and_nothing_else(
    golden: Flask, signed_in: Callable[[str], Browser], who: str, recipe: str
) -> None:
    reader = signed_in(who)
    for form in FORMS:
        answer = reader.get(f"/rounds/{ROUND}/workbook?recipe={recipe}&form={form}&language=en")
        assert answer.status_code == 200
        assert found_in(answer.data, ALL) == BOOKS[who, recipe], form


def test_a_recipe_for_the_secretariat_is_not_there_for_a_co_chair(
    golden: Flask, signed_in: Callable[[str], Browser]
) -> None:
    assert signed_in("co_chair").get(f"/rounds/{ROUND}/workbook?recipe=secretariat-full").status_code == 404
    assert signed_in("co_chair").get(f"/rounds/{ROUND}/workbook?recipe=report-wording").status_code == 404


def test_no_page_of_the_co_chairs_room_shows_more(golden: Flask, signed_in: Callable[[str], Browser]) -> None:
    """Every page that can be reached from the round's, three steps deep."""
    chair, seen, waiting = signed_in("co_chair"), set(), [f"/rounds/{ROUND}", "/reports/r"]
    marks = set()
    for _ in range(3):
        following: list[str] = []
        for address in waiting:
            if address in seen or not address.startswith(("/rounds", "/reports")):
                continue
            seen.add(address)
            answer = chair.get(address)
            marks |= found_in(answer.data, ALL)
            if answer.mimetype == "text/html":
                links = html.fromstring(answer.text or "<p>").findall(".//a")
                following += [str(link.get("href")).partition("#")[0] for link in links]
        waiting = list(dict.fromkeys(following))
    assert len(seen) > 100
    assert marks == {COCHAIRS, PUBLIC}


def test_a_report_and_its_frozen_data_hold_what_states_parties_may_see(
    golden: Flask, signed_in: Callable[[str], Browser]
) -> None:
    chair = signed_in("co_chair")
    assert chair.post("/reports/r/freeze").status_code == 303
    for address in ("/reports/r/word", "/reports/r/page", "/reports/r/frozen/1"):
        answer = chair.get(address)
        assert answer.status_code == 200
        assert found_in(answer.data, ALL) <= {PUBLIC}, address
    assert found_in(chair.get("/reports/r/frozen/1").data, ALL) == {PUBLIC}


@pytest.mark.parametrize("circle", ["states_parties", "public"])
def test_a_page_can_be_read_as_a_wider_circle_would_see_it(
    golden: Flask, signed_in: Callable[[str], Browser], circle: str
) -> None:
    chair = signed_in("co_chair")
    for page in ("answers/words", "behind?c.words=*", "replies/P02"):
        joined = "&" if "?" in page else "?"
        answer = chair.get(f"/rounds/{ROUND}/{page}{joined}circle={circle}")
        assert COCHAIRS not in answer.text
    assert SECRETARIAT not in chair.get(f"/rounds/{ROUND}/answers/words?circle=secretariat").text


def test_what_a_state_has_restricted_since_is_in_no_output_of_an_earlier_day(
    golden: Flask, signed_in: Callable[[str], Browser]
) -> None:
    chair = signed_in("co_chair")
    with golden.app_context():
        round_ = rounds.round(ROUND)
        assert round_ is not None
        then = utc_now()
        for reply in tallies.submitted(round_.id, "public"):
            marked = {place: value for place, value in reply.answers.items() if PUBLIC in repr(value)}
            if marked:
                reopening.reopen(reply.response_id, by=None)
                changes = {place: Change(value, handling="secretariat") for place, value in marked.items()}
                saving.save_answers(reply.response_id, changes, by=None, channel="page", language="en")
                submissions.submit(reply.response_id, by=None, language="en")
    moment = then.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    pages = [f"/rounds/{ROUND}/{page}" for page in ("answers/words", "behind?c.words=*", "replies/P02", "quotations")]
    files = [f"/rounds/{ROUND}/workbook?recipe={recipe}&form={form}&language=en"
             for recipe in ("co-chairs-summary", "public-compendium") for form in FORMS]  # fmt: skip
    for address in (f"/rounds/{ROUND}", *pages, *files):
        answer = chair.get(f"{address}{'&' if '?' in address else '?'}as_of={moment}")
        assert answer.status_code == 200
        assert PUBLIC not in found_in(answer.data, ALL), address
