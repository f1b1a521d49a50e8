"""The fill-in workbook: out and in changes nothing, edits come back as they are, strangers are refused."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask

from surveyapp.answering.page import Page
from surveyapp.answering.workbook_boxes import as_made
from surveyapp.answering.workbook_changes import WrongWorkbook
from surveyapp.handouts.cell import escape_text
from surveyapp.handouts.fill_in.book import Book, as_read_back
from surveyapp.handouts.fill_in.sandbox import read_safely
from surveyapp.storage.columns import utc_now
from surveyapp.storage.replies import revisions, saving
from surveyapp.storage.replies.answers import Change
from surveyapp.web.locale import current_words, speaking
from tests.world.fill_in_files import WHOLE, brought_back, cells_of, examined, handed_out, saved_bytes, speaking_within
from tests.world.generated_replies import Reply, generated, reply_to

DEFINITIONS = 60


def as_stored(reply: Reply) -> dict[str, Any]:
    return dict(reply.state.values)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_out_and_in_changes_nothing_whatever_is_asked_and_answered(app: Flask) -> None:
    kinds = set()
    for seed in range(DEFINITIONS):
        with speaking_within(app, ("en", "ar", "zh", "fr")[seed % 4] if seed % 2 == 0 else "en"):
            reply = reply_to(app, generated(seed), f"made-{seed}")
            # a questionnaire without catalogues is asked in English alone
            with speaking("en"):
                reply.save(reply.answers(seed))
                content = handed_out(reply)
                preview = examined(reply, content)
            kinds |= {question.type for question in reply.state.compiled.questions.values()}
            assert (preview.changes, preview.problems) == ((), ()), f"seed {seed}"
    assert len(kinds) == 22, sorted(kinds)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_edits_come_back_exactly_as_they_were_typed(app: Flask) -> None:
    """Every cell is set to what another reply's workbook has there; the import is then that other reply."""
    for seed in range(DEFINITIONS):
        with speaking_within(app):
            first = reply_to(app, generated(seed), f"first-{seed}")
            other = reply_to(app, generated(seed), f"other-{seed}")
            first.save(first.answers(seed))
            content = handed_out(first)
            book, cells = cells_of(content)
            items = {
                a: v
                for a, v in as_stored(first).items()
                if first.state.compiled.questions[a.split("/")[-1]].type == "repeat"
            }
            answers = wanted_in(first, other, seed, items)
            other.save(answers)
            made: Book = as_made(Page(other.state, current_words()), rows_of(cells), utc_now())
            for name, box in made.boxes.items():
                value = made.shown(box)
                if name not in cells and value is None:
                    continue  # an empty line more for the other one's States or links
                cells[name].value = escape_text(value) if isinstance(value, str) else value
                if isinstance(value, str):
                    cells[name].data_type = "s"
            preview = examined(first, saved_bytes(book))
            assert preview.problems == (), f"seed {seed}"
            before, after = as_stored(first), as_stored(other)
            changed = {a for a in {*before, *after} if before.get(a) != after.get(a) and not documents(first, a)}
            # what stood in an item that was taken out is kept, as it is when the page takes one out
            gone = {a for a in changed if "/" in a and a.split("/")[1] not in (after.get(a.split("/")[0]) or ())}
            assert {one.address for one in preview.changes} == changed - gone, f"seed {seed}"


def documents(reply: Reply, address: str) -> bool:
    return reply.state.compiled.questions[address.split("/")[-1]].type == "document"


def rows_of(cells: dict[str, Any]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name in cells:
        if name.count("/") == 2:
            repeat, item, _rest = name.split("/")
            if item not in found.setdefault(repeat, []):
                found[repeat].append(item)
    return found


def wanted_in(first: Reply, other: Reply, seed: int, items: dict[str, Any]) -> dict[str, Any]:
    """Other answers to the same questions, in the rows of the first one's lists."""
    found = other.answers(seed + 1000)
    for repeat, own in items.items():
        theirs = found.get(repeat) or []
        for mine, old in zip(own, theirs, strict=False):
            for address in [a for a in found if a.startswith(f"{repeat}/{old}/")]:
                found[f"{repeat}/{mine}/{address.split('/')[2]}"] = found.pop(address)
        for old in theirs[len(own) :]:
            for address in [a for a in found if a.startswith(f"{repeat}/{old}/")]:
                found.pop(address)
    for repeat in [a for a in found if other.state.compiled.questions[a.split("/")[-1]].type == "repeat"]:
        kept = items.get(repeat, [])
        for old in [a for a in found if a.startswith(f"{repeat}/") and a.split("/")[1] not in kept]:
            found.pop(old)
        filled = [item for item in kept if any(a.startswith(f"{repeat}/{item}/") for a in found)]
        found[repeat] = filled or None
    return {a: v for a, v in found.items() if v is not None and not documents(other, a)}


@pytest.fixture
def whole(app: Flask) -> Iterator[Reply]:
    with speaking_within(app):
        reply = reply_to(app, WHOLE, "whole")
        listed = {"acts": ["aaaaaa", "bbbbbb"], "acts/aaaaaa/act_name": "First", "acts/bbbbbb/act_name": "Second"}
        reply.save({"has_law": "yes", "law_name": "The Act", "how_many": 3, "when": "2024-05-01"} | listed)
        yield reply


def edited(reply: Reply, **changes: Any) -> bytes:
    book, cells = cells_of(handed_out(reply))
    for name, value in changes.items():
        cells[name.replace("__", "/").replace("_is_", "=")].value = value
    return saved_bytes(book)


def test_each_edit_is_shown_old_and_new_at_its_cell(whole: Reply) -> None:
    preview = examined(whole, edited(whole, has_law="No", how_many=5, when=None))
    assert [(one.address, one.before, one.after) for one in preview.changes] == [
        ("has_law", "Yes", "No"),
        ("how_many", "3", "5"),
        ("when", "1 May 2024", ""),
    ]
    assert preview.changes[0].place == "Section!C2"
    assert not preview.conflicts


def test_a_wrong_cell_is_told_with_its_place_and_what_to_do_and_the_others_go_on(whole: Reply) -> None:
    content = edited(whole, has_law="Perhaps", how_many="eleven", when="=NOW()", law_name="Another")
    preview = examined(whole, content)
    assert [one.address for one in preview.changes] == ["law_name"]
    told = {one.place: one.text for one in preview.problems}
    assert told == {
        "Section!C2": "Select one of the answers offered.",
        "Section!C4": "Enter a number in digits, such as 12 or 12.5.",
        "Section!C5": "Write the answer itself, not a formula.",
    }


def test_rows_of_a_list_are_added_emptied_and_left(whole: Reply) -> None:
    book, cells = cells_of(handed_out(whole))
    fresh = next(item for item in rows_of(cells)["acts"] if item not in ("aaaaaa", "bbbbbb"))
    cells["acts/bbbbbb/act_name"].value = None
    cells[f"acts/{fresh}/act_name"].value = "Third"
    cells[f"acts/{fresh}/act_year"].value = 2020
    preview = examined(whole, saved_bytes(book))
    assert {one.address for one in preview.changes} == {"acts", f"acts/{fresh}/act_name", f"acts/{fresh}/act_year"}
    [acts] = [one for one in preview.changes if one.address == "acts"]
    assert [value for _name, value in acts.fields] == ["aaaaaa", fresh]


def test_what_changed_on_line_meanwhile_is_a_conflict_and_untouched_cells_are_none(whole: Reply) -> None:
    content = edited(whole, law_name="From the workbook")
    whole.save({"law_name": "From the page", "how_many": 9})
    preview = examined(whole, content)
    [conflict] = preview.changes
    assert (conflict.address, conflict.before, conflict.after) == ("law_name", "From the page", "From the workbook")
    assert conflict.conflict and conflict.revision == 2


def test_the_same_change_made_on_both_sides_is_none(whole: Reply) -> None:
    content = edited(whole, law_name="The same")
    whole.save({"law_name": "The same"})
    assert examined(whole, content).changes == ()


def test_what_becomes_off_path_is_said_to_be_so(whole: Reply) -> None:
    preview = examined(whole, edited(whole, has_law="No", law_name="Kept all the same"))
    assert {one.address: one.asked for one in preview.changes} == {"has_law": True, "law_name": False}


def test_a_reason_for_an_open_question_comes_back(whole: Reply) -> None:
    preview = examined(whole, edited(whole, **{"remarks!reason": "Not available"}))
    assert [(one.address, one.after) for one in preview.changes] == [("remarks", "Left open: Not available")]


def test_a_text_too_long_for_a_cell_stays_as_it_is(whole: Reply) -> None:
    whole.save({"remarks": "\U0001f701" * 20_000})
    content = handed_out(whole)
    assert examined(whole, content).changes == ()
    [change] = examined(whole, edited(whole, remarks="Short now")).changes
    assert change.after == "Short now"


def test_numbers_and_days_that_a_spreadsheet_changed_into_its_own_are_understood(whole: Reply) -> None:
    import datetime

    content = edited(
        whole, how_many=7.0, when=datetime.datetime(2025, 2, 3), law_name=2014, remarks=datetime.date(2024, 1, 2)
    )
    assert {one.address: one.after for one in examined(whole, content).changes} == {
        "how_many": "7",
        "when": "3 February 2025",
        "law_name": "2014",
        "remarks": "2024-01-02",
    }


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("participant", "XXX", "participant"),
        ("round", "other", "round"),
        ("version", "0" * 64, "version"),
        ("format", "99", "format"),
        ("language", "tlh", "broken"),
    ],
)
def test_a_workbook_that_was_made_for_something_else_is_refused(
    whole: Reply, name: str, value: str, reason: str
) -> None:
    book, _cells = cells_of(handed_out(whole))
    for row in book["_identity"].iter_rows():
        if row[1].value == name:
            row[2].value = value
    with pytest.raises(WrongWorkbook, match=reason):
        examined(whole, saved_bytes(book))


@pytest.mark.parametrize("forged", ["no_such", "acts/zzzzzz/act_name", "has_law.detail.x", "../etc", "questionnaire"])
def test_a_cell_of_no_question_is_tampering(whole: Reply, forged: str) -> None:
    book, _cells = cells_of(handed_out(whole))
    sheet = book["Section"]
    sheet["A40"].value, sheet["C40"].value = forged, "yes"
    with pytest.raises(WrongWorkbook, match="broken"):
        examined(whole, saved_bytes(book))


@pytest.mark.parametrize("revision", ["9", "-1"])
def test_a_revision_that_never_was_is_tampering(whole: Reply, revision: str) -> None:
    book, _cells = cells_of(handed_out(whole))
    for row in book["_identity"].iter_rows():
        if row[0].value == "revision":
            row[2].value = revision
    with pytest.raises(WrongWorkbook, match="broken"):
        examined(whole, saved_bytes(book))


def test_the_process_of_its_own_gives_what_is_read_here(whole: Reply) -> None:
    content = handed_out(whole)
    there, here = read_safely(content), brought_back(content)
    assert (there.identity, there.revisions, there.cells) == (here.identity, here.revisions, here.cells)


def test_labels_are_locked_answers_open_and_choices_listed(whole: Reply) -> None:
    book, cells = cells_of(handed_out(whole))
    sheet = book["Section"]
    assert sheet.protection.sheet and sheet["B2"].protection.locked and not cells["has_law"].protection.locked
    assert sheet.column_dimensions["A"].hidden
    checks = [check for check in sheet.data_validations.dataValidation if "C2" in str(check.sqref)]
    assert [check.type for check in checks] == ["list"]
    assert book["_lists"].sheet_state == book["_identity"].sheet_state == "hidden"


@pytest.mark.parametrize("value", ["", None, 3, 3.0, 2.5, "text", "two\r\nlines"])
def test_contents_are_compared_as_they_come_back(value: object) -> None:
    assert as_read_back(as_read_back(value)) == as_read_back(value)


def test_history_says_that_it_came_from_a_workbook(whole: Reply) -> None:
    saving.save_answers(whole.id, {"how_many": Change(4)}, by=None, channel="workbook", language="en")
    assert revisions.history(whole.id, "how_many")[-1].channel == "workbook"
