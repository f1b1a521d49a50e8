"""What is submitted, or cleared, is what was read."""

from __future__ import annotations

import base64
import io
import re
import threading
import zlib
from dataclasses import replace

import pypdf
import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.test import TestResponse

from surveyapp.answering.page import Page
from surveyapp.storage.people import accounts
from surveyapp.storage.replies import (
    clearances,
    delegations,
    proposals,
    reopening,
    responses,
    reviewed,
    saving,
    submissions,
)
from surveyapp.storage.replies.answers import AnswerContent, Change
from surveyapp.web.respondent import clearance, section_pages, views
from tests.world.trial_round import LAW, REVIEW, SHEET, SUBMIT, fill, read, sheet, submit
from tests.world.web_client import Browser


def save(app: Flask, by: int = 1, **values: object) -> None:
    with app.app_context():
        changes = {code: Change(value) for code, value in values.items()}
        saving.save_answers(1, changes, by=by, channel="autosave", language="en")


def official(app: Flask) -> int:
    with app.app_context():
        return len(submissions.submissions(1))


def test_a_submission_under_another_state_is_refused_with_the_difference_shown(
    app: Flask, focal: Browser, people: dict[str, int]
) -> None:
    fill(focal, has_law="no", how_many="3")
    form = read(focal)
    save(app, people["secretariat"], how_many=4)
    refused = focal.post(SUBMIT, form)
    assert refused.status_code == 409 and official(app) == 0
    shown = refused.text.partition("The reply has changed since you read it")[2]
    assert re.search(r"<del>3[^<]*</del>.*<ins>4[^<]*</ins>.*A secretariat", shown, re.S), "old, new, who"
    assert focal.post(SUBMIT, read(focal)).location.endswith("/thanks") and official(app) == 1


@pytest.mark.parametrize("missing", ["", "0" * 64])
def test_a_submission_that_does_not_say_what_was_read_is_refused(app: Flask, focal: Browser, missing: str) -> None:
    fill(focal, has_law="no")
    assert focal.post(SUBMIT, {"confirm": "yes", "reviewed": missing}).status_code == 409
    assert official(app) == 0


def test_a_change_of_handling_alone_is_a_change(app: Flask, focal: Browser) -> None:
    fill(focal, has_law="no", how_many="3")
    form = read(focal)
    with app.app_context():
        change = {"how_many": Change(3, handling="secretariat")}
        saving.save_answers(1, change, by=1, channel="page", language="en")
    refused = focal.post(SUBMIT, form)
    assert refused.status_code == 409 and "secretariat only" in refused.text.partition("has changed since")[2]


def test_what_was_changed_and_changed_back_is_as_it_was_read(app: Flask, focal: Browser) -> None:
    fill(focal, has_law="no", how_many="3")
    form = read(focal)
    save(app, how_many=4)
    save(app, how_many=3)
    assert focal.post(SUBMIT, form).location.endswith("/thanks")


def test_a_colleagues_accepted_proposal_refuses_what_was_read_before_it(
    app: Flask, focal: Browser, people: dict[str, int]
) -> None:
    fill(focal, has_law="no", how_many="3")
    form = read(focal)
    propose_and_accept(app, people, how_many=9)
    refused = focal.post(SUBMIT, form)
    assert refused.status_code == 409
    assert "proposed by A delegate, accepted by A focal_point" in refused.text


def propose_and_accept(app: Flask, people: dict[str, int], **values: object) -> None:
    with app.app_context():
        delegate, focal_point = people["delegate"], people["focal_point"]
        delegations.assign(1, delegate, list(values), "answer", note="", due=None, by=focal_point)
        state = responses.load(1)
        proposals.propose(
            state, {code: Change(value) for code, value in values.items()}, by=people["delegate"], language="en"
        )
        for proposal in proposals.of_response(1):
            proposals.accept(
                state, proposal.id, expected=proposal.base_revision, by=people["focal_point"], language="en"
            )


def test_two_presses_make_one_submission_and_one_receipt(app: Flask, focal: Browser) -> None:
    fill(focal, has_law="no")
    form = read(focal)
    assert [focal.post(SUBMIT, form).location for _ in range(2)] == ["/reply/trial/thanks"] * 2
    assert official(app) == 1


def test_two_tabs_at_once_make_one_submission(app: Flask, focal: Browser) -> None:
    fill(focal, has_law="no")
    with app.app_context():
        shown = reviewed.reviewed_content(reviewed.as_of_now(responses.load(1)))
    made, refused = [], []

    def press() -> None:
        with app.app_context():
            try:
                made.append(submissions.submit(1, by=1, language="en", reviewed=shown).reference)
            except responses.NotEditable as locked:
                refused.append(locked.reason)

    tabs = [threading.Thread(target=press) for _ in range(4)]
    for tab in tabs:
        tab.start()
    for tab in tabs:
        tab.join()
    assert len(made) == 1 and refused == ["submitted"] * 3


def set_rule(focal: Browser, rule: str, shown: str | None = None) -> TestResponse:
    """Also from a page that was drawn with another rule."""
    now = focal.get(SHEET).text.split('name="shown_rule" value="')[1].split('"')[0]
    return focal.post(SHEET, {"rule": rule, "shown_rule": shown or now})


def test_a_section_is_cleared_as_it_was_shown_or_not_at_all(app: Flask, focal: Browser) -> None:
    fill(focal, has_law="no", how_many="3")
    form = sheet(focal)
    save(app, how_many=4)
    assert focal.post(SHEET, form).status_code == 409
    assert focal.post(SHEET, {"section": "law", "state": "cleared"}).status_code == 409
    with app.app_context():
        assert clearances.by_section(responses.load(1)) == {}
    assert focal.post(SHEET, sheet(focal)).status_code == 303


def test_a_section_changed_after_it_was_cleared_is_no_longer_cleared_anywhere(app: Flask, focal: Browser) -> None:
    fill(focal, has_law="no", how_many="3")
    focal.post(SHEET, sheet(focal))
    places = ("/reply/trial", REVIEW, SHEET)
    for place in places:
        assert ">Cleared<" in focal.get(place).text and "No longer" not in focal.get(place).text
    save(app, how_many=4)
    for place in places:
        assert "No longer “Cleared”" in focal.get(place).text and ">Cleared</span>" not in focal.get(place).text
    save(app, how_many=3)
    assert ">Cleared<" in focal.get(SHEET).text, "it says again what was cleared"


def test_an_empty_section_cannot_be_cleared(app: Flask, focal: Browser) -> None:
    fill(focal, has_law="no")
    assert focal.post(SHEET, sheet(focal, "acts_part")).status_code == 422
    with app.app_context():
        assert clearances.by_section(responses.load(1)) == {}


def test_submitting_with_a_section_that_is_not_cleared_goes_by_the_participants_own_rule(
    app: Flask, focal: Browser
) -> None:
    fill(focal, has_law="no", how_many="3")
    assert set_rule(focal, "warn").status_code == 303
    asked = submit(focal)
    assert asked.status_code == 422 and official(app) == 0
    assert 'name="uncleared"' in asked.text and "Law" in asked.text.partition("Sections that are not cleared")[2]
    set_rule(focal, "require")
    assert submit(focal, uncleared="law").status_code == 422 and official(app) == 0, "confirming does not help"
    focal.post(SHEET, sheet(focal))
    assert submit(focal).location.endswith("/thanks"), "an empty section has nothing to clear"
    assert set_rule(focal, "never").status_code == 400


def test_on_confirmation_a_section_that_is_not_cleared_goes_along(app: Flask, focal: Browser) -> None:
    fill(focal, has_law="no")
    set_rule(focal, "warn")
    assert submit(focal, uncleared="law").location.endswith("/thanks")


def test_history_and_sheet_name_who_proposed_and_who_accepted(
    app: Flask, focal: Browser, people: dict[str, int]
) -> None:
    fill(focal, has_law="no")
    propose_and_accept(app, people, how_many=9)
    both = "proposed by A delegate, accepted by A focal_point"
    assert both in focal.get(f"{LAW}/history/how_many").text
    assert both in focal.get(SHEET).text
    with app.app_context():
        assert accounts.person(people["delegate"]) is not None


def test_a_saving_while_the_review_is_drawn_is_in_the_difference(
    app: Flask, focal: Browser, people: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(focal, has_law="no", how_many="3")
    real, drawn = section_pages.read_back, []

    def slow(page: Page) -> object:
        if not drawn:
            drawn.append(page)
            save(app, people["secretariat"], how_many=4)
        return real(page)

    monkeypatch.setattr(section_pages, "read_back", slow)
    refused = focal.post(SUBMIT, read(focal))
    assert refused.status_code == 409
    assert re.search(r"<del>3[^<]*</del>.*<ins>4", difference(refused), re.S)


def difference(refused: TestResponse) -> str:
    return refused.text.partition("has changed since you read it")[2].partition("</section>")[0]


def test_what_is_asked_now_and_was_not_is_in_the_difference(app: Flask, focal: Browser) -> None:
    fill(focal, has_law="no")
    form = read(focal)
    save(app, has_law="yes")
    save(app, law_name="Act of 2026")
    refused = difference(focal.post(SUBMIT, form))
    assert re.search(r"<del>No[^<]*</del>.*<ins>Yes", refused, re.S)
    assert re.search(
        r"What is it called\?</dt>\s*<dd[^>]*><del>Not asked</del></dd>\s*<dd[^>]*><ins>Act of 2026", refused
    )


def test_what_is_asked_no_longer_is_in_the_difference(app: Flask, focal: Browser) -> None:
    fill(focal, has_law="yes")
    fill(focal, has_law="yes", law_name="Act of 2026")
    form = read(focal)
    save(app, has_law="no")
    assert re.search(r"<del>Act of 2026[^<]*</del>.*<ins>Not asked</ins>", difference(focal.post(SUBMIT, form)), re.S)


def test_an_answer_cleared_after_it_was_given_is_as_if_it_was_never_given(app: Flask, focal: Browser) -> None:
    fill(focal, has_law="no")
    form = read(focal)
    save(app, remarks="Later")
    save(app, remarks=None)
    assert focal.post(SUBMIT, form).location.endswith("/thanks")


@given(st.lists(st.tuples(st.sampled_from(["has_law", "law_name", "how_many", "remarks"]), st.integers(0, 3))))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_differs_from_what_was_read_is_listed_exactly_or_nothing_differs(
    app: Flask, focal: Browser, edits: list[tuple[str, int]]
) -> None:
    with app.app_context():
        before = reviewed.as_of_now(responses.load(1))
        shown = reviewed.Reviewed.from_text(reviewed.reviewed_content(before).to_text())
        for code, place in edits:
            save(app, **{code: CONTENTS[code][place]})
        after = reviewed.as_of_now(responses.load(1))
        listed = {change.address: (change.before, change.after) for change in reviewed.changes_since(after, shown)}
        expected = {
            address: (spoken(before, address), spoken(after, address))
            for address in before.path.on_path | after.path.on_path
            if spoken(before, address) != spoken(after, address)
        }
        assert listed == expected
        assert bool(listed) == (shown.digest != reviewed.content_digest(after))


CONTENTS: dict[str, list[object]] = {
    "has_law": ["yes", "no", None, "yes"],
    "law_name": ["Act", "Code", None, "Act"],
    "how_many": [1, 2, None, 1],
    "remarks": ["a", "b", None, "a"],
}


def spoken(state: responses.ResponseState, address: str) -> AnswerContent | None:
    if address not in state.path.on_path:
        return None
    kept = state.answers.get(address)
    return kept.content if kept and kept.value is not None else AnswerContent()


@given(st.one_of(st.text(), st.binary().map(lambda noise: base64.urlsafe_b64encode(zlib.compress(noise)).decode())))
def test_any_other_text_says_nothing_of_what_was_shown(text: str) -> None:
    assert reviewed.Reviewed.from_text(text) == reviewed.Reviewed()


def test_a_stale_sheet_does_not_undo_a_clearance_and_names_who_cleared_when(
    app: Flask, focal: Browser, people: dict[str, int]
) -> None:
    fill(focal, has_law="no", how_many="3")
    stale = sheet(focal)
    with app.app_context():
        clearances.set_state(1, "law", "cleared", by=people["secretariat"])
    refused = focal.post(SHEET, stale | {"state": "ready"})
    assert refused.status_code == 409
    assert re.search(r"Cleared.*A secretariat</bdi> · \d", difference(refused), re.S)
    with app.app_context():
        assert clearances.by_section(responses.load(1))["law"].standing == "cleared"
    assert focal.post(SHEET, sheet(focal) | {"state": "ready"}).status_code == 303, "read anew, it may be set"


def test_one_state_pressed_twice_is_set_once(app: Flask, focal: Browser) -> None:
    fill(focal, has_law="no")
    form = sheet(focal)
    assert [focal.post(SHEET, form).status_code for _ in range(2)] == [303, 303]


def test_a_refused_clearing_shows_the_difference(app: Flask, focal: Browser, people: dict[str, int]) -> None:
    fill(focal, has_law="no", how_many="3")
    form = sheet(focal)
    save(app, people["secretariat"], how_many=4)
    refused = focal.post(SHEET, form)
    assert re.search(r"<del>3[^<]*</del>.*<ins>4.*A secretariat</bdi> · \d", difference(refused), re.S)


def test_a_proposal_that_the_review_did_not_show_refuses(app: Flask, focal: Browser, people: dict[str, int]) -> None:
    fill(focal, has_law="no", how_many="3")
    form = read(focal)
    with app.app_context():
        delegations.assign(1, people["delegate"], ["law"], "answer", note="", due=None, by=1)
        proposals.propose(responses.load(1), {"how_many": Change(9)}, by=people["delegate"], language="en")
    refused = focal.post(SUBMIT, form)
    assert refused.status_code == 409 and official(app) == 0
    assert re.search(r"A colleague has made a proposal.*How many\?.*A delegate", difference(refused), re.S)
    assert focal.post(SUBMIT, read(focal)).location.endswith("/thanks"), "shown, it may stay undecided"


def test_confirming_uncleared_sections_is_of_those_that_were_shown(app: Flask, focal: Browser) -> None:
    fill(focal, has_law="no", how_many="3")
    focal.post("/reply/trial/acts_part", {"item": "add:acts"})
    save(app, **{f"acts/{kept_items(app)[0]}/act_name": "First"})
    set_rule(focal, "warn")
    focal.post(SHEET, sheet(focal))
    asked = focal.post(SUBMIT, read(focal))
    confirmed = dict(re.findall(r'name="(uncleared)"\s+value="([^"]*)"', asked.text))
    assert confirmed == {"uncleared": "acts_part"}
    form = read(focal) | confirmed
    focal.post(SHEET, sheet(focal) | {"state": "draft"})
    refused = focal.post(SUBMIT, form)
    assert refused.status_code == 422 and 'value="law acts_part"' in refused.text
    assert focal.post(SUBMIT, read(focal) | {"uncleared": "law acts_part"}).location.endswith("/thanks")


def kept_items(app: Flask) -> list[str]:
    with app.app_context():
        items = responses.load(1).values["acts"]
        assert isinstance(items, list)
        return [str(item) for item in items]


def test_the_rule_of_a_stale_page_does_not_undo_another_one(app: Flask, focal: Browser) -> None:
    set_rule(focal, "require")
    assert set_rule(focal, "warn", shown="off").status_code == 409
    with app.app_context():
        assert clearances.rule_of(responses.load(1).participant.id) == "require"


def test_the_sheet_prints_the_text_that_is_signed(app: Flask, focal: Browser) -> None:
    fill(focal, has_law="no")

    def printed() -> str:
        return re.findall(r'class="digest"[^>]*>\s*([0-9a-f ]{14})\s*<', focal.get(SHEET).text)[0]

    first = printed()
    with app.app_context():
        digest = reviewed.content_digest(reviewed.as_of_now(responses.load(1)), "law")
    assert digest.startswith(first.replace(" ", ""))
    save(app, has_law="yes")
    assert printed() != first
    save(app, has_law="no")
    assert printed() == first


def test_contents_review_and_sheet_judge_a_clearance_by_the_same_day(
    app: Flask, focal: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The path is walked anew for each: rules may look at the day."""
    fill(focal, has_law="no")
    focal.post(SHEET, sheet(focal))
    real = reviewed.as_of_now

    def tomorrow(state: responses.ResponseState) -> responses.ResponseState:
        path = real(state).path
        return replace(state, path=replace(path, on_path=path.on_path - {"remarks"}))

    for module in (views, section_pages, clearance):
        monkeypatch.setattr(module, "as_of_now", tomorrow)
    for place in ("/reply/trial", REVIEW, SHEET):
        assert "No longer “Cleared”" in focal.get(place).text


def test_receipts_name_who_wrote_the_answers_that_were_submitted(
    app: Flask, focal: Browser, people: dict[str, int]
) -> None:
    fill(focal, has_law="no")
    propose_and_accept(app, people, how_many=9)
    submit(focal)
    with app.app_context():
        reopening.reopen(1, by=None)
    save(app, people["secretariat"], remarks="Later")
    submit(focal)
    page = focal.get("/reply/trial/receipts").text
    second, first = page.partition("receipt-2")[2].split("receipt-1")[0], page.partition("receipt-1")[2]
    both = "proposed by A delegate, accepted by A focal_point"
    assert both in first and "A secretariat" not in first, "as it stood then"
    assert both in second and "A secretariat" in second
    paper = pypdf.PdfReader(io.BytesIO(focal.get("/reply/trial/receipts/1/reply.pdf").data))
    printed = " ".join(" ".join(sheet_of_paper.extract_text() for sheet_of_paper in paper.pages).split())
    assert both in printed and "A secretariat" not in printed
