"""Each answer is seen by those whom the State let see it, in every figure made of it."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask import Flask

from surveyapp.storage.columns import utc_now
from surveyapp.storage.database import db
from surveyapp.storage.people import accounts
from surveyapp.storage.replies import proposals, reopening, responses, revisions, saving, submissions
from surveyapp.storage.replies.answers import Change, UnknownContent
from surveyapp.storage.results import tallies
from surveyapp.storage.results.tallies import SubmittedReply
from surveyapp.storage.rounds import invitations, participants, rounds, version_migration, versions
from surveyapp.storage.transactions import writing

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


def test_as_of_a_day_an_answer_is_read_by_the_narrower_of_its_handling_then_and_now(response: int) -> None:
    submit(response, "public", exports=Change(3, handling="public"), imports=Change(4, handling="public"))
    then = utc_now()
    reopening.reopen(response, by=None)
    submit(response, "public", exports=Change(5, handling="secretariat"), imports=Change(None))
    [reply] = tallies.submitted(1, "public", then)
    assert dict(reply.answers) == {"imports": 4}, "what was not narrowed is as it was"
    assert "exports" in reply.withheld and "total" in reply.withheld
    [secretariat] = tallies.submitted(1, "secretariat", then)
    assert secretariat.answers["exports"] == 3 and secretariat.calculated["total"] == 7


def test_as_of_a_day_what_a_state_narrowed_before_it_took_it_out_is_not_shown(response: int) -> None:
    submit(response, "public", exports=Change(3, handling="public"))
    then = utc_now()
    reopening.reopen(response, by=None)
    submit(response, "public", exports=Change(None, handling="secretariat"))
    [reply] = tallies.submitted(1, "public", then)
    assert "exports" in reply.withheld and "exports" not in reply.answers


def test_a_wider_handling_of_today_opens_nothing_of_before(response: int) -> None:
    submit(response, "public", exports=Change(3, handling="secretariat"))
    then = utc_now()
    reopening.reopen(response, by=None)
    submit(response, "public", exports=Change(5, handling="public"))
    [reply] = tallies.submitted(1, "public", then)
    assert reply.answers == {}


def test_storage_refuses_a_reason_or_a_handling_that_it_does_not_know(response: int) -> None:
    for change in (Change(3, handling="everyone"), Change(None, declined="no_idea")):
        with pytest.raises(UnknownContent):
            saving.save_answers(response, {"exports": change}, by=None, channel="page", language="en")
    saving.save_answers(response, {"exports": Change(3)}, by=None, channel="page", language="en")
    for table in ("answers", "answer_revisions"):
        for column in ("handling", "declined"):
            with pytest.raises(sa.exc.DBAPIError), writing() as connection:
                connection.exec_driver_sql(_copied(table, column))  # a script that goes past the program
    assert responses.load(response).values == {"exports": 3}


def _copied(table: str, column: str) -> str:
    """Another row like the first, with an unknown word in a column."""
    columns = [
        name for name in sa.inspect(db.engine).get_columns(table) if name["name"] not in ("revision", column, "address")
    ]
    names = ", ".join(f'"{one["name"]}"' for one in columns)
    return (
        f"INSERT INTO {table} ({names}, revision, address, {column}) "
        f"SELECT {names}, revision + 1, address, 'unknown' FROM {table}"
    )


def test_a_proposal_keeps_who_could_see_it_when_it_was_made(response: int) -> None:
    with_role = accounts.create_person("Ana", "ana@example.org")
    state = responses.load(response)
    proposals.upsert_proposals(state, {"exports": Change(7)}, by=with_role, language="en")
    wider = versions.publish(
        {"questionnaire.yaml": DEFINITION.replace("version: 1", "version: 2\nhandling: {default: public}")}
    )
    version_migration.migrate_round(1, wider, by=with_role)
    [proposal] = proposals.of_response(response)
    assert proposal.content.handling == "states_parties"
    proposals.accept(responses.load(response), proposal.id, expected=0, by=with_role, language="en")
    assert responses.load(response).answers["exports"].handling == "states_parties"


def test_an_answer_that_is_confirmed_is_not_seen_more_widely_than_last_time(response: int) -> None:
    submit(response, "public", exports=Change(3, handling="secretariat"))
    wider = versions.publish({"questionnaire.yaml": DEFINITION.replace("version: 1", "version: 2")})
    round_id = rounds.open_round("next", {"en": "Next"}, wider, opens=utc_now())
    invitations.invite(round_id, [1])
    again = responses.find("next", 1)
    assert again is not None
    state = responses.load(again)
    assert state.handling("exports") == "secretariat" and state.handling("imports") == "states_parties"
    saving.save_answers(again, {"exports": Change(3, confirms=True)}, by=None, channel="page", language="en")
    assert responses.load(again).answers["exports"].handling == "secretariat"
