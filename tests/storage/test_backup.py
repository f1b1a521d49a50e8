"""A backup is taken while others write, and restored elsewhere, into a database of the other kind, too: all of it is there."""

from __future__ import annotations

import datetime
import threading
import zipfile
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from surveyapp.storage import schema
from surveyapp.storage.audit import audit_log, backup
from surveyapp.storage.columns import utc_now
from surveyapp.storage.database import db
from surveyapp.storage.mail import outbox
from surveyapp.storage.models import Bounce
from surveyapp.storage.people import accounts, browsers, proofs
from surveyapp.storage.replies import behalf, receipts, reopening, responses, saving, submissions
from surveyapp.storage.replies.answers import Change
from surveyapp.storage.results import rollups
from surveyapp.storage.rounds import invitations, rounds
from surveyapp.storage.transactions import reading, writing
from tests.world import golden_round
from tests.world.databases import bare_app
from tests.world.rollup_check import agree

pytestmark = pytest.mark.durable


def whole() -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table that is backed up."""
    with reading() as connection:
        return {
            table.name: sorted((tuple(row) for row in connection.execute(sa.select(table))), key=repr)
            for table in backup._tables()
        }


def chains_are_whole() -> bool:
    wrong = [line for chain in submissions.chains().values() for line in receipts.check_chain(chain)]
    return not wrong and not audit_log.verify()[2]


def elsewhere(folder: Path) -> Flask:
    made = bare_app(f"sqlite:///{folder / 'elsewhere.sqlite'}")
    with made.app_context():
        schema.upgrade()
    return made


def everything_else(round_id: int) -> None:
    """What the golden round has none of: proofs, a session, an entry on behalf, a letter that came back."""
    person = accounts.create_person("Sam", "sam@secretariat.example")
    browsers.sign_in(person, how="passkey", browser="Firefox")
    proofs.set_password(person, "$argon2id$…")
    proofs.set_app(person, "sealed", 7)
    proofs.add_passkey(person, "key", "Office", b"\x00\xff", 3)
    proofs.new_recovery_codes(person)
    proofs.remember_at_provider("https://id.example.org", "sam", person)
    response = invitations.responses_of(round_id)[0].id
    behalf.begin_entry(response, "Note verbale", datetime.date(2026, 3, 2), by=person)
    number = outbox.enqueue("sam@secretariat.example", "Subject", "Body", person_id=person)
    with writing() as connection:
        connection.execute(sa.insert(Bounce).values(letter_id=number, at=utc_now(), detail="550 unknown"))


def test_all_of_it_is_restored_elsewhere_and_goes_on(app: Flask, tmp_path: Path) -> None:
    round_id = golden_round.make()
    everything_else(round_id)
    agree(round_id)
    documents, file = tmp_path / "documents", tmp_path / "backup.zip"
    (documents / "1").mkdir(parents=True)
    (documents / "1" / "abc").write_bytes(b"The Act")
    backup.backup(file, documents)
    before = whole()
    other = elsewhere(tmp_path)
    with other.app_context():
        backup.restore(file, tmp_path / "there")
        assert {name: len(rows) for name, rows in whole().items()} == {name: len(rows) for name, rows in before.items()}
        assert str(whole()) == str(before)
        assert chains_are_whole()
        agree(round_id)
        row = next(one for one in invitations.responses_of(round_id) if one.participant_code == "P12")
        saving.save_answers(row.id, {"had": Change("yes")}, by=None, channel="page", language="en")
        submissions.submit(row.id, by=None, language="en")
        assert chains_are_whole() and rollups.recount(round_id)
        db.engine.dispose()
    assert (tmp_path / "there" / "1" / "abc").read_bytes() == b"The Act"


def test_what_is_taken_from_sqlite_goes_into_the_database_at_hand(app: Flask, tmp_path: Path) -> None:
    other = elsewhere(tmp_path)
    with other.app_context():
        golden_round.make()
        backup.backup(tmp_path / "backup.zip", tmp_path / "none")
        before = str(whole())
        db.engine.dispose()
    with app.app_context():
        backup.restore(tmp_path / "backup.zip", tmp_path / "there")
        assert str(whole()) == before and chains_are_whole()
        found = rounds.round(golden_round.ROUND)
        assert found is not None
        audit_log.record("it goes on")  # the counters of ids do, too
        assert chains_are_whole()


def test_a_backup_taken_while_others_write_is_of_one_moment(app: Flask, tmp_path: Path) -> None:
    round_id = golden_round.make()
    ids = [row.id for row in invitations.responses_of(round_id)]
    stop = threading.Event()

    def write(part: int) -> None:
        with app.app_context():
            turn = 0
            while not stop.is_set():
                each = ids[part::2][turn % len(ids[part::2])]
                turn += 1
                if responses.load(each).status == "submitted":
                    reopening.reopen(each, by=None)
                else:
                    saving.save_answers(
                        each, {"had": Change("yes"), "n": Change(turn)}, by=None, channel="page", language="en"
                    )
                    submissions.submit(each, by=None, language="en")

    writers = [threading.Thread(target=write, args=(part,)) for part in range(2)]
    for each in writers:
        each.start()
    try:
        for number in range(3):
            backup.backup(tmp_path / f"{number}.zip", tmp_path / "none")
    finally:
        stop.set()
        for each in writers:
            each.join()
    for number in range(3):
        folder = tmp_path / str(number)
        folder.mkdir()
        other = elsewhere(folder)
        with other.app_context():
            backup.restore(tmp_path / f"{number}.zip", folder / "there")
            assert chains_are_whole()
            agree(round_id)
            db.engine.dispose()


@pytest.mark.parametrize("how", ["no zip", "changed", "full", "outside"])
def test_what_is_no_backup_or_would_do_harm_is_refused_and_nothing_is_there(
    app: Flask, tmp_path: Path, how: str
) -> None:
    golden_round.make()
    file = tmp_path / "backup.zip"
    backup.backup(file, tmp_path / "none")
    if how == "no zip":
        file.write_bytes(b"nothing")
    if how in ("changed", "outside"):
        with zipfile.ZipFile(file) as read:
            parts = {name: read.read(name) for name in read.namelist()}
        if how == "changed":
            parts["tables/participants.jsonl"] = parts["tables/participants.jsonl"].replace(b"P01", b"P99")
        else:
            import hashlib

            digest = hashlib.sha256(b"x").hexdigest()
            parts["documents/../../evil"] = b"x"
            parts["backup.json"] = parts["backup.json"].replace(
                b'"files": {', f'"files": {{"documents/../../evil": "{digest}",'.encode()
            )
        with zipfile.ZipFile(file, "w") as written:
            for name, content in parts.items():
                written.writestr(name, content)
    other = elsewhere(tmp_path) if how != "full" else app
    with other.app_context():
        with pytest.raises(backup.NotABackup):
            backup.restore(file, tmp_path / "there")
        if how != "full":
            assert whole()["participants"] == []
    assert not (tmp_path.parent / "evil").exists() and not (tmp_path / "evil").exists()
