"""Saving answers: revisions, conflicts, what stays, what is refused."""

from __future__ import annotations

import datetime

import pytest
import sqlalchemy as sa

from surveyapp.storage.models import Answer, AnswerRevision, Round
from surveyapp.storage.replies import responses, revisions, saving
from surveyapp.storage.replies.answers import Change
from surveyapp.storage.replies.responses import NotEditable, UnknownAddress
from surveyapp.storage.rounds import rounds
from surveyapp.storage.transactions import reading, writing
from tests.world.small_round import World


def values(world: World) -> dict[str, object]:
    return responses.load(world.response_id).values


def test_what_was_saved_is_there_with_its_revision_and_its_author(world: World) -> None:
    saved = world.save(had_system="yes", since=2014, language="fr")

    state = responses.load(world.response_id)
    assert dict(saved.saved) == {"had_system": 1, "since": 1}
    assert state.values == {"had_system": "yes", "since": 2014}
    assert (state.answers["since"].revision, state.answers["since"].by) == (1, world.person_id)
    assert (state.status, state.language) == ("in_progress", "fr")


def test_every_change_is_a_revision_and_an_unchanged_value_is_none(world: World) -> None:
    world.save(licences=1)
    world.save(licences=1)
    world.save(licences=2)
    again = world.save(licences=2)

    assert dict(again.saved) == {"licences": 2} and not again.changed
    assert [(r.revision, r.value) for r in revisions.history(world.response_id, "licences")] == [(1, 1), (2, 2)]


def test_clearing_an_answer_is_a_revision_too(world: World) -> None:
    world.save(remarks="Draft")
    world.save(remarks=None)

    assert values(world) == {}
    assert [r.value for r in revisions.history(world.response_id, "remarks")] == ["Draft", None]


def test_clearing_what_was_never_answered_writes_nothing(world: World) -> None:
    world.save(remarks=None)

    assert revisions.history(world.response_id, "remarks") == []
    assert responses.load(world.response_id).status == "not_started"


@pytest.mark.parametrize(
    "value", [0, -1, 12345678901234, "", "=1+1", "\u202bעברית\u0007 \\ \" ' %s", "汉字🕊", "line\nline\ttab", 'say "{}"']
)
def test_a_value_comes_back_letter_by_letter(world: World, value: object) -> None:
    world.save(remarks=value)

    kept = responses.load(world.response_id).answers["remarks"].value
    assert kept == value and type(kept) is type(value)


@pytest.mark.parametrize("value", [1.0, 0.1, 123456789.012345, {"a": [1, 2.5, None, True]}, [], False])
def test_numbers_and_structures_keep_their_kind(world: World, value: object) -> None:
    world.save(remarks=value)

    assert repr(responses.load(world.response_id).answers["remarks"].value) == repr(value)


def test_a_change_on_an_old_revision_is_a_conflict_and_is_not_written(world: World) -> None:
    world.save(licences=1)
    world.save(licences=2)

    saved = world.change({"licences": Change(3, expected=1), "since": Change(2014, expected=0)})

    assert saved.conflicts["licences"].value == 2 and saved.conflicts["licences"].revision == 2
    assert dict(saved.saved) == {"since": 1}
    assert values(world) == {"licences": 2, "since": 2014}


def test_two_who_type_the_same_value_have_no_conflict(world: World) -> None:
    world.save(licences=1)
    world.save(licences=2)

    saved = world.change({"licences": Change(2, expected=1)})

    assert not saved.conflicts and saved.saved["licences"] == 2


def test_an_answer_thought_to_be_there_but_absent_is_a_conflict(world: World) -> None:
    saved = world.change({"licences": Change(2, expected=4)})

    assert saved.conflicts["licences"].revision == 0 and values(world) == {}


def test_two_writers_on_two_questions_have_no_conflict(world: World) -> None:
    seen = responses.load(world.response_id).answers
    first = {"licences": Change(1, expected=0 if "licences" not in seen else 1)}
    second = {"since": Change(2014, expected=0 if "since" not in seen else 1)}

    assert not world.change(first).conflicts
    assert not world.change(second).conflicts
    assert values(world) == {"licences": 1, "since": 2014}


def test_what_was_prepared_on_an_older_state_is_worked_out_again(world: World) -> None:
    seen = responses.load(world.response_id)
    world.save(had_system="yes", licences=1)

    changes = {"licences": Change(2, expected=0), "since": Change(2014, expected=0), "remarks": Change("x")}
    saved = saving.save_answers(
        world.response_id, changes, by=world.person_id, channel="page", language="en", seen=seen
    )

    assert saved.conflicts["licences"].value == 1 and dict(saved.saved) == {"since": 1, "remarks": 1}
    assert "since" in saved.path.on_path and saved.path == responses.load(world.response_id).path


def test_what_was_prepared_before_a_submission_is_refused_after_it(world: World) -> None:
    world.save(had_system="no")
    seen = responses.load(world.response_id)
    world.submit()

    with pytest.raises(NotEditable):
        saving.save_answers(
            world.response_id, {"licences": Change(2)}, by=None, channel="page", language="en", seen=seen
        )


def test_a_state_of_one_page_only_is_never_saved_upon(world: World) -> None:
    world.save(had_system="yes", licences=1)
    seen = responses.load_page(world.response_id, ["since"])

    saved = saving.save_answers(
        world.response_id, {"licences": Change(2)}, by=None, channel="page", language="en", seen=seen
    )

    assert saved.saved == {"licences": 2}


def test_an_answer_off_path_stays_stored_and_comes_back(world: World) -> None:
    world.save(had_system="yes", since=2014)
    off = world.save(had_system="no")
    assert "since" not in off.path.on_path and values(world)["since"] == 2014

    on = world.save(had_system="yes")

    assert on.path.visible(values(world)) == {"had_system": "yes", "since": 2014}


def test_the_path_kept_with_the_response_is_the_one_walked(world: World) -> None:
    saved = world.save(had_system="yes")

    assert responses.load(world.response_id).path == saved.path
    assert {"had_system", "since"} <= saved.path.on_path


def test_answers_inside_a_repeat_stand_at_their_items(world: World) -> None:
    world.change({"law": Change(["k3f9a1"]), "law/k3f9a1/law_title": Change("Arms Act")})

    with reading() as connection:
        row = connection.execute(sa.select(Answer).where(Answer.address == "law/k3f9a1/law_title")).one()
    assert (row.question_code, row.item_id) == ("law_title", "k3f9a1")
    page = responses.load_page(world.response_id, ["law_title"])
    assert set(page.answers) == {"law/k3f9a1/law_title"}


@pytest.mark.parametrize(
    "address", ["nothing", "law_title", "law/x/law_title", "since/k3f9a1/law_title", "a b", "law/k3f9a1/since"]
)
def test_an_address_the_version_does_not_have_is_refused_with_all_that_came_along(world: World, address: str) -> None:
    with pytest.raises(UnknownAddress):
        world.change({"since": Change(2014), address: Change("x")})

    assert values(world) == {}


def test_nothing_is_saved_before_a_round_opens_nor_after_it_closes(world: World) -> None:
    now = datetime.datetime.now(datetime.UTC)
    day = datetime.timedelta(days=1)
    for opens, closes, reason in ((now + day, None, "round_not_open"), (now - 2 * day, now - day, "round_closed")):
        with writing() as connection:
            connection.execute(sa.update(Round).values(opens=opens, closes=closes))
        with pytest.raises(NotEditable) as refusal:
            world.save(since=2014)
        assert refusal.value.reason == reason
    assert values(world) == {}


def test_a_fault_half_way_leaves_nothing_behind(world: World) -> None:
    with pytest.raises(sa.exc.IntegrityError):
        saving.save_answers(world.response_id, {"since": Change(2014)}, by=999, channel="page", language="en")

    assert revisions.history(world.response_id, "since") == [] and values(world) == {}


@pytest.mark.parametrize("change", [sa.update(AnswerRevision).values(value="other"), sa.delete(AnswerRevision)])
def test_the_database_itself_refuses_to_change_a_revision(world: World, change: sa.Executable) -> None:
    world.save(remarks="What was said")

    with pytest.raises(sa.exc.DBAPIError, match="append-only"), writing() as connection:
        connection.execute(change)

    assert [r.value for r in revisions.history(world.response_id, "remarks")] == ["What was said"]


def test_a_response_that_does_not_exist_is_a_key_error(world: World) -> None:
    with pytest.raises(KeyError):
        responses.load(world.response_id + 1)
    assert responses.find("csp11", world.participant_id + 1) is None
    assert rounds.round("other") is None


def test_what_a_save_says_of_the_response_is_what_is_there(world: World) -> None:
    """The page after a save shows this state instead of reading it again."""
    for changes in (
        {"had_system": Change("yes"), "since": Change(2014)},
        {"had_system": Change("no", 1), "remarks": Change(None, declined="later", handling="secretariat")},
        {"had_system": Change("no")},
        {"licences": Change(3, 7)},
    ):
        saved = world.change(changes)
        assert saved.state == responses.load(world.response_id)
