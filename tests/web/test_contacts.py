"""Contacts: their days, those that want looking after, letters that come back, people who are forgotten."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from email.message import EmailMessage
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText

import pytest
import sqlalchemy as sa
from click.testing import CliRunner
from flask import Flask

from surveyapp import cli
from surveyapp.cli import worker_tasks
from surveyapp.mail.delivery import as_message
from surveyapp.mail.settings import MailSettings
from surveyapp.storage.audit import audit_log
from surveyapp.storage.columns import utc_now
from surveyapp.storage.mail import bounces, outbox
from surveyapp.storage.models import OutboxMessage, Person, RateLimit, SignInSession
from surveyapp.storage.people import accounts, browsers, contacts, handovers, rate_limits, tokens
from surveyapp.storage.replies import delegations, responses, saving, submissions
from surveyapp.storage.replies.answers import Change
from surveyapp.storage.rounds import invitations, participants
from surveyapp.storage.transactions import reading, writing
from tests.world.secretariat import bring, take
from tests.world.web_client import Browser

TODAY = datetime.date(2026, 11, 24)


@pytest.fixture
def office(signed_in: Callable[[str], Browser]) -> Browser:
    browser = signed_in("secretariat")
    browser.get("/?lang=en")
    return browser


def day(days: int) -> str:
    return (utc_now().date() + datetime.timedelta(days=days)).isoformat()


@pytest.mark.parametrize(("start", "end", "opens"), [("", "", True), (day(-9), day(0), True), ("", day(-1), False), (day(1), "", False)])  # fmt: skip
def test_a_focal_point_answers_within_their_days_alone(
    app: Flask,
    people: dict[str, int],
    focal: Browser,
    office: Browser,
    start: str,
    end: str,
    opens: bool,
) -> None:
    form = {"position": "Director for Disarmament", "valid_from": start, "valid_until": end}
    assert office.post(f"/secretariat/participants/FRA/contacts/{people['focal_point']}", form).status_code == 303
    assert (focal.get("/reply/trial/law").status_code == 200) == opens
    with app.app_context():
        assert (len(handovers.focal_points()) == 1) == opens
    assert "Director for Disarmament" in office.get("/secretariat/participants/FRA").text


@pytest.mark.parametrize("form", [{"valid_from": "no day"}, {"valid_from": "2026-02-01", "valid_until": "2026-01-01"}, {"position": "x" * 201}])  # fmt: skip
def test_days_that_cannot_be_are_told(
    app: Flask,
    people: dict[str, int],
    office: Browser,
    form: dict[str, str],
) -> None:
    address = f"/secretariat/participants/FRA/contacts/{people['focal_point']}"
    assert office.post(address, form).status_code == 303
    assert "alert-danger" in office.get("/secretariat/participants/FRA").text
    with app.app_context():
        [one] = handovers.focal_points()
        assert (one.position, one.valid_from, one.valid_until) == ("", None, None)
    assert office.post("/secretariat/participants/FRA/contacts/999", {}).status_code == 404


def test_the_register_takes_positions_and_days_in_and_out(app: Flask, office: Browser) -> None:
    head = "code,kind,name_en,region,contact_name,contact_email,contact_position,contact_from,contact_until\n"
    wrong = head + "XAA,state,Aland,europe,Ann,ann@a.example,Head of unit,2026-05-01,2026-04-01\n"
    assert "The last day lies before the first." in bring(office, wrong.encode()).text
    right = wrong.replace("2026-04-01", "2999-04-30")
    assert take(office, bring(office, right.encode())).status_code == 303
    text = office.get("/secretariat/participants/file?form=csv").text
    assert "Head of unit,2026-05-01,2999-04-30" in text
    again = bring(office, text.encode())
    assert again.status_code == 200 and take(office, again).status_code == 303
    assert office.get("/secretariat/participants/file?form=csv").text == text


def test_contacts_that_want_looking_after_are_listed_with_the_reason(
    app: Flask, people: dict[str, int], office: Browser
) -> None:
    now = utc_now()
    with app.app_context():
        ids = {}
        for code in ("never", "long", "ended", "ending", "fine", "returned"):
            one = participants.add_participant(kind="organisation", code=f"org-{code}", names={"en": code})
            ids[code] = accounts.create_person(f"Person {code}", f"{code}@org.example")
            accounts.grant_role(ids[code], "focal_point", one)
            until = {
                "ended": now.date() - datetime.timedelta(days=2),
                "ending": now.date() + datetime.timedelta(days=9),
            }
            handovers.describe_focal_point(
                one, ids[code], position="", valid_from=None, valid_until=until.get(code), by=None
            )
        for code in ("long", "fine", "ended", "ending"):
            browsers.sign_in(ids[code])
        outbox.enqueue("never@org.example", "Invitation", "Come", kind="invitation", person_id=ids["never"])
        outbox.enqueue("returned@org.example", "Invitation", "Come", kind="invitation", person_id=ids["returned"])
        with writing() as connection:
            long_ago = now - datetime.timedelta(days=400)
            seen = sa.update(SignInSession).where(SignInSession.person_id == ids["long"])
            connection.execute(seen.values(last_seen_at=long_ago, created_at=long_ago))
            sent = sa.update(OutboxMessage).where(OutboxMessage.person_id == ids["never"])
            connection.execute(sent.values(created_at=now - datetime.timedelta(days=31)))
            failed = sa.update(OutboxMessage).where(OutboxMessage.person_id == ids["returned"])
            connection.execute(failed.values(given_up_at=now))
        found = {one.holder.name.removeprefix("Person "): one.why for one in contacts.requiring_attention(now.date())}
    assert found == {"never": "never", "long": "long", "ended": "ended", "ending": "ending", "returned": "returned"}
    page = office.get("/secretariat/letters").text
    assert "Not signed in for a year" in page and "Person fine" not in page


def test_a_participant_whom_nobody_answers_for_is_listed(app: Flask, office: Browser, focal: Browser) -> None:
    with app.app_context():
        one = participants.add_participant(kind="organisation", code="alone", names={"en": "Nobody answers here"})
        invitations.invite(1, [one])
    assert "Nobody answers here" in office.get("/secretariat/letters").text.partition("nobody answers for them")[2]


def report(letter: EmailMessage, action: str = "failed", whole: bool = True) -> bytes:
    """As Postfix writes it (RFC 3464)."""
    made = MIMEMultipart("report", **{"report-type": "delivery-status"})
    made["From"], made["To"], made["Subject"] = "MAILER-DAEMON@mx.example", "questionnaires@localhost", "Undelivered"
    made.attach(MIMEText("This is the mail system at host mx.example. I'm sorry to have to inform you …"))
    status = (
        "Reporting-MTA: dns; mx.example\r\n\r\n"
        f"Final-Recipient: rfc822; {letter['To']}\r\nAction: {action}\r\nStatus: 5.1.1\r\n"
        f"Diagnostic-Code: smtp; 550 5.1.1 <{letter['To']}>: user unknown\r\n"
    )
    content = made.as_bytes().rstrip()
    boundary = made.get_boundary()
    assert boundary is not None
    end = f"--{boundary}--".encode()
    head = "\r\n".join(f"{name}: {value}" for name, value in letter.items())
    returned = ("message/rfc822", letter.as_string()) if whole else ("text/rfc822-headers", head + "\r\n")
    parts = [("message/delivery-status", status), returned]
    text = b"".join(f"--{boundary}\nContent-Type: {kind}\n\n{body}\n".encode() for kind, body in parts)
    return content.removesuffix(end) + text + end + b"\n"


@pytest.mark.parametrize("whole", [True, False])
def test_a_letter_that_comes_back_is_noted_at_its_contact(
    app: Flask, people: dict[str, int], office: Browser, whole: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken: list[outbox.Letter] = []
    with app.app_context():
        number = outbox.enqueue(
            "focal_point@example.org", "Invitation", "Come", kind="invitation", person_id=people["focal_point"]
        )
        assert number is not None
        outbox.deliver_due(taken.append)
        content = report(as_message(taken[0], MailSettings.of(app.config, app.instance_path)), whole=whole)
    monkeypatch.setattr(cli.secretariat, "the_app", lambda: app)
    for _ in range(2):  # a report may come twice
        done = CliRunner().invoke(cli.main, ["take-bounce"], input=content)
        assert done.output == "Came back: focal_point@example.org\n"
    with app.app_context():
        assert [outcome for _at, outcome, _said in outbox.attempts(number)] == ["sent", "returned"]
        assert "focal_point@" not in str(outbox.attempts(number)), "what is kept for good names nobody"
        assert [event.kind for event in audit_log.search()].count("letter-came-back") == 1
        assert [one.why for one in contacts.requiring_attention(utc_now().date())] == ["returned"]
    assert "user unknown" in office.get("/secretariat/letters").text


def test_what_is_no_report_of_ours_is_refused(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    stranger = EmailMessage()
    stranger["To"], stranger["Message-ID"] = "x@example.org", f"<{'0' * 32}@surveyapp>"
    stranger.set_content("Hello")
    with app.app_context():
        for content in (b"", b"\xff\x00", bytes(stranger), report(stranger), report(stranger, "delayed")):
            with pytest.raises(bounces.NotABounce):
                bounces.record_bounce(content)
    monkeypatch.setattr(cli.secretariat, "the_app", lambda: app)
    told = CliRunner().invoke(cli.main, ["take-bounce"], input=b"Subject: hello\n\nhello")
    assert told.exit_code == 1 and "Nothing was noted" in told.output


def aged(app: Flask, person: int, days: int) -> None:
    then = utc_now() - datetime.timedelta(days=days)
    with app.app_context(), writing() as connection:
        connection.execute(sa.update(Person).where(Person.id == person).values(created_at=then))
        connection.execute(sa.update(OutboxMessage).where(OutboxMessage.person_id == person).values(created_at=then))
        seen = sa.update(SignInSession).where(SignInSession.person_id == person)
        connection.execute(seen.values(created_at=then, last_seen_at=then))


def test_the_worker_forgets_counts_of_tries_that_no_limit_looks_at(app: Flask) -> None:
    with app.app_context():
        rate_limits.allow("documents 1", 1, datetime.timedelta(days=1))
        with writing() as connection:
            connection.execute(sa.update(RateLimit).values(window_start=utc_now() - datetime.timedelta(days=4)))
        rate_limits.allow("documents 1", 1, datetime.timedelta(days=1))
        app.extensions["forgotten_at"] = -worker_tasks.FORGETTING_INTERVAL_SECONDS
        worker_tasks.turn(app)
        assert not rate_limits.allow("documents 1", 1, datetime.timedelta(days=1)), "today's count stays"
        with reading() as connection:
            assert len(connection.execute(sa.select(RateLimit.window_start)).all()) == 1


def test_who_has_no_task_left_is_forgotten_and_what_they_answered_stays(
    app: Flask,
    people: dict[str, int],
    focal: Browser,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with app.app_context():
        said = {"remarks": Change("The State's word")}
        saving.save_answers(1, said, by=people["focal_point"], channel="page", language="en")
        outbox.enqueue("focal_point@example.org", "Dear A", "Dear A focal_point", person_id=people["focal_point"])
        tokens.issue(people["focal_point"], "invitation")
        outbox.deliver_due(lambda _letter: None)
        successor = accounts.create_person("Successor", "new@example.org")
        [held] = handovers.focal_points()
        handovers.hand_over(held.participant_id, leaving=people["focal_point"], successor=successor, by=successor)
    aged(app, people["focal_point"], 700)
    with app.app_context():
        assert contacts.due_for_erasure(24) == []
    aged(app, people["focal_point"], 800)
    aged(app, successor, 800)
    aged(app, people["secretariat"], 800)
    monkeypatch.setattr(cli.secretariat, "the_app", lambda: app)
    assert CliRunner().invoke(cli.main, ["erase-contacts"]).output == "1 contacts would be erased; say --really.\n"
    with app.app_context():
        assert people["focal_point"] in contacts.due_for_erasure(24)
        assert not {successor, people["secretariat"]} & set(contacts.due_for_erasure(24)), "they have a task"
        app.extensions["forgotten_at"] = -worker_tasks.FORGETTING_INTERVAL_SECONDS
        worker_tasks.turn(app)
        assert contacts.due_for_erasure(24) == []
        everything = []
        with reading() as connection:
            for table in (
                "people",
                "outbox",
                "sessions",
                "roles",
                "delegations",
                "comments",
                "audit_events",
                "mail_attempts",
            ):
                everything += [str(row) for row in connection.execute(sa.text(f"SELECT * FROM {table}"))]
        assert "A focal_point" not in " ".join(everything) and "focal_point@example.org" not in " ".join(everything)
        assert responses.load(1).values["remarks"] == "The State's word"
        assert accounts.names([people["focal_point"]]) == {people["focal_point"]: f"№ {people['focal_point']}"}
        assert accounts.person(people["focal_point"]) is None
        assert audit_log.verify()[2] == []


def test_a_participants_page_tells_of_its_replies_and_of_no_answer(
    app: Flask,
    people: dict[str, int],
    office: Browser,
    focal: Browser,
) -> None:
    with app.app_context():
        said = {"has_law": Change("no"), "remarks": Change("Between ministries")}
        saving.save_answers(1, said, by=people["focal_point"], channel="page", language="en")
        delegations.assign(1, people["delegate"], ["law"], "answer", note="Quietly", due=None, by=people["focal_point"])
        done = submissions.submit(1, by=people["focal_point"], language="en")
        other = participants.add_participant(kind="organisation", code="other", names={"en": "Other"})
        invitations.invite(1, [other])
    page = office.get("/secretariat/participants/FRA").text
    assert done.reference in page and "In the hands of A delegate" in page
    assert "response-submitted" in page and "delegated" in page
    assert "Between ministries" not in page and "Quietly" not in page
    assert "response-submitted" not in office.get("/secretariat/participants/other").text


def test_months_of_none_forgets_nobody(app: Flask, people: dict[str, int]) -> None:
    aged(app, people["delegate"], 9000)
    with app.app_context():
        assert contacts.erase_due(0) == 0
        assert contacts.erase_due(24) == 1
