"""Kept counts and sets say what the submissions say, for every circle of readers, whatever is submitted in which order."""

from __future__ import annotations

import random
import threading
from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import update

from surveyapp.analysis.crosstab import cross
from surveyapp.analysis.dimensions import dimensions, stated_in
from surveyapp.analysis.labels import Labels
from surveyapp.definition.answer_facts import ANY
from surveyapp.demonstration.invent import invent
from surveyapp.storage import schema
from surveyapp.storage.columns import utc_now
from surveyapp.storage.database import db
from surveyapp.storage.models import Rollup
from surveyapp.storage.replies import reopening, responses, saving, submissions
from surveyapp.storage.replies.answers import Change
from surveyapp.storage.results import rollup_figures, rollups, tallies
from surveyapp.storage.rounds import invitations, participants, rounds, versions
from surveyapp.storage.transactions import writing
from tests.world import golden_round
from tests.world.rollup_check import agree

REASONS = (None, "not_available", "prefer_not")


@pytest.fixture
def world_name() -> str:
    return "golden"


@pytest.fixture
def golden(app: Flask) -> Iterator[int]:
    found = rounds.round(golden_round.ROUND)
    assert found is not None
    yield found.id


def resubmit(response_id: int, chance: random.Random) -> None:
    """Other answers, left open here and there, each for some circle of readers."""
    if responses.load(response_id).status == "submitted":
        reopening.reopen(response_id, by=None)
    state = responses.load(response_id)
    facts = state.participant.facts(utc_now().date())
    changes = {}
    for address, value in invent(state.compiled, facts, chance.randrange(10_000)).items():
        code = address.rpartition("/")[2]
        required = state.compiled.questions[code].need == "required"
        handling = chance.choice(state.compiled.handling(code).allowed)
        changes[address] = Change(value, handling=handling)
        if not required and chance.random() < 0.2:
            changes[address] = Change(None, declined=chance.choice(REASONS), handling=handling)
    saving.save_answers(response_id, changes, by=None, channel="demonstration", language="en")
    submissions.submit(response_id, by=None, language="en")


def test_counts_follow_submissions_and_resubmissions(golden: int) -> None:
    chance = random.Random(11)
    agree(golden)
    ids = [row.id for row in invitations.responses_of(golden)]
    for turn in range(12):
        resubmit(chance.choice(ids), chance)
        if turn % 4 == 3:
            agree(golden)
    assert rollups.recount(golden)


def test_a_cross_tabulation_of_sets_is_that_of_the_replies(golden: int) -> None:
    found = rounds.round_by_id(golden)
    compiled = versions.compiled(found.version_id)
    replies = tallies.submitted(golden, "co_chairs")
    known = dimensions(Labels(compiled, "en", lambda text: text), stated_in(compiled, replies))
    sets = rollup_figures.sets(golden, "co_chairs", known)
    bits = {reply.response_id: place for place, reply in enumerate(replies)}
    assert len(bits) == len(replies)
    for rows in known.values():
        for columns in known.values():
            there = {
                (row, column): (sets[rows.name].get(row, 0) & sets[columns.name].get(column, 0)).bit_count()
                for row in rows.codes
                for column in columns.codes
            }
            assert there == cross(rows, columns, replies).counts


def test_what_moved_to_another_region_is_counted_there_and_nowhere_else(golden: int) -> None:
    row = invitations.responses_of(golden)[0]
    with writing() as connection:
        table = db.metadata.tables["participants"]
        connection.execute(update(table).where(table.c.code == row.participant_code).values(region="oceania"))
    resubmit(row.id, random.Random(3))
    agree(golden)


def test_what_was_submitted_before_the_tables_were_there_is_counted(golden: int) -> None:
    agree(golden)
    schema.downgrade("0010")
    schema.upgrade()
    agree(golden)


def test_two_submissions_in_a_row_before_anybody_reads_count_as_the_last(golden: int) -> None:
    agree(golden)
    row = invitations.responses_of(golden)[0]
    for seed in (5, 6, 7):
        resubmit(row.id, random.Random(seed))
    agree(golden)


def test_a_count_that_was_tampered_with_is_found_and_put_right(golden: int) -> None:
    rollup_figures.counts(golden, "public")
    with writing() as connection:
        connection.execute(update(Rollup).where(Rollup.name == "had").values(counts={ANY: {"africa/signatory": 7}}))
    assert not rollups.recount(golden)
    agree(golden)
    assert rollups.recount(golden)


def test_states_that_submit_at_the_same_time_are_all_counted(app: Flask, golden: int) -> None:
    for number in range(24):
        participants.add_participant(
            kind="state", code=f"n{number}", names={"en": f"N{number}"}, region="asia", invented=True,
            treaty_status="signatory",
        )  # fmt: skip
    invitations.invite(golden)
    waiting = [row.id for row in invitations.responses_of(golden) if row.participant_code.startswith("n")]
    assert len(waiting) == 24
    failed: list[BaseException] = []

    def some(ids: list[int], seed: int) -> None:
        with app.app_context():
            try:
                for each in ids:
                    resubmit(each, random.Random(seed))
            except BaseException as error:
                failed.append(error)

    threads = [threading.Thread(target=some, args=(waiting[part::4], part)) for part in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert not failed
    agree(golden)
