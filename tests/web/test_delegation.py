"""A focal point puts parts into colleagues' hands; they propose within them and see nothing else."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from surveyapp.storage.audit import audit_log
from surveyapp.storage.people import accounts
from surveyapp.storage.replies import comments, delegations, proposals, saving
from surveyapp.storage.replies.answers import Change
from tests.world.letters import letters
from tests.world.trial_round import fill, kept
from tests.world.web_client import Browser

COLLEAGUES, LAW = "/reply/trial/colleagues", "/delegated/1/law"
INVITATION = {"name": "Ana", "email": "delegate@example.org", "own_language": "fr", "power": "answer", "note": "Please"}


@pytest.fixture
def colleague(signed_in: Callable[[str], Browser]) -> Browser:
    browser = signed_in("delegate")
    browser.get("/?lang=en")
    return browser


def invite(focal: Browser, *scopes: str, **more: str) -> Any:
    return focal.post(COLLEAGUES, INVITATION | {"scope": list(scopes)} | more)


def fields(page: str) -> set[str]:
    """Codes of the questions that a page lets answer."""
    return {name.partition(".")[0] for name in re.findall(r'name="q-([^"]+)"', page)}


def test_an_invited_colleague_gets_a_letter_and_finds_the_part(
    app: Flask,
    focal: Browser,
    colleague: Browser,
) -> None:
    assert colleague.get("/delegated/1/law").status_code == 403
    answer = invite(focal, "how_many", "acts_part", due="2026-12-24")
    assert answer.status_code == 303
    [letter] = letters(app)
    assert letter.recipient == "delegate@example.org"
    assert "Please" in letter.body and "/sign-in/" in letter.body
    assert "Cher" in letter.body or "Madame" in letter.body, "in the colleague's language"
    home = colleague.get("/").text
    assert "24 December 2026" in home and 'href="/delegated/1/law"' in home
    assert fields(colleague.get("/delegated/1/law").text) == {"how_many"}
    assert fields(colleague.get("/delegated/1/acts_part").text) == set(), "no item yet, so no field of one"
    assert colleague.get("/delegated/1/law").text.count("Is there a law?") == 0
    assert colleague.get("/reply/trial/law").status_code == 403


def test_a_mistake_in_the_invitation_stays_in_its_field(app: Flask, focal: Browser) -> None:
    answer = focal.post(COLLEAGUES, {"name": "", "email": "not an address", "due": "2026-13-45", "note": "Kept"})
    assert answer.status_code == 422
    for name in ("name", "email", "scope", "due"):
        assert f'href="#field-{name}"' in answer.text
    assert "Kept" in answer.text and 'value="not an address"' in answer.text
    with app.app_context():
        assert delegations.of_response(1) == []
    assert letters(app) == []


@pytest.mark.parametrize("scopes", [["no_such"], ["acts/zzzzzz"], ["how_many", "review"]])
def test_an_invitation_to_what_does_not_exist_is_refused_whole(
    app: Flask,
    focal: Browser,
    scopes: list[str],
) -> None:
    assert invite(focal, *scopes).status_code == 400
    with app.app_context():
        assert delegations.of_response(1) == []


def test_what_a_colleague_answers_is_a_proposal_until_it_is_accepted(
    app: Flask,
    focal: Browser,
    colleague: Browser,
) -> None:
    invite(focal, "how_many", "areas")
    answer = fill(colleague, LAW, go="send", how_many="7", areas=["a", "b"], **{"areas.detail.b": "Why"})
    assert answer.status_code == 303
    assert kept(app) == {}
    assert 'name="q-how_many" value="7"' in colleague.get("/delegated/1/law").text
    assert 'name="q-how_many" value="7"' not in focal.get("/reply/trial/law").text
    assert "proposals" in focal.get("/reply/trial").text
    shown = focal.get("/reply/trial/proposals").text
    assert "How many?" in shown and "A delegate" in shown
    with app.app_context():
        numbered = {one.address: one.id for one in proposals.of_response(1)}
    accepted = focal.post(f"/reply/trial/proposals/{numbered['how_many']}", {"decision": "accept", "revision": "0"})
    assert accepted.status_code == 303
    edited = focal.post(f"/reply/trial/proposals/{numbered['areas']}", {"decision": "edit", "revision": "0"})
    assert edited.location == "/reply/trial/law#item-areas"
    assert kept(app)["how_many"] == 7 and set(kept(app)["areas"]["choices"]) == {"a", "b"}


def test_a_returned_proposal_comes_back_with_its_note_and_may_be_made_anew(
    app: Flask,
    focal: Browser,
    colleague: Browser,
) -> None:
    invite(focal, "how_many")
    fill(colleague, LAW, go="send", how_many="7")
    focal.post("/reply/trial/proposals/1", {"decision": "return", "note": "The Ministry says 8"})
    page = colleague.get("/delegated/1/law").text
    assert "The Ministry says 8" in page
    fill(colleague, LAW, go="send", how_many="8")
    with app.app_context():
        assert [one.content.value for one in proposals.of_response(1)] == [8]
    again = focal.post("/reply/trial/proposals/1", {"decision": "accept", "revision": "0"})
    assert again.status_code == 303 and kept(app) == {}, "it has been decided; the new one is another"


@pytest.mark.parametrize("name", ["q-has_law", "q-remarks", "h-has_law", "d-remarks", "r-law_name", "q-acts", "q-nope"])
def test_a_forged_question_is_refused_whole_and_recorded(
    app: Flask,
    focal: Browser,
    colleague: Browser,
    name: str,
) -> None:
    invite(focal, "how_many")
    answer = colleague.post("/delegated/1/law", {"q-how_many": "7", name: "yes"})
    assert answer.status_code == 403
    with app.app_context():
        assert proposals.of_response(1) == []
        refused = audit_log.search(limit=1)[0]
    assert refused.kind == "proposal-refused" and refused.facts["addresses"] == [name[2:]]


@pytest.mark.parametrize("power", ["read", "comment"])
def test_less_than_answering_lets_nothing_be_proposed(
    app: Flask,
    focal: Browser,
    colleague: Browser,
    power: str,
) -> None:
    with app.app_context():
        saving.save_answers(1, {"how_many": Change(5)}, by=1, channel="page", language="en")
    invite(focal, "how_many", power=power)
    page = colleague.get("/delegated/1/law").text
    assert "How many?" in page and fields(page) == set()
    assert fill(colleague, LAW, go="send", how_many="7").status_code == 403
    said = colleague.post("/delegated/1/law/comments/how_many", {"text": "Five?", "to": "government"})
    assert said.status_code == (303 if power == "comment" else 403)
    with app.app_context():
        assert len(comments.thread(1, "how_many")) == (power == "comment")
        assert proposals.of_response(1) == []


def test_one_item_of_a_list_is_in_the_colleagues_hands_and_the_others_are_not_shown(
    app: Flask,
    focal: Browser,
    colleague: Browser,
) -> None:
    with app.app_context():
        listed = {"acts": Change(["abcdef", "ghijkl"])}
        named = {f"acts/{item}/act_name": Change(f"Act {item}") for item in ("abcdef", "ghijkl")}
        saving.save_answers(1, listed | named, by=1, channel="page", language="en")
    invite(focal, "acts/abcdef")
    page = colleague.get("/delegated/1/acts_part").text
    assert "Act abcdef" in page and "ghijkl" not in page
    ok = fill(colleague, "/delegated/1/acts_part", go="send", **{"acts/abcdef/act_name": "The Act"})
    assert ok.status_code == 303
    forged = fill(colleague, "/delegated/1/acts_part", go="send", **{"acts/ghijkl/act_name": "Mine now"})
    assert forged.status_code == 403
    with app.app_context():
        assert {one.address: one.content.value for one in proposals.of_response(1)} == {
            "acts/abcdef/act_name": "The Act"
        }


def test_an_ended_delegation_closes_at_once_and_what_was_proposed_stays(
    app: Flask,
    focal: Browser,
    colleague: Browser,
) -> None:
    invite(focal, "how_many")
    fill(colleague, LAW, go="send", how_many="7")
    focal.post(f"{COLLEAGUES}/1/end")
    assert colleague.get("/delegated/1/law").status_code == 403
    assert fill(colleague, LAW, go="send", how_many="9").status_code == 403
    with app.app_context():
        assert [one.content.value for one in proposals.of_response(1)] == [7]


def test_a_comment_stays_inside_the_government_unless_it_is_addressed(app: Flask, focal: Browser) -> None:
    thread = "/reply/trial/law/comments/how_many"
    assert focal.post(thread, {"text": " "}).status_code == 422
    focal.post(thread, {"text": "Between us", "to": "government"})
    focal.post(thread, {"text": "What is counted?", "to": "secretariat"})
    page = focal.get(thread).text
    assert page.index("Between us") < page.index("What is counted?")
    with app.app_context():
        assert [one.text for thread in comments.threads_with_secretariat() for one in thread] == ["What is counted?"]


def clear(focal: Browser, section: str, state: str = "cleared") -> TestResponse:
    """Reads the sheet and presses the button beside the section."""
    shown = focal.get("/reply/trial/clearance").text.split(f'name="section" value="{section}"')[1]
    digest = shown.split('name="reviewed" value="')[1].split('"')[0]
    return focal.post("/reply/trial/clearance", {"section": section, "state": state, "reviewed": digest})


def test_clearance_names_who_and_tells_when_an_answer_changed_after_it(app: Flask, focal: Browser) -> None:
    sheet = "/reply/trial/clearance"
    with app.app_context():
        saving.save_answers(1, {"how_many": Change(4)}, by=1, channel="page", language="en")
    assert clear(focal, "law").location == f"{sheet}#section-law"
    page = focal.get(sheet).text
    assert "Cleared" in page and "A focal_point" in page and "was changed after that" not in page
    with app.app_context():
        saving.save_answers(1, {"how_many": Change(5)}, by=1, channel="page", language="en")
    assert "was changed after that" in focal.get(sheet).text
    assert focal.post(sheet, {"section": "law", "state": "blessed"}).status_code == 400


def test_a_person_without_a_role_is_found_again_and_not_made_twice(app: Flask, focal: Browser) -> None:
    invite(focal, "how_many")
    invite(focal, "areas", email="DELEGATE@example.org")
    with app.app_context():
        assert len({given.person_id for given in delegations.of_response(1)}) == 1
        assert sum(person.email == "delegate@example.org" for person in accounts.people()) == 1


def shown(focal: Browser) -> dict[str, str]:
    return dict(re.findall(r'name="(shown)" value="([^"]*)"', focal.get(COLLEAGUES).text))


def standing(app: Flask) -> list[tuple[str, str, str]]:
    with app.app_context():
        return [(each.scope, each.power, each.note) for each in delegations.of_response(1)]


def test_an_assignment_of_a_stale_page_does_not_take_the_place_of_another_one(
    app: Flask, focal: Browser, people: dict[str, int]
) -> None:
    stale = shown(focal)
    assign(app, people, "read", "By the deputy")
    refused = invite(focal, "law", "how_many", **stale)
    assert refused.status_code == 409
    told = refused.text.partition("This assignment has changed")[2].partition("</section>")[0]
    assert "Assigned by A secretariat" in told and "By the deputy" in told and "Law" in told
    assert standing(app) == [("law", "read", "By the deputy")], "nothing of it was assigned"
    assert 'value="delegate@example.org"' in refused.text, "what was typed is kept"
    assert invite(focal, "law", **shown(focal)).status_code == 303
    assert standing(app) == [("law", "answer", "Please")]


def assign(app: Flask, people: dict[str, int], power: str, note: str) -> int:
    with app.app_context():
        delegations.assign(1, people["delegate"], ["law"], power, note=note, due=None, by=people["secretariat"])
        return delegations.of_response(1)[0].id


def test_an_assignment_that_was_ended_meanwhile_is_not_given_back_by_a_stale_page(
    app: Flask, focal: Browser, people: dict[str, int]
) -> None:
    invite(focal, "law")
    stale = shown(focal)
    with app.app_context():
        delegations.end(1, delegations.of_response(1)[0].id, by=people["secretariat"])
    refused = invite(focal, "law", due="2026-12-24", **stale)
    assert refused.status_code == 409 and "Ended by A secretariat" in refused.text
    assert standing(app) == []


def test_ending_what_was_assigned_anew_meanwhile_is_refused_with_what_stands_now(
    app: Flask, focal: Browser, people: dict[str, int]
) -> None:
    invite(focal, "law")
    with app.app_context():
        older = delegations.of_response(1)[0].id
    newer = assign(app, people, "read", "Only to read")
    refused = focal.post(f"{COLLEAGUES}/{older}/end")
    assert refused.status_code == 409 and "Only to read" in refused.text
    assert standing(app) == [("law", "read", "Only to read")]
    assert [focal.post(f"{COLLEAGUES}/{newer}/end").status_code for _ in range(2)] == [303, 303], "two presses, one end"
    assert standing(app) == []


def test_two_presses_of_one_invitation_are_one_assignment(app: Flask, focal: Browser) -> None:
    form = shown(focal)
    assert [invite(focal, "law", **form).status_code for _ in range(2)] == [303, 303]
    assert standing(app) == [("law", "answer", "Please")]
