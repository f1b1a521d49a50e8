"""Worlds that many tests begin from: each is made once in a run, by the worker that needs it first, and then copied.

A world is a name and a function that fills a database with all tables; what it returns (JSON) comes with every copy.
"""

from __future__ import annotations

import fcntl
import json
import shutil
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from surveyapp import demonstration
from surveyapp.storage import schema
from surveyapp.storage.database import db

from . import golden_round
from .databases import PostgreSQL, bare_app


def _demonstration() -> list[dict[str, str]]:
    from flask import current_app

    return [asdict(link) for link in demonstration.seed(current_app._get_current_object())]  # type: ignore[attr-defined]


WORLDS: dict[str, Callable[[], Any]] = {
    "empty": lambda: None,
    "demonstration": _demonstration,
    "golden": golden_round.make,
}


@dataclass(frozen=True)
class Template:
    database: str  #: a file, or the name of a PostgreSQL database
    facts: Any  #: what the world's function returned


class Templates:
    """The templates of a run, in a folder that its workers share."""

    def __init__(self, folder: Path, server: PostgreSQL | None) -> None:
        self.folder = folder
        self.server = server

    def find(self, world: str, kind: str) -> Template:
        """Makes it where nobody has yet; the others wait meanwhile."""
        kept = self.folder / f"{world}-{kind}.json"
        with (self.folder / f"{world}-{kind}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not kept.exists():
                kept.write_text(json.dumps(asdict(self._make(world, kind))))
        return Template(**json.loads(kept.read_text()))

    def _make(self, world: str, kind: str) -> Template:
        empty = None if world == "empty" else self.find("empty", kind).database
        database = self._database(world, kind, empty)
        with bare_app(self.url(database, kind)).app_context():
            if not empty:
                schema.upgrade()
            facts = WORLDS[world]()
            db.engine.dispose()
        return Template(database, facts)

    def _database(self, world: str, kind: str, source: str | None) -> str:
        if kind == "sqlite":
            file = self.folder / f"{world}.sqlite"
            if source:
                shutil.copy(source, file)
            return str(file)
        assert self.server
        return self.server.create(source or "template1")

    def url(self, database: str, kind: str) -> str:
        if kind == "sqlite":
            return f"sqlite:///{database}"
        assert self.server
        return self.server.url(database)
