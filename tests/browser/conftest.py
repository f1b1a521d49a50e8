"""A real server (gunicorn) over a seeded database, and Debian's Chromium driven by Playwright."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, Playwright, sync_playwright

from surveyapp import create_app, demonstration
from surveyapp.demonstration import SignIn
from surveyapp.storage.database import db
from tests.benchmarks.servers import Server
from tests.conftest import skip_loudly

CHROMIUM = os.environ.get("SURVEYAPP_CHROMIUM") or shutil.which("chromium") or ""
# a closed network: Chromium must not try to fetch anything of its own
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
ARGUMENTS += ["--disable-component-update", "--disable-sync", "--disable-quic"]


@dataclass(frozen=True)
class Site:
    """The running demonstration."""

    address: str
    links: dict[str, SignIn]  #: by the first words of who it is
    app: Flask
    server: Server

    def link(self, who: str) -> str:
        found = next(link for name, link in self.links.items() if who in name)
        return f"{self.address}/sign-in/{found.token}"


@pytest.fixture
def site(database_url: str, tmp_path: Path) -> Iterator[Site]:
    given = {"DEMONSTRATION": True, "COOKIE_SECURE": False, "SECRET_KEY": "browser-test", "DATABASE_URL": database_url}
    app = create_app(given, tmp_path / "instance")
    links = {link.who: link for link in demonstration.seed(app)}
    environment = {
        "SURVEYAPP_DATABASE_URL": database_url,
        "SURVEYAPP_DEMONSTRATION": "1",
        "SURVEYAPP_COOKIE_SECURE": "0",
        "SURVEYAPP_SECRET_KEY": "browser-test",
        "SURVEYAPP_LOG_LEVEL": "ERROR",
    }
    server = Server(f"surveyapp:create_app(None, {str(tmp_path / 'instance')!r})", environment)
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
