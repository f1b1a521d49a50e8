"""Generated questionnaires of all types, and a reply to them: for the tests of the fill-in workbook."""

from __future__ import annotations

import datetime
import random
from dataclasses import dataclass
from typing import Any

from flask import Flask
from ruamel.yaml import YAML

from surveyapp.demonstration.invent import invent
from surveyapp.storage.columns import utc_now
from surveyapp.storage.replies import responses, saving
from surveyapp.storage.replies.answers import Change
from surveyapp.storage.replies.responses import ResponseState
from surveyapp.storage.rounds import invitations, participants, rounds, versions

WORDS = ["Law", "Act", "=1+1", "القانون", "法律", "Закон", "_x0041_", "  spaced  ", "two\nlines", "100 %", "#N/A", "✓"]
SIMPLE = (
    "short_text", "long_text", "integer", "number", "percentage", "yes_no", "single_choice", "multiple_choice",
    "scale", "date", "month", "year", "state", "consent",
)  # fmt: skip
COMPOUND = ("ranking", "period", "states", "grid", "links", "contact", "document", "repeat")


def _choices(chance: random.Random, *, detail: bool = False) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = [
        {"code": f"c{place}", "label": f"{chance.choice(WORDS)} {place}"} for place in range(chance.randint(2, 5))
    ]
    if chance.random() < 0.2:
        found[1]["label"] = found[0]["label"]  # two that read alike
    if detail and chance.random() < 0.5:
        found[-1]["detail"] = {"label": "Which?", "required": True}
    return found


def _question(chance: random.Random, kind: str, code: str) -> dict[str, Any]:
    one: dict[str, Any] = {"code": code, "type": kind, "label": f"{chance.choice(WORDS)} {code}?"}
    one["need"] = chance.choice(["required", "recommended", "optional"])
    if chance.random() < 0.3:
        one["hint"] = chance.choice(["A hint", "نص توضيحي", "x" * 400])
    if kind in ("single_choice", "multiple_choice"):
        one["choices"] = _choices(chance, detail=True)
    if kind == "ranking":
        one["choices"] = _choices(chance)
    if kind == "scale":
        one |= {"min": 1, "max": chance.randint(3, 9), "low_label": "Low", "high_label": "High"}
    if kind == "yes_no":
        one |= {"dont_know": chance.random() < 0.5, "not_applicable": chance.random() < 0.5}
    if kind == "number":
        one["decimals"] = chance.choice([1, 2, 3])
    if kind == "contact":
        one["ask"] = ["name", "email"]
    if kind == "grid":
        one |= {"cell": chance.choice(["single", "multiple", "text", "number"])}
        one |= {"rows": _choices(chance), "columns": _choices(chance)}
    if kind == "repeat":
        inner = chance.sample(SIMPLE, 3)
        one |= {"item_label": "Item", "most": chance.choice([3, 20])}
        one["items"] = [_question(chance, each, f"{code}_{place}") for place, each in enumerate(inner)]
    return one


def generated(seed: int) -> str:
    """A questionnaire's YAML: every type stands somewhere in any ten of them."""
    chance = random.Random(seed)
    kinds = chance.sample(SIMPLE, 6) + chance.sample(COMPOUND, 4)
    sections = [
        {
            "code": f"s{number}",
            "title": f"{chance.choice(['Section', 'قسم', '[A]/*:?'])} {number}",
            "items": [_question(chance, kind, f"q{number}{place}") for place, kind in enumerate(kinds[number::2])],
        }
        for number in range(2)
    ]
    head = {"questionnaire": f"made-{seed}", "version": 1, "title": "Made", "source": "A test", "introduction": "I"}
    import io

    out = io.StringIO()
    YAML().dump({**head, "thanks": "T", "sections": sections}, out)
    return out.getvalue()


@dataclass(frozen=True)
class Reply:
    app: Flask
    id: int

    @property
    def state(self) -> ResponseState:
        return responses.load(self.id)

    def answers(self, seed: int) -> dict[str, Any]:
        """A valid reply; texts that a spreadsheet could take for something else among them."""
        state, chance = self.state, random.Random(seed)
        found = invent(state.compiled, state.participant.facts(utc_now().date()), seed)
        for address in found:
            kind = state.compiled.questions[address.split("/")[-1]].type
            if kind in ("short_text", "long_text"):
                said = chance.choice(WORDS).strip()
                found[address] = said if kind == "long_text" else said.replace("\n", " ")
        return found

    def save(self, values: dict[str, Any]) -> None:
        changes = {address: Change(value) for address, value in values.items()}
        saving.save_answers(self.id, changes, by=None, channel="page", language="en")


def reply_to(app: Flask, source: str, code: str) -> Reply:
    """One State's empty reply in a round of this questionnaire. Within the application's context."""
    found = participants.participant("FRA")
    france = found.id if found else participants.add_participant(
        kind="state", code="FRA", iso3="FRA", names={"en": "France"}, region="europe", treaty_status="state_party"
    )  # fmt: skip
    version = versions.publish({"questionnaire.yaml": source})
    opens = utc_now() - datetime.timedelta(days=1)
    invitations.invite(rounds.open_round(code, {"en": code}, version, opens=opens), [france])
    response = responses.find(code, france)
    assert response is not None
    return Reply(app, response)
