"""What was typed is what the cell holds: by the format's rules, for openpyxl, and for LibreOffice."""

from __future__ import annotations

import datetime
import io
import shutil
import subprocess
import sys
import unicodedata
import zipfile
from pathlib import Path

import openpyxl
import pytest

from surveyapp.definition.tables import Column
from surveyapp.handouts.cell import MAX_UNITS, escape_text, split_text, utf16_units
from tests.world.handout_contents import cells, register
from tests.world.tiers import skip_loudly


def one_of_each_category() -> dict[str, str]:
    by_category: dict[str, str] = {}
    for code in (*range(0x20, 0xD800), *range(0xE000, sys.maxunicode + 1)):
        by_category.setdefault(unicodedata.category(chr(code)), f"a{chr(code)}b")
    return by_category


CATEGORIES = one_of_each_category()
FORMULAS = [
    "=1+1",
    "+1+1",
    "-1",
    "@SUM(A1)",
    '=HYPERLINK("http://x.example")',
    "=",
    "\t=1+1",
    "{=1}",
    "=cmd|' /C calc'!A0",
]
LOOKS_LIKE = [
    "#N/A",
    "#REF!",
    "#DIV/0!",
    "TRUE",
    "false",
    "00123",
    "1e5",
    "2026-01-01",
    "'quoted",
    "''",
    "'=1+1",
    "12%",
]
ESCAPES = [
    "_x000D_",
    "_x005F_",
    "_x005F_x000D_",
    "__x0041_",
    "_x0041_x0042_",
    "_x0041\r",
    "_x0041\x01_x0042_",
    "_X0041_",
    "_x41_",
]
LINES = ["a\rb", "a\r\nb", "a\tb", "a\nb", "\n", "\na\n", "\r", " ", "   ", "\t", " a ", "\u00a0", "\u3000x\u3000"]
SIGNS = ["\U0001f600", "\U00020000", "e\u0301\u0323", "\u202eabc\u202c", "\u2066abc\u2069", "\u200f", "\ue000", "\U0010fffd",
         "\ufeffx", "\u2028", "\u0085", "👩‍👩‍👧", "العربية", "<b>&amp;\"'</b>", "]]>"]  # fmt: skip
CONTROLS = [f"a{chr(code)}b" for code in range(0x20)]
TYPED = [*CATEGORIES.values(), *FORMULAS, *LOOKS_LIKE, *ESCAPES, *LINES, *SIGNS, *CONTROLS, "a\ufffeb", "a\uffffb"]


@pytest.fixture(scope="module")
def book() -> bytes:
    return register(TYPED)


def through_libreoffice(content: bytes, folder: Path) -> bytes:
    program = shutil.which("soffice") or shutil.which("libreoffice")
    if program is None:
        skip_loudly("no LibreOffice here: nothing is read back with it")
    (folder / "in.xlsx").write_bytes(content)
    profile = f"-env:UserInstallation=file://{folder / 'profile'}"
    convert = ["--headless", "--convert-to", "xlsx", "--outdir", str(folder / "out"), str(folder / "in.xlsx")]
    subprocess.run([str(program), profile, *convert], check=True, timeout=180, capture_output=True)
    return (folder / "out" / "in.xlsx").read_bytes()


def test_the_categories_are_all_there() -> None:
    assert len(CATEGORIES) == 29 and {"Cn", "Co", "Mn", "Cf", "Zl"} < set(CATEGORIES)  # Cc: U+007F; Cs: no character


def test_what_was_typed_is_what_the_format_says_the_cell_holds(book: bytes) -> None:
    contents = cells(book)
    assert {place: contents.get(f"A{place}") for place in range(2, len(TYPED) + 2)} == {
        place: ("s", text) for place, text in enumerate(TYPED, 2)
    }


def test_openpyxl_reads_back_texts_and_no_formula(book: bytes) -> None:
    """openpyxl undoes no escape of an inline text: they stay as Excel reads them."""
    sheet = openpyxl.load_workbook(io.BytesIO(book)).worksheets[0]
    for place, text in enumerate(TYPED, 2):
        cell = sheet.cell(place, 1)
        assert cell.data_type == "s"
        assert cell.value == escape_text(text)


def test_libreoffice_reads_back_what_was_typed(book: bytes, tmp_path: Path) -> None:
    contents = cells(through_libreoffice(book, tmp_path))
    wrong = {}
    # known exceptions: typed escapes that share a `_` do not survive LibreOffice's reading and writing in turn
    shared = {"_x0041\x01_x0042_", "_x0041_x0042_", "_x005F_x000D_"}
    for place, text in enumerate(TYPED, 2):
        if contents.get(f"A{place}") not in (("s", text), ("s", in_libreoffice(text))) and text not in shared:
            wrong[text] = contents.get(f"A{place}")
    assert wrong == {}


def in_libreoffice(text: str) -> str:
    """Its lines end with a line feed."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


@pytest.mark.parametrize("alone", ["\ud800", "a\udfffb", "\ud83d x"])
def test_half_a_character_becomes_the_replacement_character(alone: str) -> None:
    whole = "".join("\ufffd" if "\ud800" <= sign <= "\udfff" else sign for sign in alone)
    assert cells(register([alone]))["A2"] == ("s", whole)


def test_nothing_typed_leaves_the_cell_empty() -> None:
    contents = cells(register(["", None]))
    assert contents["A2"] == ("s", "") and "A3" not in contents


@pytest.mark.parametrize(
    "text",
    [
        "x" * 32_768,
        "y" * 70_000,
        "z" * 32_720 + "😀" * 20_000,
        "😀" * 16_384,
        "w" + "😀" * 40_000,
        "\x01_x0041_" * 7_000,
    ],
    ids=["one too many", "much", "emoji at the cut", "one emoji too many", "odd emoji", "escapes"],
)
def test_what_is_too_long_is_cut_with_a_mark_and_whole_on_its_own_sheet(text: str) -> None:
    content = register([text])
    kind, shown = cells(content)["A2"]
    cut, _, mark = shown.rpartition("…")
    assert kind == "s" and mark == " [Data!A2]" and text.startswith(cut) and len(cut) > 1000
    parts = cells(content, sheet=2)
    rows = range(2, 2 + sum(place.startswith("C") for place in parts) - 1)
    assert "".join(parts[f"C{row}"][1] for row in rows) == text
    assert [parts[f"B{row}"][1] for row in rows] == [str(number) for number in range(1, len(rows) + 1)]
    assert {parts[f"A{row}"][1] for row in rows} == {"Data!A2"}
    with zipfile.ZipFile(io.BytesIO(content)) as read:
        assert b"\xed" not in read.read("xl/worksheets/sheet1.xml")  # no half of a character
    assert (
        all(utf16_units(escape_text(piece)) <= MAX_UNITS for piece in split_text(text))
        and utf16_units(escape_text(shown)) <= MAX_UNITS
    )


def test_what_just_fits_is_not_cut() -> None:
    texts = ["x" * MAX_UNITS, "x" + "😀" * 16_383]
    contents = cells(register(texts))
    assert [contents["A2"][1], contents["A3"][1]] == texts


def test_numbers_keep_every_digit() -> None:
    contents = cells(register([10**15 - 1, 10**15, -(10**15), 12345678901234567890, 0, -7, 1.5]))
    assert list(contents.values())[1:] == [
        ("n", "999999999999999"),
        ("s", "1000000000000000"),
        ("s", "-1000000000000000"),
        ("s", "12345678901234567890"),
        ("n", "0"),
        ("n", "-7"),
        ("n", "1.5"),
    ]


def read_back(value: object, column: Column | None = None) -> openpyxl.cell.Cell:
    return openpyxl.load_workbook(io.BytesIO(register([value], column))).worksheets[0]["A2"]  # type: ignore[list-item]


def test_days_that_the_calendar_has_are_dates_and_earlier_ones_text() -> None:
    day = read_back(datetime.date(1900, 3, 1))
    assert (day.value, day.number_format, day.is_date) == (datetime.datetime(1900, 3, 1), "yyyy-mm-dd", True)
    for early in (datetime.date(1900, 2, 28), datetime.date(1900, 1, 1), datetime.date(1789, 7, 14)):
        cell = read_back(early)
        assert (cell.value, cell.data_type) == (early.isoformat(), "s")


def test_moments_are_in_utc() -> None:
    paris = datetime.timezone(datetime.timedelta(hours=2))
    cell = read_back(datetime.datetime(2026, 7, 1, 0, 30, tzinfo=paris))
    assert (cell.value, cell.number_format) == (datetime.datetime(2026, 6, 30, 22, 30), "yyyy-mm-dd hh:mm")


def test_yes_and_no_of_programs_and_shares_have_their_own_types() -> None:
    assert read_back(True).value is True and read_back(False).data_type == "b"
    share = read_back(0.375, Column("Share", "percent"))
    assert (share.value, share.number_format, share.data_type) == (0.375, "0.0%", "n")
