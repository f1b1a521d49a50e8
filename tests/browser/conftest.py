"""A real server (gunicorn) over a seeded database, and Debian's Chromium driven by Playwright."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Playwright, sync_playwright

from surveyapp import create_app
from surveyapp.demonstration import SignIn
from surveyapp.storage.database import db
from tests.world.servers import Server
from tests.world.site import SETTINGS, Site
from tests.world.tiers import skip_loudly

CHROMIUM = os.environ.get("SURVEYAPP_CHROMIUM") or shutil.which("chromium") or ""
# a closed network: Chromium must not try to fetch anything of its own
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
ARGUMENTS += ["--disable-component-update", "--disable-sync", "--disable-quic"]


@pytest.fixture
def world_name() -> str:
    return "demonstration"


@pytest.fixture
def site(database_url: str, world_facts: list[dict[str, str]], tmp_path: Path) -> Iterator[Site]:
    app = create_app(SETTINGS | {"DATABASE_URL": database_url}, tmp_path / "instance")
    environment = {
        "SURVEYAPP_DATABASE_URL": database_url,
        "SURVEYAPP_DEMONSTRATION": "1",
        "SURVEYAPP_COOKIE_SECURE": "0",
        "SURVEYAPP_SECRET_KEY": "browser-test",
        "SURVEYAPP_LOG_LEVEL": "ERROR",
    }
    server = Server(f"surveyapp:create_app(None, {str(tmp_path / 'instance')!r})", environment)
    links = {link["who"]: SignIn(**link) for link in world_facts}
    yield Site(f"http://127.0.0.1:{server.port}", links, app, server)
    server.stop()
    with app.app_context():
        db.engine.dispose()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    if not CHROMIUM:
        skip_loudly("no Chromium on this machine (Debian's package chromium): no page is tried in a browser")
        return
    playwright: Playwright
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()
