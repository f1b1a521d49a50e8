"""`python -m tests.benchmarks`: pages, saves, definitions and the workbook, each beside its floor in the same run."""

from __future__ import annotations

import contextlib
import datetime
import os
import platform
import random
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlencode

from flask import Flask

from surveyapp import create_app
from surveyapp.definition import loader
from surveyapp.demonstration import seed
from surveyapp.demonstration.states import INVENTED_STATES
from surveyapp.storage import accounts, participants, responses, rounds, schema
from tests.benchmarks import floor, usual
from tests.benchmarks.load import Result, drive, get, post
from tests.benchmarks.servers import serving

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
        version = rounds.publish({"questionnaire.yaml": definition()})
        now = datetime.datetime.now(datetime.UTC) - datetime.timedelta(days=1)
        round_id = rounds.open_round("bench", {"en": "Benchmark"}, version, opens=now, demonstration=True)
        clients = [_client(app, number) for number in range(CLIENTS)]
        rounds.invite(round_id)
        for row in rounds.responses_of(round_id):
            changes = {f"q{n}": responses.Change(_answer(n, "first")) for n in range(1, 11)}
            responses.save_answers(row.id, changes, by=None, channel="demonstration", language="en")
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
    accounts.grant(person, "focal_point", state)
    token = accounts.create_session(person)
    with app.test_request_context("/", headers={"Cookie": f"session={token}"}):
        from flask import g, request
        from flask_wtf.csrf import generate_csrf

        g.pop("csrf_token", None)  # kept by Flask-WTF for the outer context: that of the client before
        assert sessions.cookie_name() == "session" and request.cookies
        return token, generate_csrf()


def report(name: str, ours: Result, base: Result, what: str) -> None:
    print(
        f"| {name} | {ours.per_second:.0f}/s | {ours.p50:.1f} / {ours.p95:.1f} ms | {base.per_second:.0f}/s | "
        f"{base.p50:.1f} / {base.p95:.1f} ms | {ours.per_second / base.per_second:.2f} × {what} | {ours.p95 / base.p95:.2f} × |"
    )


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
    with (
        serving("surveyapp:create_app()", environment) as ours,
        serving("tests.benchmarks.floor:app", {"FLOOR_DATABASE": floor.PATH}) as bare,
        serving("tests.benchmarks.usual:create_app()", {}) as peer,
    ):
        address = "/reply/bench/page"

        def own(client: int) -> dict[str, str]:
            return {"Cookie": f"session={clients[client][0]}; language=en", "Accept-Encoding": "identity"}

        def bare_head(client: int) -> dict[str, str]:
            return {"Cookie": f"token=token{client + 1}"}

        def save(client: int, turn: int) -> bytes:
            return post(address, own(client), _body(clients[client][1], turn))

        def bare_save(client: int, turn: int) -> bytes:
            return post(
                "/page", bare_head(client), urlencode({f"q{n}": f"Some words {turn}" for n in range(1, 11)}).encode()
            )

        for n, turns in ((1, 300), (CLIENTS, 60)):
            for warm in (True, False):
                times = 10 if warm else turns
                reads = [
                    drive(ours, lambda c, t: get(address, own(c)), n, times, {200}),
                    drive(bare, lambda c, t: get("/page", bare_head(c)), n, times, {200}),
                    drive(peer, lambda c, t: get("/page", bare_head(c)), n, times, {200}),
                ]
                writes = [drive(ours, save, n, times, {303}), drive(bare, bare_save, n, times, {302})]
            report(f"GET of ten questions, {n} client(s)", reads[0], reads[1], "the floor")
            report(f"GET of ten questions, {n} client(s)", reads[0], reads[2], "the usual way")
            report(f"POST of ten questions, {n} client(s)", writes[0], writes[1], "the floor")
        zipped = drive(ours, lambda c, t: get(address, own(c) | {"Accept-Encoding": "gzip"}), 1, 5, {200})
        print(
            f"\nThe page is {reads[0].bytes_per_answer / 1024:.1f} KB, compressed {zipped.bytes_per_answer / 1024:.1f} KB, heads included."
        )


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


@contextlib.contextmanager
def timed(name: str, goal: str = "") -> Iterator[None]:
    started = time.perf_counter()
    yield
    print(f"- {name}: {(time.perf_counter() - started) * 1000:.1f} ms{goal}")


def definitions() -> None:
    for folder in sorted(Path("questionnaires").iterdir()):
        source = loader.read_folder(folder)
        with timed(f"{folder.name}: check with all catalogues"):
            assert not loader.check(source)
        with timed(f"{folder.name}: load, cold"):
            loader.load(source)
        with timed(f"{folder.name}: load, cached"):
            loader.load(source)


def workbook(folder: Path) -> None:
    """200 replies of the 56-question questionnaire with all its charts."""
    from surveyapp.web.summary import co_chairs_summary

    settings = {"DATABASE_URL": f"sqlite:///{folder / 'book.sqlite'}", "SECRET_KEY": "benchmark"}
    app = create_app(settings, folder / "book")
    with app.app_context():
        schema.upgrade()
    seed(app)
    with app.app_context():
        _two_hundred("csp13-ratification")
        found = rounds.round("csp13-ratification")
        assert found is not None
        questions = len(rounds.compiled(found.version_id).questions)
        for attempt in ("first", "second"):
            with timed(f"workbook of 200 replies × {questions} questions, {attempt} time", " (target < 1 s)"):
                co_chairs_summary("csp13-ratification", "en", reader="co_chairs", made_by="benchmark")


def _two_hundred(code: str) -> None:
    from surveyapp.demonstration.invent import invent

    found = rounds.round(code)
    assert found is not None
    have = len(rounds.responses_of(found.id))
    for number in range(have, 200):
        state = INVENTED_STATES[number % len(INVENTED_STATES)]
        participants.add_participant(
            kind="state", code=f"b{number}", names={"en": f"B{number}"}, region=state.region, invented=True,
            treaty_status=state.treaty_status,
        )  # fmt: skip
    rounds.invite(found.id)
    for place, row in enumerate(rounds.responses_of(found.id)):
        state_now = responses.load(row.id)
        if state_now.locked_because():
            continue
        facts = state_now.participant.facts(datetime.datetime.now(datetime.UTC).date())
        changes = {a: responses.Change(v) for a, v in invent(state_now.compiled, facts, place).items()}
        responses.save_answers(row.id, changes, by=None, channel="demonstration", language="en")
        with contextlib.suppress(responses.NotReady):
            responses.submit(row.id, by=None, language="en")


def main() -> None:
    print(
        f"Python {platform.python_version()}, {os.cpu_count()} cores, {datetime.date.today()}; gunicorn 2 workers × 2 threads\n"
    )
    runs: list[Callable[[Path], None]] = [pages, workbook]
    definitions()
    for run in runs:
        with tempfile.TemporaryDirectory() as folder:
            print()
            run(Path(folder))


if __name__ == "__main__":
    main()
