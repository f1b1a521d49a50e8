"""Storage alone: one small questionnaire, one State invited."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from surveyapp.storage.people import accounts
from surveyapp.storage.replies import responses, saving, submissions
from surveyapp.storage.replies.answers import Change
from surveyapp.storage.rounds import invitations, participants, rounds, versions

SMALL = """
questionnaire: small
version: 1
title: Small
source: A test
introduction: Welcome.
thanks: Thank you.
sections:
  - code: system
    title: Your control system
    items:
      - code: had_system
        type: yes_no
        label: Did your State have a control system?
        need: required
      - code: since
        type: year
        label: Since when?
        relevant: had_system == yes_no.yes
      - code: remarks
        type: long_text
        label: Remarks
        handling: {default: secretariat}
      - code: licences
        type: integer
        label: How many licences?
        constraints:
          - rule: licences >= 0
            message: Not fewer than none.
      - code: law
        type: repeat
        label: Laws
        item_label: Law
        items:
          - code: law_title
            type: short_text
            label: Title
"""


OPENED = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)


@dataclass(frozen=True)
class World:
    """One State invited to one open round, and its focal point."""

    round_id: int
    participant_id: int
    response_id: int
    person_id: int

    def save(self, *, language: str = "en", **values: object) -> responses.SaveResult:
        changes = {address: Change(value) for address, value in values.items()}
        return self.change(changes, language=language)

    def change(self, changes: dict[str, Change], *, language: str = "en") -> responses.SaveResult:
        return saving.save_answers(self.response_id, changes, by=self.person_id, channel="page", language=language)

    def submit(self) -> submissions.SubmissionFacts:
        return submissions.submit(self.response_id, by=self.person_id, language="en")


def make_world(source: str = SMALL) -> World:
    version = versions.publish({"questionnaire.yaml": source})
    round_id = rounds.open_round("csp11", {"en": "CSP11"}, version, opens=OPENED, demonstration=True)
    names = dict.fromkeys(("en", "fr", "es", "ar", "zh", "ru"), "Velmoria")
    state = participants.add_participant(
        kind="state",
        code="XVE",
        iso3="XVE",
        names=names,
        region="europe",
        subregion="eastern_europe",
        invented=True,
        treaty_status="state_party",
    )
    person = accounts.create_person("Ana", "Ana@example.org")
    accounts.grant_role(person, "focal_point", state)
    invitations.invite(round_id, [state])
    response_id = responses.find("csp11", state)
    assert response_id is not None
    return World(round_id, state, response_id, person)
