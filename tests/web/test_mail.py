"""Letters through a real mail server: each once, later when it cannot be now, never for an address that is refused."""

from __future__ import annotations

import datetime
from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from flask import Flask

from surveyapp.mail import delivery
from surveyapp.mail.settings import MailSettings
from surveyapp.mail.unsubscribe import unsubscribe_link
from surveyapp.storage.columns import utc_now
from surveyapp.storage.mail import outbox
from surveyapp.storage.models import OutboxMessage
from surveyapp.storage.people import accounts
from surveyapp.storage.transactions import reading, writing
from tests.world.smtp_server import Mailbox, mail_server
from tests.world.web_client import Browser


@pytest.fixture
def mailbox(app: Flask) -> Iterator[Mailbox]:
    with mail_server() as made:
        app.config["MAIL_SERVER"] = made.address
        yield made


def deliver(app: Flask) -> int:
    with app.app_context():
        return delivery.deliver(MailSettings.of(app.config, app.instance_path))


def enqueue(app: Flask, to: str, **more: object) -> int:
    with app.app_context():
        found = outbox.enqueue(to, "Une invitation — 邀请", "Dear colleague,\n\nhttps://x/sign-in/TOKEN\n", **more)  # type: ignore[arg-type]
    assert found is not None
    return found


def attempts(app: Flask, letter: int) -> list[tuple[str, str]]:
    with app.app_context():
        return [(outcome, detail) for _, outcome, detail in outbox.attempts(letter)]


def test_a_letter_arrives_once_with_its_own_id(app: Flask, mailbox: Mailbox) -> None:
    for to in ("a@example.org", "b@example.org"):
        enqueue(app, to)
    assert deliver(app) == 2 and deliver(app) == 0
    assert [str(m["To"]) for m in mailbox.messages] == ["a@example.org", "b@example.org"]
    assert str(mailbox.messages[0]["Subject"]) == "Une invitation — 邀请"
    assert len({str(m["Message-ID"]) for m in mailbox.messages}) == 2


def test_the_links_token_is_struck_out_once_the_letter_is_gone(app: Flask, mailbox: Mailbox) -> None:
    letter = enqueue(app, "a@example.org", secret="TOKEN")
    deliver(app)
    assert "sign-in/TOKEN" in mailbox.messages[0].get_content()
    with app.app_context(), reading() as connection:
        row = connection.execute(sa.select(OutboxMessage).where(OutboxMessage.id == letter)).one()
    assert "TOKEN" not in str(tuple(row))


def test_an_address_that_is_refused_is_given_up_and_listed(app: Flask, mailbox: Mailbox) -> None:
    mailbox.answers["gone@example.org"] = "550 No such user"
    gone, other = enqueue(app, "gone@example.org"), enqueue(app, "there@example.org")
    assert deliver(app) == 1
    assert attempts(app, gone) == [("refused", "550 No such user")] and attempts(app, other) == [("sent", "")]
    with app.app_context():
        assert [one.recipient for one in outbox.letters(failed=True)] == ["gone@example.org"]


def test_a_busy_server_is_asked_again_later_and_ever_later_and_given_up_in_the_end(
    app: Flask, mailbox: Mailbox
) -> None:
    mailbox.answers["full@example.org"] = "452 Mailbox full"
    letter = enqueue(app, "full@example.org")
    for minutes in outbox.BACKOFF:
        assert deliver(app) == 0
        with app.app_context(), writing() as connection:
            after = connection.scalar(sa.select(OutboxMessage.next_at)) or utc_now()
            waits = (after - utc_now()).total_seconds() / 60
            assert minutes - 0.5 < waits <= minutes
            connection.execute(sa.update(OutboxMessage).values(next_at=utc_now()))
    assert deliver(app) == 0
    assert attempts(app, letter) == [("deferred", "452 Mailbox full")] * (len(outbox.BACKOFF) + 1)
    with app.app_context():
        (given_up,) = outbox.letters(failed=True)
    assert given_up.attempts == len(outbox.BACKOFF) + 1


def test_a_server_that_is_not_there_loses_nothing(app: Flask) -> None:
    app.config["MAIL_SERVER"] = "smtp://127.0.0.1:1"
    letter = enqueue(app, "a@example.org")
    assert deliver(app) == 0
    assert attempts(app, letter)[0][0] == "deferred"


def test_a_password_is_not_sent_in_the_open(app: Flask, mailbox: Mailbox) -> None:
    app.config["MAIL_SERVER"] = f"smtp://user:secret@127.0.0.1:{mailbox.port}"
    letter = enqueue(app, "a@example.org")
    assert deliver(app) == 0
    assert attempts(app, letter) == [("deferred", "the server offers no encryption: the password was not sent")]


def test_what_is_to_be_sent_once_is_queued_once(app: Flask) -> None:
    with app.app_context():
        assert outbox.enqueue("a@example.org", "S", "B", key="reminder:1:2") is not None
        assert outbox.enqueue("a@example.org", "S", "B", key="reminder:1:2") is None


def test_a_letter_whose_worker_died_is_sent_again_under_the_same_id(app: Flask, mailbox: Mailbox) -> None:
    enqueue(app, "a@example.org")
    with app.app_context():
        taken = outbox._claim(outbox.LEASE)
        assert taken is not None
        assert outbox._claim(outbox.LEASE) is None, "somebody is at it"
        with writing() as connection:
            connection.execute(sa.update(OutboxMessage).values(claimed_until=utc_now() - datetime.timedelta(seconds=1)))
    assert deliver(app) == 1
    assert str(mailbox.messages[0]["Message-ID"]) == taken.message_id


def test_reminders_can_be_stopped_by_one_press_without_signing_in(
    app: Flask, mailbox: Mailbox, visitor: Browser, people: dict[str, int]
) -> None:
    enqueue(app, "focal_point@example.org", kind="reminder", person_id=people["focal_point"])
    deliver(app)
    header = str(mailbox.messages[0]["List-Unsubscribe"]).strip(" <>")
    assert header == unsubscribe_link(people["focal_point"], MailSettings.of(app.config, app.instance_path))
    path = header.partition("//")[2].partition("/")[2]
    assert visitor.get(f"/{path}").status_code == 200
    with app.app_context():
        assert accounts.wants_reminders(people["focal_point"]), "a scanner that fetches links changes nothing"
    # as a mail program sends it by itself: no cookie, no token
    assert app.test_client().post(f"/{path}", data={"List-Unsubscribe": "One-Click"}).status_code == 200
    with app.app_context():
        assert not accounts.wants_reminders(people["focal_point"])
    assert visitor.post(f"/{path}", {"wanted": "yes"}).status_code == 200
    with app.app_context():
        assert accounts.wants_reminders(people["focal_point"])
    assert visitor.get("/reminders/forged").status_code == 404
