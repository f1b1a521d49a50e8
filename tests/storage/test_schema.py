"""Migrations, with data in the tables."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask import Flask

from surveyapp.storage import models, schema
from surveyapp.storage.audit import audit_log
from surveyapp.storage.columns import utc_now
from surveyapp.storage.database import db
from surveyapp.storage.mail import outbox
from surveyapp.storage.models import Answer, AnswerRevision, Response
from surveyapp.storage.replies import (
    clearances,
    comments,
    receipts,
    responses,
    revisions,
    saving,
    submissions,
    translations,
)
from surveyapp.storage.replies.answers import Change
from surveyapp.storage.rounds import version_migration, versions
from surveyapp.storage.transactions import reading, writing
from tests.storage.drift import drift
from tests.world.small_round import SMALL, World

#: nothing in these may be changed or removed, by a trigger on both databases; see `migrations`
APPEND_ONLY = (
    "answer_revisions",
    "submissions",
    "versions",
    "audit_events",
    "comments",
    "clearances",
    "documents",
    "translations",
    "freezes",
    "paragraph_versions",
    "mail_attempts",
    "audit_seals",
)


def test_the_migrations_make_exactly_what_the_models_say(app: Flask) -> None:
    assert drift() == []


def test_the_tables_go_down_and_up_with_their_rows(world: World) -> None:
    world.save(had_system="yes", remarks="汉字 = 1.0")
    before, answers = _rows(), _answers()

    schema.downgrade("0001")
    assert _answers() == answers
    schema.upgrade()

    after = _rows()
    # the count of changes begins anew; all else is as it was
    before["responses"], after["responses"] = [], []
    assert after == before
    with pytest.raises(sa.exc.DBAPIError, match="append-only"), writing() as connection:
        connection.execute(sa.delete(AnswerRevision))
    world.save(had_system="no")
    assert responses.load(world.response_id).answers["had_system"].revision == 2


def test_the_channel_of_entries_on_behalf_goes_down_and_up_with_its_receipts_and_seals(world: World) -> None:
    world.save(had_system="yes", since=1994)
    saving.save_answers(
        world.response_id,
        {"remarks": Change("From a letter")},
        by=world.person_id,
        channel="secretariat",
        language="en",
    )
    world.submit()
    before, chains = _rows(), submissions.chains()

    schema.downgrade("0018")
    assert _channels() == {"had_system": "page", "since": "page", "remarks": "office"}
    _refuses_a_channel("secretariat")
    _refuses_changes()
    schema.upgrade()

    assert _rows() == before
    _refuses_a_channel("office")
    _refuses_changes()
    assert [receipts.check_chain(chain) for chain in submissions.chains().values()] == [[]]
    assert submissions.chains() == chains
    assert audit_log.verify()[2] == []
    assert drift() == []


def _channels() -> dict[str, str]:
    one = AnswerRevision
    with reading() as connection:
        return {row.address: row.channel for row in connection.execute(sa.select(one.address, one.channel))}


def _refuses_a_channel(channel: str) -> None:
    one = AnswerRevision
    row = {"address": "licences", "revision": 1, "value": 1, "at": utc_now(), "language": "en", "channel": channel}
    with pytest.raises(sa.exc.IntegrityError), writing() as connection:
        connection.execute(sa.insert(one).values(response_id=connection.scalar(sa.select(Response.id)), **row))


def _refuses_changes() -> None:
    for statement in ("UPDATE answer_revisions SET language = 'fr'", "DELETE FROM answer_revisions"):
        with pytest.raises(sa.exc.DBAPIError, match="append-only"), writing() as connection:
            connection.exec_driver_sql(statement)


def test_going_down_is_refused_where_it_would_lose_what_a_state_said(world: World) -> None:
    world.save(had_system="yes")
    with writing() as connection:
        connection.execute(sa.update(Answer).values(handling="secretariat"))
    with pytest.raises(RuntimeError, match="would lose stated reasons"):
        schema.downgrade("0003")
    assert drift() == []


def test_going_down_to_nothing_is_refused_while_answers_are_kept(world: World) -> None:
    world.save(had_system="yes")
    before = _rows()

    with pytest.raises(RuntimeError, match="would lose them"):
        schema.downgrade("base")

    assert _rows() == before


def test_without_answers_the_tables_go_down_to_nothing_and_up_again(app: Flask) -> None:
    schema.downgrade("base")
    assert set(sa.inspect(db.engine).get_table_names()) <= {"alembic_version"}
    schema.upgrade()
    assert drift() == []


def _answers() -> list[tuple[object, ...]]:
    since = ("declined", "handling", "basis")  # columns that the oldest schema does not have
    columns = [column for column in Answer.__table__.columns if column.name not in since]
    with reading() as connection:
        return sorted(tuple(map(repr, row)) for row in connection.execute(sa.select(*columns)))


def _rows() -> dict[str, list[tuple[object, ...]]]:
    with reading() as connection:
        return {
            table.name: sorted(tuple(map(repr, row)) for row in connection.execute(table.select()))
            for table in db.metadata.sorted_tables
        }


@pytest.mark.parametrize("table", APPEND_ONLY)
def test_every_append_only_table_has_its_triggers(world: World, table: str) -> None:
    world.save(had_system="no")
    world.submit()
    comments.add_comment(world.response_id, "had_system", "Said", by=world.person_id)
    clearances.set_state(world.response_id, "system", "ready", by=world.person_id)
    translations.add_translation(world.response_id, "remarks", 1, "fr", "Traduit", by=world.person_id)
    outbox.enqueue("a@example.org", "Subject", "Body")
    outbox.deliver_due(lambda letter: None)
    with writing() as connection:
        row = {"response_id": world.response_id, "address": "law", "sha256": "0" * 64, "size": 1, "format": "txt"}
        row |= {"name": "law.txt", "by": world.person_id, "at": utc_now()}
        connection.execute(sa.insert(models.Document).values(**row))
        by = {"by": world.person_id, "at": utc_now()}
        frozen = {"round_id": 1, "handling": "public", "moment": utc_now(), "digest": "0" * 64, "content": b"0"}
        connection.execute(sa.insert(models.Freeze).values(**frozen, **by))
        connection.execute(sa.insert(models.Report).values(code="r", round_id=1, titles={}, symbol="", **by))
        connection.execute(sa.insert(models.Paragraph).values(report_id=1, place=1, kind="paragraph"))
        said = {"paragraph_id": 1, "language": "en", "number": 1, "text": "Said"}
        connection.execute(sa.insert(models.ParagraphVersion).values(**said, **by))

    column = {"answer_revisions": "", "audit_seals": "place"}.get(table, "id")
    for statement in (f"DELETE FROM {table}", f"UPDATE {table} SET {column} = {column}" if column else ""):
        if statement:
            with pytest.raises(sa.exc.DBAPIError, match="append-only"), writing() as connection:
                connection.exec_driver_sql(statement)


@pytest.mark.parametrize(
    "wrong", [{"status": "lost"}, {"status": "submitted"}, {"reference": "WGTU"}, {"participant_id": 99}]
)
def test_the_database_refuses_responses_that_cannot_be(world: World, wrong: dict[str, object]) -> None:
    with pytest.raises(sa.exc.IntegrityError), writing() as connection:
        connection.execute(sa.update(Response).values(**wrong))


def test_the_database_refuses_an_answer_without_its_revision(world: World) -> None:
    world.save(had_system="yes")

    with pytest.raises(sa.exc.IntegrityError), writing() as connection:
        connection.execute(sa.update(Answer).values(revision=2))


def test_the_same_files_are_one_version(world: World) -> None:
    version_id = responses.load(world.response_id).round.version_id
    with reading() as connection:
        files = connection.execute(sa.select(models.Version.files)).scalar_one()
    assert versions.publish(files) == version_id


def test_going_up_writes_down_what_each_handling_meant_when_it_was_given(world: World) -> None:
    """The round was moved, in between, to a version with wider defaults."""
    world.save(had_system="yes", remarks="Given before", licences=4)
    wider = SMALL.replace("version: 1", "version: 2\nhandling: {default: public}").replace(
        "handling: {default: secretariat}", "handling: {default: co_chairs}"
    )
    version_migration.migrate_round(world.round_id, versions.publish({"questionnaire.yaml": wider}), by=world.person_id)
    world.save(since=1994, remarks="Given after")
    world.change({"licences": Change(5, handling="secretariat")})
    schema.downgrade("0019")
    with writing() as connection:  # as the version before kept it: a default was stored as nothing
        for table in ("answers", "answer_revisions"):
            if connection.dialect.name == "postgresql":
                connection.exec_driver_sql(f"ALTER TABLE {table} DISABLE TRIGGER USER")
            elif table == "answer_revisions":
                connection.exec_driver_sql("DROP TRIGGER answer_revisions_no_update")
            connection.exec_driver_sql(
                f"UPDATE {table} SET handling = NULL WHERE handling <> 'secretariat' OR address = 'remarks'"
            )
            if connection.dialect.name == "postgresql":
                connection.exec_driver_sql(f"ALTER TABLE {table} ENABLE TRIGGER USER")
    schema.upgrade()
    assert {address: kept.handling for address, kept in responses.load(world.response_id).answers.items()} == {
        "had_system": "states_parties",
        "since": "public",
        "remarks": "co_chairs",
        "licences": "secretariat",
    }
    assert [row.handling for row in revisions.history(world.response_id, "remarks")] == ["secretariat", "co_chairs"]
    assert [row.handling for row in revisions.history(world.response_id, "licences")] == [
        "states_parties",
        "secretariat",
    ]
