"""The secretariat's office: participants in and out as files, rounds, invitations, reminders."""

from __future__ import annotations

import datetime
import io
from collections.abc import Callable, Iterator

import openpyxl
import pytest
import sqlalchemy as sa
from flask import Flask
from lxml import html
from werkzeug.test import TestResponse

from surveyapp.cli import worker_tasks
from surveyapp.storage.audit import audit_log
from surveyapp.storage.columns import utc_now
from surveyapp.storage.mail import outbox, round_letters
from surveyapp.storage.models import OutboxMessage, Reminder
from surveyapp.storage.people import accounts, browsers, tokens
from surveyapp.storage.replies import responses, saving
from surveyapp.storage.replies.responses import Change
from surveyapp.storage.rounds import invitations, participants, rounds, versions
from surveyapp.storage.transactions import reading, writing

from .conftest import Browser
from .smtp_server import Mailbox, mail_server
from .test_respondent import DEFINITION

CSV = """code;kind;name_en;name_fr;region;treaty_status;status_from;groups;contact_name;contact_email;contact_language
XAA;state;Aland;Alande;europe;state_party;2015-03-01;small states;Ann Aa;ann@a.example;fr
XAA;state;Aland;Alande;europe;state_party;2015-03-01;small states;Bo Aa;bo@a.example;en
XBB;state;Beland;;africa;not_party;2014-12-24;;Cy Bb;cy@b.example;es
church;organisation;Church of Peace;;;;;observers;;;
"""


@pytest.fixture
def office(app: Flask, signed_in: Callable[[str], Browser]) -> Browser:
    return signed_in("secretariat")


def bring(office: Browser, content: bytes, name: str = "register.csv") -> TestResponse:
    return office.post("/secretariat/participants/file", {"file": (io.BytesIO(content), name)})


def take(office: Browser, looked: TestResponse) -> TestResponse:
    page = html.fromstring(looked.text)
    return office.post(
        "/secretariat/participants/file", {"content": page.find(".//main//input[@name='content']").get("value")}
    )


@pytest.fixture
def registered(app: Flask, office: Browser) -> Iterator[Browser]:
    assert take(office, bring(office, CSV.encode())).status_code == 303
    yield office


def test_a_file_is_looked_at_before_it_is_taken_in(app: Flask, office: Browser) -> None:
    looked = bring(office, CSV.encode())
    assert looked.status_code == 200 and "4 lines, 3 new participants" in looked.text
    with app.app_context():
        assert participants.participant("XAA") is None
    assert take(office, looked).status_code == 303
    with app.app_context():
        found = participants.participant("XAA")
        assert found is not None
        assert (found.names["fr"], found.region, list(found.groups)) == ("Alande", "europe", ["small states"])
        assert found.treaty_status == "state_party"
        before = participants.participant("XAA", datetime.date(2015, 2, 28))
        assert before is not None and before.treaty_status is None
        ann = accounts.person_by_email("ann@a.example")
        assert ann is not None and ann.language == "fr" and [held.role for held in ann.roles] == ["focal_point"]


@pytest.mark.parametrize("form", ["xlsx", "csv"])
def test_what_was_taken_out_is_taken_in_again_and_changes_nothing(app: Flask, registered: Browser, form: str) -> None:
    before = registered.get("/secretariat/participants/file?form=csv").data
    content = registered.get(f"/secretariat/participants/file?form={form}").data
    looked = bring(registered, content, f"register.{form}")
    assert looked.status_code == 200, html.fromstring(looked.text).find(".//main").text_content()
    assert "0 new participants" in looked.text
    assert take(registered, looked).status_code == 303
    assert registered.get("/secretariat/participants/file?form=csv").data == before


def test_every_problem_is_told_at_its_cell_and_nothing_is_taken_in(app: Flask, office: Browser) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (
        [
            "code",
            "kind",
            "name_en",
            "region",
            "treaty_status",
            "status_from",
            "contact_name",
            "contact_email",
            "colour",
        ],
        ["XAA", "state", "Aland", "europ", "state_party", "2015-02-30", "Ann", "ann", None],
        ["no code", "planet", None, None, None, None, None, None, None],
        ["XCC", "state", "Celand", "asia", "signatory", None, "Only a name", None, "red"],
        ["XCC", "state", "Celand", "asia", None, None, None, None, None],
    ):
        sheet.append(row)
    content = io.BytesIO()
    book.save(content)
    answer = bring(office, content.getvalue(), "register.xlsx")
    assert answer.status_code == 422
    rows = html.fromstring(answer.text).findall(".//main//tbody/tr")
    told = {row[0].text_content(): row[1].text_content() for row in rows}
    assert set(told) == {"I1", "D2", "F2", "H2", "A3", "B3", "C3", "F4", "H4", "A5"}
    assert "europ" in told["D2"] and "africa" in told["D2"]
    with app.app_context():
        assert participants.participant("XAA") is None and participants.participant("XCC") is None


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00", b"PK\x03\x04broken", b"\xd0\xcf\x11\xe0", b"a,b\n1,2\n"])
def test_a_file_of_another_kind_is_told(office: Browser, content: bytes) -> None:
    answer = bring(office, content)
    assert answer.status_code in (200, 422) and "Traceback" not in answer.text
    assert "input" not in [e.tag for e in html.fromstring(answer.text).findall(".//main//form/input[@name='content']")]


def test_an_accession_is_recorded_and_the_figures_of_a_day_follow(app: Flask, registered: Browser) -> None:
    form = {"name-en": "Beland", "region": "africa", "status": "state_party", "status_from": "2026-01-15"}
    assert registered.post("/secretariat/participants/XBB", form).status_code == 303
    with app.app_context():
        days = [datetime.date(2026, 1, 14), datetime.date(2026, 1, 15)]
        assert [participants.participant("XBB", day).treaty_status for day in days] == ["not_party", "state_party"]  # type: ignore[union-attr]
    assert "15 January 2026" in registered.get("/secretariat/participants/XBB?lang=en").text
    assert registered.post("/secretariat/participants/XBB", form | {"status_from": ""}).status_code == 422


# rounds

ROUND = {
    "code": "trial", "title-en": "Trial", "title-fr": "Essai", "languages": ["en"], "kinds": ["state"], "regions": ["europe"],
    "opens": "2026-01-01", "closes": "2099-12-31", "grace_days": "0",
}  # fmt: skip


@pytest.fixture
def version(app: Flask) -> int:
    with app.app_context():
        return versions.publish({"questionnaire.yaml": DEFINITION})


@pytest.fixture
def opened(app: Flask, registered: Browser, version: int) -> Browser:
    assert registered.post("/secretariat/rounds/new", ROUND | {"version": str(version)}).status_code == 303
    assert registered.post("/secretariat/rounds/trial/participants", {"all": "yes"}).status_code == 303
    return registered


def the_round() -> rounds.RoundFacts:
    found = rounds.round("trial")
    assert found is not None
    return found


def test_a_round_is_put_to_its_audience_alone(app: Flask, opened: Browser) -> None:
    with app.app_context():
        assert {row.participant_code for row in invitations.responses_of(the_round().id)} == {"XAA", "FRA"}
    assert opened.post("/secretariat/rounds/trial/participants", {"who": ["XBB"]}).status_code == 303
    with app.app_context():
        assert "XBB" in {row.participant_code for row in invitations.responses_of(the_round().id)}


@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"code": "T r"}, "code"), ({"title-en": ""}, "title-en"), ({"closes": "2025-12-31"}, "closes"), ({"opens": "soon"}, "opens"),
     ({"languages": ["fr", "en"]}, "languages"), ({"version": "99"}, "version"), ({"grace_days": "-1"}, "grace_days")],
)  # fmt: skip
def test_what_is_wrong_with_a_round_is_told_at_its_field(
    registered: Browser, version: int, wrong: dict[str, object], field: str
) -> None:
    answer = registered.post("/secretariat/rounds/new", ROUND | {"version": str(version)} | wrong)
    assert answer.status_code == 422
    assert f'href="#field-{field}"' in answer.text


def test_a_round_is_extended_closed_and_put_away(app: Flask, opened: Browser) -> None:
    form = {key: value for key, value in ROUND.items() if key not in ("code", "languages")}
    assert (
        opened.post("/secretariat/rounds/trial", form | {"closes": "2099-06-30", "grace_days": "3"}).status_code == 303
    )
    with app.app_context():
        assert the_round().last_day == datetime.date(2099, 6, 30)
        assert the_round().last_moment == datetime.datetime(2099, 7, 4, tzinfo=datetime.UTC)
    opened.post("/secretariat/rounds/trial", {"do": "close"})
    with app.app_context():
        assert the_round().closed_because(utc_now()) == "round_closed"
    opened.post("/secretariat/rounds/trial", {"do": "archive"})
    assert "Archived" in opened.get("/secretariat/rounds?lang=en").text


def test_a_deadline_before_the_opening_is_told_even_where_the_opening_is_left_out(opened: Browser) -> None:
    form = {"title-en": "Trial", "closes": "2020-01-01", "opens": "", "grace_days": "0"}
    answer = opened.post("/secretariat/rounds/trial", form)
    assert answer.status_code == 422 and 'href="#field-closes"' in answer.text


def test_a_forged_file_is_told(office: Browser) -> None:
    assert office.post("/secretariat/participants/file", {"content": "no base64 ä"}).status_code == 422


def test_another_round_begins_from_the_last_one(opened: Browser) -> None:
    page = html.fromstring(opened.get("/secretariat/rounds/new?like=trial&lang=en").text)
    assert page.get_element_by_id("field-title-fr").get("value") == "Essai"
    assert page.get_element_by_id("field-code").get("value") == ""
    assert page.get_element_by_id("regions-4").get("checked") is not None


def test_a_rehearsal_is_answered_as_an_invented_state_and_never_as_a_real_one(
    app: Flask, registered: Browser, version: int
) -> None:
    form = ROUND | {"version": str(version), "code": "rehearsal", "rehearsal": "yes", "regions": []}
    assert registered.post("/secretariat/rounds/new", form).status_code == 303
    registered.post("/secretariat/rounds/rehearsal/participants", {"all": "yes"})
    answer = registered.post("/secretariat/rounds/rehearsal/rehearse/XAL")
    assert answer.status_code == 303 and registered.get(answer.location).status_code == 200
    assert registered.post("/secretariat/rounds/rehearsal/rehearse/XAA").status_code == 404


# letters


@pytest.fixture
def mailbox(app: Flask) -> Iterator[Mailbox]:
    with mail_server() as made:
        app.config["MAIL_SERVER"] = made.address
        yield made


def work(app: Flask) -> None:
    with app.app_context():
        while worker_tasks.turn(app):
            pass


def test_each_is_invited_once_in_their_own_language_by_a_link_of_their_own(
    app: Flask, opened: Browser, mailbox: Mailbox
) -> None:
    for _ in range(2):
        assert opened.post("/secretariat/rounds/trial/invitations").status_code == 303
        work(app)
    letters = {str(m["To"]): m for m in mailbox.messages}
    assert len(mailbox.messages) == len(letters) == 3
    ann, bo = letters["ann@a.example"], letters["bo@a.example"]
    assert str(ann["Subject"]) == "Questionnaire : Essai" and "Alande" in ann.get_content()
    assert str(bo["Subject"]) == "Questionnaire: Trial" and "31 December 2099" in bo.get_content()
    links = {m.get_content().split("/sign-in/")[1].split()[0] for m in mailbox.messages}
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
    assert str(bo["Subject"]) == "To Aland" and bo.get_content().startswith("Hello Bo Aa of Aland: http")
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
    assert letter.get_content().count("/sign-in/") == 1 and "{link} Ann" in letter.get_content()


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
    assert "reminders/" in mailbox.messages[0].get_content() and mailbox.messages[0]["List-Unsubscribe"]
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


# the log


def test_the_log_is_searched_by_deed_person_and_day_and_taken_out(
    app: Flask, opened: Browser, people: dict[str, int]
) -> None:
    page = html.fromstring(opened.get("/secretariat/log?kind=round-opened&lang=en").text)
    rows = page.findall(".//main//tbody/tr")
    assert len(rows) == 1 and "A secretariat" in rows[0].text_content() and "trial" in rows[0].text_content()
    today = utc_now().date()
    assert "round-opened" in opened.get(f"/secretariat/log/file?since={today}&until={today}").text
    assert "round-opened" not in opened.get(f"/secretariat/log/file?until={today - datetime.timedelta(days=1)}").text
    assert "round-opened" not in opened.get(f"/secretariat/log/file?person={people['co_chair']}").text
    with app.app_context():
        assert audit_log.events(1)[0].kind == "log-exported"


# people


def test_a_co_chair_is_let_in_signed_out_everywhere_and_let_out(
    app: Flask, office: Browser, people: dict[str, int]
) -> None:
    form = {"name": "Cora", "email": "cora@example.org", "own_language": "es", "role": "co_chair"}
    for _ in range(2):
        assert office.post("/secretariat/people", form).status_code == 303
    with app.app_context():
        cora = accounts.person_by_email("cora@example.org")
        assert cora is not None and [held.role for held in cora.roles] == ["co_chair"]
        token = browsers.sign_in(cora.id)
        assert len(browsers.running(cora.id)) == 1
    assert office.post(f"/secretariat/people/{cora.id}", {"do": "sign-out"}).status_code == 303
    with app.app_context():
        assert browsers.find(token) is None and browsers.running(cora.id) == []
        token = browsers.sign_in(cora.id)
    assert office.post(f"/secretariat/people/{cora.id}", {"do": "take-co_chair"}).status_code == 303
    with app.app_context():
        found = accounts.person(cora.id)
        assert found is not None and found.roles == () and browsers.find(token) is None
        assert {"role-granted", "role-taken", "signed-out-everywhere"} <= {event.kind for event in audit_log.events(10)}


def test_nobody_takes_the_office_away_from_themselves(app: Flask, office: Browser, people: dict[str, int]) -> None:
    assert office.post(f"/secretariat/people/{people['secretariat']}", {"do": "take-secretariat"}).status_code == 400
    assert (
        office.post("/secretariat/people", {"name": "X", "email": "x@example.org", "role": "focal_point"}).status_code
        == 400
    )
    assert office.post("/secretariat/people", {"name": "", "email": "x", "role": "co_chair"}).status_code == 422
    assert office.get("/secretariat/people").status_code == 200
