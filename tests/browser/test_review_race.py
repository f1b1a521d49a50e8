"""A reply is read back in one window while another one saves: what is submitted is what was read."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from surveyapp.storage.people import accounts, browsers
from surveyapp.storage.replies import responses, submissions
from surveyapp.storage.rounds import invitations, rounds
from tests.world.browser_pages import ROUND, inspect
from tests.world.site import Site


@pytest.mark.slow
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("script", [True, False])
def test_a_save_in_another_window_refuses_the_review_and_shows_what_differs(
    site: Site, chromium: Browser, script: bool
) -> None:
    context = chromium.new_context(java_script_enabled=script, viewport={"width": 1200, "height": 900})
    response = signed_in_to_a_ready_reply(site, context)
    review, typing = context.new_page(), context.new_page()
    review.goto(f"{site.address}/reply/{ROUND}/review?lang=en")
    save_remarks(site, typing, "Written while the reply was being read.", script)

    before = official(site, response)
    submit(review)
    refused = review.locator(".alert-danger", has=review.locator("#changed"))
    expect(refused.locator("ins")).to_contain_text("Written while the reply was being read.")
    expect(refused).to_contain_text("A focal point")
    assert refused.locator("ins").count() == 1, "that and nothing else"
    assert official(site, response) == before
    inspect(review, "review-refused", "en", script)

    save_remarks(site, typing, "Written once more.", script)
    submit(review)
    expect(review.locator(".alert-danger del")).to_contain_text("Written while the reply was being read.")
    expect(review.locator(".alert-danger ins")).to_contain_text("Written once more.")

    submit(review)
    assert review.url.endswith("/thanks")
    assert official(site, response) == before + 1
    context.close()


def signed_in_to_a_ready_reply(site: Site, context: BrowserContext) -> int:
    """The id of Nuvaria's reply, in which nothing required is missing."""
    with site.app.app_context():
        round_facts = rounds.round(ROUND)
        assert round_facts is not None
        states = [responses.load(row.id) for row in invitations.responses_of(round_facts.id)]
        state = next(each for each in states if each.participant.code == "XNU")
        person = accounts.create_person("A focal point", "race@nu.example")
        accounts.grant_role(person, "focal_point", state.participant.id)
        context.add_cookies([{"name": "session", "value": browsers.sign_in(person), "url": site.address}])
        return state.id


def save_remarks(site: Site, page: Page, text: str, script: bool) -> None:
    page.goto(f"{site.address}/reply/{ROUND}/procedure?lang=en")
    page.locator("[name='q-procedure_remarks']").fill(text)
    if script:
        page.locator("[name='q-procedure_remarks']").blur()
        expect(page.locator("#state-procedure_remarks")).to_contain_text("Saved at")
    else:
        with page.expect_navigation():
            page.locator('.page-buttons button[value="stay"]').click()


def submit(page: Page) -> None:
    page.locator("#confirm").check()
    with page.expect_navigation():
        page.locator(".submit button").click()


def official(site: Site, response: int) -> int:
    with site.app.app_context():
        return len(submissions.submissions(response))
