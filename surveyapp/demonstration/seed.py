"""Fills an empty database: the reference States, invented States, two rounds with replies of every status."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from pathlib import Path

from flask import Flask

from surveyapp.definition.path import walk
from surveyapp.definition.source import source_files
from surveyapp.storage.people import accounts, tokens
from surveyapp.storage.replies import comments, delegations, proposals, reopening, responses, saving, submissions
from surveyapp.storage.replies.answers import Change
from surveyapp.storage.rounds import invitations, participants, rounds, versions
from surveyapp.storage.rounds.invented_states import add_invented_states

from .cochairs import cochairs_room
from .invent import invent

QUESTIONNAIRES = Path(__file__).resolve().parent.parent.parent / "questionnaires"
ROUNDS = {
    "csp13-ratification": (
        "ratification-domestication",
        {
            "en": "CSP13: ratification, accession and domestication",
            "fr": "CEP13 : ratification, adhésion et transposition",
            "es": "CEP13: ratificación, adhesión e incorporación al derecho interno",
            "ar": "المؤتمر الثالث عشر: التصديق والانضمام والإدماج في القانون الوطني",
            "zh": "第十三届缔约国会议：批准、加入和本土化",
            "ru": "КГУ-13: ратификация, присоединение и имплементация",
        },
    ),
    "csp12-champions": (  # closed: its replies are offered again in the next one
        "regional-champions",
        {
            "en": "CSP12: regional champions",
            "fr": "CEP12 : champions régionaux",
            "es": "CEP12: promotores regionales",
            "ar": "المؤتمر الثاني عشر: الجهات المناصرة الإقليمية",
            "zh": "第十二届缔约国会议：区域倡导者",
            "ru": "КГУ-12: региональные поборники",
        },
    ),
    "csp13-champions": (
        "regional-champions",
        {
            "en": "CSP13: regional champions",
            "fr": "CEP13 : champions régionaux",
            "es": "CEP13: promotores regionales",
            "ar": "المؤتمر الثالث عشر: الجهات المناصرة الإقليمية",
            "zh": "第十三届缔约国会议：区域倡导者",
            "ru": "КГУ-13: региональные поборники",
        },
    ),
}
CLOSED = "csp12-champions"
#: in the order they are opened; the number decides what is invented
CHANCES = {"csp13-ratification": 0, "csp12-champions": 2, "csp13-champions": 1}
#: by place in the round: what has become of the reply
COURSES = ("not_started", "submitted", "in_progress", "submitted", "submitted", "reopened", "submitted")


@dataclass(frozen=True)
class SignIn:
    """A person of the demonstration: who, the link's token, and what to try."""

    who: str
    token: str
    try_this: str


@dataclass(frozen=True)
class Somebody:
    name: str
    email: str
    role: str | None
    participant: str | None
    try_this: str


PEOPLE = (
    Somebody(
        "Focal point of Almerania (invented)", "focal.point@almerania.example", "focal_point", "XAL",
        "answer a questionnaire, change the language, submit",
    ),
    Somebody(
        "Focal point of Kestara (invented)", "focal.point@kestara.example", "focal_point", "XKE",
        "go on with a reply that was left half-way",
    ),
    Somebody(
        "Colleague in a ministry of Kestara (invented)", "justice@kestara.example", None, "XKE",
        "propose answers to what the focal point put into your hands",
    ),
    Somebody(
        "Co-chair (demonstration)", "co-chair@wgtu.example", "co_chair", None,
        "read a round's figures and the answers behind them, cross-tabulate, apply themes, go on with the report",
    ),
    Somebody(
        "Secretariat (demonstration)", "secretariat@wgtu.example", "secretariat", None,
        "see who is where in a round",
    ),
)  # fmt: skip


def seed(app: Flask) -> list[SignIn]:
    """Safe to call again: what is there stays, and only fresh links are made."""
    with app.app_context():
        participants.seed_states()
        if rounds.round("csp13-ratification") is None:
            add_invented_states()
            secretariat = _people()
            for code, number in CHANCES.items():
                _round(code, secretariat, number)
            _colleague()
            cochairs_room("csp13-ratification")
        return [_sign_in(somebody) for somebody in PEOPLE]


def _people() -> int:
    """Everyone with their role; the secretariat's id."""
    last = 0
    for somebody in PEOPLE:
        last = accounts.create_person(somebody.name, somebody.email)
        participant = participants.participant(somebody.participant) if somebody.participant else None
        if somebody.role:
            accounts.grant_role(last, somebody.role, participant.id if participant else None)
    return last


def _round(code: str, by: int, number: int) -> None:
    folder, titles = ROUNDS[code]
    version = versions.publish(source_files.read_folder(QUESTIONNAIRES / folder))
    now = datetime.datetime.now(datetime.UTC)
    opens = now.replace(hour=0, minute=0, second=0, microsecond=0) - datetime.timedelta(days=30)
    over = code == CLOSED
    opens = opens - datetime.timedelta(days=365) if over else opens
    closes = None if over else opens + datetime.timedelta(days=120)
    round_id = rounds.open_round(code, titles, version, opens=opens, closes=closes, demonstration=True, by=by)
    invitations.invite(round_id, by=by)
    for place, row in enumerate(invitations.responses_of(round_id)):
        course = COURSES[place % len(COURSES)]
        if row.participant_code == "XAL":
            course = "submitted" if over else "not_started"
        course = "in_progress" if row.participant_code == "XKE" else course
        _reply(row.id, course, 100 * number + place, by)
    if over:
        rounds.close_round(round_id, now, by=by)


def _colleague() -> None:
    """Kestara's focal point put a section into a colleague's hands, who has proposed an answer and asked a question."""
    colleague = accounts.person_by_email("justice@kestara.example")
    focal_point = accounts.person_by_email("focal.point@kestara.example")
    kestara = participants.participant("XKE")
    assert colleague and focal_point and kestara
    response = responses.find("csp13-ratification", kestara.id)
    assert response is not None
    due = datetime.datetime.now(datetime.UTC).date() + datetime.timedelta(days=14)
    note = "Please answer for the Ministry of Justice."
    delegations.assign(response, colleague.id, ["procedure"], "answer", note=note, due=due, by=focal_point.id)
    proposals.propose(responses.load(response), {"months_preparation": Change(9)}, by=colleague.id, language="en")
    comments.add_comment(response, "months_preparation", "From the first draft to the cabinet?", by=colleague.id)


def _reply(response_id: int, course: str, chance: int, by: int) -> None:
    if course == "not_started":
        return
    state = responses.load(response_id)
    facts = state.participant.facts(datetime.datetime.now(datetime.UTC).date())
    answers = invent(state.compiled, facts, chance)
    if course == "in_progress":
        answers = dict(list(answers.items())[: max(4, len(answers) // 2)])
    changes = {address: Change(value) for address, value in answers.items()}
    saving.save_answers(response_id, changes, by=by, channel="demonstration", language="en")
    if course == "in_progress" or walk(state.compiled, answers, facts).missing:
        return
    submissions.submit(response_id, by=by, language="en")
    if course == "reopened":
        reopening.reopen(response_id, by=by)


def _sign_in(somebody: Somebody) -> SignIn:
    person = accounts.person_by_email(somebody.email)
    assert person is not None
    return SignIn(somebody.name, tokens.issue(person.id, "demonstration"), somebody.try_this)
