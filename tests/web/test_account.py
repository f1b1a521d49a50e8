"""Signing in by a link, being invited, choosing a language."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from flask import Flask

from surveyapp.mail import delivery
from surveyapp.mail.settings import MailSettings
from surveyapp.storage.people import accounts, tokens
from surveyapp.web.account import links
from tests.world.letters import letters, link_in, text_of
from tests.world.people import disable_person
from tests.world.web_client import SITE, Browser


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(links, "SAME_TIME", 0.0)


def ask(visitor: Browser, email: str = "focal_point@example.org") -> str:
    return visitor.post("/sign-in", {"email": email}).text


def test_a_person_signs_in_by_the_link_in_the_letter(app: Flask, visitor: Browser, people: dict[str, int]) -> None:
    ask(visitor, "  Focal_Point@Example.org ")
    letter = letters(app)[0]
    assert letter.recipient == "focal_point@example.org"
    assert "A focal_point" in visitor.get(f"/sign-in/{link_in(letter)}").text
    assert visitor.post(f"/sign-in/{link_in(letter)}").location == "/"
    page = visitor.get("/").text
    assert "A focal_point" in page
    assert '<html lang="fr"' in page, "the pages speak the person's own language"


def test_a_mail_scanner_that_opens_the_link_uses_nothing_up(
    app: Flask, visitor: Browser, people: dict[str, int]
) -> None:
    ask(visitor)
    link = link_in(letters(app)[0])
    for _ in range(5):
        visitor.client.get(f"/sign-in/{link}", base_url=SITE)
        app.test_client().get(f"/sign-in/{link}", base_url=SITE)
        app.test_client().head(f"/sign-in/{link}", base_url=SITE)
    assert visitor.post(f"/sign-in/{link}").status_code == 303


def test_a_link_works_once(app: Flask, visitor: Browser, people: dict[str, int]) -> None:
    ask(visitor)
    link = link_in(letters(app)[0])
    assert visitor.post(f"/sign-in/{link}").status_code == 303
    visitor.post("/sign-out")
    assert visitor.post(f"/sign-in/{link}").status_code == 410
    assert visitor.get(f"/sign-in/{link}").status_code == 410


def test_a_link_works_only_in_the_browser_that_asked(app: Flask, visitor: Browser, people: dict[str, int]) -> None:
    ask(visitor)
    link = link_in(letters(app)[0])
    thief = Browser(app.test_client())
    assert thief.get(f"/sign-in/{link}").status_code == 410
    assert thief.post(f"/sign-in/{link}").status_code == 410
    assert visitor.post(f"/sign-in/{link}").status_code == 303


def test_a_link_works_for_ten_minutes(
    app: Flask, visitor: Browser, people: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    ask(visitor)
    link = link_in(letters(app)[0])
    real = tokens.utc_now
    monkeypatch.setattr(tokens, "utc_now", lambda: real() + datetime.timedelta(minutes=10, seconds=1))
    assert visitor.post(f"/sign-in/{link}").status_code == 410


def test_the_answer_is_the_same_for_known_and_unknown_addresses(app: Flask, people: dict[str, int]) -> None:
    pages = []
    for email in ("focal_point@example.org", "nobody99@example.org"):
        visitor = Browser(app.test_client())
        answer = visitor.post("/sign-in", {"email": email})
        shown = answer.text.partition("<main")[2].replace(email, "")
        pages.append((answer.status_code, shown, sorted(answer.headers.keys())))
    assert pages[0] == pages[1]
    assert len(letters(app)) == 1


def test_asking_takes_the_same_time_for_everybody(
    app: Flask, visitor: Browser, people: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    slept: list[float] = []
    monkeypatch.setattr(links, "SAME_TIME", 30.0)
    monkeypatch.setattr(links.time, "sleep", slept.append)
    ask(visitor, "focal_point@example.org")
    ask(visitor, "nobody@example.org")
    assert all(0 < seconds < 30 for seconds in slept)
    assert len(slept) == 2


@pytest.mark.parametrize("email", ["", "nobody", "x" * 300 + "@example.org"])
def test_what_is_no_address_is_told_at_the_field(visitor: Browser, email: str) -> None:
    answer = visitor.post("/sign-in", {"email": email})
    assert answer.status_code == 422
    assert 'href="#email"' in answer.text
    assert 'aria-invalid="true"' in answer.text


def test_an_invitation_leads_to_enrolment_and_then_to_a_link_never_straight_in(
    app: Flask, visitor: Browser, people: dict[str, int]
) -> None:
    with app.app_context():
        invitation = tokens.issue(people["focal_point"], "invitation")
    assert "/enrol/" in visitor.get(f"/sign-in/{invitation}").text
    assert visitor.post(f"/sign-in/{invitation}").status_code == 410
    assert visitor.post(f"/enrol/{invitation}", {"name": "Ana López", "own_language": "es"}).status_code == 200
    assert visitor.cookie("__Host-session") is None
    letter = letters(app)[0]
    assert letter.recipient == "focal_point@example.org"
    assert "Ana López" in letter.body
    visitor.post(f"/sign-in/{link_in(letter)}")
    page = visitor.get("/").text
    assert "Ana López" in page
    assert '<html lang="es"' in page


def test_enrolment_wants_a_name(app: Flask, visitor: Browser, people: dict[str, int]) -> None:
    with app.app_context():
        invitation = tokens.issue(people["focal_point"], "invitation")
    answer = visitor.post(f"/enrol/{invitation}", {"name": "  ", "own_language": "es"})
    assert answer.status_code == 422
    assert 'href="#name"' in answer.text
    assert letters(app) == []


def test_an_ordinary_link_cannot_be_used_to_enrol(app: Flask, visitor: Browser, people: dict[str, int]) -> None:
    with app.app_context():
        link = tokens.issue(people["focal_point"], "sign_in")
    assert visitor.post(f"/enrol/{link}", {"name": "Eve", "own_language": "en"}).status_code == 410


def test_a_demonstration_link_works_only_in_the_demonstration(
    app: Flask, visitor: Browser, people: dict[str, int]
) -> None:
    with app.app_context():
        link = tokens.issue(people["co_chair"], "demonstration")  # of the staff: no second proof is asked for there
    assert visitor.get(f"/sign-in/{link}").status_code == 410
    assert visitor.post(f"/sign-in/{link}").status_code == 410
    app.config["DEMONSTRATION"] = True
    for _ in range(2):
        assert visitor.get(f"/sign-in/{link}").status_code == 200
        assert visitor.post(f"/sign-in/{link}").status_code == 303
    assert "A co_chair" in visitor.get("/").text


def test_a_disabled_person_gets_no_letter_and_their_link_opens_nothing(
    app: Flask, visitor: Browser, people: dict[str, int]
) -> None:
    ask(visitor)
    link = link_in(letters(app)[0])
    with app.app_context():
        disable_person(people["focal_point"])
    assert visitor.post(f"/sign-in/{link}").status_code == 410
    ask(visitor)
    assert letters(app) == []


def test_the_letter_is_written_to_the_outbox_folder(app: Flask, visitor: Browser, people: dict[str, int]) -> None:
    ask(visitor)
    settings = MailSettings.of(app.config, app.instance_path)
    with app.app_context():
        assert delivery.deliver(settings) == 1
        assert delivery.deliver(settings) == 0
    (file,) = (Path(app.instance_path) / "outbox").iterdir()
    letter = message_from_bytes(file.read_bytes(), policy=policy.default)
    assert letter["To"] == "focal_point@example.org"
    assert "/sign-in/" in text_of(letter)
    assert file.parent.stat().st_mode & 0o077 == 0, "letters hold links: only their owner reads them"


def test_a_language_is_kept_until_another_is_chosen(visitor: Browser) -> None:
    assert (
        visitor.post("/language", {"language": "ru", "next": "/sign-in?lang=ar&next=/"}).location == "/sign-in?next=%2F"
    )
    assert '<html lang="ru" dir="ltr">' in visitor.get("/").text
    assert '<html lang="ar" dir="rtl">' in visitor.get("/?lang=ar").text
    assert '<html lang="ar" dir="rtl">' in visitor.get("/").text


def test_a_language_chosen_when_signed_in_is_the_persons_from_then_on(
    app: Flask, people: dict[str, int], signed_in: Callable[[str], Browser]
) -> None:
    signed_in("co_chair").post("/language", {"language": "ar"})
    with app.app_context():
        found = accounts.person(people["co_chair"])
    assert found is not None
    assert found.language == "ar"


@pytest.mark.parametrize("language", ["", "xx", "EN", "../fr", "fr,en"])
def test_a_language_that_does_not_exist_is_refused(visitor: Browser, language: str) -> None:
    assert visitor.post("/language", {"language": language}).status_code == 400


@pytest.mark.parametrize(
    ("preferred", "spoken"),
    [
        ("fr-CH, en;q=0.5", "fr"),
        ("zh-Hant-TW", "zh"),
        ("de, ru;q=0.4, en;q=0.3", "ru"),
        ("de", "en"),
        ("", "en"),
        ("*", "en"),
    ],
)
def test_a_first_visit_speaks_the_language_the_browser_prefers(visitor: Browser, preferred: str, spoken: str) -> None:
    assert f'<html lang="{spoken}"' in visitor.get("/", headers={"Accept-Language": preferred}).text


def following_page(page: str) -> str:
    """Of the form in the page's main part; the choice of languages has one too."""
    return page.partition("<main")[2].split('name="next" value="')[1].split('"')[0]


def test_the_link_leads_to_the_page_that_was_asked_for(app: Flask, visitor: Browser, people: dict[str, int]) -> None:
    asked = visitor.get("/reply/trial/law?lang=en").location
    assert asked.startswith("/sign-in?next=/reply/trial/law")
    wanted = following_page(visitor.get(asked).text)
    visitor.post("/sign-in", {"email": "focal_point@example.org", "next": wanted})
    [letter] = letters(app)
    path = re.search(r"/sign-in/\S+", letter.body)[0]  # type: ignore[index]
    following = following_page(visitor.get(path).text)
    assert visitor.post(path.partition("?")[0], {"next": following}).location == "/reply/trial/law?lang=en"


def test_a_link_that_was_given_another_sites_page_leads_home(
    app: Flask, visitor: Browser, people: dict[str, int]
) -> None:
    visitor.post("/sign-in", {"email": "focal_point@example.org"})
    [letter] = letters(app)
    path = re.search(r"/sign-in/\S+", letter.body)[0]  # type: ignore[index]
    assert following_page(visitor.get(f"{path}?next=//evil.example").text) == "/"
    assert visitor.post(path, {"next": "https://evil.example"}).location == "/"
