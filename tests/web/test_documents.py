"""Laws and decrees as files: told by their content, kept under a name of ours, given to who may see the answer."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from surveyapp.storage.audit import audit_log
from surveyapp.storage.replies import delegations, documents, saving
from surveyapp.storage.replies.answers import Change
from tests.world.trial_round import fill, kept, submit
from tests.world.web_client import Browser

ATTACH = "/reply/trial/law/file/law_text"
PDF = b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


def zipped(stored_first: tuple[str, bytes] | None = None, **parts: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        if stored_first:
            archive.writestr(zipfile.ZipInfo(stored_first[0]), stored_first[1])
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


DOCX = zipped(**{"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<w/>"})
ODT = zipped(("mimetype", b"application/vnd.oasis.opendocument.text"), **{"content.xml": b"<o/>"})
MACROS = zipped(**{"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<w/>", "word/vbaProject.bin": b"x"})
GOOD = [
    ("law.pdf", PDF),
    ("law.docx", DOCX),
    ("law.odt", ODT),
    ("القانون.txt", "نص القانون".encode()),
    ("../../etc/法律.PDF", PDF),
]
BAD = [
    ("law.pdf", b"MZ\x90\x00 a program"),
    ("law.pdf", b"<html><script>alert(1)</script></html>"),
    ("law.pdf", DOCX),
    ("law.docx", PDF),
    ("law.exe", PDF),
    ("law", PDF),
    ("law.docx", MACROS),
    ("law.docx", b"PK\x03\x04 broken"),
    ("law.odt", DOCX),
    ("law.txt", b"\x00\x01\x02"),
    ("law.txt", b"\xff\xfe\xfd"),
    ("law.svg", b"<svg onload='alert(1)'/>"),
    ("law.pdf", b""),
    ("law.txt", b"a" * 1_000_001),
]


@pytest.fixture
def asked(app: Flask, focal: Browser) -> Browser:
    fill(focal, has_law="yes")
    return focal


def hand_in(browser: Browser, name: str, content: bytes, address: str = ATTACH) -> Any:
    return browser.post(address, {"file": (io.BytesIO(content), name)}, content_type="multipart/form-data")


def files(app: Flask) -> list[Path]:
    return [path for path in (Path(app.instance_path) / "documents").rglob("*") if path.is_file()]


@pytest.mark.parametrize(("name", "content"), GOOD, ids=[name for name, _content in GOOD])
def test_a_document_is_kept_named_in_the_answer_and_given_back(
    app: Flask,
    asked: Browser,
    name: str,
    content: bytes,
) -> None:
    assert hand_in(asked, name, content).status_code == 303
    sha256 = hashlib.sha256(content).hexdigest()
    assert kept(app)["law_text"]["file"] == sha256
    assert [path.name for path in files(app)] == [sha256], "under a name of ours"
    page = asked.get("/reply/trial/law").text
    assert f"/reply/trial/documents/{sha256}" in page and "etc" not in kept(app)["law_text"]["title"]
    answer = asked.get(f"/reply/trial/documents/{sha256}")
    assert answer.data == content
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers.getlist("Cache-Control") == ["no-store"], "kept nowhere, as a page is"
    with app.app_context():
        assert audit_log.search(limit=1)[0].kind == "document-handed-in"


@pytest.mark.parametrize(("name", "content"), BAD, ids=[f"{place}-{name}" for place, (name, _c) in enumerate(BAD)])
def test_what_it_is_not_is_refused_at_the_field_and_leaves_nothing(
    app: Flask,
    asked: Browser,
    name: str,
    content: bytes,
) -> None:
    answer = hand_in(asked, name, content)
    assert answer.status_code == 422 and 'href="#field-file"' in answer.text
    assert "law_text" not in kept(app) and files(app) == []


def test_the_answer_goes_on_naming_its_file_when_the_page_is_saved(app: Flask, asked: Browser) -> None:
    hand_in(asked, "law.pdf", PDF)
    named = kept(app)["law_text"]
    assert (
        fill(asked, has_law="yes", **{"law_text.title": "The Act", "law_text.file": named["file"]}).status_code == 303
    )
    assert kept(app)["law_text"] == {"title": "The Act", "file": named["file"]}
    assert fill(asked, has_law="yes", **{"law_text.title": "The Act"}).status_code == 303
    assert kept(app)["law_text"] == {"title": "The Act"}
    with app.app_context():
        assert documents.find(1, named["file"]) is not None, "history still leads to it"


@pytest.mark.parametrize("forged", ["0" * 64, "../../secret", "x"])
def test_a_file_that_was_never_handed_in_cannot_be_named(app: Flask, asked: Browser, forged: str) -> None:
    answer = fill(asked, has_law="yes", **{"law_text.title": "T", "law_text.file": forged})
    assert answer.status_code in (400, 422)
    assert "law_text" not in kept(app)


def test_only_a_document_question_on_path_takes_one(app: Flask, focal: Browser) -> None:
    assert hand_in(focal, "law.pdf", PDF).status_code == 404, "it is off path"
    assert hand_in(focal, "law.pdf", PDF, "/reply/trial/law/file/remarks").status_code == 404
    assert hand_in(focal, "law.pdf", PDF, "/reply/trial/acts_part/file/law_text").status_code == 404


def test_a_reader_gets_it_once_it_is_submitted_and_if_the_answer_is_for_them(
    app: Flask, asked: Browser, signed_in: Callable[[str], Browser]
) -> None:
    hand_in(asked, "law.pdf", PDF)
    sha256 = kept(app)["law_text"]["file"]
    reader, address = signed_in("co_chair"), f"/rounds/trial/documents/1/{sha256}"
    assert reader.get(address).status_code == 404, "a draft is nobody else's"
    fill(asked, has_law="yes", law_name="Act", **{"law_text.title": "The Act", "law_text.file": sha256})
    assert submit(asked).status_code == 303
    assert reader.get(address).data == PDF
    assert "The Act" in reader.get("/rounds/trial").text
    assert reader.get(f"/rounds/trial/documents/2/{sha256}").status_code == 404
    assert reader.get(f"/rounds/trial/documents/1/{'0' * 64}").status_code == 404


def test_a_withheld_answer_withholds_its_file(app: Flask, asked: Browser, signed_in: Callable[[str], Browser]) -> None:
    hand_in(asked, "law.pdf", PDF)
    sha256 = kept(app)["law_text"]["file"]
    with app.app_context():
        narrow = Change(kept_value(app), handling="secretariat")
        saving.save_answers(1, {"law_text": narrow, "law_name": Change("Act")}, by=1, channel="page", language="en")
    submit(asked)
    address = f"/rounds/trial/documents/1/{sha256}"
    assert signed_in("co_chair").get(address).status_code == 404
    assert signed_in("secretariat").get(address).status_code == 200


def kept_value(app: Flask) -> Any:
    return kept(app)["law_text"]


def test_a_file_that_is_gone_from_the_disk_is_no_fault(app: Flask, asked: Browser) -> None:
    hand_in(asked, "law.pdf", PDF)
    [path] = files(app)
    path.unlink()
    assert asked.get(f"/reply/trial/documents/{path.name}").status_code == 404


def test_a_submitted_reply_takes_no_file(app: Flask, asked: Browser) -> None:
    fill(asked, has_law="yes", law_name="Act")
    submit(asked)
    assert hand_in(asked, "law.pdf", PDF).status_code == 422
    assert files(app) == []


def test_a_colleagues_file_is_a_proposal_until_the_focal_point_takes_it(
    app: Flask,
    asked: Browser,
    people: dict[str, int],
    signed_in: Callable[[str], Browser],
) -> None:
    with app.app_context():
        delegations.assign(1, people["delegate"], ["law"], "answer", note="", due=None, by=people["focal_point"])
    colleague = signed_in("delegate")
    place = "/delegated/1/law/file/law_text"
    assert place in colleague.get("/delegated/1/law").text
    assert hand_in(colleague, "law.exe", b"MZ\x90", place).status_code == 422
    assert hand_in(colleague, "law.pdf", PDF, place).status_code == 303
    sha256 = hashlib.sha256(PDF).hexdigest()
    assert "law_text" not in kept(app), "nothing is an answer yet"
    assert colleague.get(f"/delegated/1/documents/{sha256}").data == PDF
    assert sha256 not in asked.get("/reply/trial/proposals").text, "a draft until it is sent"
    sent = {"go": "send", "has_law": "yes", "law_text.title": "The law", "law_text.file": sha256}
    assert fill(colleague, "/delegated/1/law", **sent).status_code == 303
    beside = asked.get("/reply/trial/proposals").text
    assert f"/reply/trial/documents/{sha256}" in beside
    assert asked.post("/reply/trial/proposals/1", {"decision": "accept", "revision": "0"}).status_code == 303
    assert kept(app)["law_text"]["file"] == sha256
    assert colleague.get(f"/delegated/1/documents/{'0' * 64}").status_code == 404
    assert colleague.get("/delegated/1/law/file/law_name").status_code == 404
