"""Letters through a real mail server: each once, later when it cannot be now, never for an address that is refused."""

from __future__ import annotations

import datetime
import html
from collections.abc import Callable, Iterator

import pytest
import sqlalchemy as sa
from flask import Flask

from surveyapp.mail import delivery
from surveyapp.mail.settings import MailSettings
from surveyapp.mail.smtp import NO_PASSWORD_IN_THE_OPEN
from surveyapp.mail.unsubscribe import unsubscribe_link
from surveyapp.storage.columns import utc_now
from surveyapp.storage.mail import outbox, resending, server_trouble
from surveyapp.storage.models import OutboxMessage, Person
from surveyapp.storage.people import accounts
from surveyapp.storage.transactions import reading, writing
from tests.world.letters import text_of
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
    assert "sign-in/TOKEN" in text_of(mailbox.messages[0])
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
    assert attempts(app, letter) == [], "no letter is blamed for it"
    with app.app_context():
        trouble = server_trouble.current_trouble()
        assert trouble is not None and "ConnectionRefusedError" in trouble.detail


def test_a_password_is_not_sent_in_the_open(app: Flask, mailbox: Mailbox) -> None:
    app.config["MAIL_SERVER"] = f"smtp://user:secret@127.0.0.1:{mailbox.port}"
    letter = enqueue(app, "a@example.org")
    assert deliver(app) == 0
    assert attempts(app, letter) == []
    with app.app_context():
        trouble = server_trouble.current_trouble()
    assert trouble is not None and trouble.detail == NO_PASSWORD_IN_THE_OPEN


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
    assert str(mailbox.messages[0]["Message-ID"]) == taken.message_id.replace("@surveyapp>", "@127.0.0.1>")


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


REFUSALS_OF_OURS = {
    "connect": "554 5.7.1 Your network is listed",
    "mail": "553 5.7.1 Sender address rejected: not owned",
    "recipient": "530 5.7.0 Must issue a STARTTLS command first",
}


@pytest.mark.parametrize("where", REFUSALS_OF_OURS)
def test_a_refusal_of_the_server_or_the_sender_blames_no_letter_and_defers_all(
    app: Flask, mailbox: Mailbox, signed_in: Callable[[str], Browser], where: str
) -> None:
    words = REFUSALS_OF_OURS[where]
    mailbox.refuses[where] = words
    letters = [enqueue(app, f"{name}@example.org") for name in "abc"]
    assert deliver(app) == 0 and deliver(app) == 0
    assert [attempts(app, letter) for letter in letters] == [[], [], []]
    office = signed_in("secretariat")
    assert words in html.unescape(office.get("/?lang=en").text), "the secretariat's first page has the server's words"
    assert words not in html.unescape(signed_in("co_chair").get("/").text)
    mailbox.refuses.clear()
    assert office.post("/secretariat/letters/again", {"do": "server"}).status_code == 303
    assert deliver(app) == 3
    assert "does not accept letters" not in office.get("/").text


def test_a_letter_that_cannot_be_sent_is_set_aside_and_the_others_go(app: Flask, mailbox: Mailbox) -> None:
    poisoned = [enqueue(app, "x@"), enqueue(app, "a@example.org")]
    with app.app_context(), writing() as connection:
        broken = (
            sa.update(OutboxMessage).where(OutboxMessage.id == poisoned[1]).values(subject="a\r\nBcc: all@example.org")
        )
        connection.execute(broken)
    there = enqueue(app, "there@example.org")
    assert deliver(app) == 1 and deliver(app) == 0
    assert attempts(app, there) == [("sent", "")]
    assert {attempts(app, letter)[0][0] for letter in poisoned} == {"refused"}


def test_an_address_that_was_refused_is_not_written_to_again_until_somebody_has_it_sent(
    app: Flask, mailbox: Mailbox, signed_in: Callable[[str], Browser], people: dict[str, int]
) -> None:
    office = signed_in("secretariat")
    mailbox.answers["focal_point@example.org"] = "550 5.1.1 No such user"
    first = enqueue(app, "focal_point@example.org", person_id=people["focal_point"], kind="invitation", secret="TOKEN")
    deliver(app)
    second = enqueue(app, "focal_point@example.org", person_id=people["focal_point"])
    deliver(app)
    assert attempts(app, second) == [("refused", outbox.ADDRESS_IS_DEAD)]
    assert [detail for _, detail in attempts(app, first)] == ["550 5.1.1 No such user"], "and the server was not asked"
    with app.app_context(), writing() as connection:
        connection.execute(sa.update(Person).where(Person.id == people["focal_point"]).values(email="new@example.org"))
    assert office.post("/secretariat/letters/again", {"do": "all"}).status_code == 303
    assert deliver(app) == 2
    assert {str(message["To"]) for message in mailbox.messages} == {"new@example.org"}
    link = next(
        text for message in mailbox.messages if "/sign-in/" in (text := text_of(message)) and "TOKEN" not in text
    )
    assert "/sign-in/…" not in link, "the link is a new one"
    with app.app_context():
        assert not resending.is_dead("new@example.org")


def test_a_letter_says_who_writes_and_where_answers_are_read(app: Flask, mailbox: Mailbox) -> None:
    app.config["MAIL_FROM"] = "questionnaires@treaty.example"
    app.config["MAIL_FROM_NAMES"] = {"ar": "أمانة المعاهدة", "en": "Secretariat of the Treaty"}
    app.config["MAIL_REPLY_TO"] = "secretariat@treaty.example"
    enqueue(app, "a@example.org", language="ar", kind="reminder", person_id=None)
    deliver(app)
    [message] = mailbox.messages
    assert message["From"].addresses[0].display_name == "أمانة المعاهدة"
    assert str(message["Reply-To"]) == "secretariat@treaty.example"
    assert str(message["Message-ID"]).endswith("@treaty.example>")
    assert text_of(message).rstrip().endswith("-- \nأمانة المعاهدة\nsecretariat@treaty.example")
    part = message.get_body(("html",))
    assert (
        part is not None
        and 'dir="rtl"' in part.get_content()
        and 'href="https://x/sign-in/TOKEN"' in part.get_content()
    )


def test_the_address_that_stops_reminders_is_one_line_however_long(
    app: Flask, mailbox: Mailbox, people: dict[str, int]
) -> None:
    app.config["BASE_URL"] = "https://questionnaires.of-a-working-group-with-a-long-name.treaty.example"
    enqueue(app, "a@example.org", kind="reminder", person_id=people["focal_point"])
    deliver(app)
    [line] = [line for line in mailbox.raw[0].splitlines() if line.startswith(b"List-Unsubscribe:")]
    assert line.startswith(b"List-Unsubscribe: <https://questionnaires.") and line.endswith(b">")
