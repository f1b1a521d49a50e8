"""From an empty database to the workbook, by keyboard: the secretariat brings in a questionnaire and participants, opens a round in
six languages, invites by real mail; one State follows its link and submits, a reminder reaches the other alone, the round closes."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Iterator
from email.message import EmailMessage
from pathlib import Path

import openpyxl
import pyotp
import pytest
from playwright.sync_api import Browser, Page, expect

from surveyapp import create_app
from surveyapp.storage import schema
from surveyapp.storage.audit import audit_log
from surveyapp.storage.database import db
from surveyapp.storage.people import accounts
from tests.world.browser_pages import focus, inspect, press
from tests.world.letters import text_of
from tests.world.servers import Server, free_port
from tests.world.site import Site
from tests.world.smtp_server import Mailbox, mail_server

QUESTIONNAIRE = Path(__file__).resolve().parents[2] / "questionnaires" / "national-presentation"
REGISTER = """code,kind,name_en,name_fr,region,treaty_status,status_from,groups,contact_name,contact_email,contact_language
XQA,state,Quarland,Quarlande,europe,state_party,2015-03-01,pilots,Ana Q,ana@quarland.example,fr
XQB,state,Questoria,Questorie,africa,signatory,2015-03-01,pilots,Ben Q,ben@questoria.example,en
XQC,state,Quietland,Quietlande,asia,not_party,2015-03-01,,Cy Q,cy@quietland.example,en
"""
PICTURES = os.environ.get("SURVEYAPP_PICTURES", "")


@pytest.fixture
def world_name() -> str:
    return "empty"


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    with mail_server() as made:
        yield made


@pytest.fixture
def empty(database_url: str, tmp_path: Path, mailbox: Mailbox) -> Iterator[Site]:
    """No demonstration: tables, one person of the secretariat, a server, a worker."""
    given = {"DATABASE_URL": database_url, "SECRET_KEY": "browser-test", "COOKIE_SECURE": False}
    app = create_app(given, tmp_path / "instance")
    with app.app_context():
        schema.upgrade()
        accounts.grant_role(accounts.create_person("Sam of the secretariat", "sam@secretariat.example"), "secretariat")
    environment = {
        f"SURVEYAPP_{name}": str(int(value) if isinstance(value, bool) else value) for name, value in given.items()
    }
    environment |= {"SURVEYAPP_MAIL_SERVER": mailbox.address, "SURVEYAPP_LOG_LEVEL": "ERROR"}
    folder, port = str(tmp_path / "instance"), free_port()
    address = f"http://127.0.0.1:{port}"
    environment["SURVEYAPP_BASE_URL"] = address  # letters begin with it
    server = Server(f"surveyapp:create_app(None, {folder!r})", environment, port=port)
    program = f"from surveyapp import create_app; from surveyapp.cli import worker_tasks; worker_tasks.work(create_app(None, {folder!r}))"
    worker = subprocess.Popen([sys.executable, "-c", program], env=server.environment)
    yield Site(address, {}, app, server)
    worker.kill()
    worker.wait()
    server.stop()
    with app.app_context():
        db.engine.dispose()


def letter(mailbox: Mailbox, to: str, number: int) -> EmailMessage:
    """The so-manyth that this address got, once it has come."""
    for _ in range(300):
        found = [message for message in mailbox.messages if str(message["To"]) == to]
        if len(found) >= number:
            return found[number - 1]
        time.sleep(0.1)
    raise AssertionError(f"letter {number} to {to} did not arrive")


def link_in(message: EmailMessage) -> str:
    return next(line for line in text_of(message).splitlines() if "/sign-in/" in line)


def type_into(page: Page, selector: str, text: str) -> None:
    focus(page, page.locator(selector))
    page.keyboard.press("Control+a")
    page.keyboard.type(text)


def tick(page: Page, selector: str) -> None:
    focus(page, page.locator(selector))
    page.keyboard.press("Space")


def follow(page: Page, link: str) -> None:
    """A link is opened, and used by a press of its button."""
    page.goto(link)
    press(page, page.locator("main form button").last)


@pytest.mark.slow
@pytest.mark.parametrize("database_url", ["sqlite", "postgresql"], indirect=True)
def test_a_round_from_an_empty_database_to_the_workbook(
    empty: Site, chromium: Browser, mailbox: Mailbox, tmp_path: Path
) -> None:
    context = chromium.new_context(viewport={"width": 1200, "height": 900}, locale="en-GB")
    page = context.new_page()
    page.set_default_timeout(30_000)
    page.on("pageerror", lambda error: pytest.fail(f"a script failed: {error}"))

    def office(path: str) -> None:
        page.goto(f"{empty.address}/office{path}{'&' if '?' in path else '?'}lang=en")

    page.goto(f"{empty.address}/sign-in?lang=en")
    type_into(page, "#email", "sam@secretariat.example")
    press(page, page.get_by_role("button", name="Send me a link"))
    follow(page, link_in(letter(mailbox, "sam@secretariat.example", 1)))
    _second_proof(page)

    _questionnaire(page, office)
    _participants(page, office)
    _round(page, office)
    expect(page.locator("main")).to_contain_text("Not invited")
    press(page, page.get_by_role("button", name="Invite the whole audience"))
    inspect(page, "secretariat-invited", "en")
    office("/rounds/trial/letters")
    press(page, page.get_by_role("button", name="Send 2 invitations"))
    invitation = letter(mailbox, "ana@quarland.example", 1)
    assert "Quarlande" in text_of(invitation) and str(invitation["Subject"]) == "Questionnaire : Essai"

    _answer(chromium, empty, mailbox, link_in(invitation))

    office("/rounds/trial/letters")
    focus(page, page.locator("#whom"))
    press(page, page.get_by_role("button", name="Remind", exact=True))
    reminder = letter(mailbox, "ben@questoria.example", 2)
    assert str(reminder["Subject"]) == "Reminder: Trial" and reminder["List-Unsubscribe"]
    page.reload()
    expect(page.locator("#reminders").locator("xpath=..")).to_contain_text("1 letter sent")
    inspect(page, "secretariat-letters", "en")

    office("/rounds/trial")
    press(page, page.get_by_role("button", name="Close the round now"))
    expect(page.locator("main")).to_contain_text("Closed")
    inspect(page, "secretariat-closed", "en")
    content = page.request.get(f"{empty.address}/rounds/trial/workbook?recipe=secretariat-full&language=en").body()
    rows = list(openpyxl.load_workbook(io.BytesIO(content))["Responses"].iter_rows(values_only=True))
    assert [row[0] for row in rows[1:]] == ["XQA"]
    recipients = [str(message["To"]) for message in mailbox.messages]
    assert recipients.count("ana@quarland.example") == 2, "her invitation and her sign-in link: no reminder"
    assert "cy@quietland.example" not in recipients
    with empty.app.app_context():
        assert audit_log.verify()[2] == []
    context.close()


def _second_proof(page: Page) -> None:
    """The first time: an app is set up, and recovery codes are kept."""
    inspect(page, "second-proof", "en")
    key = page.locator(".key").inner_text().replace(" ", "")
    type_into(page, "#code", pyotp.TOTP(key).now())
    press(page, page.get_by_role("button", name="Set up the app"))
    press(page, page.get_by_role("button", name="Show me new recovery codes"))
    assert page.locator(".codes li").count() == 10
    inspect(page, "recovery-codes", "en")
    press(page, page.get_by_role("link", name="I have kept them; go on"))


def _questionnaire(page: Page, office: Callable[[str], None]) -> None:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as written:
        for file in QUESTIONNAIRE.iterdir():
            written.write(file, f"national-presentation/{file.name}")
    office("/questionnaires")
    page.locator("#field-file").set_input_files(
        {"name": "q.zip", "mimeType": "application/zip", "buffer": content.getvalue()}
    )
    press(page, page.get_by_role("button", name="Check it"))
    inspect(page, "secretariat-questionnaire", "en")
    press(page, page.get_by_role("button", name="Publish this version"))


def _participants(page: Page, office: Callable[[str], None]) -> None:
    office("/participants")
    page.locator("#field-file").set_input_files(
        {"name": "register.csv", "mimeType": "text/csv", "buffer": REGISTER.encode()}
    )
    press(page, page.get_by_role("button", name="Look at the file"))
    inspect(page, "secretariat-register", "en")
    press(page, page.get_by_role("button", name="Take all of it in"))
    expect(page.locator("main")).to_contain_text("Quarland")


def _round(page: Page, office: Callable[[str], None]) -> None:
    office("/rounds/new")
    type_into(page, "#field-code", "trial")
    focus(page, page.locator("#field-version"))
    page.keyboard.press("ArrowDown")
    type_into(page, "#field-title-en", "Trial")
    type_into(page, "#field-title-fr", "Essai")
    for language in range(2, 7):  # English is chosen already
        tick(page, f"#languages-{language}")
    tick(page, "#groups-1")
    press(page, page.get_by_role("button", name="Make the round"))
    inspect(page, "secretariat-round", "en")
    assert page.locator("main").inner_text().count("Русский") >= 1
    press(page, page.get_by_role("link", name="Participants", exact=True).last)


def _answer(chromium: Browser, site: Site, mailbox: Mailbox, invitation: str) -> None:
    """In French, as Ana's letter was."""
    context = chromium.new_context(viewport={"width": 1200, "height": 900}, locale="fr-FR")
    page = context.new_page()
    page.goto(invitation)
    press(page, page.locator("main form button").last)
    follow(page, link_in(letter(mailbox, "ana@quarland.example", 2)))
    page.goto(f"{site.address}/reply/trial/offer?lang=fr")
    focus(page, page.locator("[name='q-would_present']"))
    page.keyboard.press("ArrowUp")  # from the first answer round to the last: no
    expect(page.locator("[name='q-would_present'][value='no']")).to_be_checked()
    press(page, page.locator('.page-buttons button[value="next"]'))
    page.goto(f"{site.address}/reply/trial/presentation_contact")
    type_into(page, "[name='q-offer_contact.name']", "Ana Q")
    type_into(page, "[name='q-offer_contact.email']", "ana@quarland.example")
    press(page, page.locator('.page-buttons button[value="stay"]'))
    page.goto(f"{site.address}/reply/trial/review")
    tick(page, "#confirm")
    press(page, page.locator(".submit button"))
    assert page.url.endswith("/thanks")
    context.close()
