"""`python -m tests.benchmarks`: pages, saves, definitions and the workbook, each beside its floor in the same run."""

from __future__ import annotations

import contextlib
import datetime
import os
import platform
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from flask import Flask

from surveyapp import create_app
from surveyapp.definition import loader
from surveyapp.definition.source import source_files
from surveyapp.demonstration import seed
from surveyapp.storage import schema
from surveyapp.storage.people import browsers
from surveyapp.storage.replies import answers, responses, saving, submissions
from surveyapp.storage.rounds import invitations, participants, rounds, versions
from surveyapp.storage.rounds.invented_states import INVENTED_STATES
from tests.benchmarks.answers_sheet import answers_sheet
from tests.benchmarks.fill_in import fill_in
from tests.benchmarks.pages import pages
from tests.benchmarks.printing import printing


@contextlib.contextmanager
def timed(name: str, goal: str = "") -> Iterator[None]:
    started = time.perf_counter()
    yield
    print(f"- {name}: {(time.perf_counter() - started) * 1000:.1f} ms{goal}")


def definitions() -> None:
    for folder in sorted(Path("questionnaires").iterdir()):
        source = source_files.read_folder(folder)
        with timed(f"{folder.name}: check with all catalogues"):
            assert not loader.check(source)
        with timed(f"{folder.name}: load, cold"):
            loader.load(source)
        with timed(f"{folder.name}: load, cached"):
            loader.load(source)


def workbook(folder: Path) -> None:
    """200 replies of the 56-question questionnaire with all its charts."""
    from surveyapp.results.workbooks import gather, make_file, recipe

    settings = {
        "DATABASE_URL": f"sqlite:///{folder / 'book.sqlite'}",
        "SECRET_KEY": "benchmark",
        "COOKIE_SECURE": False,
        "LOG_LEVEL": "ERROR",
    }
    app = create_app(settings, folder / "book")
    with app.app_context():
        schema.upgrade()
    seed(app)
    with app.app_context():
        _two_hundred("csp13-ratification")
        found = rounds.round("csp13-ratification")
        assert found is not None
        questions = len(versions.compiled(found.version_id).questions)
        for attempt in ("first", "second"):
            with timed(f"workbook of 200 replies × {questions} questions, {attempt} time", " (target < 1 s)"):
                plan = recipe("co-chairs-summary")
                make_file(plan, gather(plan, found.code, "en", reader="co_chairs", made_by="benchmark"))
    _dashboard(app)


def _dashboard(app: Flask) -> None:
    """The page of 200 replies with all its tables and pictures, beside its own figures alone."""
    from surveyapp.analysis.labels import Labels
    from surveyapp.analysis.question_tables import question_tables
    from surveyapp.results.figure_query import query_figures
    from surveyapp.storage.people import accounts

    with app.app_context():
        person = accounts.person_by_email("co-chair@wgtu.example")
        found = rounds.round("csp13-ratification")
        assert person is not None and found is not None
        client = app.test_client()
        client.set_cookie("session", browsers.sign_in(person.id))
        labels = Labels(versions.compiled(found.version_id), "en", lambda text: text)
        for attempt in ("first", "again"):
            with timed(f"figures of 200 replies alone, {attempt}"):
                read = query_figures(found, labels, [], "co_chairs")
                question_tables(labels, read.cube)
    for attempt in ("first", "again"):
        with timed(f"dashboard of 200 replies, every table and picture, {attempt}"):
            assert client.get("/rounds/csp13-ratification").status_code == 200


def _two_hundred(code: str) -> None:
    from surveyapp.demonstration.invent import invent

    found = rounds.round(code)
    assert found is not None
    have = len(invitations.responses_of(found.id))
    for number in range(have, 200):
        state = INVENTED_STATES[number % len(INVENTED_STATES)]
        participants.add_participant(
            kind="state", code=f"b{number}", names={"en": f"B{number}"}, region=state.region, invented=True,
            treaty_status=state.treaty_status,
        )  # fmt: skip
    invitations.invite(found.id)
    for place, row in enumerate(invitations.responses_of(found.id)):
        state_now = responses.load(row.id)
        if state_now.locked_because():
            continue
        facts = state_now.participant.facts(datetime.datetime.now(datetime.UTC).date())
        changes = {a: answers.Change(v) for a, v in invent(state_now.compiled, facts, place).items()}
        saving.save_answers(row.id, changes, by=None, channel="demonstration", language="en")
        with contextlib.suppress(submissions.NotReady):
            submissions.submit(row.id, by=None, language="en")


def main() -> None:
    print(
        f"Python {platform.python_version()}, {os.cpu_count()} cores, {datetime.date.today()}; gunicorn 2 workers × 2 threads\n"
    )
    runs: list[Callable[[Path], None]] = [pages, workbook, fill_in]
    definitions()
    for run in runs:
        with tempfile.TemporaryDirectory() as folder:
            print()
            run(Path(folder))
    print()
    answers_sheet()
    printing()


if __name__ == "__main__":
    main()
