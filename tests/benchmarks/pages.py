"""Ten questions drawn and saved, beside the floor and the usual way.

The machine is noisy: the servers take turns, a short burst each, and a ratio is the median over the rounds.
"""

from __future__ import annotations

import datetime
import os
import random
import statistics
from pathlib import Path
from urllib.parse import urlencode

from flask import Flask

from surveyapp import create_app
from surveyapp.storage import schema
from surveyapp.storage.people import accounts, browsers
from surveyapp.storage.replies import answers, saving
from surveyapp.storage.rounds import invitations, participants, rounds, versions
from surveyapp.storage.rounds.invented_states import INVENTED_STATES
from tests.benchmarks import floor, usual
from tests.world.load import Request, Result, drive, get, post
from tests.world.servers import serving

ROUNDS = 9
CLIENTS = 16
#: ten questions of the kinds that the usual-way page has: five with eight choices, five texts
PAGE = {
    "questionnaire": "benchmark", "version": 1, "title": "Benchmark", "source": "None", "introduction": "None", "thanks": "None",
}  # fmt: skip


def definition() -> str:
    lines = [f"{key}: {value}" for key, value in PAGE.items()] + [
        "sections:",
        "  - code: page",
        "    title: Section",
        "    items:",
    ]
    for number in range(1, 11):
        lines += [f"      - code: q{number}", f"        label: Question {number}", "        hint: A hint."]
        if number % 2:
            lines += ["        type: multiple_choice", "        choices:"]
            lines += [
                f"          - {{code: {area.lower().replace(' ', '_').replace('-', '_')}, label: {area}}}"
                for area in usual.AREAS
            ]
        else:
            lines += ["        type: long_text"]
    return "\n".join(lines) + "\n"


def page_app(folder: Path) -> tuple[dict[str, str], list[tuple[str, str]]]:
    """(environment of the server, (session token, form secret) of each client), one State a client."""
    database = f"sqlite:///{folder / 'app.sqlite'}"
    settings = {"DATABASE_URL": database, "SECRET_KEY": "benchmark", "COOKIE_SECURE": False}
    app = create_app(settings, folder / "instance")
    with app.app_context():
        schema.upgrade()
        version = versions.publish({"questionnaire.yaml": definition()})
        now = datetime.datetime.now(datetime.UTC) - datetime.timedelta(days=1)
        round_id = rounds.open_round("bench", {"en": "Benchmark"}, version, opens=now, demonstration=True)
        clients = [_client(app, number) for number in range(CLIENTS)]
        invitations.invite(round_id)
        for row in invitations.responses_of(round_id):
            changes = {f"q{n}": answers.Change(_answer(n, "first")) for n in range(1, 11)}
            saving.save_answers(row.id, changes, by=None, channel="demonstration", language="en")
    environment = {
        "SURVEYAPP_DATABASE_URL": database,
        "SURVEYAPP_SECRET_KEY": "benchmark",
        "SURVEYAPP_COOKIE_SECURE": "0",
        "SURVEYAPP_LOG_LEVEL": "ERROR",
    }
    return environment, clients


def _answer(number: int, text: str) -> object:
    return {"choices": ["export", "import"]} if number % 2 else f"Some words of the {text} answer."


def _client(app: Flask, number: int) -> tuple[str, str]:
    from surveyapp.web import sessions

    region = INVENTED_STATES[number % len(INVENTED_STATES)].region
    state = participants.add_participant(
        kind="state",
        code=f"b{number}",
        names={"en": f"B{number}"},
        region=region,
        invented=True,
        treaty_status="signatory",
    )
    person = accounts.create_person(f"Person {number}", f"p{number}@bench.example")
    accounts.grant_role(person, "focal_point", state)
    token = browsers.sign_in(person)
    with app.test_request_context("/", headers={"Cookie": f"session={token}"}):
        from flask import g, request
        from flask_wtf.csrf import generate_csrf

        g.pop("csrf_token", None)  # kept by Flask-WTF for the outer context: that of the client before
        assert sessions.cookie_name() == "session" and request.cookies
        return token, generate_csrf()


def report(name: str, ours: list[Result], base: list[Result], what: str) -> None:
    rates = [one.per_second / other.per_second for one, other in zip(ours, base, strict=True)]
    waits = [one.p95 / other.p95 for one, other in zip(ours, base, strict=True)]
    print(
        f"| {name} | {_median(ours, 'per_second'):.0f}/s | {_times(ours)} | {_median(base, 'per_second'):.0f}/s | "
        f"{_times(base)} | {statistics.median(rates):.2f} × {what} ({min(rates):.2f} to {max(rates):.2f}) | "
        f"{statistics.median(waits):.2f} × |"
    )


def _median(results: list[Result], figure: str) -> float:
    return statistics.median(getattr(result, figure) for result in results)


def _times(results: list[Result]) -> str:
    return f"{_median(results, 'p50'):.1f} / {_median(results, 'p95'):.1f} ms"


def pages(folder: Path) -> None:
    environment, clients = page_app(folder)
    floor.PATH = str(folder / "floor.sqlite")
    floor.create()
    os.environ["USUAL_DATABASE"] = f"sqlite:///{folder / 'usual.sqlite'}"
    with usual.create_app().app_context():
        usual.create()
    print(
        "| what | ours | p50 / p95 | the other | p50 / p95 | requests | p95 |\n| --- | --- | --- | --- | --- | --- | --- |"
    )
    address = "/reply/bench/page"

    def own(client: int, encoding: str = "identity") -> dict[str, str]:
        return {"Cookie": f"session={clients[client][0]}; language=en", "Accept-Encoding": encoding}

    def bare_head(client: int) -> dict[str, str]:
        return {"Cookie": f"token=token{client + 1}"}

    def save(client: int, turn: int) -> bytes:
        return post(address, own(client), _body(clients[client][1], turn))

    def autosave(client: int, turn: int) -> bytes:
        body = _body(clients[client][1], turn) + b"&only=q2"
        return post(f"{address}/answer", own(client) | {"HX-Request": "true"}, body)

    def bare_autosave(client: int, turn: int) -> bytes:
        form = {f"q{n}": f"Some words {turn} {random.random()}" for n in range(1, 11)} | {"only": "q2"}
        return post("/answer", bare_head(client), urlencode(form).encode())

    def bare_save(client: int, turn: int) -> bytes:
        form = {f"q{n}": f"Some words {turn} {random.random()}" for n in range(1, 11)}
        return post("/page", bare_head(client), urlencode(form).encode())

    def bare_get(client: int, _: int) -> bytes:
        return get("/page", bare_head(client))

    with (
        serving("surveyapp:create_app()", environment) as ours,
        serving("tests.benchmarks.floor:app", {"FLOOR_DATABASE": floor.PATH}) as bare,
        serving("tests.benchmarks.usual:create_app()", {}) as peer,
    ):
        runs: dict[str, tuple[int, Request, int]] = {
            "get": (ours, lambda client, _: get(address, own(client)), 200),
            "floor get": (bare, bare_get, 200),
            "usual get": (peer, bare_get, 200),
            "post": (ours, save, 303),
            "floor post": (bare, bare_save, 302),
            "autosave": (ours, autosave, 200),
            "floor autosave": (bare, bare_autosave, 200),
        }
        for n, turns in ((1, 60), (CLIENTS, 20)):
            found = in_turns(runs, n, turns)
            report(f"GET of ten questions, {n} client(s)", found["get"], found["floor get"], "the floor")
            report(f"GET of ten questions, {n} client(s)", found["get"], found["usual get"], "the usual way")
            report(f"POST of ten questions, {n} client(s)", found["post"], found["floor post"], "the floor")
            report(f"autosave of one answer, {n} client(s)", found["autosave"], found["floor autosave"], "the floor")
        eight = [(drive(ours, save, 8, 40, {303}), drive(bare, bare_save, 8, 40, {302})) for _ in range(5)]
        zipped = drive(ours, lambda client, _: get(address, own(client, "gzip")), 1, 5, {200})
    slowest, bare_slowest = (
        ", ".join(f"{each:.0f}" for each in sorted(result.slowest for result in results))
        for results in zip(*eight, strict=True)
    )
    print(
        f"\n8 writers on SQLite, 5 × 320 saves of ten questions: the slowest save of each run {slowest} ms (target: 250); "
        f"the floor's, run by run beside them: {bare_slowest} ms."
    )
    sizes = found["get"][0].bytes_per_answer / 1024, zipped.bytes_per_answer / 1024
    print(f"\nThe page is {sizes[0]:.1f} KB, compressed {sizes[1]:.1f} KB, heads included.")


def in_turns(runs: dict[str, tuple[int, Request, int]], clients: int, turns: int) -> dict[str, list[Result]]:
    found: dict[str, list[Result]] = {name: [] for name in runs}
    for round_ in range(ROUNDS + 1):
        for name, (port, request, status) in runs.items():
            result = drive(port, request, clients, turns, {status})
            if round_:  # the first warms up
                found[name].append(result)
    return found


def _body(secret: str, turn: int) -> bytes:
    fields: list[tuple[str, str]] = [("csrf_token", secret), ("go", "stay")]
    for number in range(1, 11):
        fields.append(("asked", f"q{number}"))
        if number % 2:
            fields += [
                (f"q-q{number}", code) for code in (("export", "transit") if turn % 2 else ("import", "brokering"))
            ]
        else:
            fields.append((f"q-q{number}", f"Some words of answer {turn} {random.random()}."))
    return urlencode(fields).encode()
