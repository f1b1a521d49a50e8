"""Two officials of each of two States, each in a browser of their own: delegation, clearance, bad lines, a killed server,
handling, reasons, submission. What a page called saved is there afterwards."""

from __future__ import annotations

import json
import os
import re
import time
from dataclasses import dataclass
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from surveyapp.storage.audit import audit_log
from surveyapp.storage.people import accounts, tokens
from surveyapp.storage.replies import receipts, responses
from surveyapp.storage.rounds import participants
from tests.world.letters import text_of
from tests.world.site import Site

ROUND = "csp13-champions"
PICTURES = os.environ.get("SURVEYAPP_PICTURES", "")
KILLS = 3


@dataclass
class Official:
    """One person's browser."""

    site: Site
    page: Page

    def open(self, path: str) -> Page:
        self.page.goto(f"{self.site.address}{path}")
        return self.page

    def reply(self, section: str = "") -> Page:
        return self.open(f"/reply/{ROUND}/{section}".rstrip("/"))

    def press(self, text: str) -> None:
        with self.page.expect_navigation():
            self.page.get_by_role("button", name=text, exact=False).first.click()

    def picture(self, name: str) -> None:
        if PICTURES:
            self.page.screenshot(path=str(Path(PICTURES) / f"{name}.png"), full_page=True)


def official(site: Site, chromium: Browser, link: str) -> Official:
    page = chromium.new_context(viewport={"width": 1200, "height": 900}).new_page()
    page.set_default_timeout(20_000)
    page.goto(link)
    with page.expect_navigation():
        page.locator("main form button").click()
    page.goto(f"{site.address}/?lang=en")
    return Official(site, page)


def letters(site: Site, to: str) -> list[str]:
    """From the outbox folder, the oldest first."""
    files = sorted((Path(site.app.instance_path) / "outbox").glob("*.eml"))
    found = [message_from_bytes(file.read_bytes(), policy=policy.default) for file in files]
    return [text_of(letter) for letter in found if letter["To"] == to]


def link_in(letter: str) -> str:
    return re.search(r"/sign-in/\S+", letter)[0]  # type: ignore[index]


def deputy_link(site: Site, participant: str) -> str:
    """A second focal point of the same State."""
    with site.app.app_context():
        found = participants.participant(participant)
        assert found is not None
        person = accounts.create_person(f"Deputy of {participant}", f"deputy@{participant.lower()}.example")
        accounts.grant_role(person, "focal_point", found.id)
        return f"{site.address}/sign-in/{tokens.issue(person, 'demonstration')}"


def stored(site: Site, participant: str) -> dict[str, Any]:
    with site.app.app_context():
        found = participants.participant(participant)
        assert found is not None
        response = responses.find(ROUND, found.id)
        assert response is not None
        return dict(responses.load(response).values)


def state_of(page: Page, code: str) -> Any:
    return page.locator(f"#state-{code}")


def saved(page: Page, code: str) -> None:
    expect(state_of(page, code)).to_contain_text("Saved at", timeout=20_000)


@pytest.mark.slow
def test_four_officials_and_a_bad_day(site: Site, chromium: Browser) -> None:
    almerania = official(site, chromium, site.link("Almerania"))
    almerania_deputy = official(site, chromium, deputy_link(site, "XAL"))
    other = official(site, chromium, deputy_link(site, "XME"))
    colleague = invited_colleague(site, chromium, other)

    the_colleague_proposes_and_the_focal_point_decides(site, other, colleague)
    nothing_of_one_state_is_on_the_others_pages(almerania, other)
    a_stale_write_shows_both_and_the_person_chooses(site, almerania, almerania_deputy)
    the_line_is_cut_while_typing(site, almerania)
    a_closed_tab_keeps_what_was_not_sent(site, almerania)
    the_server_is_killed_while_saving(site, almerania_deputy)
    who_may_see_an_answer_is_set_and_shown(site, almerania)
    the_reply_is_cleared_and_submitted(site, almerania)


def invited_colleague(site: Site, chromium: Browser, focal: Official) -> Official:
    """By a letter; the link in it leads to a page that sends another letter, to the same address."""
    page = focal.reply("colleagues")
    page.get_by_label("Name", exact=True).fill("Ministry of Defence")
    page.get_by_label("E-mail").fill("defence@xme.example")
    page.locator("#scope-support").check()
    page.get_by_label("Note to the colleague").fill("Please answer by Friday.")
    page.locator("#field-due").fill("2026-12-31")
    focal.press("Invite")
    focal.picture("colleagues")
    [letter] = letters(site, "defence@xme.example")
    assert "Please answer by Friday." in letter
    other = chromium.new_context(viewport={"width": 1200, "height": 900}).new_page()
    other.set_default_timeout(20_000)
    other.goto(f"{site.address}{link_in(letter)}")
    with other.expect_navigation():
        other.locator("main form button").click()
    [_invitation, second] = letters(site, "defence@xme.example")
    other.goto(f"{site.address}{link_in(second)}")
    with other.expect_navigation():
        other.locator("main form button").click()
    other.goto(f"{site.address}/?lang=en")
    return Official(site, other)


def the_colleague_proposes_and_the_focal_point_decides(site: Site, focal: Official, colleague: Official) -> None:
    page = colleague.page
    page.get_by_role("link", name="Support").first.click()
    assert page.locator("[name='q-interest']").count() == 0, "of another section"
    before = stored(site, "XME")
    page.locator("[name='q-support_needed'][value='experts']").check()
    page.locator("[name='q-has_conditions'][value='yes']").check()
    colleague.press("Send to the focal point")
    page.get_by_label("What are they?").or_(page.locator("#field-conditions")).first.fill("A mandate by the cabinet.")
    colleague.press("Send to the focal point")
    colleague.picture("delegate")
    assert stored(site, "XME") == before, "proposals change nothing"
    forged = page.evaluate(
        """async () => { const form = document.getElementById('answers'); const body = new URLSearchParams();
        body.append('csrf_token', form.csrf_token.value); body.append('asked', 'interest');
        body.append('q-interest', 'no');
        return (await fetch(location.href, {method: 'POST', body})).status; }"""
    )
    assert forged == 403
    with site.app.app_context():
        assert "proposal-refused" in {event.kind for event in audit_log.search(limit=20)}
    page = focal.reply("proposals")
    focal.picture("proposals")
    assert "A mandate by the cabinet." in page.inner_text("main")
    while page.locator("button[value='accept']").count():
        focal.press("Accept")
    after = stored(site, "XME")
    assert after["has_conditions"] == "yes" and after["conditions"] == "A mandate by the cabinet."
    assert "experts" in after["support_needed"]["choices"]


def nothing_of_one_state_is_on_the_others_pages(almerania: Official, other: Official) -> None:
    for section in ("", "willingness", "support", "review", "colleagues", "proposals", "clearance"):
        text = almerania.reply(section).inner_text("body")
        assert "Meridonia" not in text and "mandate by the cabinet" not in text and "Ministry of Defence" not in text
    other.page.context.close()


def a_stale_write_shows_both_and_the_person_chooses(site: Site, focal: Official, deputy: Official) -> None:
    for person in (focal, deputy):
        person.reply("willingness")
    focal.page.locator("[name='q-interest'][value='more_information']").check()
    saved(focal.page, "interest")
    deputy.page.locator("[name='q-interest'][value='no']").check()
    conflict = state_of(deputy.page, "interest")
    expect(conflict).to_contain_text("changed elsewhere")
    expect(conflict).to_contain_text("More information is needed")
    assert stored(site, "XAL")["interest"]["choice"] == "more_information"
    deputy.picture("conflict")
    with deputy.page.expect_navigation():
        conflict.get_by_role("button", name="Take the other answer").click()
    assert deputy.page.locator("[name='q-interest'][value='more_information']").is_checked()
    focal.page.locator("#field-information_needed").fill("Terms of reference")
    focal.page.locator("#field-information_needed").blur()
    saved(focal.page, "information_needed")
    deputy.page.reload()
    deputy.page.locator("#field-information_needed").fill("From the deputy")
    deputy.page.locator("#field-information_needed").blur()
    saved(deputy.page, "information_needed")
    focal.page.locator("#field-information_needed").fill("Terms of reference, and a budget")
    focal.page.locator("#field-information_needed").blur()
    expect(state_of(focal.page, "information_needed")).to_contain_text("From the deputy")
    with focal.page.expect_navigation():
        state_of(focal.page, "information_needed").get_by_role("button", name="Keep my answer").click()
    assert stored(site, "XAL")["information_needed"] == "Terms of reference, and a budget"


def the_line_is_cut_while_typing(site: Site, focal: Official) -> None:
    page = focal.reply("willingness")
    field = page.locator("#field-information_needed")
    field.press_sequentially(" and ", delay=20)
    page.context.set_offline(True)
    field.press_sequentially("a second meeting", delay=20)
    field.blur()
    expect(state_of(page, "information_needed")).to_contain_text("Not saved, retrying")
    focal.picture("not-saved")
    assert "a second meeting" not in stored(site, "XAL")["information_needed"]
    page.context.set_offline(False)
    saved(page, "information_needed")
    assert (
        stored(site, "XAL")["information_needed"].endswith("a second meeting")
        or "a second meeting" in field.input_value()
    )
    assert stored(site, "XAL")["information_needed"] == field.input_value()


def a_closed_tab_keeps_what_was_not_sent(site: Site, focal: Official) -> None:
    page = focal.reply("willingness")
    page.context.set_offline(True)
    page.locator("#field-information_needed").fill("Typed without a line, then the tab was closed")
    page.close()
    focal.page = focal_page = focal.page.context.new_page()
    focal_page.context.set_offline(False)
    page = focal.reply("willingness")
    expect(state_of(page, "information_needed")).to_contain_text("had not been saved")
    assert page.locator("#field-information_needed").input_value().startswith("Typed without a line")
    with page.expect_navigation():
        page.locator('.page-buttons button[value="stay"]').click()
    assert stored(site, "XAL")["information_needed"].startswith("Typed without a line")


def the_server_is_killed_while_saving(site: Site, deputy: Official) -> None:
    """Typed on and on; what the page called saved before the kill is there after it, and the rest follows."""
    page = deputy.reply("willingness")
    field, called_saved = page.locator("#field-information_needed"), ""
    for kill in range(KILLS):
        for number in range(6):
            text = f"Kill {kill}, version {number}"
            field.fill(text)
            if number == 5:
                page.wait_for_timeout(1450 + 40 * kill)  # about when the autosave goes out
                site.server.kill()
                break
            field.blur()
            saved(page, "information_needed")
            called_saved = text
        time.sleep(0.3)
        site.server.start()
        kept = stored(site, "XAL")["information_needed"]
        assert kept in (called_saved, text), f"{kept!r} is neither what was called saved nor what was being saved"
        field.blur()
        expect(state_of(page, "information_needed")).to_contain_text("Saved at", timeout=40_000)
        deadline = time.monotonic() + 40
        while stored(site, "XAL")["information_needed"] != text and time.monotonic() < deadline:
            time.sleep(0.25)
        assert stored(site, "XAL")["information_needed"] == text, "the page went on trying until it was saved"


def who_may_see_an_answer_is_set_and_shown(site: Site, focal: Official) -> None:
    page = focal.reply("willingness")
    item = page.locator("#item-information_needed")
    item.locator("summary").click()
    choices = item.locator("[name='h-information_needed'] option").evaluate_all("all => all.map(one => one.value)")
    item.locator("[name='h-information_needed']").select_option(choices[-1])
    saved(page, "information_needed")
    with page.expect_navigation():
        page.locator('.page-buttons button[value="stay"]').click()
    label = page.locator("#item-information_needed [name='h-information_needed'] option:checked").inner_text()
    assert label in focal.reply("review").inner_text("main")


def the_reply_is_cleared_and_submitted(site: Site, focal: Official) -> None:
    page = focal.reply("review")
    missing = page.locator(".todo a")
    assert missing.count() > 0 and page.locator("#confirm").count() == 0
    with page.expect_navigation():
        missing.first.click()
    assert "#item-" in page.url
    page = focal.reply("support")
    page.locator("[name='q-has_conditions'][value='no']").check()
    saved(page, "has_conditions")
    reason = page.locator("[name='d-support_needed']")
    if reason.count():
        reason.select_option("not_applicable")
        saved(page, "support_needed")
    page = focal.reply("contact_consent")
    for part, text in (("name", "A. Focal"), ("email", "a.focal@almerania.example")):
        box = page.locator(f"[name='q-contact.{part}']")
        if box.count():
            box.fill(text)
    with page.expect_navigation():
        page.locator('.page-buttons button[value="stay"]').click()
    page = focal.reply("clearance")
    page.locator("button[value='cleared']").first.click()
    expect(page.locator(".badge.clearance-cleared").first).to_be_visible()
    focal.picture("clearance")
    page = focal.reply("review")
    focal.picture("review")
    assert page.locator("#confirm").count() == 1, page.locator(".todo").all_inner_texts()
    page.locator("#confirm").check()
    focal.press("Submit the reply")
    focal.reply("receipts")
    focal.picture("receipts")
    base = f"{site.address}/reply/{ROUND}/receipts/1"
    reply, receipt = (page.request.get(f"{base}/{name}.json").text() for name in ("reply", "receipt"))
    assert receipts.check_reply(reply, receipt) == []
    assert json.loads(reply)["answers"]["information_needed"]["value"] == stored(site, "XAL")["information_needed"]
    assert page.request.get(f"{base}/reply.pdf").body().startswith(b"%PDF")
    with site.app.app_context():
        chained = [receipts.check_chain(chain) for chain in _chains().values()]
    assert not any(chained)


def _chains() -> dict[str, list[tuple[str, str]]]:
    from surveyapp.storage.replies import submissions

    return submissions.chains()
