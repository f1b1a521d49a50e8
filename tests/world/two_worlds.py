"""Random rounds in pairs: two worlds that differ only in what one reader may not see."""

from __future__ import annotations

import dataclasses
import datetime
import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ruamel.yaml import YAML

from surveyapp.answering.preview_state import preview_state
from surveyapp.definition import loader
from surveyapp.definition.compiled import Compiled
from surveyapp.definition.model import HANDLINGS, Handling
from surveyapp.definition.path import code_of
from surveyapp.storage.replies.answers import StoredAnswer
from surveyapp.storage.replies.responses import ResponseState
from surveyapp.storage.replies.snapshot import Snapshot
from surveyapp.storage.replies.submissions import snapshot_of
from surveyapp.storage.rounds.participants import ParticipantFacts

NOW = datetime.datetime(2026, 11, 25, 12, tzinfo=datetime.UTC)
VELMORIA = ParticipantFacts(
    1, "state", "XVE", "XVE", {"en": "Velmoria"}, True, "europe", "eastern_europe", (), "state_party"
)
ITEMS = ("aaaaaa", "bbbbbb")


def definition(seed: int) -> dict[str, Any]:
    """A questionnaire in which much hangs on much: questions, sections, calculations, lists, words piped into labels."""
    chance = random.Random(seed)
    asked: list[dict[str, Any]] = []
    sections = []
    for number in range(3):
        section: dict[str, Any] = {"code": f"s{number}", "title": f"Section {number}", "items": []}
        if asked and chance.random() < 0.4:
            section["relevant"] = _condition(chance, asked)
        for place in range(4):
            item = _item(chance, f"q{number}{place}", list(asked))
            section["items"].append(item)
            asked.append(item)
        sections.append(section)
    head = {"questionnaire": f"worlds-{seed}", "version": 1, "title": "Worlds", "source": "A test"}
    return head | {"introduction": "I", "thanks": "T", "sections": sections}


def _item(chance: random.Random, code: str, before: list[dict[str, Any]]) -> dict[str, Any]:
    kind = chance.choice(["yes_no", "yes_no", "integer", "single_choice", "short_text", "calculation", "repeat"])
    numbers = [item["code"] for item in before if item["type"] == "integer"]
    lists = [item for item in before if item["type"] == "repeat"]
    if kind == "calculation" and not (numbers or lists):
        kind = "integer"
    item: dict[str, Any] = {"code": code, "type": kind, "label": f"Question {code}?"}
    piped = [
        earlier["code"] for earlier in before if earlier["type"] in ("integer", "short_text", "calculation", "yes_no")
    ]
    if piped and chance.random() < 0.3:
        item["label"] = f"Question {code}, after {{{{ {chance.choice(piped)} | nothing if unanswered }}}}?"
    if kind == "calculation":
        sums = [
            f"sum({each['code']}.{inner['code']})"
            for each in lists
            for inner in each["items"]
            if inner["type"] == "integer"
        ]
        item |= {"formula": " + ".join(chance.sample([*numbers, *sums], min(2, len(numbers) + len(sums))) or ["1.0"])}
        item["result"] = "number"
    else:
        item["need"] = "recommended"
        item["handling"] = {"default": chance.choice(HANDLINGS)}
    if kind == "single_choice":
        item["choices"] = [{"code": f"c{place}", "label": f"Choice {place}"} for place in range(3)]
    if kind == "repeat":
        inner = {"code": f"{code}n", "type": "integer", "label": "How many?", "need": "recommended"}
        flag = {"code": f"{code}f", "type": "yes_no", "label": "So?", "need": "recommended"}
        if chance.random() < 0.7:
            inner["relevant"] = f"{code}f == yes_no.yes"
        item |= {"item_label": "Item", "items": [flag, inner]}
    if before and chance.random() < 0.6:
        item["relevant"] = _condition(chance, before)
    return item


def _condition(chance: random.Random, before: list[dict[str, Any]]) -> str:
    item = chance.choice(before)
    code = item["code"]
    if item["type"] == "yes_no":
        return f"{code} == yes_no.{chance.choice(['yes', 'no'])}"
    if item["type"] == "integer":
        return f"{code} > {chance.randint(0, 3)}"
    if item["type"] == "single_choice":
        return f"{code} == {code}.c{chance.randint(0, 2)}"
    return f"answered({code})" if item["type"] in ("short_text", "calculation") else f"count({code}) > 1"


def compiled(seed: int) -> Compiled | None:
    """None: the checker refuses what chance has made."""
    source = {"questionnaire.yaml": as_yaml(definition(seed))}
    try:
        return loader.load(source)
    except Exception:
        return None


def as_yaml(made: Mapping[str, Any]) -> str:
    """The definition's text."""
    import io

    text = io.StringIO()
    YAML(typ="safe", pure=True).dump(made, text)
    return text.getvalue()


@dataclass(frozen=True)
class Given:
    """What a State writes at an address. `value` None: a reason for giving no answer, or nothing at all."""

    value: Any
    declined: str | None
    handling: Handling


@dataclass(frozen=True)
class Pair:
    """The same submission in two worlds. `reader` may see no difference."""

    reader: Handling
    worlds: tuple[dict[str, Given], dict[str, Given]]
    snapshots: tuple[Snapshot, Snapshot]


def addresses(version: Compiled) -> Iterator[str]:
    """Of all that can be answered, with two items in each list."""
    for code, question in version.questions.items():
        repeat = version.repeat_of.get(code)
        if question.type != "calculation":
            yield from [code] if repeat is None else [f"{repeat}/{item}/{code}" for item in ITEMS]


def _value(chance: random.Random, version: Compiled, address: str) -> Any:
    question = version.questions[code_of(address)]
    return {
        "yes_no": lambda: chance.choice(["yes", "no"]),
        "integer": lambda: chance.randint(0, 4),
        "single_choice": lambda: {"choice": f"c{chance.randint(0, 2)}"},
        "short_text": lambda: chance.choice(["one", "two", "three"]),
        "repeat": lambda: list(ITEMS[: chance.randint(1, 2)]),
    }[question.type]()


def _given(chance: random.Random, version: Compiled, address: str, handling: Handling, *, hidden: bool) -> Given:
    """What is hidden is given in both worlds: that something is withheld may be seen."""
    share = chance.random()
    if share < 0.2 and version.questions[code_of(address)].type != "repeat":
        return Given(None, chance.choice(["prefer_not", "later"]), handling)
    if share < 0.35 and not hidden:
        return Given(None, None, handling)
    return Given(_value(chance, version, address), None, handling)


def pair(version: Compiled, chance: random.Random) -> Pair | None:
    """None where chance has made worlds that the reader can tell apart by right, or that do not differ at all."""
    reader = chance.choice(HANDLINGS[:3])

    def narrow(handling: Handling) -> bool:
        return HANDLINGS.index(handling) > HANDLINGS.index(reader)

    first = {}
    for address in addresses(version):
        handling = chance.choice(HANDLINGS)
        first[address] = _given(chance, version, address, handling, hidden=narrow(handling))
    second = {
        address: _given(chance, version, address, given.handling, hidden=True) if narrow(given.handling) else given
        for address, given in first.items()
    }
    snapshots = (snapshot(version, first), snapshot(version, second))
    if snapshots[0] == snapshots[1] or _visible(snapshots[0], reader) != _visible(snapshots[1], reader):
        return None
    return Pair(reader, (first, second), snapshots)


def _visible(snapshot: Snapshot, reader: Handling) -> dict[str, object]:
    """What stands there with a handling that the reader may read."""
    both = {**snapshot["answers"], **snapshot.get("declined", {})}
    return {a: kept for a, kept in both.items() if HANDLINGS.index(kept["handling"]) <= HANDLINGS.index(reader)}


def snapshot(version: Compiled, world: Mapping[str, Given]) -> Snapshot:
    """As it would be submitted."""
    state = state_of(version, world)
    return snapshot_of(state, state.path, 1, "en", NOW)


def state_of(version: Compiled, world: Mapping[str, Given]) -> ResponseState:
    """The reply that this would be."""
    values = {address: given.value for address, given in world.items() if given.value is not None}
    state = preview_state(version, values, VELMORIA, NOW)
    answers = {
        address: StoredAnswer(given.value, 1, NOW, None, "en", given.declined, given.handling)
        for address, given in world.items()
        if given.value is not None or given.declined
    }
    return dataclasses.replace(state, answers=answers)
