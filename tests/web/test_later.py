"""Files that are made later: asked for, made by a worker, fetched by who asked and by nobody else."""

from __future__ import annotations

import datetime
import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
import sqlalchemy as sa
from click.testing import CliRunner
from flask import Flask
from lxml import html

from surveyapp.cli import main, worker_tasks
from surveyapp.storage.columns import utc_now
from surveyapp.storage.database import db
from surveyapp.storage.models import Job
from surveyapp.storage.replies import reopening, responses, saving, submissions
from surveyapp.storage.replies.answers import Change
from surveyapp.storage.results import jobs, tallies
from surveyapp.storage.rounds import rounds
from surveyapp.storage.transactions import writing
from tests.world.golden_round import COCHAIRS, ROUND, SECRETARIAT
from tests.world.web_client import Browser


@pytest.fixture
def world_name() -> str:
    return "golden"


@pytest.fixture
def golden(app: Flask, people: dict[str, int]) -> Flask:
    return app


def ask(reader: Browser, **more: str) -> None:
    answer = reader.post(
        f"/rounds/{ROUND}/workbook", {"recipe": "co-chairs-summary", "form": "xlsx", "language": "fr"} | more
    )
    assert answer.status_code == 303 and answer.location == "/exports"


def work(app: Flask) -> None:
    with app.app_context():
        while worker_tasks.turn(app):
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
        asked = jobs.enqueue({"round": ROUND}, by=people["co_chair"])
        for _ in range(jobs.MAX_ATTEMPTS):
            taken = jobs.claim()
            assert taken is not None and taken.id == asked
            assert jobs.claim() is None  # somebody is at it
            with writing() as connection:
                connection.execute(
                    sa.update(Job).values(beat_at=utc_now() - jobs.HEARTBEAT_TIMEOUT - datetime.timedelta(seconds=1))
                )
        assert jobs.claim() is None
        assert [one.state for one in jobs.of_person(people["co_chair"])] == ["failed"]


def test_a_file_is_forgotten_after_some_days(golden: Flask, people: dict[str, int]) -> None:
    with golden.app_context():
        jobs.finish(jobs.enqueue({}, by=people["co_chair"]), "a.xlsx", b"content")
        assert jobs.forget_old() == 0
        with writing() as connection:
            connection.execute(
                sa.update(Job).values(finished_at=utc_now() - jobs.RETENTION - datetime.timedelta(hours=1))
            )
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


def test_the_data_of_a_round_are_frozen_and_make_every_figure_again(
    golden: Flask, signed_in: Callable[[str], Browser], tmp_path: Path
) -> None:
    chair = signed_in("co_chair")
    assert chair.post(f"/rounds/{ROUND}/frozen", {"circle": "co_chairs"}).status_code == 303
    page = html.fromstring(chair.get(f"/rounds/{ROUND}/frozen").text)
    (address,) = {str(a.get("href")) for a in page.findall(".//main//li/a")}
    content = chair.get(address).data
    assert COCHAIRS.encode() in b"".join(opened(content)) and SECRETARIAT.encode() not in b"".join(opened(content))
    (tmp_path / "frozen.zip").write_bytes(content)
    done = CliRunner().invoke(main, ["remake-figures", str(tmp_path / "frozen.zip")])
    assert done.exit_code == 0, done.output
    assert "{{ count had=yes }} = 6 (base 10)" in done.output and "{{ answered areas }} = 6" in done.output


def opened(content: bytes) -> list[bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as read:
        return [read.read(name) for name in read.namelist()]


def test_a_freeze_of_a_narrower_circle_is_not_there(golden: Flask, signed_in: Callable[[str], Browser]) -> None:
    office, chair = signed_in("secretariat"), signed_in("co_chair")
    assert chair.post(f"/rounds/{ROUND}/frozen", {"circle": "secretariat"}).status_code == 404
    assert office.post(f"/rounds/{ROUND}/frozen", {"circle": "secretariat"}).status_code == 303
    assert office.get(f"/rounds/{ROUND}/frozen/1").status_code == 200
    assert chair.get(f"/rounds/{ROUND}/frozen/1").status_code == 404
    assert "/frozen/1" not in chair.get(f"/rounds/{ROUND}/frozen").text


def test_what_a_state_restricts_later_is_named_to_the_secretariat_beside_the_frozen_data_that_hold_it(
    golden: Flask, signed_in: Callable[[str], Browser]
) -> None:
    office, chair = signed_in("secretariat"), signed_in("co_chair")
    with golden.app_context():
        round_ = rounds.round(ROUND)
        assert round_ is not None
        [reply] = [one for one in tallies.submitted(round_.id, "co_chairs") if one.participant_code == "P02"]
        address = next(place for place, circle in reply.handlings.items() if circle == "states_parties")
    assert chair.post(f"/rounds/{ROUND}/frozen", {"circle": "states_parties"}).status_code == 303
    assert "Restricted by the State since" not in office.get(f"/rounds/{ROUND}/frozen").text
    with golden.app_context():
        reopening.reopen(reply.response_id, by=None)
        kept = responses.load(reply.response_id).answers[address]
        change = Change(kept.value, handling="secretariat")
        saving.save_answers(reply.response_id, {address: change}, by=None, channel="page", language="en")
        submissions.submit(reply.response_id, by=None, language="en")
    page = office.get(f"/rounds/{ROUND}/frozen").text.partition("Restricted by the State since")[2]
    assert address in page and reply.name("en") in page
    assert "Restricted by the State since" not in chair.get(f"/rounds/{ROUND}/frozen").text
