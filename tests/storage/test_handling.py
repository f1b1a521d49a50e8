"""Each answer is seen by those whom the State let see it, in every figure made of it."""

from __future__ import annotations

import pytest
from flask import Flask

from surveyapp.storage.columns import utc_now
from surveyapp.storage.replies import reopening, responses, revisions, saving, submissions
from surveyapp.storage.replies.answers import Change
from surveyapp.storage.results import tallies
from surveyapp.storage.results.tallies import SubmittedReply
from surveyapp.storage.rounds import invitations, participants, rounds, versions

DEFINITION = """
questionnaire: trial
version: 1
title: Trial
source: None
introduction: Welcome.
thanks: Thank you.
sections:
  - code: main
    title: Main
    items:
      - {code: law, type: yes_no, label: Law?, need: recommended, dont_know: true}
      - {code: exports, type: integer, label: Exports}
      - {code: imports, type: integer, label: Imports}
      - {code: total, type: calculation, label: Total, formula: exports + imports, result: number}
      - code: acts
        type: repeat
        label: Acts
        item_label: Act
        items:
          - {code: act_count, type: integer, label: Count}
"""
ITEM = "acts/abcdef/act_count"


@pytest.fixture
def response(app: Flask) -> int:
    with app.app_context():
        state = participants.add_participant(
            kind="state", code="XVE", names={"en": "Velmoria"}, region="europe", treaty_status="state_party"
        )
        version = versions.publish({"questionnaire.yaml": DEFINITION})
        round_id = rounds.open_round("trial", {"en": "Trial"}, version, opens=utc_now())
        invitations.invite(round_id, [state])
        found = responses.find("trial", state)
    assert found is not None
    return found


def submit(response: int, reader: str, **changes: Change) -> SubmittedReply:
    given = {name.replace("__", "/"): change for name, change in changes.items()}
    saving.save_answers(response, given, by=None, channel="page", language="en")
    submissions.submit(response, by=None, language="en")
    [reply] = tallies.submitted(1, reader)  # type: ignore[arg-type]
    return reply


def test_an_answer_is_seen_as_the_state_set_it_not_by_the_default(response: int) -> None:
    reply = submit(response, "co_chairs", exports=Change(3, handling="secretariat"), imports=Change(4))
    assert dict(reply.answers) == {"imports": 4}
    assert reply.withheld == {"exports", "total"}, "a total with a withheld part is withheld, not without an answer"


def test_a_calculation_is_as_narrow_as_the_narrowest_answer_in_it(response: int) -> None:
    changes = {"exports": Change(3, handling="secretariat"), "imports": Change(4)}
    assert "total" not in submit(response, "co_chairs", **changes).calculated
    [secretariat] = tallies.submitted(1, "secretariat")
    assert secretariat.calculated["total"] == 7


def test_a_reason_for_leaving_open_is_as_confidential_as_an_answer(response: int) -> None:
    reply = submit(response, "co_chairs", law=Change(None, declined="prefer_not", handling="secretariat"))
    assert reply.declined == {}
    assert "prefer_not" not in repr(reply)
    [secretariat] = tallies.submitted(1, "secretariat")
    assert secretariat.declined == {"law": "prefer_not"}


def test_a_reason_is_told_where_it_may_be_seen(response: int) -> None:
    assert submit(response, "co_chairs", law=Change(None, declined="later")).declined == {"law": "later"}


def test_an_item_of_a_repeat_has_its_own_handling(response: int) -> None:
    changes = {"acts": Change(["abcdef"]), "acts__abcdef__act_count": Change(2, handling="secretariat")}
    reply = submit(response, "co_chairs", **changes)
    assert ITEM not in reply.answers
    assert reply.withheld == {ITEM}


def test_a_change_of_handling_alone_is_a_revision_of_its_own(response: int) -> None:
    saving.save_answers(response, {"exports": Change(3)}, by=None, channel="page", language="en")
    saving.save_answers(response, {"exports": Change(3, handling="co_chairs")}, by=None, channel="page", language="en")
    said = [(one.revision, one.value, one.handling) for one in revisions.history(response, "exports")]
    assert said == [(1, 3, "states_parties"), (2, 3, "co_chairs")]


def test_a_writer_who_knows_nothing_of_handling_leaves_it_as_it_was(response: int) -> None:
    saving.save_answers(response, {"exports": Change(3, handling="co_chairs")}, by=None, channel="page", language="en")
    saving.save_answers(response, {"exports": Change(4)}, by=None, channel="workbook", language="en")
    assert responses.load(response).answers["exports"].handling == "co_chairs"


def test_what_was_submitted_stands_though_the_handling_is_changed_afterwards(response: int) -> None:
    submit(response, "co_chairs", exports=Change(3))
    reopening.reopen(response, by=None)
    changes = {"exports": Change(3, handling="secretariat")}
    saving.save_answers(response, changes, by=None, channel="page", language="en")
    [reply] = tallies.submitted(1, "co_chairs")
    assert reply.answers["exports"] == 3
    submissions.submit(response, by=None, language="en")
    [reply] = tallies.submitted(1, "co_chairs")
    assert "exports" not in reply.answers
