"""The workbook around the cells: the same bytes, lawful sheet names, direction, frozen heads, charts, recipes."""

from __future__ import annotations

import io
import zipfile

import openpyxl
import pytest

from surveyapp.definition.problems import ProblemsFound
from surveyapp.definition.tables import Chart, Column, Table
from surveyapp.handouts.cell import utf16_units
from surveyapp.handouts.recipe import read_recipe, recipe
from surveyapp.handouts.workbook import SheetOfTables, build_workbook, sheet_name
from tests.world.handout_contents import properties

FIGURES = Table(
    "Areas",
    (Column("Answer"), Column("Number", "number")),
    (("Import", 3), ("Export", 1)),
    "Base: 4",
    "areas",
    (Chart("bars", (1,), 0, 2),),
)
LIST = Table("All", (Column("Code"), Column("Text")), (("XVE", "one"), ("XVF", "two")))
SHEETS = (SheetOfTables("Questions", (FIGURES, FIGURES), charts=True), SheetOfTables("Replies", (LIST,), register=True))


def opened(content: bytes) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(content))


def test_the_same_data_at_the_same_moment_give_the_same_bytes() -> None:
    assert build_workbook(SHEETS, properties()) == build_workbook(SHEETS, properties())
    assert build_workbook(SHEETS, properties()) != build_workbook(SHEETS, properties(title="Other"))


def test_properties_tell_the_moment_of_the_data_and_hold_any_title() -> None:
    file_properties = opened(build_workbook(SHEETS, properties(title="A\x00\ud800"))).properties
    assert (
        file_properties.modified == file_properties.created
        and file_properties.created.isoformat() == "2026-01-02T03:04:05"
    )
    assert file_properties.title == "A_x0000_\ufffd"


@pytest.mark.parametrize(
    ("wanted", "name"),
    [
        ("a/b\\c[d]e:f*g?h", "a b c d e f g h"),
        ("'quoted'", "quoted"),
        ("", "Sheet"),
        ("'''", "Sheet"),
        ("a\x00\ud800b", "a  b"),
        ("x" * 40, "x" * 31),
        ("x" * 30 + "'yz", "x" * 30),
        ("😀" * 20, "😀" * 15),
    ],
)
def test_sheet_names_are_what_the_format_allows(wanted: str, name: str) -> None:
    assert sheet_name(wanted, []) == name


def test_sheet_names_differ_whatever_the_case() -> None:
    taken: list[str] = []
    for wanted in ["Data", "data", "DATA", *["y" * 40] * 12]:
        taken.append(sheet_name(wanted, taken))
    assert len({name.lower() for name in taken}) == 15 and max(map(utf16_units, taken)) == 31
    assert taken[:3] == ["Data", "data 2", "DATA 3"]


def test_arabic_runs_from_the_right() -> None:
    for mirrored in (True, False):
        book = opened(build_workbook(SHEETS, properties(right_to_left=mirrored)))
        assert [bool(sheet.sheet_view.rightToLeft) for sheet in book] == [mirrored, mirrored]


def test_heads_stay_in_sight_and_lists_can_be_filtered() -> None:
    questions, replies = opened(build_workbook(SHEETS, properties()))
    assert (questions.freeze_panes, replies.freeze_panes) == ("B1", "B2")
    assert (questions.auto_filter.ref, replies.auto_filter.ref) == (None, "A1:B3")
    assert replies.print_title_rows == "$1:$1"


def test_each_table_has_its_chart_of_its_own_rows() -> None:
    content = build_workbook(SHEETS, properties())
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        charts = [parts.read(name).decode() for name in parts.namelist() if name.startswith("xl/charts/chart")]
    assert len(charts) == 2
    sheet = opened(content).worksheets[0]
    first = [row for row in range(1, sheet.max_row + 1) if sheet.cell(row, 1).value == "Import"]
    for row, chart in zip(first, charts, strict=True):
        assert f"'Questions'!$B${row}:$B${row + 1}" in chart and f"'Questions'!$A${row}:$A${row + 1}" in chart
    plain = build_workbook((SheetOfTables("Q", (FIGURES,)),), properties())
    with zipfile.ZipFile(io.BytesIO(plain)) as parts:
        assert not [name for name in parts.namelist() if "chart" in name]


GOOD = "workbook: test\nhandling: co_chairs\nsheets:\n  - kind: cover\n  - kind: questions\n"


@pytest.mark.parametrize(
    ("text", "line", "kind", "words"),
    [
        (GOOD.replace("kind: questions", "kind: qestions"), 5, "unknown-kind", "`questions`"),
        (GOOD.replace("kind: questions", "kind: zzzzzz"), 5, "unknown-kind", "cover, participation"),
        (GOOD.replace("co_chairs", "co_chair"), 2, "unknown-kind", "`co_chairs`"),
        (GOOD.replace("kind: cover", "kind: cover\n    colour: red"), 5, "unknown-key", "`colour`"),
        (GOOD.replace("- kind: questions", "- charts: true"), 5, "missing-key", "`kind`"),
        (GOOD.replace("handling: co_chairs\n", ""), 1, "missing-key", "`handling`"),
        (GOOD.replace("workbook: test", "workbook: A B"), 1, "bad-value", "`workbook`"),
        (GOOD + "  - kind: [\n", 7, "yaml-syntax", "YAML"),
        ("", 1, "bad-value", "x.yaml"),
    ],
)
def test_a_recipes_mistakes_come_with_their_line(text: str, line: int, kind: str, words: str) -> None:
    with pytest.raises(ProblemsFound) as raised:
        read_recipe("x.yaml", text)
    [problem] = raised.value.problems
    assert (problem.file, problem.line, problem.kind) == ("x.yaml", line, kind)
    assert words in str(problem)


def test_the_recipe_of_the_co_chairs_is_right_and_others_are_not_there() -> None:
    assert recipe("co-chairs-summary").handling == "co_chairs"
    for name in ("nothing", "../exports/co-chairs-summary"):
        with pytest.raises(KeyError):
            recipe(name)
