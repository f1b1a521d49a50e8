"""Uploaded workbooks on the page: a look before anything is written, and every stranger refused with a reason."""

from __future__ import annotations

import io
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from surveyapp.handouts.fill_in.sandbox import MAX_BYTES, FileRefused, read_safely
from surveyapp.storage.audit import audit_log
from surveyapp.storage.replies import revisions, saving
from surveyapp.storage.replies.answers import Change
from tests.world.fill_in_files import cells_of, saved_bytes
from tests.world.strange_files import PROBE, STRANGERS, content_of
from tests.world.trial_round import kept, submit
from tests.world.web_client import Browser

PAGE = "/reply/trial/workbook"


def workbook_of(browser: Browser) -> bytes:
    answer = browser.get(f"{PAGE}/file")
    assert answer.headers["Content-Disposition"].endswith('.xlsx"')
    return answer.data


def upload(browser: Browser, content: bytes, name: str = "reply.xlsx") -> Any:
    return browser.post(PAGE, {"workbook": (io.BytesIO(content), name)}, content_type="multipart/form-data")


def confirm(browser: Browser, page: str, **more: str) -> Any:
    """Posts the form of the preview as a browser does."""
    form: dict[str, Any] = {}
    for name, value in re.findall(r'<input type="hidden" name="((?:asked|[qrdh]-)[^"]*)" value="([^"]*)"', page):
        form.setdefault(name, []).append(value)
    for name, value in re.findall(r'type="radio"[^>]* name="(take-[^"]+)" value="([^"]*)" checked', page):
        form[name] = [value]
    return browser.post(f"{PAGE}/confirm", form | more)


def test_an_edited_workbook_is_looked_at_and_then_saved(app: Flask, focal: Browser) -> None:
    book, cells = cells_of(workbook_of(focal))
    cells["has_law"].value, cells["law_name"].value, cells["areas=a"].value = "Yes", "Loi n° 1", "✓"
    preview = upload(focal, saved_bytes(book))
    assert preview.status_code == 200
    assert "Nothing has been saved yet." in preview.text and "Loi n° 1" in preview.text
    assert kept(app) == {}
    assert confirm(focal, preview.text).status_code == 303
    assert kept(app) == {"has_law": "yes", "law_name": "Loi n° 1", "areas": {"choices": ["a"]}}
    with app.app_context():
        assert revisions.history(1, "law_name")[-1].channel == "workbook"
    assert "says what the reply says" in upload(focal, saved_bytes(book)).text or kept(app)["has_law"] == "yes"


def test_rows_of_a_list_are_saved_with_their_list(app: Flask, focal: Browser) -> None:
    book, cells = cells_of(workbook_of(focal))
    first = next(name for name in cells if name.startswith("acts/"))
    cells[first].value = "The Act"
    confirm(focal, upload(focal, saved_bytes(book)).text)
    item = first.split("/")[1]
    assert kept(app) == {"acts": [item], f"acts/{item}/act_name": "The Act"}


@pytest.mark.parametrize(("choice", "stands"), [("online", "From the page"), ("workbook", "From the workbook")])
def test_in_a_conflict_the_person_chooses(app: Flask, focal: Browser, choice: str, stands: str) -> None:
    book, cells = cells_of(workbook_of(focal))
    cells["remarks"].value = "From the workbook"
    save(app, remarks="From the page")
    preview = upload(focal, saved_bytes(book)).text
    assert "From the page" in preview and "From the workbook" in preview
    confirm(focal, preview, **{"take-remarks": choice})
    assert kept(app)["remarks"] == stands


def test_an_answer_that_changes_between_look_and_confirmation_is_left(app: Flask, focal: Browser) -> None:
    book, cells = cells_of(workbook_of(focal))
    cells["remarks"].value, cells["how_many"].value = "From the workbook", 5
    preview = upload(focal, saved_bytes(book)).text
    save(app, remarks="From the page")
    assert confirm(focal, preview).location == PAGE
    assert kept(app) == {"remarks": "From the page", "how_many": 5}
    assert "were changed on line meanwhile" in focal.get(PAGE).text


def save(app: Flask, **answers: Any) -> None:
    with app.app_context():
        changes = {address: Change(value) for address, value in answers.items()}
        saving.save_answers(1, changes, by=1, channel="page", language="en")


@pytest.mark.parametrize(
    "form",
    [
        {"asked": "nope", "q-nope": "1"},
        {"asked": "acts/zzzzzz/act_name", "q-acts/zzzzzz/act_name": "x"},
        {"asked": "act_name", "q-act_name": "x"},
        {"asked": "how_many", "q-how_many": "many"},
        {"asked": "how_many", "q-how_many": "1", "d-how_many": "later"},
    ],
)
def test_a_forged_confirmation_is_refused_whole(app: Flask, focal: Browser, form: dict[str, str]) -> None:
    answer = focal.post(f"{PAGE}/confirm", {"asked": ["has_law", form["asked"]], "q-has_law": "yes"} | {
        name: value for name, value in form.items() if name != "asked"
    })  # fmt: skip
    assert answer.status_code == 400
    assert kept(app) == {}


def test_the_workbook_of_another_state_is_refused(
    app: Flask, focal: Browser, signed_in: Callable[[str], Browser]
) -> None:  # fmt: skip
    book, _cells = cells_of(workbook_of(focal))
    for row in book["_identity"].iter_rows():
        if row[1].value == "participant":
            row[2].value = "TCD"
    answer = upload(focal, saved_bytes(book))
    assert answer.status_code == 422 and "another State" in answer.text
    with app.app_context():
        assert audit_log.search(limit=1)[0].kind == "workbook-refused"


# strangers


@pytest.mark.parametrize("name", STRANGERS)
def test_a_stranger_is_refused_for_a_reason(name: str) -> None:
    """How long it takes is measured in tests/benchmarks; here the limits that bound it must have held."""
    with pytest.raises(FileRefused) as refused:
        read_safely(content_of(name))
    assert refused.value.reason in STRANGERS[name][1].split()


def test_the_reading_process_is_held_to_its_memory(tmp_path: Path) -> None:
    """The most that any of the reading processes had, in KiB; from a process of its own, which had no other children."""
    files = []
    for number, name in enumerate(STRANGERS):
        (tmp_path / str(number)).write_bytes(content_of(name))
        files.append(str(tmp_path / str(number)))
    done = subprocess.run([sys.executable, "-c", PROBE, *files], capture_output=True, text=True, check=True)
    assert 10_000 < int(done.stdout) < 200_000


@pytest.mark.parametrize("name", ["an .xls", "a renamed .zip", "macros", "a stranger's .xlsx", "a far entity"])
def test_the_page_says_what_to_do_and_nothing_is_changed(app: Flask, focal: Browser, name: str) -> None:
    save(app, remarks="As it was")
    answer = upload(focal, content_of(name))
    assert answer.status_code == 422
    assert 'href="#field-workbook"' in answer.text and "Traceback" not in answer.text
    assert kept(app) == {"remarks": "As it was"}


def test_a_file_longer_than_allowed_is_refused_by_its_length_alone(focal: Browser) -> None:
    assert upload(focal, bytes(MAX_BYTES + 100_000)).status_code == 413


def test_other_pages_take_no_file(focal: Browser) -> None:
    answer = focal.post("/reply/trial/law", {"f": (io.BytesIO(b"x"), "x")}, content_type="multipart/form-data")
    assert answer.status_code == 415


def test_no_file_is_told_at_the_field(focal: Browser) -> None:
    answer = focal.post(PAGE, {}, content_type="multipart/form-data")
    assert answer.status_code == 422 and "Choose the workbook" in answer.text


def test_a_submitted_reply_takes_none(app: Flask, focal: Browser) -> None:
    content = workbook_of(focal)
    save(app, has_law="no")
    submit(focal)
    assert upload(focal, content).status_code == 422
    assert focal.get(f"{PAGE}/file").status_code == 200, "to be read"
