"""Every route against every kind of person: who may open it, who sees a State's answer there, who can change the reply.

A new route needs a row in `ROUTES`: without one these tests fail.
"""

from __future__ import annotations

import datetime
import hashlib
import io
import re
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from werkzeug.test import TestResponse

from surveyapp.definition.checks.structure import PAGES_OF_A_REPLY
from surveyapp.storage.columns import utc_now
from surveyapp.storage.database import db
from surveyapp.storage.people import accounts
from surveyapp.storage.replies import comments, delegations, documents, proposals, responses, saving
from surveyapp.storage.replies.answers import Change
from surveyapp.storage.report import reports
from surveyapp.storage.results import discussions
from surveyapp.storage.rounds import invitations, participants, rounds, versions
from tests.world.trial_round import DEFINITION
from tests.world.web_client import Browser

EVERYBODY = {"nobody", "delegate", "delegate_elsewhere", "focal_point", "other_focal_point", "co_chair", "secretariat"}
SIGNED_IN = EVERYBODY - {"nobody"}
STATES = {"focal_point", "other_focal_point"}  # each sees its own State's page at the same address
READERS = {"co_chair", "secretariat"}
OFFICE = {"secretariat"}

SECRET = "Loi sur les armes 2014"  # France's answer, in the section `law`
WORD = "Between ourselves, in France"  # a comment inside France's government


@dataclass(frozen=True)
class Row:
    """Who gets the page, who finds France's answer or comment on it, who changes France's reply by posting there."""

    opens: set[str]
    sees: set[str] = field(default_factory=set)
    changes: set[str] = field(default_factory=set)
    address: str = ""
    form: dict[str, Any] = field(default_factory=dict)
    reads: str = ""  #: the page whose digest of what it showed goes with the form


FILE = f"{SECRET}: the text".encode()
FILE_SHA256 = hashlib.sha256(FILE).hexdigest()
FORGED = {"q-law_name": "Forged", "r-law_name": "1", "asked": "law_name", "go": "stay"}
AGAIN = FORGED | {"q-law_name": "Forged again", "r-law_name": "2", "only": "law_name"}
CONFIRMED = {"asked": "remarks", "q-remarks": "From a workbook", "r-remarks": "0"}
OWN = {"focal_point"}
ROUTES = {
    "account.home": Row(EVERYBODY, address="/"),
    "account.language": Row(EVERYBODY, address="/language", form={"language": "en"}),
    "account.sign_in": Row(EVERYBODY, address="/sign-in"),
    "account.ask_for_link": Row(EVERYBODY, address="/sign-in", form={"email": "x@example.org"}),
    "account.link": Row(set(), address="/sign-in/no-such-link"),
    "account.use_link": Row(set(), address="/sign-in/no-such-link"),
    "account.enrol": Row(set(), address="/enrol/no-such-link"),
    "account.reminders": Row(set(), address="/reminders/forged"),
    "account.change_reminders": Row(set(), address="/reminders/forged"),
    "account.password": Row(EVERYBODY, address="/sign-in/password"),
    "account.check_password": Row(
        EVERYBODY, address="/sign-in/password", form={"email": "x@example.org", "password": "x"}
    ),
    "account.second": Row(SIGNED_IN, address="/sign-in/second"),
    "account.prove": Row(SIGNED_IN, address="/sign-in/second", form={"code": "000000"}),
    "account.passkey_options": Row(EVERYBODY, address="/sign-in/passkey/options"),
    "account.use_passkey": Row(EVERYBODY, address="/sign-in/passkey", form={"credential": "none"}),
    "account.to_provider": Row(set(), address="/sign-in/provider"),
    "account.from_provider": Row(set(), address="/sign-in/provider/back"),
    "account.own": Row(SIGNED_IN, address="/account"),
    "account.end_sessions": Row(SIGNED_IN, address="/account/sessions", form={"which": "others"}),
    "account.change_password": Row(set(), address="/account/password", form={"password": "x"}),
    "account.app_page": Row(SIGNED_IN, address="/account/app"),
    "account.set_up_app": Row(SIGNED_IN, address="/account/app", form={"secret": "forged", "code": "000000"}),
    "account.take_app": Row(SIGNED_IN, address="/account/app/end"),
    "account.new_passkey_options": Row(SIGNED_IN, address="/account/passkeys/options"),
    "account.add_passkey": Row(SIGNED_IN, address="/account/passkeys", form={"credential": "none"}),
    "account.take_passkey": Row(set(), address="/account/passkeys/end", form={"passkey": "forged"}),
    "account.recovery_codes": Row(SIGNED_IN, address="/account/recovery-codes"),
    "account.make_recovery_codes": Row(set(), address="/account/recovery-codes"),
    "account.sign_out": Row(EVERYBODY, address="/sign-out"),
    "respondent.contents": Row(STATES, address="/reply/trial"),
    "respondent.section": Row(STATES, {"focal_point"}, address="/reply/trial/law"),
    "respondent.review": Row(STATES, {"focal_point"}, address="/reply/trial/review"),
    "respondent.history": Row({"focal_point"}, {"focal_point"}, address="/reply/trial/law/history/law_name"),
    "respondent.comments": Row({"focal_point"}, {"focal_point"}, address="/reply/trial/law/comments/law_name"),
    "respondent.colleagues": Row(STATES, address="/reply/trial/colleagues"),
    "respondent.proposals": Row(STATES, {"focal_point"}, address="/reply/trial/proposals"),
    "respondent.clearance": Row(STATES, address="/reply/trial/clearance"),
    "respondent.thanks": Row(STATES, address="/reply/trial/thanks"),
    "respondent.save": Row(STATES, set(), {"focal_point"}, "/reply/trial/law", FORGED),
    "respondent.answer": Row(STATES, {"focal_point"}, {"focal_point"}, "/reply/trial/law/answer", AGAIN),
    "respondent.comment": Row(
        {"focal_point"},
        set(),
        {"focal_point"},
        "/reply/trial/law/comments/law_name",
        {"text": "Said", "to": "government"},
    ),
    "respondent.delegate": Row(
        STATES,
        set(),
        {"focal_point"},
        "/reply/trial/colleagues",
        {"name": "New", "email": "new@example.org", "scope": "law", "power": "answer"},
    ),
    "respondent.decide": Row(
        STATES, set(), {"focal_point"}, "/reply/trial/proposals/1", {"decision": "return", "revision": "1"}
    ),
    "respondent.clear": Row(
        STATES,
        set(),
        {"focal_point"},
        "/reply/trial/clearance",
        {"section": "law", "state": "cleared"},
        "/reply/trial/clearance",
    ),
    "respondent.end_delegation": Row(STATES, set(), {"focal_point"}, "/reply/trial/colleagues/2/end"),
    "respondent.asked": Row(STATES, address="/reply/trial/ask"),
    "respondent.ask": Row(STATES, set(), OWN, "/reply/trial/ask", {"text": "When is the deadline?"}),
    "respondent.confirm_entry": Row(STATES, address="/reply/trial/proposals/entry/1"),
    "respondent.receipts_page": Row(STATES, address="/reply/trial/receipts"),
    "respondent.form": Row(STATES, address="/reply/trial/form"),
    "respondent.workbook_page": Row(STATES, address="/reply/trial/workbook"),
    "respondent.workbook_file": Row(STATES, OWN, address="/reply/trial/workbook/file"),
    "respondent.upload": Row(STATES, address="/reply/trial/workbook"),
    "respondent.confirm": Row(STATES, set(), OWN, "/reply/trial/workbook/confirm", CONFIRMED),
    "respondent.attach_page": Row(OWN, address="/reply/trial/law/file/law_text"),
    "respondent.attach": Row(OWN, address="/reply/trial/law/file/law_text"),
    "respondent.document": Row(OWN, {"focal_point"}, address="/reply/trial/documents/{sha256}"),
    "cochair.document": Row(set(), address="/rounds/trial/documents/{france}/{sha256}"),
    "cochair.answers": Row(READERS, address="/rounds/trial/answers/law_name"),
    "cochair.put_beside": Row(
        set(), address="/rounds/trial/answers/law_name", form={"answer": "1-law_name", "do": "translate", "into": "fr"}
    ),
    "cochair.cross_page": Row(READERS, address="/rounds/trial/cross?rows=region&columns=has_law"),
    "cochair.compare": Row(set(), address="/rounds/trial/compare/trial"),
    "cochair.codebook": Row(READERS, address="/rounds/trial/themes"),
    "cochair.change_codebook": Row(READERS, address="/rounds/trial/themes", form={"code": ""}),
    "cochair.quotations": Row(READERS, address="/rounds/trial/quotations"),
    "cochair.withdraw": Row(set(), address="/rounds/trial/quotations", form={"quotation": "1"}),
    "cochair.about": Row(READERS, address="/rounds/trial/about"),
    "cochair.about_state": Row(READERS, address="/rounds/trial/about/KEN"),
    "cochair.all_discussions": Row(READERS, address="/rounds/trial/discussions"),
    "cochair.begin_discussion": Row(READERS, address="/rounds/trial/discussions", form={"title": ""}),
    "cochair.discussion": Row(READERS, address="/rounds/trial/discussions/1"),
    "cochair.record": Row(READERS, address="/rounds/trial/discussions/1", form={"do": "guide", "text": "G"}),
    "report.all_reports": Row(READERS, address="/reports/"),
    "report.begin": Row(READERS, address="/reports/", form={"code": ""}),
    "report.workspace": Row(READERS, address="/reports/draft"),
    "report.arrange": Row(READERS, address="/reports/draft", form={"do": "add", "kind": "paragraph"}),
    "report.edit": Row(READERS, address="/reports/draft/paragraphs/1"),
    "report.write": Row(READERS, address="/reports/draft/paragraphs/1", form={"text": "T", "seen": "1"}),
    "report.comment": Row(READERS, address="/reports/draft/paragraphs/1/comments", form={"comment": "C"}),
    "report.freeze": Row(READERS, address="/reports/draft/freeze"),
    "report.frozen": Row(READERS, address="/reports/draft/frozen/1"),
    "report.word": Row(READERS, address="/reports/draft/word"),
    "report.page": Row(READERS, address="/reports/draft/page"),
    "cochair.results": Row(set(), address="/results/trial"),  # once it is closed: test_results
    "account.handover": Row(STATES, address="/handover"),
    "account.hand_over": Row(STATES, address="/handover", form={"name": ""}),  # with a whole form: test_handover
    "secretariat.focal_points": Row({"secretariat"}, address="/secretariat/focal-points"),
    "secretariat.appointment": Row({"secretariat"}, address="/secretariat/focal-points/FRA"),
    "secretariat.appoint": Row({"secretariat"}, address="/secretariat/focal-points/FRA", form={"name": ""}),
    "secretariat.answer_thread": Row(set(), address="/secretariat/threads/99", form={"text": "x"}),
    "secretariat.behalf_page": Row(OFFICE, address="/secretariat/rounds/trial/behalf/FRA"),
    "secretariat.begin_entry": Row(
        OFFICE,
        set(),
        OFFICE,
        "/secretariat/rounds/trial/behalf/FRA",
        {"do": "begin", "source": "Note 1", "dated": "2026-01-05"},
    ),
    "secretariat.behalf_section": Row(
        set(), address="/secretariat/rounds/trial/behalf/FRA/section/law"
    ),  # nothing is begun there
    "secretariat.enter_section": Row(
        OFFICE,
        set(),
        OFFICE,
        "/secretariat/rounds/trial/behalf/FRA/section/law",
        {"asked": "has_law", "q-has_law": "no", "r-has_law": "0"},
    ),
    "secretariat.behalf_workbook": Row(OFFICE, address="/secretariat/rounds/trial/behalf/FRA/workbook"),
    "secretariat.enter_workbook": Row(set(), address="/secretariat/rounds/trial/behalf/FRA/workbook"),
    "secretariat.inbox": Row({"secretariat"}, address="/secretariat"),
    "secretariat.reopening": Row({"secretariat"}, address="/secretariat/reopening/1", form={"decision": "grant"}),
    "delegate.section": Row({"delegate"}, {"delegate"}, address="/delegated/{france}/law"),
    "delegate.propose": Row({"delegate"}, set(), {"delegate"}, "/delegated/{france}/law", FORGED | {"go": "send"}),
    "delegate.answer": Row({"delegate"}, set(), {"delegate"}, "/delegated/{france}/law/answer", AGAIN),
    "delegate.attach_page": Row({"delegate"}, address="/delegated/{france}/law/file/law_text"),
    "delegate.attach": Row({"delegate"}, address="/delegated/{france}/law/file/law_text"),
    "delegate.document": Row({"delegate"}, {"delegate"}, address="/delegated/{france}/documents/{sha256}"),
    "delegate.thread": Row({"delegate"}, {"delegate"}, address="/delegated/{france}/law/comments/law_name"),
    "delegate.comment": Row(
        {"delegate"},
        set(),
        {"delegate"},
        "/delegated/{france}/law/comments/law_name",
        {"text": "I", "to": "government"},
    ),
    "cochair.all_rounds": Row(READERS, address="/rounds"),
    "cochair.round_page": Row(READERS, address="/rounds/trial"),
    "cochair.workbook": Row(READERS, address="/rounds/trial/workbook"),
    "cochair.ask_for_workbook": Row(READERS, address="/rounds/trial/workbook", form={"recipe": "co-chairs-summary"}),
    "secretariat.all_participants": Row(OFFICE, address="/secretariat/participants"),
    "secretariat.new_participant": Row(OFFICE, address="/secretariat/participants/new"),
    "secretariat.add_participant": Row(OFFICE, address="/secretariat/participants/new", form={"code": "XQQ"}),
    "secretariat.one_participant": Row(OFFICE, address="/secretariat/participants/FRA"),
    "secretariat.change_participant": Row(OFFICE, address="/secretariat/participants/FRA", form={"name-en": "France"}),
    "secretariat.register_file": Row(OFFICE, address="/secretariat/participants/file"),
    "secretariat.bring_in": Row(OFFICE, address="/secretariat/participants/file"),
    "secretariat.failed_letters": Row(OFFICE, address="/secretariat/letters"),
    "secretariat.questionnaires": Row(OFFICE, address="/secretariat/questionnaires"),
    "secretariat.look_at_questionnaire": Row(OFFICE, address="/secretariat/questionnaires"),
    "secretariat.publish_questionnaire": Row(
        OFFICE, address="/secretariat/questionnaires/publish", form={"content": ""}
    ),
    "secretariat.questionnaire_files": Row(OFFICE, address="/secretariat/questionnaires/1/files"),
    "secretariat.try_version": Row(OFFICE, address="/secretariat/questionnaires/1/try"),
    "secretariat.try_on": Row(OFFICE, address="/secretariat/questionnaires/try", form={"version": "1"}),
    "secretariat.catalogue": Row(
        OFFICE, address="/secretariat/questionnaires/catalogue", form={"version": "1", "of": "fr"}
    ),
    "secretariat.describe_contact": Row(
        OFFICE, address="/secretariat/participants/FRA/contacts/1", form={"position": "Director"}
    ),
    "secretariat.people": Row(OFFICE, address="/secretariat/people"),
    "secretariat.let_in": Row(OFFICE, address="/secretariat/people", form={"role": "co_chair"}),
    "secretariat.change_person": Row(set(), address="/secretariat/people/999", form={"do": "sign-out"}),
    "secretariat.log": Row(OFFICE, address="/secretariat/log"),
    "secretariat.log_file": Row(OFFICE, address="/secretariat/log/file"),
    "moved_addresses.office": Row(OFFICE, address="/office/rounds"),
    "health.health": Row(EVERYBODY, address="/health"),
    "health.ready": Row(EVERYBODY, address="/ready"),
    "health.metrics": Row(set(), address="/metrics"),
    "secretariat.all_rounds": Row(OFFICE, address="/secretariat/rounds"),
    "secretariat.new_round": Row(OFFICE, address="/secretariat/rounds/new"),
    "secretariat.make_round": Row(OFFICE, address="/secretariat/rounds/new"),
    "secretariat.round_page": Row(OFFICE, address="/secretariat/rounds/trial"),
    "secretariat.change_round": Row(OFFICE, address="/secretariat/rounds/trial", form={"do": "unarchive"}),
    "secretariat.look_at_move": Row(set(), address="/secretariat/rounds/trial/version/99"),
    "secretariat.move_round": Row(set(), address="/secretariat/rounds/trial/version/99"),
    "secretariat.round_participants": Row(OFFICE, address="/secretariat/rounds/trial/participants"),
    "secretariat.invite_participants": Row(OFFICE, address="/secretariat/rounds/trial/participants"),
    "secretariat.rehearse": Row(set(), address="/secretariat/rounds/trial/rehearse/FRA"),  # a real State
    "secretariat.letters": Row(OFFICE, address="/secretariat/rounds/trial/letters"),
    "secretariat.write_letter": Row(
        OFFICE,
        address="/secretariat/rounds/trial/letters",
        form={"kind": "invitation", "in_language": "en", "do": "house"},
    ),
    "secretariat.send_invitations": Row(OFFICE, address="/secretariat/rounds/trial/invitations"),
    "secretariat.plan_reminder": Row(OFFICE, address="/secretariat/rounds/trial/reminders", form={"cancel": "1"}),
    "cochair.frozen_data": Row(READERS, address="/rounds/trial/frozen"),
    "cochair.freeze_round": Row(READERS, address="/rounds/trial/frozen", form={"circle": "public"}),
    "cochair.fetch_frozen": Row(READERS, address="/rounds/trial/frozen/1"),
    "cochair.exports": Row(READERS, address="/exports"),
    "cochair.fetch_export": Row(set(), address="/exports/1"),  # each fetches their own: test_later.py
    "cochair.participation": Row(EVERYBODY, address="/participation"),
    "secretariat.send_again": Row(OFFICE, address="/secretariat/letters/again", form={"do": "all"}),
    "respondent.restrict": Row(STATES, address="/reply/trial/review/restrict", form={"do": "restrict"}),
    # the last: nothing can be changed after it
    "respondent.submit": Row(
        STATES, set(), {"focal_point"}, "/reply/trial/submit", {"confirm": "yes"}, "/reply/trial/review"
    ),
}

RECEIPT = "/reply/trial/receipts/1"
#: of a reply that has been submitted
SUBMITTED = {
    "respondent.reply_json": Row(OWN, OWN, address=f"{RECEIPT}/reply.json"),
    "respondent.receipt_json": Row(OWN, address=f"{RECEIPT}/receipt.json"),
    "respondent.reply_pdf": Row(OWN, address=f"{RECEIPT}/reply.pdf"),
    "cochair.behind": Row(READERS, READERS, address="/rounds/trial/behind?c.law_name=*"),
    "cochair.reply": Row(READERS, READERS, address="/rounds/trial/replies/FRA"),
    "respondent.difference": Row(OWN, address="/reply/trial/difference?from=1&to=1"),
    "respondent.reopen": Row(STATES, set(), OWN, "/reply/trial/reopen", {"note": "A figure was wrong"}),
}


@dataclass
class Place:
    """France and Chad invited; in France's reply one answer, one comment, one proposal, two delegations."""

    app: Flask
    browsers: dict[str, Browser]
    france: int

    def ask(self, endpoint: str, person: str) -> Any:
        row, browser = (ROUTES | SUBMITTED)[endpoint], self.browsers[person]
        address = row.address.format(france=self.france, sha256=FILE_SHA256)
        posts = any("POST" in (r.methods or ()) for r in self.app.url_map.iter_rules() if r.endpoint == endpoint)
        if not posts:
            return browser.get(address)
        shown = re.search(r'name="reviewed" value="([^"]+)"', browser.get(row.reads).text) if row.reads else None
        return browser.post(address, row.form | ({"reviewed": shown[1]} if shown else {}))

    def fingerprint(self) -> dict[str, list[Any]]:
        """All rows of France's reply; that somebody has looked at it is no part of it."""
        tables = [t for t in db.metadata.sorted_tables if "response_id" in t.c or t.name == "responses"]
        parts = {table.name: [column for column in table.c if column.name != "opened_at"] for table in tables}
        with self.app.app_context(), db.engine.connect() as connection:
            return {
                table.name: [
                    tuple(row)
                    for row in connection.execute(
                        sa.select(*parts[table.name])
                        .where((table.c.id if table.name == "responses" else table.c.response_id) == self.france)
                        .order_by(*table.primary_key.columns)
                    )
                ]
                for table in tables
            }


@pytest.fixture
def place(app: Flask, people: dict[str, int], signed_in: Callable[[str], Browser]) -> Place:
    with app.app_context():
        chad = participants.add_participant(kind="state", code="TCD", iso3="TCD", names={"en": "Chad"}, region="africa")
        people["other_focal_point"] = accounts.create_person("Of Chad", "of@chad.example")
        accounts.grant_role(people["other_focal_point"], "focal_point", chad)
        people["delegate_elsewhere"] = accounts.create_person("Of acts", "acts@example.org")
        version = versions.publish({"questionnaire.yaml": DEFINITION})
        opens = utc_now() - datetime.timedelta(days=1)
        invitations.invite(rounds.open_round("trial", {"en": "Trial round"}, version, opens=opens))
        [own] = [one for one in accounts.person(people["focal_point"]).roles if one.participant_id]  # type: ignore[union-attr]
        france = responses.find("trial", own.participant_id)  # type: ignore[arg-type]
        assert france is not None
        by = people["co_chair"]
        outline = [("paragraph", {"en": "Of {{ invited }} invited, {{ replied }} replied."})]
        reports.create("draft", 1, {"en": "Draft"}, "", outline, by=by)
        discussions.begin(1, "7", "Discussion", None, by=by)
        first = {"has_law": Change("yes"), "law_name": Change(SECRET)}
        saving.save_answers(france, first, by=people["focal_point"], channel="page", language="en")
        for person, scope in (("delegate", "law"), ("delegate_elsewhere", "acts_part")):
            delegations.assign(france, people[person], [scope], "answer", note="", due=None, by=people["focal_point"])
        state = responses.load(france)
        kept = documents.store(france, "law_text", FILE, kind="txt", name="law.txt", by=people["focal_point"])
        named = {"law_text": Change({"title": "Text", "file": kept.sha256})}
        saving.save_answers(france, named, by=people["focal_point"], channel="page", language="en")
        proposals.propose(state, {"how_many": Change(3)}, by=people["delegate"], language="en")
        named = {"law_name": Change(f"{SECRET} (consolidated)", 1)}
        proposals.propose(state, named, by=people["delegate"], language="en")
        comments.add_comment(france, "law_name", WORD, by=people["focal_point"])
    browsers = {name: signed_in(name) for name in people} | {"nobody": Browser(app.test_client())}
    for browser in browsers.values():
        browser.get("/?lang=en")
    return Place(app, browsers, france)


def text_of(answer: TestResponse) -> str:
    """Of a page, or of all the parts of a workbook."""
    if not answer.data.startswith(b"PK"):
        return answer.data.decode(errors="replace")
    with zipfile.ZipFile(io.BytesIO(answer.data)) as parts:
        return "".join(parts.read(name).decode() for name in parts.namelist() if name.endswith(".xml"))


def test_every_route_has_its_row_and_every_page_of_a_reply_its_reserved_code(app: Flask) -> None:
    rules = [rule for rule in app.url_map.iter_rules() if rule.endpoint != "static"]
    assert {rule.endpoint for rule in rules} == {*ROUTES, *SUBMITTED}
    parts = {rule.rule.split("/")[3] for rule in rules if rule.rule.startswith("/reply/<round_code>/")}
    assert {part for part in parts if not part.startswith("<")} <= PAGES_OF_A_REPLY


@pytest.mark.parametrize("submitted", [False, True])
def test_nobody_gets_sees_or_changes_more_than_the_table_says(place: Place, submitted: bool) -> None:
    if submitted:
        assert place.ask("respondent.submit", "focal_point").status_code == 303
    before, found = place.fingerprint(), []
    for endpoint, row in (SUBMITTED if submitted else ROUTES).items():
        for person in sorted(EVERYBODY - row.changes - {"nobody" if endpoint == "account.sign_out" else ""}):
            if endpoint == "account.sign_out":
                continue  # it opens for all, and would end the browser's session here
            answer = place.ask(endpoint, person)
            refused = answer.status_code in (401, 403, 404, 410) or "/sign-in" in answer.headers.get("Location", "")
            if refused == (person in row.opens):
                found.append(f"{person} at {endpoint}: {answer.status}")
            text = text_of(answer)
            if (SECRET in text or WORD in text) != (person in row.sees):
                found.append(f"{person} at {endpoint}: {'sees' if person not in row.sees else 'does not see'} it")
            if answer.status_code >= 500:
                found.append(f"{person} at {endpoint}: {answer.status}")
            if place.fingerprint() != before:
                found.append(f"{person} at {endpoint} changed the reply")
                before = place.fingerprint()
    assert found == []


def test_who_may_change_the_reply_does(place: Place) -> None:
    for endpoint, row in (ROUTES | SUBMITTED).items():  # in this order: what is submitted is asked to be reopened
        for person in sorted(row.changes):
            before = place.fingerprint()
            answer = place.ask(endpoint, person)
            assert answer.status_code < 400, f"{person} at {endpoint}: {answer.text[:400]}"
            assert place.fingerprint() != before, f"{person} at {endpoint} changed nothing"
