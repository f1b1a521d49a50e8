"""A receipt proves a reply; the chain proves that none was changed, left out or put in later."""

from __future__ import annotations

import hashlib
import json

import pytest
import sqlalchemy as sa
from click.testing import CliRunner

from surveyapp.cli import main
from surveyapp.storage.audit import audit_log
from surveyapp.storage.models import Submission
from surveyapp.storage.people import accounts
from surveyapp.storage.replies import receipts, reopening, responses, saving, submissions
from surveyapp.storage.replies.answers import Change
from surveyapp.storage.replies.responses import NotEditable
from surveyapp.storage.rounds import invitations, rounds, versions
from surveyapp.storage.transactions import writing
from tests.world.small_round import OPENED, SMALL, World


def submit_twice(world: World) -> list[tuple[str, str]]:
    world.save(had_system="no", remarks="Ça suffit — 足够")
    world.submit()
    reopening.reopen(world.response_id, by=None)
    world.save(remarks="Later")
    world.submit()
    return submissions.chains()["XVE"]


def test_a_receipt_names_the_submission_before_in_whichever_round(world: World) -> None:
    (first, first_digest), (second, second_digest) = submit_twice(world)
    version = versions.publish({"questionnaire.yaml": SMALL})
    other = rounds.open_round("csp12", {"en": "CSP12"}, version, opens=OPENED, demonstration=True)
    invitations.invite(other)
    response = responses.find("csp12", world.participant_id)
    assert response is not None
    saving.save_answers(response, {"had_system": Change("no")}, by=None, channel="page", language="en")
    third = submissions.submit(response, by=None, language="en")

    assert json.loads(first)["previous"] is None
    assert json.loads(second)["previous"] == first_digest == hashlib.sha256(first.encode()).hexdigest()
    assert third.previous == second_digest
    assert third.number == 1, "the first of its own reply"
    assert receipts.check_chain(submissions.chains()["XVE"]) == []


def test_the_reply_is_recognised_however_its_json_is_laid_out(world: World) -> None:
    [(text, _digest), _second] = submit_twice(world)
    receipt = json.dumps(receipts.receipt(text), indent=4)
    assert receipts.check_reply(text, receipt) == []
    assert receipts.check_reply(json.dumps(json.loads(text), indent=3), receipt) == []


@pytest.mark.parametrize(
    ("place", "value", "told"),
    [
        (("answers", "remarks", "value"), "Ça suffit", "SHA-256"),
        (("answers", "remarks", "handling"), "public", "SHA-256"),
        (("answers", "had_system", "revision"), 2, "SHA-256"),
        (("reference",), "WGTU-AAAAA-AAAAA", "`reference`"),
        (("version", "digest"), "0" * 64, "`version`"),
        (("previous",), "0" * 64, "`previous`"),
        (("at",), "2026-01-01T00:00:00+00:00", "`at`"),
    ],
)
def test_one_changed_word_is_told(world: World, place: tuple[str, ...], value: object, told: str) -> None:
    [(text, _digest), _second] = submit_twice(world)
    forged = json.loads(text)
    inner = forged
    for key in place[:-1]:
        inner = inner[key]
    inner[place[-1]] = value
    wrong = receipts.check_reply(json.dumps(forged), json.dumps(receipts.receipt(text)))
    assert wrong and any(told in line for line in wrong)


def test_a_chain_tells_what_was_changed_removed_or_moved(world: World) -> None:
    chain = submit_twice(world)
    (first, first_digest), second = chain
    assert receipts.check_chain(chain) == []
    assert (
        "changed after" in receipts.check_chain([(first.replace("suffit", "ne suffit pas"), first_digest), second])[0]
    )
    assert "does not follow" in receipts.check_chain([second])[0]
    assert len(receipts.check_chain([second, (first, first_digest)])) == 2


def test_two_submissions_cannot_follow_the_same_one(world: World) -> None:
    _first, (text, digest) = submit_twice(world)
    row = {"response_id": world.response_id, "number": 3, "snapshot": text, "digest": digest, "reference": "WGTU-X"}
    with pytest.raises(sa.exc.IntegrityError), writing() as connection:
        connection.execute(
            sa.insert(Submission).values(**row, previous=json.loads(text)["previous"], at=OPENED, language="en")
        )


def test_the_terminal_checks_files_and_the_whole_database(world: World, tmp_path, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    [(text, _digest), _second] = submit_twice(world)
    (tmp_path / "reply.json").write_text(text, encoding="utf-8")
    (tmp_path / "receipt.json").write_text(json.dumps(receipts.receipt(text)), encoding="utf-8")
    (tmp_path / "forged.json").write_text(text.replace("suffit", "va"), encoding="utf-8")
    (tmp_path / "picture.json").write_bytes(b"\x89PNG\r\n")
    run = CliRunner().invoke
    good = run(main, ["verify-receipt", str(tmp_path / "reply.json"), str(tmp_path / "receipt.json")])
    forged = run(main, ["verify-receipt", str(tmp_path / "forged.json"), str(tmp_path / "receipt.json")])
    broken = run(main, ["verify-receipt", str(tmp_path / "picture.json"), str(tmp_path / "receipt.json")])
    swapped = run(main, ["verify-receipt", str(tmp_path / "receipt.json"), str(tmp_path / "reply.json")])
    assert (good.exit_code, good.output.splitlines()[-1]) == (0, "This is what was submitted.")
    assert forged.exit_code == 1 and "This is NOT what was submitted." in forged.output
    for refused in (broken, swapped):
        assert refused.exit_code == 1 and refused.output.startswith("Error: ")
        assert refused.exception is None or isinstance(refused.exception, SystemExit)
    assert run(main, ["verify-receipt"]).exit_code == 2


def test_a_request_to_reopen_is_decided_once(world: World) -> None:
    secretariat = accounts.create_person("Secretariat", "s@example.org")
    with pytest.raises(NotEditable, match="not_submitted"):
        reopening.request_reopening(world.response_id, "Please", by=world.person_id)
    world.save(had_system="no")
    world.submit()
    assert reopening.request_reopening(world.response_id, "Please", by=world.person_id) is False
    reopening.request_reopening(world.response_id, "Pressed twice", by=world.person_id)
    [asked] = reopening.open_reopen_requests()
    assert (asked.note, asked.granted) == ("Please", None)
    assert reopening.decide_reopening(asked.id, granted=True, answer="Of course", by=secretariat)
    assert not reopening.decide_reopening(asked.id, granted=False, answer="No", by=secretariat)
    assert responses.load(world.response_id).status == "reopened"
    assert [(one.granted, one.answer) for one in reopening.reopen_requests(world.response_id)] == [(True, "Of course")]
    assert [event.kind for event in audit_log.search(limit=3)] == [
        "response-reopened",
        "reopening-decided",
        "reopening-asked",
    ]


def test_a_refused_request_leaves_the_reply_as_it_is_and_another_may_follow(world: World) -> None:
    world.save(had_system="no")
    world.submit()
    reopening.request_reopening(world.response_id, "Please", by=world.person_id)
    reopening.decide_reopening(1, granted=False, answer="The report is printed", by=world.person_id)
    assert responses.load(world.response_id).status == "submitted"
    reopening.request_reopening(world.response_id, "Really", by=world.person_id)
    assert [one.note for one in reopening.open_reopen_requests()] == ["Really"]
