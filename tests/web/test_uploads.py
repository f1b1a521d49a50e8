"""Uploaded workbooks on the page: a look before anything is written, and every stranger refused with a reason."""

from __future__ import annotations

import io
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from flask import Flask

from surveyapp.handouts.fill_in.sandbox import MAX_BYTES, FileRefused, read_safely
from surveyapp.storage.audit import audit_log
from surveyapp.storage.replies import responses, saving
from surveyapp.storage.replies.responses import Change

from .conftest import Browser
from .test_fill_in import cells_of, saved_bytes
from .test_respondent import focal, kept  # noqa: F401 - the fixture

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


def test_an_edited_workbook_is_looked_at_and_then_saved(app: Flask, focal: Browser) -> None:  # noqa: F811
    book, cells = cells_of(workbook_of(focal))
    cells["has_law"].value, cells["law_name"].value, cells["areas=a"].value = "Yes", "Loi n° 1", "✓"
    preview = upload(focal, saved_bytes(book))
    assert preview.status_code == 200
    assert "Nothing has been saved yet." in preview.text and "Loi n° 1" in preview.text
    assert kept(app) == {}
    assert confirm(focal, preview.text).status_code == 303
    assert kept(app) == {"has_law": "yes", "law_name": "Loi n° 1", "areas": {"choices": ["a"]}}
    with app.app_context():
        assert responses.history(1, "law_name")[-1].channel == "workbook"
    assert "says what the reply says" in upload(focal, saved_bytes(book)).text or kept(app)["has_law"] == "yes"


def test_rows_of_a_list_are_saved_with_their_list(app: Flask, focal: Browser) -> None:  # noqa: F811
    book, cells = cells_of(workbook_of(focal))
    first = next(name for name in cells if name.startswith("acts/"))
    cells[first].value = "The Act"
    confirm(focal, upload(focal, saved_bytes(book)).text)
    item = first.split("/")[1]
    assert kept(app) == {"acts": [item], f"acts/{item}/act_name": "The Act"}


@pytest.mark.parametrize(("choice", "stands"), [("online", "From the page"), ("workbook", "From the workbook")])
def test_in_a_conflict_the_person_chooses(app: Flask, focal: Browser, choice: str, stands: str) -> None:  # noqa: F811
    book, cells = cells_of(workbook_of(focal))
    cells["remarks"].value = "From the workbook"
    save(app, remarks="From the page")
    preview = upload(focal, saved_bytes(book)).text
    assert "From the page" in preview and "From the workbook" in preview
    confirm(focal, preview, **{"take-remarks": choice})
    assert kept(app)["remarks"] == stands


def test_an_answer_that_changes_between_look_and_confirmation_is_left(app: Flask, focal: Browser) -> None:  # noqa: F811
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
def test_a_forged_confirmation_is_refused_whole(app: Flask, focal: Browser, form: dict[str, str]) -> None:  # noqa: F811
    answer = focal.post(f"{PAGE}/confirm", {"asked": ["has_law", form["asked"]], "q-has_law": "yes"} | {
        name: value for name, value in form.items() if name != "asked"
    })  # fmt: skip
    assert answer.status_code == 400
    assert kept(app) == {}


def test_the_workbook_of_another_state_is_refused(
    app: Flask, focal: Browser, signed_in: Callable[[str], Browser]  # noqa: F811
) -> None:  # fmt: skip
    book, _cells = cells_of(workbook_of(focal))
    for row in book["_identity"].iter_rows():
        if row[1].value == "participant":
            row[2].value = "TCD"
    answer = upload(focal, saved_bytes(book))
    assert answer.status_code == 422 and "another State" in answer.text
    with app.app_context():
        assert audit_log.events(1)[0].kind == "workbook-refused"


# strangers


def zipped(**parts: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name.replace("__", "/"), content)
    return out.getvalue()


def with_part(content: bytes, name: str, part: bytes) -> bytes:
    """A workbook of ours with one part more, or another one in its place."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for each in old.namelist():
            if each != name:
                new.writestr(each, old.read(each))
        new.writestr(name, part)
    return out.getvalue()


def bomb(size: int) -> bytes:
    """A gigabyte of spaces in a sheet, in about a megabyte."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/workbook.xml", "<workbook/>")
        with archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as opened:
            for _ in range(size // 2**20):
                opened.write(b" " * 2**20)
    return out.getvalue()


def lying(content: bytes) -> bytes:
    """The bomb's own records say that it is small."""
    real = (2**30).to_bytes(4, "little")
    return content.replace(real, (1000).to_bytes(4, "little"))


def wide() -> bytes:
    """Two million cells, each within the limits of the format, and a small file."""
    row = "".join(f'<c r="{chr(65 + n % 26)}1"><v>1</v></c>' for n in range(200))
    body = "".join(f'<row r="{n}">{row}</row>' for n in range(1, 1500))
    sheet = f'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{body}</sheetData></worksheet>'
    return sheet.encode()


ENTITIES = (
    b"""<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><sst>&b;</sst>"""
)
FAR = b"""<?xml version="1.0"?><!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]><sst><si><t>&f;</t></si></sst>"""


def empty_workbook() -> bytes:
    out = io.BytesIO()
    openpyxl.Workbook().save(out)
    return out.getvalue()


def strangers() -> Iterator[tuple[str, bytes, str]]:
    """(what it is, the file, why it may be refused)"""
    ours = empty_workbook()
    yield "an .xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(4000), "old"
    yield "a picture", b"\x89PNG\r\n" + bytes(400), "not_xlsx"
    yield "text", b"code;answer\n", "not_xlsx"
    yield "a renamed .zip", zipped(**{"readme.txt": b"hello"}), "not_xlsx"
    yield "half a file", ours[: len(ours) // 2], "broken"
    yield "a stranger's .xlsx", ours, "stranger"
    yield "macros", with_part(ours, "xl/vbaProject.bin", b"\xd0\xcf"), "macros"
    yield "macros by type", with_part(ours, "[Content_Types].xml", b'<Types><Override ContentType="application/vnd.ms-excel.sheet.macroEnabled.main+xml"/></Types>'), "macros"  # fmt: skip
    yield "external links", with_part(ours, "xl/externalLinks/externalLink1.xml", b"<externalLink/>"), "links"
    yield "an embedded file", with_part(ours, "xl/embeddings/oleObject1.bin", b"MZ"), "objects"
    yield "entities", with_part(ours, "xl/sharedStrings.xml", ENTITIES), "entities"
    yield "entities in UTF-16", with_part(ours, "xl/sharedStrings.xml", ENTITIES.decode().encode("utf-16")), "entities"
    yield "a far entity", with_part(ours, "xl/sharedStrings.xml", FAR), "entities"
    yield "a bomb of one gigabyte", bomb(2**30), "large"
    yield "a bomb that lies", lying(bomb(2**30)), "large broken"
    yield "a thousand parts", zipped(**{f"p{n}": b"" for n in range(1000)}), "large"
    yield "not XML", with_part(ours, "xl/workbook.xml", b"\x00\xff not xml"), "broken"
    yield "deep XML", with_part(ours, "xl/workbook.xml", b"<a>" * 200_000), "broken large"
    yield "millions of cells", with_part(ours, "xl/worksheets/sheet1.xml", wide()), "stranger large"
    yield "too long a file", bytes(MAX_BYTES + 1), "large"


STRANGERS = list(strangers())
NAMES = [name for name, _content, _reasons in STRANGERS]


@pytest.mark.parametrize("name", NAMES)
def test_a_stranger_is_refused_for_a_reason(name: str) -> None:
    """How long it takes is measured in tests/benchmarks; here the limits that bound it must have held."""
    [(content, reasons)] = [(content, reasons) for each, content, reasons in STRANGERS if each == name]
    with pytest.raises(FileRefused) as refused:
        read_safely(content)
    assert refused.value.reason in reasons.split()


PROBE = """
import pathlib, resource, sys
from surveyapp.handouts.fill_in.sandbox import FileRefused, read_safely
for path in sys.argv[1:]:
    try:
        read_safely(pathlib.Path(path).read_bytes())
    except FileRefused:
        pass
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""


def test_the_reading_process_is_held_to_its_memory(tmp_path: Path) -> None:
    """The most that any of the reading processes had, in KiB; from a process of its own, which had no other children."""
    files = []
    for number, (_name, content, _reasons) in enumerate(STRANGERS):
        (tmp_path / str(number)).write_bytes(content)
        files.append(str(tmp_path / str(number)))
    done = subprocess.run([sys.executable, "-c", PROBE, *files], capture_output=True, text=True, check=True)
    assert 10_000 < int(done.stdout) < 200_000


@pytest.mark.parametrize("name", ["an .xls", "a renamed .zip", "macros", "a stranger's .xlsx", "a far entity"])
def test_the_page_says_what_to_do_and_nothing_is_changed(app: Flask, focal: Browser, name: str) -> None:  # noqa: F811
    save(app, remarks="As it was")
    [content] = [content for each, content, _reasons in STRANGERS if each == name]
    answer = upload(focal, content)
    assert answer.status_code == 422
    assert 'href="#field-workbook"' in answer.text and "Traceback" not in answer.text
    assert kept(app) == {"remarks": "As it was"}


def test_a_file_longer_than_allowed_is_refused_by_its_length_alone(focal: Browser) -> None:  # noqa: F811
    assert upload(focal, bytes(MAX_BYTES + 100_000)).status_code == 413


def test_other_pages_take_no_file(focal: Browser) -> None:  # noqa: F811
    answer = focal.post("/reply/trial/law", {"f": (io.BytesIO(b"x"), "x")}, content_type="multipart/form-data")
    assert answer.status_code == 415


def test_no_file_is_told_at_the_field(focal: Browser) -> None:  # noqa: F811
    answer = focal.post(PAGE, {}, content_type="multipart/form-data")
    assert answer.status_code == 422 and "Choose the workbook" in answer.text


def test_a_submitted_reply_takes_none(app: Flask, focal: Browser) -> None:  # noqa: F811
    content = workbook_of(focal)
    save(app, has_law="no")
    focal.post("/reply/trial/submit", {"confirm": "yes"})
    assert upload(focal, content).status_code == 422
    assert focal.get(f"{PAGE}/file").status_code == 200, "to be read"
