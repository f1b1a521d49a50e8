"""The fill-in workbook of the longest questionnaire: made, read back, and a hostile file refused."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

from surveyapp import create_app
from surveyapp.answering.page import Page
from surveyapp.answering.workbook_boxes import workbook
from surveyapp.answering.workbook_changes import examine
from surveyapp.demonstration import seed
from surveyapp.demonstration.invent import invent
from surveyapp.handouts.fill_in.sandbox import FileRefused, read_safely
from surveyapp.handouts.fill_in.write import write
from surveyapp.storage import schema
from surveyapp.storage.columns import utc_now
from surveyapp.storage.replies import answers as stored_answers
from surveyapp.storage.replies import responses, saving
from surveyapp.storage.rounds import invitations, rounds
from surveyapp.web.locale import speaking
from surveyapp.words import words_in
from tests.world.strange_files import PROBE, STRANGERS, content_of

ROUND = "csp13-ratification"


def fill_in(folder: Path) -> None:
    app = create_app({"DATABASE_URL": f"sqlite:///{folder / 'fill.sqlite'}", "SECRET_KEY": "benchmark"}, folder / "in")
    with app.app_context():
        schema.upgrade()
    seed(app)
    with app.test_request_context("/"), speaking("en"):
        found = rounds.round(ROUND)
        assert found is not None
        [row] = [row for row in invitations.responses_of(found.id) if row.participant_code == "XKE"]
        state = responses.load(row.id)
        answers = invent(state.compiled, state.participant.facts(utc_now().date()), 7, completeness=1)
        changes = {address: stored_answers.Change(value) for address, value in answers.items()}
        saving.save_answers(row.id, changes, by=None, channel="demonstration", language="en")
        for attempt in ("first", "second"):
            _round_trip(row.id, attempt)
    _strangers(folder)


def _round_trip(response_id: int, attempt: str) -> None:
    state = responses.load(response_id)
    started = time.perf_counter()
    content = write(workbook(Page(state, words_in("en")), utc_now()))
    made = time.perf_counter()
    preview = examine(state, read_safely(content), words_in("en"), utc_now())
    read = time.perf_counter()
    assert preview.changes == preview.problems == ()
    print(f"- fill-in workbook of {len(state.compiled.questions)} questions, {attempt} time: made in {made - started:.2f} s, read back and compared in {read - made:.2f} s (target < 1 s each)")  # fmt: skip


def _strangers(folder: Path) -> None:
    slowest, largest = ("", 0.0), ("", 0)
    for name in STRANGERS:
        content = content_of(name)
        started = time.perf_counter()
        try:
            read_safely(content)
        except FileRefused:
            slowest = max(slowest, (name, time.perf_counter() - started), key=lambda one: one[1])
        (folder / "stranger").write_bytes(content)
        done = subprocess.run([sys.executable, "-c", PROBE, str(folder / "stranger")], capture_output=True, check=True)
        largest = max(largest, (name, int(done.stdout) // 1024), key=lambda one: one[1])
    print(f"- {len(STRANGERS)} hostile files: the slowest refused after {slowest[1]:.2f} s ({slowest[0]}), the largest took {largest[1]} MiB ({largest[0]}) (targets 2 s, 200 MB)")  # fmt: skip
