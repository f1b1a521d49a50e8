"""LibreOffice opens the fill-in workbook, a person types into it, and exactly what was typed comes back."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from surveyapp.answering.workbook_changes import examine
from surveyapp.handouts.fill_in.sandbox import read_safely
from surveyapp.storage.columns import utc_now
from surveyapp.web.locale import current_words
from tests.world.fill_in_files import WHOLE, cells_of, handed_out, speaking_within
from tests.world.generated_replies import Reply, generated, reply_to
from tests.world.tiers import skip_loudly

SCRIPT = Path(__file__).parents[1] / "world" / "edit_in_libreoffice.py"
SYSTEM_PYTHON = "/usr/bin/python3"


@pytest.fixture(scope="session")
def soffice() -> str:
    found = shutil.which("soffice")
    probe = subprocess.run([SYSTEM_PYTHON, "-c", "import uno"], capture_output=True, check=False)
    if found is None or probe.returncode:
        skip_loudly("LibreOffice and python3-uno are not here: no workbook is edited in it")
    return str(found)


def typed_in(soffice: str, content: bytes, folder: Path, edits: dict[str, Any]) -> bytes:
    """The file after a person typed into these boxes."""
    _book, cells = cells_of(content)
    places = [[cells[name].parent.title, cells[name].coordinate, value] for name, value in edits.items()]
    source, target = folder / "out.xlsx", folder / "in.xlsx"
    source.write_bytes(content)
    command = [SYSTEM_PYTHON, str(SCRIPT), soffice, str(folder / "profile"), str(source), str(target)]
    subprocess.run([*command, json.dumps(places)], check=True, timeout=180)
    return target.read_bytes()


@pytest.mark.slow
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_what_is_typed_in_libreoffice_comes_back_and_nothing_else(app: Flask, soffice: str, tmp_path: Path) -> None:
    with speaking_within(app):
        reply = reply_to(app, WHOLE, "whole")
        reply.save({"has_law": "yes", "law_name": "=SUM(1)", "how_many": 3, "when": "2024-05-01", "remarks": "a\nb"})
        reply.save({"acts": ["aaaaaa", "bbbbbb"], "acts/aaaaaa/act_name": "Loi", "acts/bbbbbb/act_name": "القانون"})
        edits = {
            "has_law": "No",
            "how_many": 7,
            "when": "2025-02-03",
            "areas=b": "✓",
            "acts/bbbbbb/act_name": "Закон № 5 — 法律",
            "acts/bbbbbb/act_year": 2020,
        }
        preview = examine(
            reply.state, read_safely(typed_in(soffice, handed_out(reply), tmp_path, edits)), current_words(), utc_now()
        )
    assert preview.problems == ()
    assert {one.address: one.after for one in preview.changes} == {
        "has_law": "No",
        "how_many": "7",
        "when": "3 February 2025",
        "areas": "B",
        "acts/bbbbbb/act_name": "Закон № 5 — 法律",
        "acts/bbbbbb/act_year": "2020",
    }


@pytest.mark.slow
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("seed", range(6))
def test_libreoffice_opens_and_saves_any_workbook_and_changes_nothing(
    app: Flask, soffice: str, tmp_path: Path, seed: int
) -> None:
    with speaking_within(app):
        reply: Reply = reply_to(app, generated(seed), f"made-{seed}")
        reply.save(reply.answers(seed))
        preview = examine(
            reply.state, read_safely(typed_in(soffice, handed_out(reply), tmp_path, {})), current_words(), utc_now()
        )
    assert (preview.changes, preview.problems) == ((), ())
