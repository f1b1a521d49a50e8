"""A live round goes on with a newer version: shown first, refused where an answer would be lost, nothing deleted."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from surveyapp.storage.audit import audit_log
from surveyapp.storage.people import accounts
from surveyapp.storage.replies import reopening, responses, revisions, saving, submissions
from surveyapp.storage.replies.answers import Change
from surveyapp.storage.results import rollups, tallies
from surveyapp.storage.rounds import invitations, participants, rounds, version_migration, versions
from tests.world.trial_round import DEFINITION, SHEET, SUBMIT, fill, read, sheet
from tests.world.web_client import Browser

SECOND = DEFINITION.replace("version: 1", "version: 2")
NEW_QUESTION = (
    "      - {code: how_many_new, type: yes_no, label: More this year?, need: required}\n      - code: how_many\n"
)


def publish(app: Flask, definition: str) -> int:
    with app.app_context():
        return versions.publish({"questionnaire.yaml": definition})


def changed(old: str, new: str) -> str:
    assert SECOND.count(old) == 1
    return SECOND.replace(old, new)


@pytest.fixture
def office(signed_in: Callable[[str], Browser]) -> Browser:
    browser = signed_in("secretariat")
    browser.get("/?lang=en")
    return browser


def address(version: int) -> str:
    return f"/secretariat/rounds/trial/version/{version}"


def test_what_it_does_to_each_draft_is_shown_and_then_done(
    app: Flask,
    focal: Browser,
    office: Browser,
) -> None:
    fill(focal, has_law="yes")
    fill(focal, has_law="yes", law_name="Act 5", how_many="9", remarks="Kept")
    definition = changed("      - code: how_many\n", NEW_QUESTION)
    definition = definition.replace("relevant: has_law == yes_no.yes, need: required", "relevant: has_law == yes_no.no")
    definition = definition.replace("Is there a law?", "Is there an act?")
    version = publish(app, definition)
    assert address(version) in office.get("/secretariat/rounds/trial").text
    page = office.get(address(version)).text
    assert "More this year?" in page and "Reworded questions" in page
    assert "law_name" in page.partition("What it does to drafts")[2]
    with app.app_context():
        before = {code: revisions.history(1, code) for code in responses.load(1).answers}
    assert "Is there a law?" in focal.get("/reply/trial/law").text
    assert office.post(address(version)).status_code == 303
    assert "Is there an act?" in focal.get("/reply/trial/law").text
    with app.app_context():
        state = responses.load(1)
        assert {code: revisions.history(1, code) for code in state.answers} == before, "nothing was changed or removed"
        assert state.values["law_name"] == "Act 5" and "law_name" not in state.path.on_path
        assert "how_many_new" in state.path.missing
        assert "round-moved" in [event.kind for event in audit_log.search()]


LESS = [
    ("{code: a, label: A}, ", "{code: c, label: C}, ", "areas"),
    ("max: 10", "max: 5", "how_many"),
    ("{code: remarks, type: short_text, label: Remarks, need: recommended}", "{code: other, type: short_text, label: Other}", "remarks"),
    ("{code: has_law, type: yes_no, label: Is there a law?, need: required}", "{code: has_law, type: short_text, label: Is there a law?}", "has_law"),
    ("code: acts_part", "code: acts_section", "acts_part"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "told"), LESS)
def test_a_version_that_would_lose_an_answer_is_refused(
    app: Flask,
    focal: Browser,
    office: Browser,
    old: str,
    new: str,
    told: str,
) -> None:
    fill(focal, has_law="no", how_many="9", areas=["a"], remarks="Kept")
    answer = fill(focal, has_law="no", how_many="2", remarks="Kept")  # an earlier revision counts as well
    assert answer.status_code == 303
    definition = changed(old, new)
    if told == "has_law":
        definition = definition.replace(", relevant: has_law == yes_no.yes", "")
    version = publish(app, definition)
    page = office.get(address(version))
    assert page.status_code == 200 and f">{told}<" in page.text and "cannot go on" in page.text
    assert office.post(address(version)).status_code == 422
    with app.app_context():
        found = rounds.round("trial")
        assert found is not None and found.version_id != version


def test_what_was_submitted_stays_and_is_counted_as_before(
    app: Flask,
    focal: Browser,
    office: Browser,
) -> None:
    with app.app_context():
        saving.save_answers(1, {"has_law": Change("no"), "how_many": Change(3)}, by=1, channel="page", language="en")
        submissions.submit(1, by=1, language="en")
        before = tallies.submitted(1, "secretariat")
    version = publish(app, changed("      - code: how_many\n", NEW_QUESTION))
    assert "stay as they were submitted: 1" in office.get(address(version)).text
    office.post(address(version))
    with app.app_context():
        after = tallies.submitted(1, "secretariat")
        assert [(one.reference, one.asked, one.answers) for one in after] == [
            (one.reference, one.asked, one.answers) for one in before
        ]
        assert rollups.recount(1), "what is kept is what is counted anew"
        reopening.reopen(1, by=None)
        assert "how_many_new" in responses.load(1).path.missing, "asked once it is open again"
    assert focal.get("/reply/trial/review").status_code == 200
    assert focal.get("/reply/trial/receipts").status_code == 200


def test_the_same_or_an_older_version_and_another_questionnaire_are_not_offered(
    app: Flask,
    focal: Browser,
    office: Browser,
) -> None:
    other = publish(app, DEFINITION.replace("questionnaire: trial", "questionnaire: other"))
    with app.app_context():
        found = rounds.round("trial")
        assert found is not None and version_migration.newer_versions(found) == []
    for version in (found.version_id, other, 999):
        assert office.get(address(version)).status_code == 404
        assert office.post(address(version)).status_code == 404


def test_saves_go_on_while_the_round_moves(app: Flask, people: dict[str, int], focal: Browser) -> None:
    """Every save is there afterwards, and every path is of the new version."""
    version = publish(app, changed("      - code: how_many\n", NEW_QUESTION))
    with app.app_context():
        others = [
            participants.add_participant(kind="organisation", code=f"org-{n}", names={"en": f"Org {n}"})
            for n in range(3)
        ]
        invitations.invite(1, others)
        replies = [row.id for row in invitations.responses_of(1)]
    failed: list[BaseException] = []

    def write(response: int) -> None:
        with app.app_context():
            try:
                for number in range(8):
                    said: dict[str, Any] = {"remarks": Change(f"Said {number}")}
                    seen = responses.load(response)
                    saving.save_answers(
                        response, said, by=people["focal_point"], channel="page", language="en", seen=seen
                    )
            except BaseException as fault:
                failed.append(fault)

    writers = [threading.Thread(target=write, args=(one,)) for one in replies]
    for one in writers:
        one.start()
    with app.app_context():
        version_migration.migrate_round(1, version, by=people["secretariat"])
    for one in writers:
        one.join()
    assert failed == []
    with app.app_context():
        for response in replies:
            state = responses.load(response)
            assert state.values["remarks"] == "Said 7"
            assert "how_many_new" in state.path.on_path
        assert accounts.person(people["secretariat"]) is not None


WIDER = changed(
    "handling: {default: states_parties, loosest: states_parties, tightest: secretariat}",
    "handling: {default: public, loosest: public, tightest: co_chairs}",
)


def test_a_move_never_widens_an_answer_and_says_whose_rules_change(app: Flask, focal: Browser, office: Browser) -> None:
    fill(focal, has_law="no", how_many="3", **{"h-how_many": "states_parties"})
    version = publish(app, WIDER)
    page = office.get(address(version)).text
    for words in ("Who sees an answer unless the State says otherwise", "Who the State may choose to see an answer"):
        assert words in page
    assert "how_many" in page.partition("What it does to drafts")[2], "the reply that holds such an answer is named"
    office.post(address(version))
    with app.app_context():
        assert responses.load(1).handling("how_many") == "states_parties", "a default of today says nothing of it"
        assert [row.handling for row in revisions.history(1, "how_many")] == ["states_parties"], (
            "and nothing is written"
        )
        submissions.submit(1, by=1, language="en")
        assert "how_many" in tallies.submitted(1, "public")[0].withheld


@pytest.mark.parametrize("chosen", ["secretariat", "states_parties"])
def test_a_handling_that_the_new_version_does_not_allow_stays_until_the_state_changes_it(
    app: Flask, focal: Browser, office: Browser, chosen: str
) -> None:
    fill(focal, has_law="no", how_many="3", **{"h-how_many": chosen})
    office.post(address(publish(app, WIDER)))
    shown = focal.get("/reply/trial/law").text.split('name="h-how_many"')[1].split("</select>")[0]
    assert f'<option value="{chosen}" selected' in shown
    assert fill(focal, has_law="no", how_many="4", **{"h-how_many": chosen}).status_code == 303
    with app.app_context():
        assert responses.load(1).answers["how_many"].handling == chosen


def test_a_calculation_that_changes_is_told_with_both_formulas(app: Flask, focal: Browser, office: Browser) -> None:
    twice = "      - {code: twice, type: calculation, label: Twice, formula: how_many * 2, result: number}\n"
    first = publish(app, SECOND.replace("      - {code: remarks", twice + "      - {code: remarks"))
    fill(focal, has_law="no", how_many="3")
    office.post(address(first))
    thrice = twice.replace("* 2", "* 3")
    second = publish(
        app,
        SECOND.replace("version: 2", "version: 3").replace("      - {code: remarks", thrice + "      - {code: remarks"),
    )
    page = office.get(address(second)).text
    assert "how_many * 2" in page and "how_many * 3" in page
    assert "twice" in page.partition("What it does to drafts")[2]


def test_a_section_stays_cleared_on_a_newer_version_that_asks_the_same_in_the_same_words(
    app: Flask, focal: Browser, office: Browser
) -> None:
    fill(focal, has_law="no")
    acts_before = 'label: "Name of the act"'
    definition = changed("label: Name of the act", acts_before.replace("Name", "Full name"))
    focal.post(SHEET, sheet(focal))
    office.post(address(publish(app, definition)))
    assert ">Cleared<" in focal.get(SHEET).text, "another section was reworded"
    third = definition.replace("version: 2", "version: 3").replace("Is there a law?", "Is there no law?")
    office.post(address(publish(app, third)))
    assert "No longer “Cleared”" in focal.get(SHEET).text, "its own question reads otherwise"


def test_a_review_of_an_older_version_is_refused_and_says_so(app: Flask, focal: Browser, office: Browser) -> None:
    fill(focal, has_law="no")
    form = read(focal)
    office.post(address(publish(app, changed("Is there a law?", "Is there no law?"))))
    refused = focal.post(SUBMIT, form)
    assert refused.status_code == 409
    assert "The questionnaire has been replaced by a newer version since you read it." in refused.text
    assert focal.post(SUBMIT, read(focal)).location.endswith("/thanks")
