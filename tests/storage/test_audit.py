"""The log of deeds is a chain: nothing in it can be changed, removed or moved without its showing."""

from __future__ import annotations

import threading

import pytest
import sqlalchemy as sa
from flask import Flask

from surveyapp.storage import schema
from surveyapp.storage.audit import audit_log
from surveyapp.storage.database import db
from surveyapp.storage.models import AuditEvent, AuditSeal
from surveyapp.storage.transactions import reading, writing
from tests.world.small_round import World


def tamper(*statements: str) -> None:
    """As somebody would who can write to the database and takes its triggers away first."""
    with db.engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(sa.text("SET session_replication_role = replica"))
        else:
            rows = connection.execute(
                sa.text("SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'audit%'")
            )
            for (name,) in rows.all():
                connection.execute(sa.text(f"DROP TRIGGER {name}"))
        for statement in statements:
            connection.execute(sa.text(statement))


@pytest.fixture
def logged(app: Flask) -> str:
    for number in range(6):
        with writing():
            audit_log.record("deed", number=number)
            audit_log.record("its consequence", number=number)
    count, head, wrong = audit_log.verify()
    assert count >= 12 and wrong == []
    return head


def test_a_log_that_nobody_touched_is_whole(world: World, logged: str) -> None:
    world.save(had_system="no")
    world.submit()
    count, head, wrong = audit_log.verify(logged)
    assert wrong == [] and count > 12 and head != logged


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ("UPDATE audit_events SET kind = 'another' WHERE id = 3", "event 3 (another)"),
        ("UPDATE audit_events SET person_id = NULL, at = '2020-01-01 00:00:00' WHERE id = 4", "event 4"),
        ("DELETE FROM audit_events WHERE id = 5", "seal 5: its event has been removed"),
        ("DELETE FROM audit_seals WHERE place = 5", "seal 5 is missing"),
        ("UPDATE audit_seals SET event_id = event_id + 100 WHERE place IN (5, 6)", "has been removed"),
        (
            "INSERT INTO audit_events (at, kind, facts) VALUES ('2026-01-01 00:00:00', 'slipped in', '{}')",
            "has no seal",
        ),
    ],
)
def test_what_was_changed_removed_or_slipped_in_shows(logged: str, statement: str, told: str) -> None:
    tamper(statement)
    _, _, wrong = audit_log.verify()
    assert any(told in line for line in wrong), wrong


def test_two_events_that_changed_places_show(logged: str) -> None:
    tamper("UPDATE audit_seals SET event_id = 1000 WHERE place = 5", "UPDATE audit_seals SET event_id = 5 WHERE place = 6",
           "UPDATE audit_seals SET event_id = 6 WHERE place = 5")  # fmt: skip
    assert len(audit_log.verify()[2]) >= 2


def test_an_end_that_was_cut_off_shows_to_who_noted_it(logged: str) -> None:
    tamper("DELETE FROM audit_seals WHERE place > 10", "DELETE FROM audit_events WHERE id > 10")
    assert audit_log.verify()[2] == []
    assert "cut off" in audit_log.verify(logged)[2][0]


def test_what_was_taken_back_is_not_in_the_chain(app: Flask) -> None:
    with writing():
        audit_log.record("kept")
        with pytest.raises(ZeroDivisionError), writing():
            audit_log.record("taken back", number=1 // 0)
        with pytest.raises(ValueError), writing():
            audit_log.record("taken back")
            raise ValueError
    count, _, wrong = audit_log.verify()
    assert (count, wrong) == (1, [])


def test_many_at_once_make_one_chain(app: Flask) -> None:
    def some(name: str) -> None:
        with app.app_context():
            for number in range(10):
                audit_log.record(name, number=number)

    threads = [threading.Thread(target=some, args=(f"t{each}",)) for each in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    count, _, wrong = audit_log.verify()
    assert (count, wrong) == (40, [])


def test_what_was_logged_before_there_was_a_chain_is_sealed_as_it_stands(logged: str) -> None:
    schema.downgrade("0014")
    schema.upgrade()
    assert audit_log.verify(logged) == (12, logged, [])
    with reading() as connection:
        assert connection.scalar(sa.select(sa.func.count()).select_from(AuditSeal)) == 12
        assert connection.scalar(sa.select(sa.func.count()).select_from(AuditEvent)) == 12
