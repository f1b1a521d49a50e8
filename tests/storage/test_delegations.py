"""Colleagues propose within what was put into their hands; the focal point decides."""

from __future__ import annotations

import datetime

import pytest

from surveyapp.storage.audit import audit_log
from surveyapp.storage.people import accounts
from surveyapp.storage.replies import clearances, comments, delegations, proposals, responses
from surveyapp.storage.replies.answers import Change
from surveyapp.storage.replies.delegations import NotDelegated
from surveyapp.storage.replies.responses import NotEditable
from tests.world.small_round import World


@pytest.fixture
def colleague(world: World) -> int:
    return accounts.create_person("A colleague", "colleague@velmoria.example")


def give(world: World, person: int, *scopes: str, power: str = "answer") -> None:
    due = datetime.date(2026, 12, 1)
    delegations.assign(world.response_id, person, scopes, power, note="Please", due=due, by=world.person_id)


def propose(world: World, person: int, **values: object) -> None:
    changes = {address.replace("__", "/"): Change(value) for address, value in values.items()}
    proposals.propose(responses.load(world.response_id), changes, by=person, language="en")


def test_a_proposal_stands_beside_the_answer_and_changes_nothing(world: World, colleague: int) -> None:
    world.save(since=2001, had_system="yes")
    give(world, colleague, "system")
    propose(world, colleague, since=2002)
    [proposed] = proposals.of_response(world.response_id)
    assert (proposed.address, proposed.content.value, proposed.base_revision) == ("since", 2002, 1)
    assert responses.load(world.response_id).values["since"] == 2001


def test_an_accepted_proposal_is_the_answer_with_a_revision_of_its_own(world: World, colleague: int) -> None:
    give(world, colleague, "had_system")
    propose(world, colleague, had_system="yes")
    [proposed] = proposals.of_response(world.response_id)
    state = responses.load(world.response_id)
    saved = proposals.accept(state, proposed.id, expected=0, by=world.person_id, language="en")
    assert saved is not None and saved.saved == {"had_system": 1}
    assert responses.load(world.response_id).values == {"had_system": "yes"}
    assert proposals.of_response(world.response_id) == []
    assert proposals.accept(state, proposed.id, expected=1, by=world.person_id, language="en") is None


def test_an_answer_that_changed_meanwhile_is_told_and_the_proposal_stays(world: World, colleague: int) -> None:
    world.save(had_system="no")
    give(world, colleague, "system")
    propose(world, colleague, had_system="yes")
    [proposed] = proposals.of_response(world.response_id)
    world.save(had_system=None)
    state = responses.load(world.response_id)
    saved = proposals.accept(state, proposed.id, expected=1, by=world.person_id, language="en")
    assert saved is not None and set(saved.conflicts) == {"had_system"}
    assert len(proposals.of_response(world.response_id)) == 1


@pytest.mark.parametrize("address", ["remarks", "licences", "law", "law__abcdef__law_title"])
def test_what_was_not_delegated_is_refused_whole_and_recorded(world: World, colleague: int, address: str) -> None:
    give(world, colleague, "had_system", "since")
    with pytest.raises(NotDelegated):
        propose(world, colleague, had_system="yes", **{address: "forged"})
    assert proposals.of_response(world.response_id) == []
    assert audit_log.search(limit=1)[0].kind == "proposal-refused"
    assert audit_log.search(limit=1)[0].facts["addresses"] == [address.replace("__", "/")]


def test_one_item_of_a_list_may_be_delegated_without_the_others(world: World, colleague: int) -> None:
    world.save(law=["abcdef", "ghijkl"])
    give(world, colleague, "law/abcdef")
    propose(world, colleague, law__abcdef__law_title="The Act")
    with pytest.raises(NotDelegated):
        propose(world, colleague, law__ghijkl__law_title="Another")
    with pytest.raises(NotDelegated):
        give(world, colleague, "law/zzzzzz")


@pytest.mark.parametrize("power", ["comment", "read"])
def test_a_lesser_power_proposes_nothing(world: World, colleague: int, power: str) -> None:
    give(world, colleague, "system", power=power)
    with pytest.raises(NotDelegated):
        propose(world, colleague, had_system="yes")
    reach = delegations.permissions(responses.load(world.response_id), colleague)
    assert reach.may("read", "had_system") and reach.may("comment", "had_system") == (power == "comment")


def test_an_ended_delegation_opens_nothing_and_keeps_what_was_proposed(world: World, colleague: int) -> None:
    give(world, colleague, "system")
    propose(world, colleague, had_system="yes")
    [given] = delegations.of_person(colleague)
    delegations.end(world.response_id, given.id, by=world.person_id)
    assert delegations.of_person(colleague) == []
    with pytest.raises(NotDelegated):
        propose(world, colleague, had_system="no")
    assert len(proposals.of_response(world.response_id)) == 1


def test_a_newer_proposal_takes_the_place_of_the_older(world: World, colleague: int) -> None:
    give(world, colleague, "system")
    propose(world, colleague, had_system="yes")
    propose(world, colleague, had_system="yes")
    propose(world, colleague, had_system="no")
    assert [one.content.value for one in proposals.of_response(world.response_id)] == ["no"]
    assert [one.content.value for one in proposals.of_response(world.response_id, status="superseded")] == ["yes"]
    propose(world, colleague, had_system=None)
    assert proposals.of_response(world.response_id) == [], "proposing what stands there takes the proposal back"


def test_a_returned_proposal_says_why(world: World, colleague: int) -> None:
    give(world, colleague, "system")
    propose(world, colleague, had_system="yes")
    [proposed] = proposals.of_response(world.response_id)
    assert proposals.send_back(world.response_id, proposed.id, by=world.person_id, note="Ask customs.")
    [returned] = proposals.of_response(world.response_id, by=colleague, status="returned")
    assert returned.note == "Ask customs."
    assert not proposals.send_back(world.response_id, proposed.id, by=world.person_id, note="")


def test_nothing_is_proposed_to_a_submitted_reply(world: World, colleague: int) -> None:
    give(world, colleague, "system")
    world.save(had_system="no")
    world.submit()
    with pytest.raises(NotEditable):
        propose(world, colleague, had_system="yes")


def test_a_comment_reaches_the_secretariat_only_where_it_is_addressed_to_it(world: World, colleague: int) -> None:
    comments.add_comment(world.response_id, "had_system", "Is this right?", by=colleague)
    comments.add_comment(world.response_id, "had_system", "What is meant?", by=world.person_id, to_secretariat=True)
    assert [one.text for one in comments.thread(world.response_id, "had_system")] == [
        "Is this right?",
        "What is meant?",
    ]
    assert [one.text for thread in comments.threads_with_secretariat() for one in thread] == ["What is meant?"]


def test_the_newest_clearance_of_a_section_counts(world: World) -> None:
    world.save(had_system="yes")
    assert clearances.by_section(responses.load(world.response_id)) == {}
    clearances.set_state(world.response_id, "system", "ready", by=world.person_id)
    clearances.set_state(world.response_id, "system", "cleared", by=world.person_id)
    assert clearances.by_section(responses.load(world.response_id))["system"].standing == "cleared"
    with pytest.raises(ValueError, match="final"):
        clearances.set_state(world.response_id, "system", "final", by=world.person_id)
    world.save(had_system="yes")
    assert [author.name for author in clearances.authors(world.response_id)["had_system"]] != []
