"""The pages on which a State answers: nothing typed is lost, nothing is overwritten in silence, only what is asked is taken."""

from __future__ import annotations

import re

from flask import Flask
from lxml import html
from sqlalchemy import update

from surveyapp.storage.columns import utc_now
from surveyapp.storage.models import Round
from surveyapp.storage.replies import responses, revisions, submissions
from surveyapp.storage.transactions import writing
from tests.world.trial_round import ACTS, LAW, fill, kept, submit
from tests.world.web_client import Browser


def test_what_was_saved_stands_in_the_page_again(app: Flask, focal: Browser) -> None:
    answer = fill(focal, has_law="yes", how_many="3", areas=["a"])
    assert answer.status_code == 303
    assert kept(app) == {"has_law": "yes", "how_many": 3, "areas": {"choices": ["a"]}}
    page = focal.get(LAW).text
    assert re.search(r'value="yes"[^>]* checked', page)
    assert re.search(r'name="q-how_many" value="3"', page)


def test_a_wrong_answer_stays_in_its_field_with_a_link_to_it_and_the_others_are_saved(
    app: Flask, focal: Browser
) -> None:
    answer = fill(focal, has_law="no", how_many="eleven")
    assert answer.status_code == 422
    assert 'href="#field-how_many"' in answer.text
    assert 'name="q-how_many" value="eleven"' in answer.text
    assert 'aria-invalid="true"' in answer.text
    assert "<title>Error:" in answer.text
    assert kept(app) == {"has_law": "no"}


def test_answers_off_path_are_kept_and_come_back(app: Flask, focal: Browser) -> None:
    fill(focal, has_law="yes")
    fill(focal, has_law="yes", law_name="The Act")
    assert 'name="q-law_name"' not in fill(focal, has_law="no", law_name="The Act").text
    assert 'name="q-law_name"' not in focal.get(LAW).text
    assert kept(app)["law_name"] == "The Act"
    fill(focal, has_law="yes")
    assert 'name="q-law_name" value="The Act"' in focal.get(LAW).text


def test_a_new_question_on_the_page_comes_before_the_next_page(focal: Browser) -> None:
    answer = fill(focal, has_law="yes", go="next")
    assert answer.location.endswith("/reply/trial/law?more=1#item-law_name")
    assert "further questions" in focal.get(LAW + "?more=1").text
    assert fill(focal, has_law="yes", law_name="The Act", go="next").location.endswith("/acts_part")


def test_the_language_changes_without_losing_a_word(app: Flask, focal: Browser) -> None:
    answer = fill(focal, has_law="yes", how_many="4", language="fr")
    assert answer.location.endswith("/reply/trial/law")
    assert kept(app)["how_many"] == 4
    page = focal.get(LAW).text
    assert '<html lang="fr" dir="ltr">' in page
    assert "Enregistrer" in page
    wrong = fill(focal, how_many="onze", language="ar")
    assert wrong.status_code == 422
    assert '<html lang="ar" dir="rtl">' in wrong.text
    assert 'value="onze"' in wrong.text


def test_a_question_that_is_not_asked_cannot_be_posted(app: Flask, focal: Browser) -> None:
    for address in ("law_name", "act_name", "acts/abcdef/act_name", "nope", "_x"):
        answer = focal.post(LAW, {"asked": ["has_law", address], "q-has_law": "no", f"q-{address}": "forged"})
        assert kept(app).get(address) is None
        assert answer.status_code in (303, 400), address
    assert focal.post(LAW, {"asked": "acts", "q-acts": "abcdef"}).status_code == 400
    assert focal.post(LAW + "/answer", {"only": "law_name", "q-law_name": "forged"}).status_code == 400


def test_two_windows_both_answers_are_shown_and_none_is_lost(app: Flask, focal: Browser) -> None:
    fill(focal, how_many="1")
    stale = {"asked": "how_many", "r-how_many": "1"}
    focal.post(LAW, stale | {"q-how_many": "2"})
    answer = focal.post(LAW, stale | {"q-how_many": "3"})
    assert answer.status_code == 422
    assert "changed elsewhere" in answer.text
    assert 'name="q-how_many" value="3"' in answer.text
    assert '<q dir="auto">2</q>' in answer.text
    assert kept(app)["how_many"] == 2
    newest = re.search(r'name="r-how_many" value="(\d+)"', answer.text)
    assert newest
    focal.post(LAW, {"asked": "how_many", "r-how_many": newest[1], "q-how_many": "3"})
    assert kept(app)["how_many"] == 3


def test_items_are_added_moved_removed_and_put_back_with_their_answers(app: Flask, focal: Browser) -> None:
    for name in ("First", "Second"):
        fill(focal, ACTS, item="add:acts")
        item = kept(app)["acts"][-1]
        fill(focal, ACTS, **{f"acts/{item}/act_name": name})
    one, two = kept(app)["acts"]
    given = {f"acts/{one}/act_name": "First", f"acts/{two}/act_name": "Second"}
    fill(focal, ACTS, item=f"up:acts/{two}", **given)
    assert kept(app)["acts"] == [two, one]
    fill(focal, ACTS, item=f"remove:acts/{one}", **given)
    assert kept(app)["acts"] == [two]
    assert "First" not in focal.get(ACTS).text
    assert kept(app)[f"acts/{one}/act_name"] == "First"
    fill(focal, ACTS, item=f"back:acts/{one}", **{f"acts/{two}/act_name": "Second"})
    assert 'value="First"' in focal.get(ACTS).text
    for _ in range(3):
        fill(focal, ACTS, item="add:acts", **given)
    assert len(kept(app)["acts"]) == 3, "no more items than the definition allows"
    assert focal.post(ACTS, {"item": "add:nothing"}).status_code == 400
    assert focal.post(ACTS, {"item": "explode:acts"}).status_code == 400


def test_a_ranking_is_made_of_ranks_and_ties_are_refused(app: Flask, focal: Browser) -> None:
    assert fill(focal, **{"order.x": "2", "order.y": "1"}).status_code == 303
    assert kept(app)["order"] == ["y", "x"]
    tie = fill(focal, **{"order.x": "1", "order.y": "1"})
    assert tie.status_code == 422
    assert "rank 1" in tie.text
    assert kept(app)["order"] == ["y", "x"]


def test_an_autosave_answers_with_its_field_and_what_else_changed(app: Flask, focal: Browser) -> None:
    answer = focal.post(LAW + "/answer", {"only": "has_law", "asked": "has_law", "q-has_law": "yes", "r-has_law": "0"})
    assert answer.status_code == 200
    assert "Saved at" in answer.text
    assert 'id="item-law_name"' in answer.text and 'name="q-law_name"' in answer.text
    assert 'id="item-how_many"' not in answer.text, (
        "what did not change is not drawn anew: somebody may be typing there"
    )
    assert re.search(r'id="revision-has_law"[^>]*value="1"', answer.text)
    wrong = focal.post(LAW + "/answer", {"only": "areas", "asked": "areas", "q-areas": "b"})
    assert "Describe what you mean" in wrong.text and "Saved at" not in wrong.text
    assert kept(app) == {"has_law": "yes"}


def test_a_reply_is_read_back_confirmed_and_submitted_once(app: Flask, focal: Browser) -> None:
    review = focal.get("/reply/trial/review").text
    assert 'href="/reply/trial/law#item-has_law"' in review
    assert "Submit the reply" not in review
    assert submit(focal).status_code == 422
    fill(focal, has_law="no", how_many="2")
    unconfirmed = focal.post("/reply/trial/submit")
    assert unconfirmed.status_code == 422
    assert "Confirm that this is the official reply" in unconfirmed.text
    assert submit(focal).location.endswith("/thanks")
    with app.app_context():
        reference = responses.load(1).reference
    assert reference and reference in focal.get("/reply/trial/thanks").text
    assert focal.get(LAW).location.endswith("/review")
    late = focal.post(LAW, {"asked": "how_many", "q-how_many": "9"})
    assert late.status_code == 303 and kept(app)["how_many"] == 2
    again = submit(focal)
    assert again.status_code == 303
    with app.app_context():
        assert [done.reference for done in submissions.submissions(1)] == [reference]


def test_a_section_that_does_not_exist_and_a_round_of_others_are_alike(focal: Browser) -> None:
    assert focal.get("/reply/trial/nowhere").status_code == 404
    assert focal.get("/reply/elsewhere").status_code == 404


def test_after_the_deadline_all_can_be_read_and_nothing_changed(app: Flask, focal: Browser) -> None:
    fill(focal, has_law="no")
    with app.app_context(), writing() as connection:
        connection.execute(update(Round).values(closes=utc_now()))
    assert focal.get(LAW).location.endswith("/review")
    focal.post(LAW, {"asked": "has_law", "q-has_law": "yes"})
    assert kept(app) == {"has_law": "no"}
    assert "not open for answers" in focal.get("/reply/trial").text


def test_a_recommended_question_may_be_left_open_with_a_reason(app: Flask, focal: Browser) -> None:
    assert "still open" in focal.get("/reply/trial/review").text
    fill(focal, **{"has_law": "no", "d-remarks": "later"})
    assert kept(app) == {"has_law": "no"}
    review = focal.get("/reply/trial/review").text
    assert "Left open: Will be answered later" in review
    assert "Recommended answers that are still open" not in review
    assert re.search(r'value="later" selected', focal.get(LAW).text)
    fill(focal, **{"has_law": "no", "remarks": "Now it is known.", "d-remarks": "later"})
    with app.app_context():
        stored = responses.load(1).answers["remarks"]
    assert (stored.value, stored.declined) == ("Now it is known.", None), "an answer takes the place of the reason"


def test_a_reason_where_none_is_offered_is_forged(app: Flask, focal: Browser) -> None:
    for name, reason in (("how_many", "later"), ("has_law", "later"), ("remarks", "no_wish")):
        assert focal.post(LAW, {"asked": name, f"d-{name}": reason}).status_code == 400
    assert kept(app) == {}


def test_a_state_sets_who_sees_an_answer_within_what_the_question_allows(app: Flask, focal: Browser) -> None:
    page = focal.get(LAW).text
    offered = re.findall(r"<option value=\"(\w+)\"", page.split('name="h-how_many"')[1].split("</select>")[0])
    assert offered == ["states_parties", "co_chairs", "secretariat"]
    fill(focal, **{"how_many": "2", "h-how_many": "secretariat"})
    with app.app_context():
        assert responses.load(1).answers["how_many"].handling == "secretariat"
    assert "Seen by the secretariat only" in focal.get("/reply/trial/review").text
    assert focal.post(LAW, {"asked": "how_many", "q-how_many": "3", "h-how_many": "public"}).status_code == 400
    assert focal.post(LAW, {"asked": "how_many", "q-how_many": "3", "h-how_many": "everyone"}).status_code == 400
    assert kept(app)["how_many"] == 2
    fill(focal, **{"how_many": "2", "h-how_many": "states_parties"})
    with app.app_context():
        assert responses.load(1).answers["how_many"].handling == "states_parties"


def test_the_history_of_an_answer_tells_who_when_from_where_and_what(app: Flask, focal: Browser) -> None:
    fill(focal, how_many="1")
    focal.post(LAW + "/answer", {"only": "how_many", "asked": "how_many", "q-how_many": "2", "r-how_many": "1"})
    fill(focal, **{"how_many": "2", "h-how_many": "co_chairs"})
    assert 'href="/reply/trial/law/history/how_many"' in focal.get(LAW).text
    text = re.sub(r"\s+", " ", re.sub("<[^>]+>", " ", focal.get(LAW + "/history/how_many").text))
    assert "A focal_point" in text
    assert "saved at once" in text and "with the Save button" in text
    assert re.search("Before 1 After 2", text) and re.search("Before No answer After 1", text)
    assert "Seen by the co-chairs and the secretariat" in text
    for nothing in ("law_name", "nope", "acts/abcdef/act_name"):
        assert focal.get(f"{LAW}/history/{nothing}").status_code == 404


def test_a_follow_up_that_gives_a_restricted_answer_away_is_named_and_restricted_on_request(
    app: Flask, focal: Browser
) -> None:
    fill(focal, has_law="yes", **{"h-has_law": "secretariat"})
    fill(focal, has_law="yes", law_name="Act 5", **{"h-has_law": "secretariat"})
    for page in (LAW, "/reply/trial/review"):
        shown = html.fromstring(focal.get(page).text).get_element_by_id("giving-away").getparent().text_content()
        assert "What is it called?" in shown and "Is there a law?" in shown and "secretariat only" in shown
    assert focal.post("/reply/trial/review/restrict").status_code == 303
    with app.app_context():
        state = responses.load(1)
        assert state.handling("law_name") == "secretariat" and state.values["law_name"] == "Act 5"
        assert [row.value for row in revisions.history(1, "law_name")] == ["Act 5", "Act 5"], "a revision says so"
    assert "giving-away" not in focal.get("/reply/trial/review").text
    assert focal.post("/reply/trial/review/restrict").status_code == 303, "nothing is left to do"
