"""Submission, reopening, and what readers get to see."""

from __future__ import annotations

import hashlib
import json
import re

import pytest
import sqlalchemy as sa

from surveyapp.storage.audit import audit_log
from surveyapp.storage.models import Submission
from surveyapp.storage.replies import reopening, responses, submissions
from surveyapp.storage.replies.responses import NotEditable
from surveyapp.storage.replies.submissions import NotReady
from surveyapp.storage.results import tallies
from surveyapp.storage.rounds import invitations
from surveyapp.storage.transactions import reading, writing
from tests.world.small_round import World


def test_what_is_missing_or_wrong_is_named_and_nothing_is_submitted(world: World) -> None:
    world.save(licences=-1)

    with pytest.raises(NotReady) as refusal:
        world.submit()

    assert refusal.value.missing == ("had_system",)
    assert [violation.address for violation in refusal.value.violations] == ["licences"]
    assert responses.load(world.response_id).status == "in_progress"


def test_a_submission_keeps_what_is_on_path_with_its_revisions_and_a_digest_of_it(world: World) -> None:
    world.save(had_system="yes", since=2014)
    world.save(had_system="no", remarks="Ça suffit")

    done = world.submit()

    with reading() as connection:
        text = connection.execute(sa.select(Submission.snapshot)).scalar_one()
    snapshot = json.loads(text)
    assert done.digest == hashlib.sha256(text.encode()).hexdigest()
    assert snapshot["answers"] == {
        "had_system": {"value": "no", "revision": 2, "handling": "states_parties", "language": "en"},
        "remarks": {"value": "Ça suffit", "revision": 1, "handling": "secretariat", "language": "en"},
    }
    assert snapshot["version"]["digest"] == responses.load(world.response_id).compiled.digest
    assert text == json.dumps(snapshot, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def test_the_reference_can_be_read_out_and_is_kept_with_the_response(world: World) -> None:
    world.save(had_system="no")

    done = world.submit()

    assert re.fullmatch(r"WGTU-[2-9A-HJKMNP-Z]{5}-[2-9A-HJKMNP-Z]{5}", done.reference)
    state = responses.load(world.response_id)
    assert (state.status, state.reference) == ("submitted", done.reference)
    assert audit_log.search()[0].kind == "response-submitted"


def test_a_submitted_response_is_closed_until_it_is_reopened(world: World) -> None:
    world.save(had_system="no")
    first = world.submit()
    with pytest.raises(NotEditable, match="submitted"):
        world.save(remarks="late")
    with pytest.raises(NotEditable):
        world.submit()

    reopening.reopen(world.response_id, by=None)
    world.save(remarks="late")
    second = world.submit()

    assert (first.number, second.number) == (1, 2) and first.reference != second.reference
    assert [s.reference for s in submissions.submissions(world.response_id)] == [first.reference, second.reference]


def test_only_a_submitted_response_can_be_reopened(world: World) -> None:
    with pytest.raises(NotEditable, match="not_submitted"):
        reopening.reopen(world.response_id, by=None)


def test_a_submission_cannot_be_changed_nor_removed(world: World) -> None:
    world.save(had_system="no")
    world.submit()

    for change in (sa.update(Submission).values(language="fr"), sa.delete(Submission)):
        with pytest.raises(sa.exc.DBAPIError, match="append-only"), writing() as connection:
            connection.execute(change)


def test_readers_see_nothing_before_it_is_submitted(world: World) -> None:
    world.save(had_system="no")

    assert tallies.submitted(world.round_id, "secretariat") == []
    assert [(row.code, row.status) for row in tallies.participation_of(world.round_id)] == [("XVE", "in_progress")]


def test_a_co_chair_is_told_that_an_answer_is_withheld_and_not_what_it_is(world: World) -> None:
    world.save(had_system="no", remarks="For the secretariat")
    world.submit()

    [co_chair] = tallies.submitted(world.round_id, "co_chairs")
    [secretariat] = tallies.submitted(world.round_id, "secretariat")

    assert dict(co_chair.answers) == {"had_system": "no"} and co_chair.withheld == {"remarks"}
    assert secretariat.answers["remarks"] == "For the secretariat" and not secretariat.withheld
    assert "remarks" in co_chair.asked and "since" not in co_chair.asked
    assert "For the secretariat" not in repr(co_chair)


def test_a_reopened_response_counts_as_it_was_last_submitted(world: World) -> None:
    world.save(had_system="no")
    done = world.submit()
    reopening.reopen(world.response_id, by=None)
    world.save(had_system="yes")

    [reply] = tallies.submitted(world.round_id, "co_chairs")

    assert (dict(reply.answers), reply.reference) == ({"had_system": "no"}, done.reference)
    assert (reply.treaty_status, reply.region, reply.name("fr")) == ("state_party", "europe", "Velmoria")
    assert [row.status for row in invitations.responses_of(world.round_id)] == ["reopened"]
