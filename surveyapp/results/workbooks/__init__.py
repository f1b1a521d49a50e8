"""Workbooks by recipe: replies from `storage`, figures from `analysis`, bytes from `handouts`.

`gathered` is what all sheets are made of, `sheets` and `registers` make them, `MAKERS` says which kind is which.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from surveyapp.handouts.recipe import Recipe, recipe, recipes_for
from surveyapp.handouts.statistics import as_parquet_package, as_sav_package
from surveyapp.handouts.tables_as_data import as_csv_package, as_json
from surveyapp.handouts.workbook import Properties, SheetOfTables, build_workbook

from . import registers, sheets
from .gathered import Gathered, gather, properties

MAKERS = {**sheets.MAKERS, **registers.MAKERS}

__all__ = ["FORMS", "Gathered", "Recipe", "gather", "make_file", "recipe", "recipes_for", "sheets_of"]


Progress = Callable[[int, int], None]  #: (parts that are done, all parts)


def sheets_of(plan: Recipe, gathered: Gathered, progress: Progress | None = None) -> tuple[SheetOfTables, ...]:
    """In the recipe's order; a kind may make several sheets, or none where there is nothing to put on it."""
    made_sheets: list[SheetOfTables] = []
    for number, step in enumerate(plan.sheets):
        if progress:
            progress(number, len(plan.sheets) + 1)
        made_sheets += MAKERS[step.kind](gathered, step)
    if progress:
        progress(len(plan.sheets), len(plan.sheets) + 1)
    return tuple(made_sheets)


@dataclass(frozen=True)
class Form:
    """What a recipe's tables can be handed out as."""

    ending: str
    media_type: str
    label: str
    make: Callable[[Sequence[SheetOfTables], Properties], bytes]


ZIP = "application/zip"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
#: the last four are zip files of one file per table, with a data package that says what is in them, or one text
FORMS = {
    "xlsx": Form("xlsx", XLSX, "Excel (.xlsx)", lambda sheets, about: build_workbook(tuple(sheets), about)),
    "csv": Form("csv.zip", ZIP, "CSV (.zip)", as_csv_package),
    "json": Form("json", "application/json", "JSON", as_json),
    "sav": Form("sav.zip", ZIP, "SPSS (.sav, .zip)", as_sav_package),
    "parquet": Form("parquet.zip", ZIP, "Parquet (.zip)", as_parquet_package),
}


def make_file(plan: Recipe, gathered: Gathered, form: str = "xlsx", progress: Progress | None = None) -> bytes:
    """The workbook in one of `FORMS`."""
    return FORMS[form].make(sheets_of(plan, gathered, progress), properties(gathered))
