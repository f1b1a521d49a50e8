"""Fixtures every room may use: a database of each kind with the world it begins from, and the application over it."""

from __future__ import annotations

import os
import shutil
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from surveyapp import extensions
from surveyapp.storage.database import db
from tests.world import compiled_once, durability
from tests.world.databases import POSTGRESQL, PostgreSQL
from tests.world.templates import Templates
from tests.world.tiers import skip_loudly

RUN = "SURVEYAPP_TEST_RUN"


def pytest_configure(config: pytest.Config) -> None:
    """Once per process; the run's name is inherited by its workers."""
    compiled_once.share_compiled_parts()
    if not hasattr(config, "workerinput"):
        os.environ[RUN] = uuid.uuid4().hex[:8]


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Once all workers are done: what the run has left on the server, templates and what a killed test had, goes."""
    if hasattr(session.config, "workerinput"):
        return
    server = PostgreSQL(os.environ[RUN])
    try:
        server.drop_all_of_the_run()
    except sa.exc.OperationalError:
        return
    finally:
        server.close()


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[PostgreSQL | None]:
    """None where no server answers."""
    server = PostgreSQL(os.environ[RUN])
    try:
        server.admin.connect().close()
    except sa.exc.OperationalError:
        yield None
        return
    yield server
    server.close()


@pytest.fixture(scope="session")
def templates(tmp_path_factory: pytest.TempPathFactory, postgresql_server: PostgreSQL | None) -> Templates:
    """Workers have folders of their own beside one another: the templates stand beside these."""
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "templates"
    folder.mkdir(exist_ok=True)
    return Templates(folder, postgresql_server)


@pytest.fixture
def world_name() -> str:
    """What the database begins from, see `tests/world/templates.py`; a room or file of tests overrides it."""
    return "empty"


@pytest.fixture(autouse=True)
def _durability(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """What tests no durability does not wait for the disk; `durable` keeps the product's own setting."""
    if not request.node.get_closest_marker("durable"):
        monkeypatch.setattr(extensions, "set_up", durability.relaxed(extensions.set_up))


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(
    request: pytest.FixtureRequest, tmp_path: Path, world_name: str, templates: Templates
) -> Iterator[str]:
    """A copy of the world, once of each kind. Its own for each test: history cannot be emptied."""
    if request.param == "sqlite":
        shutil.copy(templates.find(world_name, "sqlite").database, tmp_path / "test.sqlite")
        yield f"sqlite:///{tmp_path / 'test.sqlite'}"
        return
    if templates.server is None:
        skip_loudly(f"no PostgreSQL answers at {POSTGRESQL}: nothing is tested on it")
        return
    name = templates.server.create(templates.find(world_name, "postgresql").database)
    yield templates.server.url(name)
    templates.server.drop_later(name)


@pytest.fixture
def world_facts(database_url: str, world_name: str, templates: Templates) -> Any:
    """What was said of the world when it was made: the demonstration's links, the golden round's id."""
    return templates.find(world_name, sa.make_url(database_url).get_backend_name()).facts


@pytest.fixture
def app(database_url: str, tmp_path: Path) -> Iterator[Flask]:
    """The whole application, on each database."""
    from surveyapp import create_app

    made = create_app({"DATABASE_URL": database_url, "TESTING": True, "SECRET_KEY": "test"}, tmp_path / "instance")
    yield made
    with made.app_context():
        db.engine.dispose()
