"""Workbooks by recipe: replies from `storage`, figures from `analysis`, bytes from `handouts`.

`gathered` is what all sheets are made of, `sheets` and `registers` make them, `MAKERS` says which kind is which.
"""

from __future__ import annotations

from surveyapp.handouts.recipe import Recipe, recipe, recipes_for
from surveyapp.handouts.tables_as_data import as_csv_package, as_json
from surveyapp.handouts.workbook import SheetOfTables, build

from . import registers, sheets
from .gathered import Gathered, gather, properties

MAKERS = {**sheets.MAKERS, **registers.MAKERS}

__all__ = ["Gathered", "Recipe", "csv_of", "gather", "json_of", "recipe", "recipes_for", "sheets_of", "workbook_of"]


def sheets_of(plan: Recipe, gathered: Gathered) -> tuple[SheetOfTables, ...]:
    """In the recipe's order; a kind may make several sheets, or none where there is nothing to put on it."""
    return tuple(sheet for step in plan.sheets for sheet in MAKERS[step.kind](gathered, step))


def workbook_of(plan: Recipe, gathered: Gathered) -> bytes:
    return build(sheets_of(plan, gathered), properties(gathered))


def csv_of(plan: Recipe, gathered: Gathered) -> bytes:
    """One file per table, with a data package that says what is in them."""
    return as_csv_package(sheets_of(plan, gathered), properties(gathered))


def json_of(plan: Recipe, gathered: Gathered) -> bytes:
    return as_json(sheets_of(plan, gathered), properties(gathered))
