"""Files that are made later: asked for, made by a worker, fetched by who asked and by nobody else."""

from __future__ import annotations

import datetime
import io
from collections.abc import Callable, Iterator

import openpyxl
import pytest
import sqlalchemy as sa
from flask import Flask
from lxml import html

from surveyapp.extensions import db
from surveyapp.storage import jobs
from surveyapp.storage.columns import utc_now
from surveyapp.storage.models import Job
from surveyapp.storage.transactions import writing
from surveyapp.web import worker

from .conftest import Browser
from .golden_round import ROUND, make


@pytest.fixture
def golden(app: Flask, people: dict[str, int]) -> Iterator[Flask]:
    with app.app_context():
        make()
    yield app


def ask(reader: Browser, **more: str) -> None:
    answer = reader.post(
        f"/rounds/{ROUND}/workbook", {"recipe": "co-chairs-summary", "form": "xlsx", "language": "fr"} | more
    )
    assert answer.status_code == 303 and answer.location == "/exports"


def work(app: Flask) -> None:
    with app.app_context():
        while worker.turn(app):
            pass


def links(reader: Browser) -> list[str]:
    page = html.fromstring(reader.get("/exports").text)
    return [str(a.get("href")) for a in page.findall(".//main//a") if str(a.get("href")).startswith("/exports/")]


def test_a_workbook_is_asked_for_left_and_fetched(golden: Flask, signed_in: Callable[[str], Browser]) -> None:
    chair = signed_in("co_chair")
    ask(chair, **{"w.region": "africa"})
    assert "Waiting for its turn" in chair.get("/exports").text and links(chair) == []
    work(golden)
    address = links(chair)[0]
    answer = chair.get(address)
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{ROUND}-co-chairs-summary-fr.xlsx"'
    now = chair.get(f"/rounds/{ROUND}/workbook?recipe=co-chairs-summary&form=xlsx&language=fr&w.region=africa")
    made, direct = (openpyxl.load_workbook(io.BytesIO(one.data)) for one in (answer, now))
    questions = made.sheetnames[2]
    assert [[c.value for c in row] for row in made[questions]] == [[c.value for c in row] for row in direct[questions]]


def test_nobody_else_fetches_it_and_not_without_the_role(golden: Flask, signed_in: Callable[[str], Browser]) -> None:
    office = signed_in("secretariat")
    ask(office, recipe="secretariat-full")
    work(golden)
    address = links(office)[0]
    assert signed_in("co_chair").get(address).status_code == 404
    assert office.get(address).status_code == 200
    with golden.app_context(), writing() as connection:
        roles = db.metadata.tables["roles"]
        connection.execute(sa.update(roles).where(roles.c.role == "secretariat").values(role="co_chair"))
    assert office.get(address).status_code == 404


def test_what_cannot_be_made_is_said(golden: Flask, signed_in: Callable[[str], Browser]) -> None:
    chair = signed_in("co_chair")
    ask(chair)
    with golden.app_context(), writing() as connection:
        connection.execute(
            sa.update(Job).values(facts={"round": "gone", "recipe": "gone", "language": "en", "form": "xlsx"})
        )
    work(golden)
    assert "could not be made" in chair.get("/exports").text


def test_a_job_whose_worker_died_is_taken_up_and_given_up_in_the_end(golden: Flask, people: dict[str, int]) -> None:
    with golden.app_context():
        asked = jobs.ask({"round": ROUND}, by=people["co_chair"])
        for _ in range(jobs.ATTEMPTS):
            taken = jobs.take()
            assert taken is not None and taken.id == asked
            assert jobs.take() is None  # somebody is at it
            with writing() as connection:
                connection.execute(
                    sa.update(Job).values(beat_at=utc_now() - jobs.SILENCE - datetime.timedelta(seconds=1))
                )
        assert jobs.take() is None
        assert [one.state for one in jobs.of_person(people["co_chair"])] == ["failed"]


def test_a_file_is_forgotten_after_some_days(golden: Flask, people: dict[str, int]) -> None:
    with golden.app_context():
        jobs.finish(jobs.ask({}, by=people["co_chair"]), "a.xlsx", b"content")
        assert jobs.forget_old() == 0
        with writing() as connection:
            connection.execute(sa.update(Job).values(finished_at=utc_now() - jobs.KEPT - datetime.timedelta(hours=1)))
        assert jobs.forget_old() == 1


def test_the_list_asks_again_by_itself_while_something_is_being_made(
    golden: Flask, signed_in: Callable[[str], Browser]
) -> None:
    chair = signed_in("co_chair")
    ask(chair)
    assert 'hx-trigger="every 2s"' in chair.get("/exports").text
    work(golden)
    part = chair.get("/exports", headers={"HX-Request": "true"}).text
    assert "hx-trigger" not in part and "<html" not in part
