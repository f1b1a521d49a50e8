"""SPSS and Parquet files, read back by the libraries that others read them with."""

from __future__ import annotations

import datetime
import io
import json
import zipfile
from pathlib import Path

import duckdb
import polars
import pyreadstat

from surveyapp.definition.tables import Coding, Column, Table
from surveyapp.handouts.statistics import as_parquet_package, as_sav_package
from surveyapp.handouts.workbook import SheetOfTables
from tests.world.handout_contents import properties

LONG = "长" * 12_000  # 36,000 bytes: more than one text of SPSS holds
TABLE = Table(
    "Responses · الردود",
    (
        Column("Participant", name="participant"),
        Column("had · Did your State have a system?", name="had", coding=Coding({1: "Yes", 2: "No"}, (1, 2, None))),
        Column("kind · What kind?", name="kind", coding=Coding({1: "Law", 2: "Other"}, (2, 1, None))),
        Column("areas=import · Import", "number", name="areas=import"),
        Column("n · How many?", "number", name="with"),
        Column("day · When?", "date", name="day"),
        Column("at", "moment", name="at"),
        Column("words", name="words"),
        Column("第一 Column without a name " + "x" * 300),
        Column("n again", "number", name="WITH"),
    ),
    (
        ("XVE", "Yes", "Other: a circular", 1, 2.5, datetime.date(2024, 12, 24), datetime.datetime(2026, 1, 2, 3, 4, 5, tzinfo=datetime.UTC), LONG, "=1+1", 1),
        ("XVF", "No", "Law", 0, None, None, None, "été", None, 2),
        ("XVG", None, "(Not available)", None, 7, None, None, None, "x", "(withheld)"),
    ),
    "Base: 3",
    "responses",
)  # fmt: skip
SHEETS = (SheetOfTables("Responses", (TABLE,), register=True),)


def parts(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as read:
        return {name: read.read(name) for name in read.namelist()}


def test_an_spss_file_has_names_labels_and_types_and_loses_no_word(tmp_path: Path) -> None:
    (tmp_path / "a.sav").write_bytes(parts(as_sav_package(SHEETS, properties()))["data/01-responses.sav"])
    frame, about = pyreadstat.read_sav(tmp_path / "a.sav", output_format="dict")
    assert about.file_label == TABLE.title
    assert frame["had"][:2] == [1, 2] and about.variable_value_labels["had"] == {1: "Yes", 2: "No"}
    assert frame["kind"][:2] == [2, 1] and frame["kind_text"] == ["Other: a circular", "Law", "(Not available)"]
    assert "had_text" not in frame  # the labels say it all
    assert (
        frame["areas_import"][:2] == [1, 0] and about.column_names_to_labels["areas_import"] == "areas=import · Import"
    )
    assert frame["v_with"][0] == 2.5 and frame["day"][0] == datetime.date(2024, 12, 24)
    assert frame["at"][0] == datetime.datetime(2026, 1, 2, 3, 4, 5)
    assert frame["words"][0] + frame["words_part"][0] == LONG and frame["words"][1] == "été"
    assert frame["v9"][0] == "=1+1" and about.column_names_to_labels["v9"].endswith("…")
    assert frame["v_WITH_2"] == ["1", "2", "(withheld)"]


def test_a_parquet_file_is_read_by_others_and_says_what_its_columns_mean() -> None:
    files = parts(as_parquet_package(SHEETS, properties()))
    content = files["data/01-responses.parquet"]
    frame = polars.read_parquet(io.BytesIO(content))
    assert frame["words"][0] == LONG and frame["kind"].to_list() == [2, 1, None]
    metadata = json.loads(polars.read_parquet_metadata(io.BytesIO(content))["surveyapp"])
    assert metadata["base"] == "Base: 3" and metadata["columns"]["had"] == {
        "label": "had · Did your State have a system?",
        "values": {"1": "Yes", "2": "No"},
    }
    package = json.loads(files["datapackage.json"])
    assert package["resources"][0]["path"] == "data/01-responses.parquet"


def test_duckdb_reads_the_parquet_file(tmp_path: Path) -> None:
    (tmp_path / "a.parquet").write_bytes(parts(as_parquet_package(SHEETS, properties()))["data/01-responses.parquet"])
    rows = duckdb.sql(f"SELECT participant, day, v_with FROM '{tmp_path / 'a.parquet'}' ORDER BY 1").fetchall()
    assert rows == [("XVE", datetime.date(2024, 12, 24), 2.5), ("XVF", None, None), ("XVG", None, 7)]


def test_the_same_data_at_the_same_moment_are_the_same_bytes() -> None:
    for make in (as_sav_package, as_parquet_package):
        assert make(SHEETS, properties()) == make(SHEETS, properties())
