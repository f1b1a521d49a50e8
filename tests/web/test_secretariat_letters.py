"""Invitations and reminders: to whom, in which words, once."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask import Flask

from surveyapp.storage.columns import utc_now
from surveyapp.storage.mail import outbox, round_letters
from surveyapp.storage.models import OutboxMessage, Reminder
from surveyapp.storage.people import accounts, tokens
from surveyapp.storage.replies import responses, saving
from surveyapp.storage.replies.answers import Change
from surveyapp.storage.rounds import invitations
from surveyapp.storage.transactions import reading, writing
from tests.world.letters import text_of
from tests.world.secretariat import the_round, work
from tests.world.smtp_server import Mailbox
from tests.world.web_client import Browser


def test_each_is_invited_once_in_their_own_language_by_a_link_of_their_own(
    app: Flask, opened: Browser, mailbox: Mailbox
) -> None:
    for _ in range(2):
        assert opened.post("/secretariat/rounds/trial/invitations").status_code == 303
        work(app)
    letters = {str(m["To"]): m for m in mailbox.messages}
    assert len(mailbox.messages) == len(letters) == 3
    ann, bo = letters["ann@a.example"], letters["bo@a.example"]
    assert str(ann["Subject"]) == "Questionnaire : Essai" and "Alande" in text_of(ann)
    assert str(bo["Subject"]) == "Questionnaire: Trial" and "31 December 2099" in text_of(bo)
    links = {text_of(m).split("/sign-in/")[1].split()[0] for m in mailbox.messages}
    assert len(links) == 3
    with app.app_context():
        for link in links:
            found = tokens.look_up(link)
            assert found is not None and found.purpose == "invitation"


def test_the_secretariat_writes_its_own_letter_and_looks_at_it_first(
    app: Flask, opened: Browser, mailbox: Mailbox
) -> None:
    own = {
        "kind": "invitation",
        "in_language": "en",
        "subject": "To {state}",
        "body": "Hello {name} of {state}: {link}",
    }
    looked = opened.post("/secretariat/rounds/trial/letters", own | {"do": "preview", "to": "XAA"})
    assert "To Aland" in looked.text and "/sign-in/…" in looked.text
    assert opened.post("/secretariat/rounds/trial/letters", own | {"do": "save"}).status_code == 303
    opened.post("/secretariat/rounds/trial/invitations")
    work(app)
    (bo,) = [m for m in mailbox.messages if str(m["To"]) == "bo@a.example"]
    assert str(bo["Subject"]) == "To Aland" and text_of(bo).startswith("Hello Bo Aa of Aland: http")
    assert opened.post("/secretariat/rounds/trial/letters", own | {"do": "house"}).status_code == 303
    with app.app_context():
        assert round_letters.wordings(the_round().id) == {}


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"body": "No way in"}, "Leave the link in"),
        ({"body": "{link} {nmae}"}, "is no field"),
        ({"subject": ""}, "Write something"),
    ],
)
def test_a_letter_that_would_not_do_is_not_saved(opened: Browser, changed: dict[str, str], told: str) -> None:
    own = {"kind": "invitation", "in_language": "en", "subject": "S", "body": "{link}", "do": "save"} | changed
    answer = opened.post("/secretariat/rounds/trial/letters?lang=en", own)
    assert answer.status_code == 422 and told in answer.text


def test_a_name_with_braces_is_no_field(app: Flask, registered: Browser, opened: Browser, mailbox: Mailbox) -> None:
    with app.app_context():
        ann = accounts.person_by_email("ann@a.example")
        assert ann is not None
        accounts.update_person(ann.id, name="{link} Ann")
    opened.post("/secretariat/rounds/trial/invitations")
    work(app)
    (letter,) = [m for m in mailbox.messages if str(m["To"]) == "ann@a.example"]
    assert text_of(letter).count("/sign-in/") == 1 and "{link} Ann" in text_of(letter)


def test_a_reminder_goes_to_the_silent_alone_once_and_not_to_who_wants_none(
    app: Flask, opened: Browser, mailbox: Mailbox
) -> None:
    with app.app_context():
        france = next(row for row in invitations.responses_of(the_round().id) if row.participant_code == "FRA")
        responses.mark_opened(france.id)
        bo = accounts.person_by_email("bo@a.example")
        assert bo is not None
        accounts.set_reminders(bo.id, False)
    day = utc_now().date().isoformat()
    assert opened.post("/secretariat/rounds/trial/reminders", {"whom": "not_opened", "day": day}).status_code == 303
    for _ in range(2):
        work(app)
    assert [str(m["To"]) for m in mailbox.messages] == ["ann@a.example"]
    assert "reminders/" in text_of(mailbox.messages[0]) and mailbox.messages[0]["List-Unsubscribe"]
    page = opened.get("/secretariat/rounds/trial/letters?lang=en").text
    assert "1 letter sent" in page


def test_a_reminder_waits_for_its_day_and_is_not_sent_once_cancelled_or_closed(
    app: Flask, opened: Browser, mailbox: Mailbox
) -> None:
    for _ in range(2):
        opened.post("/secretariat/rounds/trial/reminders", {"whom": "silent", "day": "2099-01-01"})
    work(app)
    assert mailbox.messages == []
    with app.app_context():
        first, second = round_letters.reminders(the_round().id)
    opened.post("/secretariat/rounds/trial/reminders", {"cancel": str(first.id)})
    opened.post("/secretariat/rounds/trial", {"do": "close"})
    with app.app_context(), writing() as connection:
        connection.execute(sa.update(Reminder).values(due_at=utc_now()))
    work(app)
    assert mailbox.messages == []
    with app.app_context():
        gone = {one.id: one for one in round_letters.reminders(the_round().id)}
    assert gone[first.id].sent_at is None and gone[second.id].letters == 0


def test_who_lacks_required_answers_is_known(app: Flask, opened: Browser) -> None:
    with app.app_context():
        found = the_round()
        row = next(row for row in invitations.responses_of(found.id) if row.participant_code == "XAA")
        assert round_letters.recipients(found.id, "incomplete") == []
        saving.save_answers(row.id, {"remarks": Change("x")}, by=None, channel="page", language="en")
        assert {one.email for one in round_letters.recipients(found.id, "incomplete")} == {
            "ann@a.example",
            "bo@a.example",
        }


def test_letters_that_did_not_arrive_are_listed_with_what_the_server_said(
    app: Flask, opened: Browser, mailbox: Mailbox
) -> None:
    mailbox.answers["bo@a.example"] = "550 5.1.1 No such user here"
    opened.post("/secretariat/rounds/trial/invitations")
    work(app)
    page = opened.get("/secretariat/letters?lang=en").text
    assert "bo@a.example" in page and "No such user here" in page and "ann@a.example" not in page
    with app.app_context(), reading() as connection:
        assert connection.scalar(sa.select(sa.func.count()).select_from(OutboxMessage)) == len(outbox.letters())
