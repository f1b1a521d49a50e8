"""A workbook's recipe: which sheets, in which order, as data in `exports/NAME.yaml`."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from surveyapp.definition import recipes

FOLDER = Path(__file__).resolve().parent.parent.parent / "exports"
EXAMPLE = "exports/co-chairs-summary.yaml"


class Sheet(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")
    kind: Literal["cover", "participation", "questions", "free_text", "responses", "codebook"]
    charts: bool = True  #: of `questions`


class Recipe(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")
    workbook: str = Field(pattern=r"^[a-z][a-z0-9-]{0,63}$")
    handling: Literal["public", "states_parties", "co_chairs", "secretariat"]
    sheets: tuple[Sheet, ...] = Field(min_length=1)


@lru_cache
def recipe(name: str) -> Recipe:
    """KeyError: no such recipe. ProblemsFound: it has mistakes."""
    path = FOLDER / f"{name}.yaml"
    if not path.is_file() or path.parent != FOLDER:
        raise KeyError(name)
    return read_recipe(path.name, path.read_text(encoding="utf-8"))


def read_recipe(file: str, text: str) -> Recipe:
    return recipes.read_recipe(Recipe, file, text, EXAMPLE)
