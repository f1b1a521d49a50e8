"""Invents a valid reply to any questionnaire: the same seed gives the same reply.

Used by the demonstration, by property tests and by the benchmarks. Every answer is put together by its
question type and walked at once, so that only questions on path are answered.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

from surveyapp.definition import model as m
from surveyapp.definition.compiled import Compiled
from surveyapp.definition.path import Facts, Path, walk
from surveyapp.definition.question_types import AnswerProblems, clean
from surveyapp.definition.states import STATES

#: generic enough to stand as an answer to any free-text question
STATEMENTS = (
    "Consultations among the ministries concerned are under way and are expected to conclude within the year.",
    "The interministerial committee meets each quarter and reports to the cabinet.",
    "Parliament considered the matter in two readings; a compulsory consultation of stakeholders preceded the vote.",
    "Guidelines were updated to reflect the key provisions of the Treaty. No change of law was needed.",
    "Technical assistance from a regional organisation helped to draft the national control list.",
    "Capacity remains limited: three officials are responsible for licensing, and staff turnover is high.",
    "Exchanges with neighbouring States showed that transit is a shared concern.",
    "The national point of contact was designated by decree and has been notified to the Treaty Secretariat.",
)
TITLES = ("Arms Transfers Control Act", "Decree on transit and trans-shipment", "Brokering regulation", "Customs order")


def invent(compiled: Compiled, facts: Facts, seed: int, *, completeness: float = 0.85) -> dict[str, Any]:
    """Answers by address. Required questions are always answered, others with this probability."""
    chance = random.Random(seed)
    answers: dict[str, Any] = {}
    skipped: set[str] = set()
    while True:
        path = walk(compiled, answers, facts)
        address = _next_open(compiled, path, answers, skipped)
        if address is None:
            return answers
        question = compiled.questions[address.rsplit("/", 1)[-1]]
        assert not isinstance(question, m.Calculation)
        needed = question.need == "required" or address in path.missing
        value = None
        if needed or chance.random() < completeness:
            value = _valid(compiled, question, path.offered.get(address), chance)
        if value is None:
            skipped.add(address)
        else:
            answers[address] = value
            if walk(compiled, answers, facts).violations and not needed:
                del answers[address]
                skipped.add(address)


def _next_open(compiled: Compiled, path: Path, answers: dict[str, Any], skipped: set[str]) -> str | None:
    order = {code: place for place, code in enumerate(compiled.questions)}
    waiting = [
        address
        for address in path.on_path
        if address not in answers
        and address not in skipped
        and not isinstance(compiled.questions[address.rsplit("/", 1)[-1]], m.Calculation)
    ]
    return min(waiting, key=lambda address: (order[address.rsplit("/", 1)[-1]], address), default=None)


def _valid(compiled: Compiled, question: Any, offered: frozenset[str] | None, chance: random.Random) -> Any:
    for _ in range(5):
        raw = MAKERS[question.type](compiled, question, offered, chance)
        try:
            return clean(compiled, question, raw)
        except AnswerProblems:
            continue
    return None


def _codes(compiled: Compiled, question: Any, offered: frozenset[str] | None) -> list[m.Choice]:
    return [choice for choice in compiled.choices(question) if offered is None or choice.code in offered]


def _text(compiled: Compiled, question: Any, offered: Any, chance: random.Random) -> str:
    pool = TITLES if question.type == "short_text" else STATEMENTS
    return chance.choice(pool)[: question.max_characters]


def _number(compiled: Compiled, question: Any, offered: Any, chance: random.Random) -> int:
    low = 0 if question.min is None else int(question.min)
    high = low + 24 if question.max is None else int(question.max)
    return chance.randint(low, max(low, min(high, low + 24)))


def _year(compiled: Compiled, question: Any, offered: Any, chance: random.Random) -> int:
    return chance.randint(max(question.min, 2013), min(question.max, 2026))


def _yes_no(compiled: Compiled, question: Any, offered: Any, chance: random.Random) -> str:
    return chance.choice(["yes", "yes", "no"] + (["dont_know"] if question.dont_know else []))


def _single(compiled: Compiled, question: Any, offered: Any, chance: random.Random) -> Any:
    choices = _codes(compiled, question, offered)
    if not choices:
        return None
    choice = chance.choice(choices)
    return {"choice": choice.code} | ({"detail": "A further matter"} if choice.detail else {})


def _multiple(compiled: Compiled, question: Any, offered: Any, chance: random.Random) -> Any:
    choices = [choice for choice in _codes(compiled, question, offered) if not choice.exclusive]
    if not choices:
        return None
    most = min(question.most or 4, len(choices))
    picked = chance.sample(choices, chance.randint(min(max(1, question.least), most), most))
    details = {choice.code: "A further matter" for choice in picked if choice.detail}
    return {"choices": [choice.code for choice in picked]} | ({"details": details} if details else {})


def _ranking(compiled: Compiled, question: Any, offered: Any, chance: random.Random) -> Any:
    codes = [choice.code for choice in _codes(compiled, question, offered)]
    most = min(question.most or len(codes), len(codes))
    return chance.sample(codes, max(min(question.least, most), min(3, most))) or None


def _date(compiled: Compiled, question: Any, offered: Any, chance: random.Random) -> str:
    return f"{chance.randint(2014, 2024)}-{chance.randint(1, 12):02}-{chance.randint(1, 28):02}"


def _period(compiled: Compiled, question: Any, offered: Any, chance: random.Random) -> dict[str, str]:
    year = chance.randint(2014, 2023)
    return {"from": f"{year}-0{chance.randint(1, 9)}-15", "to": f"{year + 1}-0{chance.randint(1, 9)}-20"}


def _pickable(question: Any) -> list[str]:
    return [
        code
        for code, state in STATES.items()
        if (not question.regions or state.region in question.regions)
        and (not question.treaty_status or state.treaty_status in question.treaty_status)
    ]


def _states(compiled: Compiled, question: Any, offered: Any, chance: random.Random) -> list[str]:
    codes = _pickable(question)
    return chance.sample(codes, min(len(codes), max(question.least, 2), question.most or 3))


def _grid(compiled: Compiled, question: Any, offered: Any, chance: random.Random) -> dict[str, Any]:
    columns = [choice.code for choice in compiled.columns(question)]
    cells: dict[str, Callable[[], Any]] = {
        "single": lambda: chance.choice(columns),
        "multiple": lambda: chance.sample(columns, 1),
        "text": lambda: dict.fromkeys(columns, "Noted"),
        "number": lambda: {column: int(question.min or 0) + chance.randint(0, 9) for column in columns},
    }
    return {row.code: cells[question.cell]() for row in compiled.rows(question)}


def _items(compiled: Compiled, question: Any, offered: Any, chance: random.Random) -> list[str]:
    count = chance.randint(max(1, question.least), max(1, question.least, min(question.most, 2)))
    return [f"item{chance.randrange(16**6):06x}" for _ in range(count)]


def _links(compiled: Compiled, question: Any, offered: Any, chance: random.Random) -> list[dict[str, str]]:
    return [{"url": f"https://laws.example/{chance.randrange(1000)}", "title": chance.choice(TITLES)}]


def _document(compiled: Compiled, question: Any, offered: Any, chance: random.Random) -> dict[str, str]:
    return {"title": chance.choice(TITLES), "language": "en", "date": _date(compiled, question, offered, chance)}


def _contact(compiled: Compiled, question: Any, offered: Any, chance: random.Random) -> dict[str, str]:
    every = {
        "name": "A. N. Official",
        "position": "Desk officer",
        "institution": "Ministry of Foreign Affairs",
        "email": f"contact{chance.randrange(90) + 10}@ministry.example.org",
        "phone": "+000 555 0100",
    }
    return {part: every[part] for part in question.ask}


Maker = Callable[[Compiled, Any, Any, random.Random], Any]
MAKERS: dict[str, Maker] = {
    "short_text": _text,
    "long_text": _text,
    "integer": _number,
    "number": _number,
    "percentage": _number,
    "scale": _number,
    "year": _year,
    "yes_no": _yes_no,
    "single_choice": _single,
    "multiple_choice": _multiple,
    "ranking": _ranking,
    "date": _date,
    "month": lambda *bounds: _date(*bounds)[:7],
    "period": _period,
    "state": lambda compiled, question, offered, chance: chance.choice(_pickable(question)),
    "states": _states,
    "grid": _grid,
    "repeat": _items,
    "links": _links,
    "document": _document,
    "contact": _contact,
    "consent": lambda compiled, question, offered, chance: chance.choice(["given", "given", "refused"]),
}
