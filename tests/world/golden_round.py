"""A round made by hand: twelve invented participants, every question type, all handling levels; and what it comes to.

The figures below are worked out on paper from `SAID`, not by the program.
"""

from __future__ import annotations

import datetime
from typing import Any

from surveyapp.storage.people import accounts
from surveyapp.storage.replies import saving, submissions
from surveyapp.storage.replies.answers import Change
from surveyapp.storage.rounds import invitations, participants, rounds, versions

ROUND = "golden"
DEFINITION = """
questionnaire: golden
version: 1
title: Golden
source: A test
introduction: Welcome.
thanks: Thank you.
handling: {default: states_parties, loosest: public, tightest: secretariat}
choice_lists:
  area: [{code: import, label: Import}, {code: export, label: Export}, {code: transit, label: Transit}]
sections:
  - code: all
    title: Everything
    items:
      - {code: had, type: yes_no, label: Had, need: required, dont_know: true}
      - {code: kind, type: single_choice, label: Kind, need: recommended, relevant: had == yes_no.yes, choices: [{code: law, label: Law}, {code: decree, label: Decree}]}
      - {code: areas, type: multiple_choice, label: Areas, choices: area}
      - {code: ranked, type: ranking, label: Ranked, choices: area}
      - {code: degree, type: scale, label: Degree, max: 3, low_label: Low, high_label: High}
      - {code: n, type: integer, label: N}
      - {code: amount, type: number, label: Amount}
      - {code: share, type: percentage, label: Share}
      - {code: twice, type: calculation, label: Twice, formula: n * 2}
      - {code: home, type: state, label: Home}
      - {code: others, type: states, label: Others}
      - {code: g, type: grid, label: Grid, rows: [{code: x, label: X}, {code: y, label: Y}], columns: area}
      - {code: agreed, type: consent, label: Agreed, naming: true}
      - {code: brief, type: short_text, label: Brief}
      - {code: words, type: long_text, label: Words}
      - {code: day, type: date, label: Day}
      - {code: in_month, type: month, label: Month}
      - {code: in_year, type: year, label: Year}
      - {code: span, type: period, label: Span}
      - {code: web, type: links, label: Web}
      - {code: paper, type: document, label: Paper}
      - {code: whom, type: contact, label: Whom, handling: {default: secretariat, loosest: secretariat, tightest: secretariat}}
      - code: laws
        type: repeat
        label: Laws
        item_label: Law
        items:
          - {code: law_state, type: state, label: About}
          - {code: law_chance, type: scale, label: Likelihood, max: 3, low_label: Low, high_label: High}
"""

#: planted: what must not be found where it does not belong
OFF_PATH, DRAFT, SECRETARIAT, COCHAIRS, PUBLIC = (
    f"zz{name}zz" for name in ("OFFPATH", "DRAFT", "SECRET", "CHAIRS", "OPEN")
)

WHO = {
    "P01": ("africa", "state_party"), "P02": ("africa", "state_party"), "P03": ("africa", "signatory"),
    "P04": ("americas", "state_party"), "P05": ("americas", "not_party"), "P06": ("asia", "signatory"),
    "P07": ("asia", "state_party"), "P08": ("europe", "state_party"), "P09": ("europe", "state_party"),
    "P10": ("oceania", "state_party"), "P11": ("oceania", "not_party"), "P12": ("europe", "signatory"),
}  # fmt: skip
IMPORT, EXPORT, TRANSIT = "import", "export", "transit"


def some(*codes: str) -> dict[str, Any]:
    return {"choices": list(codes)}


#: what each said; a pair is (value, handling); a reason for leaving open is `declined:…`
SAID: dict[str, dict[str, Any]] = {
    "P01": {
        "had": "yes", "kind": {"choice": "law"}, "areas": some(IMPORT, EXPORT), "ranked": [IMPORT, EXPORT], "degree": 3,
        "n": 0, "amount": 1.5, "share": 50, "home": "FRA", "others": ["FRA", "KEN"], "g": {"x": IMPORT, "y": EXPORT},
        "agreed": "given", "brief": "Alpha", "words": "Regional help came from neighbours.", "day": "2024-12-24",
        "in_month": "2024-12", "in_year": 2014, "span": {"from": "2014-01-01", "to": "2014-12-31"},
        "web": [{"url": "https://example.org/a"}], "paper": {"title": "The Act"},
        "whom": {"name": SECRETARIAT, "email": "a@example.org"}, "laws": ["item000001"],
        "laws/item000001/law_state": "KEN", "laws/item000001/law_chance": 3,
    },
    "P02": {
        "had": "yes", "kind": {"choice": "law"}, "areas": some(IMPORT), "ranked": [EXPORT, IMPORT, TRANSIT], "degree": 3,
        "n": 10, "share": 25, "home": "FRA", "others": ["KEN"], "g": {"x": IMPORT}, "agreed": "refused",
        "words": (f"Only chairs read this {COCHAIRS}.", "co_chairs"), "laws": ["item000002"],
        "laws/item000002/law_state": "KEN", "laws/item000002/law_chance": 1,
    },
    "P03": {
        "had": "no", "areas": (some(EXPORT), "public"), "ranked": [IMPORT], "degree": 1, "n": 5, "home": "KEN",
        "agreed": "given", "words": (f"Everyone may read this {PUBLIC}.", "public"),
    },
    "P04": {"had": "yes", "kind": {"choice": "decree"}, "areas": (some(IMPORT), "co_chairs"), "degree": 2},
    "P05": {"had": "no", "areas": (some(TRANSIT), "secretariat"), "words": (f"Hidden {SECRETARIAT}.", "secretariat")},
    "P06": {"had": "yes", "kind": ({"choice": "law"}, "secretariat"), "areas": some(EXPORT)},
    "P07": {"had": "no", "areas": some(IMPORT, TRANSIT)},
    "P08": {"had": "yes", "kind": "declined:not_available"},
    "P09": {"had": "dont_know"},
    "P10": {"had": "yes"},
    "P11": {"had": "yes", "words": DRAFT},
}  # fmt: skip
NEVER_SUBMITTED = ("P11", "P12")

#: question: asked, answered, withheld, declined, {choice: (count, per cent of answered)}; as the co-chairs see it
COCHAIRS_SEE = {
    "had": (10, 10, 0, 0, {"yes": (6, 60), "no": (3, 30), "dont_know": (1, 10)}),
    "kind": (6, 3, 1, 1, {"law": (2, 66.7), "decree": (1, 33.3)}),
    "areas": (10, 6, 1, 0, {"import": (4, 66.7), "export": (3, 50), "transit": (1, 16.7)}),
    "ranked": (10, 3, 0, 0, {"import": (3, 100), "export": (2, 66.7), "transit": (1, 33.3)}),
    "degree": (10, 4, 0, 0, {"1": (1, 25), "2": (1, 25), "3": (2, 50)}),
    "home": (10, 3, 0, 0, {"FRA": (2, 66.7), "KEN": (1, 33.3)}),
    "others": (10, 2, 0, 0, {"FRA": (1, 50), "KEN": (2, 100)}),
    "agreed": (10, 3, 0, 0, {"given": (2, 66.7), "refused": (1, 33.3)}),
    "law_state": (2, 2, 0, 0, {"KEN": (2, 100)}),
    "law_chance": (2, 2, 0, 0, {"1": (1, 50), "2": (0, 0), "3": (1, 50)}),
}
SECRETARIAT_SEES = {
    "kind": (6, 4, 0, 1, {"law": (3, 75), "decree": (1, 25)}),
    "areas": (10, 7, 0, 0, {"import": (4, 57.1), "export": (3, 42.9), "transit": (2, 28.6)}),
}
STATES_PARTIES_SEE = {"areas": (10, 5, 2, 0, {"import": (3, 60), "export": (3, 60), "transit": (1, 20)})}
#: n, least, median, mean, most
NUMBERS = {"n": (3, 0, 5, 5, 10), "share": (2, 25, 37.5, 37.5, 50), "amount": (1, 1.5, 1.5, 1.5, 1.5)}
#: row → counts of import, export, transit
GRID = {"x": (2, 0, 0), "y": (0, 1, 0)}
#: of `had`: yes
YES_BY_REGION = {"africa": 2, "americas": 1, "asia": 1, "europe": 1, "oceania": 1}


def make() -> int:
    """The round's id. Everything through the same doors as a State's own answers."""
    version = versions.publish({"questionnaire.yaml": DEFINITION})
    opens = datetime.datetime.now(datetime.UTC) - datetime.timedelta(days=10)
    round_id = rounds.open_round(ROUND, {"en": "Golden round"}, version, opens=opens, demonstration=True)
    person = accounts.create_person("Somebody of a State", "state@example.org")
    for code, (region, status) in WHO.items():
        participants.add_participant(
            kind="state", code=code, names={"en": f"State {code}"}, region=region, invented=True, treaty_status=status
        )  # type: ignore[arg-type]
    invitations.invite(round_id)
    for row in invitations.responses_of(round_id):
        if row.participant_code == "P03":  # once on path, then off it: kept, and in no figure
            _save(row.id, {"had": "yes", "kind": {"choice": "decree"}, "brief": OFF_PATH}, person)
            _save(row.id, {"brief": None}, person)
        said = SAID.get(row.participant_code)
        if said:
            _save(row.id, said, person)
        if said and row.participant_code not in NEVER_SUBMITTED:
            submissions.submit(row.id, by=person, language="en")
    return round_id


def _save(response_id: int, said: dict[str, Any], person: int) -> None:
    """Parents first: what is inside a list needs its item."""
    changes = {address: _change(value) for address, value in said.items()}
    saving.save_answers(response_id, changes, by=person, channel="page", language="en")


def _change(said: Any) -> Change:
    if isinstance(said, str) and said.startswith("declined:"):
        return Change(None, declined=said.removeprefix("declined:"))
    return Change(said[0], handling=said[1]) if isinstance(said, tuple) else Change(said)
