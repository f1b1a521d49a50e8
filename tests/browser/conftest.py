"""A real server (gunicorn) over a seeded database, and Debian's Chromium driven by Playwright."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from playwright.sync_api import Browser, Playwright, sync_playwright

from surveyapp import create_app, demonstration
from surveyapp.demonstration import SignIn
from surveyapp.storage.database import db
from tests.benchmarks.servers import Server
from tests.conftest import PostgreSQL, skip_loudly

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


SETTINGS = {"DEMONSTRATION": True, "COOKIE_SECURE": False, "SECRET_KEY": "browser-test"}


@dataclass(frozen=True)
class SeededWorld:
    """The demonstration, seeded once per kind of database and worker, to be copied for each test."""

    links: dict[str, SignIn]
    instance: Path
    database: str  #: a file, or the name of a PostgreSQL database


@pytest.fixture(scope="session")
def seeded_worlds() -> dict[str, SeededWorld]:
    """By kind of database; filled by the first test that needs it."""
    return {}


def seed_world(url: str, instance: Path, database: str) -> SeededWorld:
    app = create_app(SETTINGS | {"DATABASE_URL": url}, instance)
    links = {link.who: link for link in demonstration.seed(app)}
    with app.app_context():
        db.engine.dispose()
    return SeededWorld(links, instance, database)


@pytest.fixture
def seeded(
    database_url: str,
    tmp_path: Path,
    tmp_path_factory: pytest.TempPathFactory,
    postgresql_server: PostgreSQL | None,
    seeded_worlds: dict[str, SeededWorld],
) -> dict[str, SignIn]:
    """Fills the test's database and instance folder with a copy of the demonstration; gives its sign-in links."""
    url = sa.make_url(database_url)
    kind = url.get_backend_name()
    if kind not in seeded_worlds:
        folder = tmp_path_factory.mktemp("seeded")
        if kind == "sqlite":
            name = str(folder / "seeded.sqlite")
            shutil.copy(url.database or "", name)
        else:
            assert postgresql_server
            name = postgresql_server.create(url.database or "")
        seeded_worlds[kind] = seed_world(url.set(database=name).render_as_string(False), folder / "instance", name)
    world = seeded_worlds[kind]
    if kind == "sqlite":
        shutil.copy(world.database, url.database or "")
    else:
        assert postgresql_server and url.database
        postgresql_server.replace(url.database, world.database)
    shutil.copytree(world.instance, tmp_path / "instance", dirs_exist_ok=True)
    return world.links


@pytest.fixture
def site(database_url: str, seeded: dict[str, SignIn], tmp_path: Path) -> Iterator[Site]:
    app = create_app(SETTINGS | {"DATABASE_URL": database_url}, tmp_path / "instance")
    environment = {
        "SURVEYAPP_DATABASE_URL": database_url,
        "SURVEYAPP_DEMONSTRATION": "1",
        "SURVEYAPP_COOKIE_SECURE": "0",
        "SURVEYAPP_SECRET_KEY": "browser-test",
        "SURVEYAPP_LOG_LEVEL": "ERROR",
    }
    server = Server(f"surveyapp:create_app(None, {str(tmp_path / 'instance')!r})", environment)
    yield Site(f"http://127.0.0.1:{server.port}", seeded, app, server)
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
