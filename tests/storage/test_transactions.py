"""The doors to the database: joined transactions, a database that goes away, writers in a queue."""

from __future__ import annotations

import sqlite3
import threading
import time
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from surveyapp.storage import transactions
from surveyapp.storage.audit import audit_log
from surveyapp.storage.database import db
from surveyapp.storage.models import Person, Response
from surveyapp.storage.replies import responses, revisions, saving
from surveyapp.storage.replies.answers import Change
from surveyapp.storage.transactions import DatabaseUnavailable, NotInWriting, reading, writing
from tests.world.small_round import World

pytestmark = pytest.mark.durable


def test_what_is_written_inside_another_transaction_shares_its_fate(app: Flask) -> None:
    with pytest.raises(ZeroDivisionError), writing():
        audit_log.record("first")
        audit_log.record("second", number=1 // 0)

    assert audit_log.search() == []


def test_a_caught_fault_inside_undoes_only_the_inner_part(world: World) -> None:
    with writing():
        audit_log.record("kept")
        with pytest.raises(sa.exc.IntegrityError):
            audit_log.record("refused", person_id=999)

    assert audit_log.search()[0].kind == "kept"


def test_a_reader_cannot_turn_into_a_writer(app: Flask) -> None:
    with reading(), pytest.raises(NotInWriting), writing():
        pass


def test_a_flush_outside_the_queue_is_refused(world: World) -> None:
    with Session(db.engine) as session:
        session.get_one(Person, world.person_id).name = "Eva"
        with pytest.raises(NotInWriting):
            session.commit()


@pytest.mark.parametrize(
    "database_url", ["postgresql"], indirect=True
)  # on SQLite a reader holds up the writers instead
def test_readers_see_one_state_of_things_however_long_they_look(world: World, app: Flask) -> None:
    count = sa.select(sa.func.count()).select_from(Person)
    with reading() as connection:
        before = connection.scalar(count)
        thread = threading.Thread(target=_add_person, args=(app,))
        thread.start()
        thread.join()
        assert connection.scalar(count) == before


def _add_person(app: Flask) -> None:
    from surveyapp.storage.people import accounts

    with app.app_context():
        accounts.create_person("Ben", "ben@example.org")


def test_a_database_that_goes_away_is_said_and_comes_back_by_itself(world: World) -> None:
    world.save(licences=1)
    if db.engine.dialect.name == "sqlite":
        path = Path(str(db.engine.url.database))
        away = path.rename(f"{path}.away")
        with pytest.raises(DatabaseUnavailable):
            responses.load(world.response_id)
        with pytest.raises(DatabaseUnavailable):
            world.save(licences=2)
        assert not path.exists()
        away.rename(path)
    else:
        with pytest.raises(DatabaseUnavailable), writing() as connection:
            connection.exec_driver_sql("SELECT pg_terminate_backend(pg_backend_pid())")
    assert world.save(licences=2).saved == {"licences": 2}


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_file_restored_from_a_copy_is_the_one_that_is_written_to(world: World) -> None:
    world.save(licences=1)
    path = Path(str(db.engine.url.database))
    copy = path.with_suffix(".copy")
    copy.write_bytes(path.read_bytes())
    world.save(licences=2)
    copy.replace(path)

    assert world.save(licences=3).saved == {"licences": 2}
    with sqlite3.connect(path) as connection:
        assert connection.execute("SELECT value FROM answer_revisions ORDER BY revision").fetchall() == [("1",), ("3",)]
    connection.close()


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)  # SQLite has no server to cut it
def test_an_idle_connection_that_was_cut_is_not_noticed(world: World) -> None:
    with reading() as connection:
        own = connection.exec_driver_sql("SELECT pg_backend_pid()").scalar_one()
    killer = sa.create_engine(db.engine.url)
    with killer.connect() as connection:
        connection.execute(sa.text("SELECT pg_terminate_backend(:pid)"), {"pid": own})
    killer.dispose()

    assert world.save(licences=2).saved == {"licences": 1}


def test_eight_writers_all_get_through_in_turn(world: World, app: Flask) -> None:
    slowest, faults = [], []
    each = 12

    def write(number: int) -> None:
        with app.app_context():
            for turn in range(each):
                started = time.perf_counter()
                try:
                    changes = {f"law/writer{number}/law_title": Change(f"{turn}")}
                    how: dict[str, Any] = {"by": None, "channel": "autosave", "language": "en"}
                    seen = responses.load(world.response_id) if turn % 2 else None
                    saving.save_answers(world.response_id, changes, seen=seen, **how)
                except Exception as error:  # whatever it is, it is the finding
                    faults.append(error)
                slowest.append(time.perf_counter() - started)

    threads = [threading.Thread(target=write, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert faults == []
    for number in range(8):
        kept = revisions.history(world.response_id, f"law/writer{number}/law_title")
        assert [(r.revision, r.value) for r in kept] == [(turn + 1, f"{turn}") for turn in range(each)]
    # generous: the machine may be busy with other tests; the queue keeps it near 8 × one save
    assert max(slowest) < 2, f"a writer starved: {max(slowest):.2f} s"


def test_the_path_belongs_to_all_answers_though_writers_race(world: World, app: Flask) -> None:
    seen = responses.load(world.response_id)

    def write(address: str, value: object) -> None:
        with app.app_context():
            how: dict[str, Any] = {"by": None, "channel": "page", "language": "en"}
            saving.save_answers(world.response_id, {address: Change(value)}, seen=seen, **how)

    pairs = [("had_system", "yes"), ("since", 2014), ("licences", -1)]
    threads = [threading.Thread(target=write, args=pair) for pair in pairs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    path = responses.load(world.response_id).path
    assert path.missing == () and [violation.address for violation in path.violations] == ["licences"]


def test_sqlite_is_set_to_keep_what_it_acknowledges(app: Flask) -> None:
    if db.engine.dialect.name != "sqlite":
        with reading() as connection:
            assert connection.exec_driver_sql("SHOW synchronous_commit").scalar_one() == "on"
        return
    with reading() as connection:
        found = [connection.exec_driver_sql(f"PRAGMA {name}").scalar_one() for name in ("journal_mode", "synchronous")]
        assert found == ["delete", 2] and connection.exec_driver_sql("PRAGMA foreign_keys").scalar_one() == 1


def test_the_doors_are_the_only_ones(app: Flask) -> None:
    assert transactions.in_writing() is False
    with writing():
        assert transactions.in_writing() is True
    with reading() as connection:
        assert transactions.in_writing() is False
        assert connection.scalar(sa.select(sa.func.count()).select_from(Response)) == 0
