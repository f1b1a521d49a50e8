"""Databases of each kind that a test may use.

`SURVEYAPP_TEST_POSTGRES` is the address of a server on which databases may be created and dropped.
"""

from __future__ import annotations

import os
import uuid
from concurrent.futures import ThreadPoolExecutor

import sqlalchemy as sa
from flask import Flask

from surveyapp import extensions

POSTGRESQL = os.environ.get("SURVEYAPP_TEST_POSTGRES", "postgresql+psycopg://postgres@127.0.0.1:5432/")


def bare_app(url: str) -> Flask:
    """The database and nothing else."""
    app = Flask("surveyapp")
    app.config.update(SQLALCHEMY_DATABASE_URI=url, TESTING=True)
    extensions.init_app(app)
    return app


class PostgreSQL:
    """A server on which databases are made and dropped again; all of a run have its name in theirs."""

    def __init__(self, run: str) -> None:
        self.run = run
        self.address = sa.make_url(extensions.database_url(POSTGRESQL))
        self.admin = sa.create_engine(
            self.address.set(database="postgres"),
            isolation_level="AUTOCOMMIT",
            pool_size=9,
            connect_args={"connect_timeout": 5},
        )
        #: a dropped database makes the server write its memory to the disk: no test waits for that, and several
        #: that are dropped together wait for one such writing
        self.droppers = ThreadPoolExecutor(max_workers=8)

    def create(self, template: str = "template1") -> str:
        name = f"surveyapp_test_{self.run}_{uuid.uuid4().hex[:12]}"
        self._execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        return name

    def url(self, name: str) -> str:
        return self.address.set(database=name).render_as_string(hide_password=False)

    def drop(self, name: str) -> None:
        self._execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def drop_later(self, name: str) -> None:
        self.droppers.submit(self.drop, name)

    def close(self) -> None:
        """Once all that is to be dropped is."""
        self.droppers.shutdown(wait=True)
        self.admin.dispose()

    def drop_all_of_the_run(self) -> None:
        with self.admin.connect() as connection:
            query = sa.text("SELECT datname FROM pg_database WHERE datname LIKE :of_the_run")
            names = connection.scalars(query, {"of_the_run": f"surveyapp\\_test\\_{self.run}\\_%"}).all()
        for name in names:
            self.drop(name)

    def _execute(self, statement: str) -> None:
        with self.admin.connect() as connection:
            connection.exec_driver_sql(statement)
