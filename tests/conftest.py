"""Fixtures every room may use: a database of each kind, migrated once and copied for each test.

`SURVEYAPP_TEST_POSTGRES` is the address of a server on which databases may be created and dropped.
"""

from __future__ import annotations

import os
import shutil
import uuid
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from surveyapp import extensions
from surveyapp.storage.database import db

POSTGRESQL = os.environ.get("SURVEYAPP_TEST_POSTGRES", "postgresql+psycopg://postgres@127.0.0.1:5432/")
IN_CI = os.environ.get("CI", "").lower() in ("1", "true", "yes")


#: `make test-long`: the runs that are counted in thousands, in full
LONG = os.environ.get("SURVEYAPP_TEST_LONG", "") == "1"


def skip_loudly(reason: str) -> None:
    """Locally a warning in the summary, in CI a failure: a test that never runs proves nothing."""
    if IN_CI:
        pytest.fail(reason)
    warnings.warn(reason, pytest.PytestWarning, stacklevel=2)
    pytest.skip(reason)


def bare_app(url: str) -> Flask:
    """The database and nothing else."""
    app = Flask("surveyapp")
    app.config.update(SQLALCHEMY_DATABASE_URI=url, TESTING=True)
    extensions.init_app(app)
    return app


def _migrate(url: str) -> None:
    from surveyapp.storage import schema

    with bare_app(url).app_context():
        schema.upgrade()
        db.engine.dispose()


class PostgreSQL:
    """A server on which databases are made and dropped again."""

    def __init__(self) -> None:
        self.address = sa.make_url(extensions.database_url(POSTGRESQL))
        self.admin = sa.create_engine(
            self.address.set(database="postgres"), isolation_level="AUTOCOMMIT", connect_args={"connect_timeout": 5}
        )
        self.made: list[str] = []

    def create(self, template: str = "template1") -> str:
        name = f"surveyapp_test_{uuid.uuid4().hex[:12]}"
        with self.admin.connect() as connection:
            connection.exec_driver_sql(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        self.made.append(name)
        return name

    def replace(self, name: str, template: str) -> None:
        """Makes the database of this name anew, as a copy of another."""
        self.drop(name)
        with self.admin.connect() as connection:
            connection.exec_driver_sql(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        self.made.append(name)

    def url(self, name: str) -> str:
        return self.address.set(database=name).render_as_string(hide_password=False)

    def drop(self, name: str) -> None:
        with self.admin.connect() as connection:
            connection.exec_driver_sql(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        self.made.remove(name)


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[PostgreSQL | None]:
    """None where no server answers."""
    server = PostgreSQL()
    try:
        server.admin.connect().close()
    except sa.exc.OperationalError:
        yield None
        return
    yield server
    for name in list(server.made):
        server.drop(name)
    server.admin.dispose()


@pytest.fixture(scope="session")
def _templates() -> dict[str, str]:
    """Kind → where the migrated template is; filled by the first test that needs it."""
    return {}


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(
    request: pytest.FixtureRequest,
    tmp_path: Path,
    tmp_path_factory: pytest.TempPathFactory,
    postgresql_server: PostgreSQL | None,
    _templates: dict[str, str],
) -> Iterator[str]:
    """An empty database with all tables, once of each kind. Its own for each test: history cannot be emptied."""
    if request.param == "sqlite":
        if "sqlite" not in _templates:
            template = tmp_path_factory.mktemp("template") / "empty.sqlite"
            _migrate(f"sqlite:///{template}")
            _templates["sqlite"] = str(template)
        shutil.copy(_templates["sqlite"], tmp_path / "test.sqlite")
        yield f"sqlite:///{tmp_path / 'test.sqlite'}"
        return
    if postgresql_server is None:
        skip_loudly(f"no PostgreSQL answers at {POSTGRESQL}: nothing is tested on it")
        return
    if "postgresql" not in _templates:
        _templates["postgresql"] = postgresql_server.create()
        _migrate(postgresql_server.url(_templates["postgresql"]))
    name = postgresql_server.create(_templates["postgresql"])
    yield postgresql_server.url(name)
    postgresql_server.drop(name)


@pytest.fixture
def app(database_url: str, tmp_path: Path) -> Iterator[Flask]:
    """The whole application, on each database."""
    from surveyapp import create_app

    made = create_app({"DATABASE_URL": database_url, "TESTING": True, "SECRET_KEY": "test"}, tmp_path / "instance")
    yield made
    with made.app_context():
        db.engine.dispose()
