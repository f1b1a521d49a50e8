"""A page signed in to, and looked at by axe, in a language, by keyboard."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from axe_core_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Locator, Page

from tests.world.site import Site

ROUND = "csp13-ratification"


LANGUAGES = ("en", "fr", "es", "ar", "zh", "ru")


PICTURES = os.environ.get("SURVEYAPP_PICTURES", "")


def sign_in(context: BrowserContext, site: Site, who: str, language: str) -> Page:
    page = context.new_page()
    page.set_default_timeout(30_000)
    page.on("pageerror", lambda error: pytest.fail(f"a script failed: {error}"))
    page.goto(site.link(who))
    with page.expect_navigation():
        page.locator("main form button").click()
    page.goto(
        f"{site.address}/reply/{ROUND}?lang={language}"
        if "Co-chair" not in who
        else f"{site.address}/rounds/{ROUND}?lang={language}"
    )
    return page


def inspect(page: Page, name: str, language: str, script: bool = True) -> None:
    """No axe violation, the right language and direction, no sideways scroll at 320 px; a picture where asked for.

    axe is itself a script: on pages without scripts `test_axe_in_every_language` looks at them.
    """
    assert page.locator("html").get_attribute("lang") == language
    assert page.locator("html").get_attribute("dir") == ("rtl" if language == "ar" else "ltr")
    if script:
        found = Axe().run(page)["violations"]
        assert not found, [(each["id"], each["nodes"][0]["html"][:200]) for each in found]
    if PICTURES:
        page.screenshot(path=str(Path(PICTURES) / f"{name}-{language}.png"))
    page.set_viewport_size({"width": 320, "height": 700})
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= 320, f"{name} in {language} is {width} px wide at 320 px"
    page.set_viewport_size({"width": 1200, "height": 900})


def focus(page: Page, wanted: Locator) -> None:
    """By Tab alone, as somebody without a mouse gets there."""
    handle = wanted.first.element_handle()
    for _ in range(400):
        if page.evaluate("wanted => document.activeElement === wanted", handle):
            return
        page.keyboard.press("Tab")
    raise AssertionError("cannot be reached by keyboard")


def press(page: Page, wanted: Locator) -> None:
    focus(page, wanted)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def choose(page: Page, wanted: Locator, label: str) -> None:
    """Typing a label's first letters selects it, in every browser's list."""
    focus(page, wanted)
    page.keyboard.type(label[:40])
    assert wanted.first.evaluate("list => list.selectedOptions[0].label").startswith(label[:40])
