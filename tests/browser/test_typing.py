"""While somebody types, another answer's slow autosave changes the words around the field: not a letter is lost."""

from __future__ import annotations

import time

import pytest
from playwright.sync_api import Browser, Route, expect

from tests.world.browser_pages import sign_in
from tests.world.site import Site

ROUND = "csp13-ratification"
SAID = "The national point of contact was designated by decree."


@pytest.mark.slow
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(("seconds", "at_once"), [(0.3, True), (1.0, True), (1.2, False)])
def test_what_is_being_typed_survives_a_redrawn_block(
    site: Site, chromium: Browser, seconds: float, at_once: bool
) -> None:
    page = sign_in(chromium.new_context(), site, "Almerania", "en")
    page.goto(f"{site.address}/reply/{ROUND}/procedure?lang=en")

    def slow(route: Route) -> None:
        if "only=months_preparation" in (route.request.post_data or ""):
            time.sleep(seconds)
        route.continue_()

    page.route("**/answer", slow)
    page.locator("[name='q-months_preparation']").fill("5")
    field = page.locator("[name='q-procedure_remarks']")
    if at_once:
        field.fill(SAID)
    else:
        field.press_sequentially(SAID, delay=50)
    expect(page.locator("#hint-procedure_remarks")).to_contain_text("5 months")  # the words did follow
    assert field.input_value() == SAID
    expect(page.locator("#state-procedure_remarks")).to_contain_text("Saved at")
    page.reload()
    assert page.locator("[name='q-procedure_remarks']").input_value() == SAID
    page.context.close()
