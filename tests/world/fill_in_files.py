"""Fill-in workbooks handed out, brought back and edited cell by cell."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import openpyxl
from flask import Flask

from surveyapp.answering.page import Page
from surveyapp.answering.workbook_boxes import workbook
from surveyapp.answering.workbook_changes import Preview, examine
from surveyapp.handouts.fill_in.read import read
from surveyapp.handouts.fill_in.sandbox import ReturnedWorkbook
from surveyapp.handouts.fill_in.write import write
from surveyapp.storage.columns import utc_now
from surveyapp.web.locale import current_words, speaking
from tests.world.generated_replies import Reply


@contextmanager
def speaking_within(app: Flask, language: str = "en") -> Iterator[None]:
    with app.test_request_context("/"), speaking(language):
        yield


def handed_out(reply: Reply) -> bytes:
    return write(workbook(Page(reply.state, current_words()), utc_now()))


def brought_back(content: bytes) -> ReturnedWorkbook:
    """As the child process answers, without the process."""
    answer = read(content)
    return ReturnedWorkbook(answer["identity"], answer["revisions"], answer["cells"])


def examined(reply: Reply, content: bytes) -> Preview:
    return examine(reply.state, brought_back(content), current_words(), utc_now())


def cells_of(content: bytes) -> tuple[openpyxl.Workbook, dict[str, Any]]:
    """The file, and its boxes' cells by name."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    found: dict[str, Any] = {}
    for sheet in book.worksheets:
        if sheet.title.startswith("_"):
            continue
        heads = {cell.column: cell.value for cell in sheet[1] if cell.column > 1 and cell.value is not None}
        for row in sheet.iter_rows():
            name = row[0].value
            if isinstance(name, str) and "/" in name:
                found |= {f"{name}/{heads[cell.column]}": cell for cell in row if cell.column in heads}
            elif isinstance(name, str):
                found[name] = row[2]
    return book, found


def saved_bytes(book: openpyxl.Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


WHOLE = """
questionnaire: whole
version: 1
title: Whole
source: None
introduction: I
thanks: T
sections:
  - code: s
    title: Section
    items:
      - {code: has_law, type: yes_no, label: Is there a law?, need: required}
      - {code: law_name, type: short_text, label: Its name, relevant: has_law == yes_no.yes}
      - {code: how_many, type: integer, label: How many?, max: 10}
      - {code: when, type: date, label: When?}
      - {code: remarks, type: long_text, label: Remarks, need: recommended, max_characters: 32000}
      - {code: areas, type: multiple_choice, label: Areas, choices: [{code: a, label: A}, {code: b, label: B}]}
      - code: acts
        type: repeat
        label: Acts
        item_label: Act
        most: 4
        items: [{code: act_name, type: short_text, label: Name}, {code: act_year, type: year, label: Year}]
"""
