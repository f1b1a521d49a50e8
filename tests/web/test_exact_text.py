"""One rule of exact text from the field to the cell: what is accepted is stored, exported and read back equal."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator

import pytest
from flask import Flask
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from surveyapp.definition.tables import Column, Table
from surveyapp.forms.section_form import read_page
from surveyapp.handouts.cell import escape_text, unescape_text
from surveyapp.handouts.fill_in.sandbox import read_safely
from surveyapp.handouts.tables_as_data import as_csv, as_json
from surveyapp.handouts.workbook import SheetOfTables
from tests.world.fill_in_files import brought_back, examined, handed_out, speaking_within
from tests.world.generated_replies import Reply, reply_to
from tests.world.handout_contents import cells, properties, register

SOURCE = """
questionnaire: exact
version: 1
title: Exact
source: None
introduction: I
thanks: T
sections:
  - code: s
    title: Section
    items:
      - {code: prose, type: long_text, label: Prose}
      - {code: line, type: short_text, label: Line}
      - {code: parts, type: contact, label: Contact, ask: [name, position], required_parts: []}
"""
ODD = ["_x0041_", "_xFFFE_", "_x005F_x0041_", "__x0041_", "x005F_", "\ufffe", "\uffff_x0041\ufffe", " a ", "\u2028", "=1+1",
       "'=1", "#N/A", "\ufeffa", "a\u200b", "\ud800", "\x00", "\x85", "a\r\nb", "\U0010ffff", "e\u0301", "TRUE", "00123"]  # fmt: skip
#: all of Unicode, with what spreadsheets and their format take for something else more often than chance would
TYPED = st.text(st.characters() | st.sampled_from("\ufffe\uffff_x0041\n\t \u200b\ud800\x00"), max_size=30) | st.lists(
    st.sampled_from(ODD), min_size=1, max_size=4
).map("".join)
MODERATE = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


@pytest.fixture
def reply(app: Flask) -> Iterator[Reply]:
    with speaking_within(app):
        yield reply_to(app, SOURCE, "exact")


def accepted(reply: Reply, typed: str) -> dict[str, object]:
    """What the form takes of the same text in each field, by address."""
    fields = {"q-prose": typed, "q-line": typed, "q-parts.name": typed, "q-parts.position": "p"}
    posted: MultiDict[str, object] = MultiDict(fields | {"asked": ["prose", "line", "parts"]})
    values = read_page(reply.state.compiled, ["prose", "line", "parts"], posted).values
    return {address: values.get(address) for address in ("prose", "line", "parts")}


@MODERATE
@given(TYPED)
@example("\ufffe")
@example("_xFFFE_")
@example("a _x0041_ b")
def test_what_is_accepted_is_stored_and_an_untouched_workbook_offers_no_change(reply: Reply, typed: str) -> None:
    values = accepted(reply, typed)
    expected = typed.replace("\r\n", "\n").replace("\r", "\n")
    assert values.get("prose") in (None, expected)
    reply.save(values)
    stored = {address: value for address, value in reply.state.values.items() if value is not None}
    assert stored == {address: value for address, value in values.items() if value is not None}
    content = handed_out(reply)
    assert examined(reply, content).changes == ()
    held = {name: value for name, value, _kind, _place in brought_back(content).cells}
    assert held["prose"] == values.get("prose")
    assert held["parts.name"] == (values.get("parts") or {}).get("name")  # type: ignore[attr-defined]


@MODERATE
@given(TYPED)
@example("\ufffe_xFFFE_")
def test_what_is_accepted_is_read_back_equal_from_every_export(reply: Reply, typed: str) -> None:
    text = accepted(reply, typed).get("prose")
    if not isinstance(text, str):
        return
    table = Table("T", (Column("Head"),), ((text,),))
    assert cells(register([text]))["A2"] == ("s", text)
    assert list(csv.reader(io.StringIO(as_csv(table).decode("utf-8-sig"), newline="")))[1] == [text]
    sheets = [SheetOfTables("Data", (table,))]
    assert json.loads(as_json(sheets, properties()))["tables"][0]["rows"] == [[text]]


@given(st.text(st.characters(exclude_categories=["Cs"])))
@example("_x005F_x0041_")
def test_a_text_escaped_for_a_cell_is_itself_again(text: str) -> None:
    assert unescape_text(escape_text(text)) == text


def test_the_process_of_its_own_reads_texts_exactly(reply: Reply) -> None:
    reply.save({"prose": "\ufffe _x0041_ ", "line": "_xFFFE_"})
    content = handed_out(reply)
    held = {name: value for name, value, _kind, _place in read_safely(content).cells}
    assert (held["prose"], held["line"]) == ("\ufffe _x0041_ ", "_xFFFE_")
