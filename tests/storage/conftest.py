"""Storage alone: no web, one small questionnaire, one State invited."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from surveyapp.storage.database import db
from tests.world.databases import bare_app
from tests.world.small_round import World, make_world


@pytest.fixture
def app(database_url: str) -> Iterator[Flask]:
    made = bare_app(database_url)
    with made.app_context():
        yield made
        db.engine.dispose()


@pytest.fixture
def world(app: Flask) -> World:
    return make_world()
