"""Pages, workbooks in every form, reports and frozen data of two worlds that a reader may not tell apart: byte for byte."""

from __future__ import annotations

import difflib
import io
import json
import random
import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import polars
import pytest
import sqlalchemy as sa
from flask import Flask
from lxml import html

from surveyapp.definition.compiled import Compiled
from surveyapp.storage.columns import canonical, utc_now
from surveyapp.storage.models import Submission
from surveyapp.storage.replies import receipts, responses, saving, submissions
from surveyapp.storage.replies.answers import Change
from surveyapp.storage.report import reports
from surveyapp.storage.results import rollups
from surveyapp.storage.rounds import invitations, participants, rounds, versions
from surveyapp.storage.transactions import writing
from tests.world import two_worlds
from tests.world.tiers import LONG
from tests.world.two_worlds import Pair
from tests.world.web_client import Browser

ROUNDS = 60 if LONG else 8
FORMS = ("xlsx", "csv", "json", "sav", "parquet")
#: moments and one-time tokens differ from one look to the next, in one world, too
VOLATILE = (
    re.compile(rb"\d\d:\d\d(:\d\d(\.\d+)?)?"),
    re.compile(rb'name="csrf_token" value="[^"]*"'),
    re.compile(rb'"X-CSRFToken": "[^"]*"'),
    re.compile(rb"<v>4\d{4}\.\d{6,}</v>"),  # a moment as spreadsheets keep it
)


@dataclass(frozen=True)
class Pairs:
    """One round: three States, each of them with a pair of worlds for the same reader."""

    version: Compiled
    source: str
    reader: str
    pairs: list[Pair]


def chosen_pairs(seed: int) -> Iterator[Pairs]:
    while True:
        seed += 1
        version = two_worlds.compiled(seed)
        if version is None:
            continue
        chance = random.Random(seed)
        made = [pair for _ in range(400) if (pair := two_worlds.pair(version, chance))]
        by_reader: dict[str, list[Pair]] = {}
        for pair in made:
            if pair.snapshots[0]["asked"] != pair.snapshots[1]["asked"]:
                by_reader.setdefault(pair.reader, []).append(pair)
        for reader, pairs in by_reader.items():
            if len(pairs) >= 3:
                yield Pairs(version, two_worlds.as_yaml(two_worlds.definition(seed)), reader, pairs[:3])
                break


@pytest.mark.long
def test_a_reader_cannot_tell_two_worlds_apart_by_any_page_or_file(
    app: Flask, people: dict[str, int], signed_in: Callable[[str], Browser]
) -> None:
    worlds = chosen_pairs(1000)
    chair = signed_in("co_chair")
    compared = 0
    with app.app_context():
        states = [
            participants.add_participant(
                kind="state", code=code, names={"en": name}, region=region, treaty_status="state_party", invented=True
            )
            for code, name, region in (
                ("XVE", "Velmoria", "europe"),
                ("XTA", "Tarnova", "africa"),
                ("XOR", "Orlund", "europe"),
            )
        ]
    for number in range(ROUNDS):
        chosen = next(worlds)
        code = f"w{number}"
        with app.app_context():
            _submit(code, states, chosen, people["co_chair"])
        first = _everything(chair, code, chosen.reader)
        with app.app_context():
            _replace(code, states, chosen)
        second = _everything(chair, code, chosen.reader)
        assert first.keys() == second.keys(), (code, chosen.reader)
        for address in first:
            assert first[address] == second[address], _difference(address, first, second, chosen)
        compared += len(first)
    assert compared > ROUNDS * 30


def _difference(address: str, first: dict[str, bytes], second: dict[str, bytes], chosen: Pairs) -> str:
    pair = (world[address].decode("utf-8", "replace").splitlines() for world in (first, second))
    lines = [line for line in difflib.unified_diff(*pair, n=1) if line.strip()]
    return "\n".join([address, chosen.reader, *lines[:40], chosen.source])


def _submit(code: str, states: list[int], chosen: Pairs, by: int) -> None:
    version = versions.publish({"questionnaire.yaml": chosen.source})
    round_id = rounds.open_round(code, {"en": code}, version, opens=utc_now(), demonstration=True)
    invitations.invite(round_id, states)
    for state, pair in zip(states, chosen.pairs, strict=True):
        response = responses.find(code, state)
        assert response is not None
        given = {
            address: Change(one.value, declined=one.declined, handling=one.handling)
            for address, one in pair.worlds[0].items()
            if one.value is not None or one.declined
        }
        saving.save_answers(response, given, by=None, channel="page", language="en")
        submissions.submit(response, by=None, language="en")
    questions = [
        question.code for question in chosen.version.questions.values() if question.type in ("yes_no", "single_choice")
    ]
    tokens = " ".join(f"{{{{ answered {one} }}}} {{{{ asked {one} }}}} {{{{ table {one} }}}}" for one in questions)
    reports.create(code, round_id, {"en": "Report"}, "S/1", [("paragraph", {"en": tokens})], by=by)


def _replace(code: str, states: list[int], chosen: Pairs) -> None:
    """The second world, at the same places."""
    with writing() as connection:
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql("ALTER TABLE submissions DISABLE TRIGGER USER")
        else:
            connection.exec_driver_sql("DROP TRIGGER IF EXISTS submissions_no_update")
        for state, pair in zip(states, chosen.pairs, strict=True):
            response = responses.find(code, state)
            text = submissions.snapshot(response or 0, 1)
            assert text is not None
            snapshot = json.loads(text)
            for part in ("answers", "declined", "asked", "calculated"):
                snapshot[part] = pair.snapshots[1][part]  # type: ignore[literal-required]
            other = canonical(snapshot)
            values = {"snapshot": other, "digest": receipts.digest(other)}
            connection.execute(sa.update(Submission).where(Submission.response_id == response).values(**values))
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql("ALTER TABLE submissions ENABLE TRIGGER USER")
    found = rounds.round(code)
    assert found is not None
    rollups.recount(found.id)


def _everything(chair: Browser, code: str, reader: str) -> dict[str, bytes]:
    """What this circle gets to see of the round: pages two steps deep, and files."""
    seen: dict[str, bytes] = {}
    circle = "" if reader == "co_chairs" else f"circle={reader}"
    waiting = [_with(f"/rounds/{code}", circle), _with(f"/rounds/{code}/cross", circle)]
    for step in range(3):
        following: list[str] = []
        for address in waiting:
            if address in seen or not address.startswith(f"/rounds/{code}") or "/workbook" in address:
                continue
            answer = chair.get(address)
            seen[address] = _steady(answer.data)
            if step < 2 and answer.mimetype == "text/html":
                links = html.fromstring(answer.text).findall(".//main//a")
                following += [_with(str(link.get("href")).partition("#")[0], circle) for link in links]
        waiting = sorted(set(following))
    recipe = {"co_chairs": "co-chairs-summary", "public": "public-compendium"}.get(reader)
    for form in FORMS if recipe else ():
        address = f"/rounds/{code}/workbook?recipe={recipe}&form={form}&language=en"
        answer = chair.get(address)
        assert answer.status_code == 200
        seen |= {f"{address} {name}": part for name, part in _parts(answer.data, form)}
    if reader == "states_parties":
        for address in (f"/reports/{code}", f"/reports/{code}/page", f"/reports/{code}/word"):
            seen |= {f"{address} {name}": part for name, part in _parts(chair.get(address).data, "")}
    return seen


def _with(address: str, circle: str) -> str:
    if not circle or "circle=" in address:
        return address
    return f"{address}{'&' if '?' in address else '?'}{circle}"


def _parts(content: bytes, form: str) -> Iterator[tuple[str, bytes]]:
    if content[:2] != b"PK":
        yield "", _steady(content)
        return
    with zipfile.ZipFile(io.BytesIO(content)) as read:
        for name in read.namelist():
            part = read.read(name)
            if name.endswith(".parquet"):
                part = repr(polars.read_parquet(io.BytesIO(part)).to_dicts()).encode()
            yield name, _steady(part)


def _steady(content: bytes) -> bytes:
    for pattern in VOLATILE:
        content = pattern.sub(b"", content)
    return content
