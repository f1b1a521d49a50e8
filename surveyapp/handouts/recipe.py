"""A workbook's recipe: which sheets, in which order, as data in `exports/NAME.yaml`."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from surveyapp.definition.source import recipes

FOLDER = Path(__file__).resolve().parent.parent.parent / "exports"
EXAMPLE = "exports/co-chairs-summary.yaml"


class Sheet(BaseModel):
    """One sheet, and what it takes from the data."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    kind: Literal[
        "cover", "participation", "questions", "free_text", "themes", "movement", "responses", "lists", "revisions",
        "participants", "codebook", "register", "cross",
    ]  # fmt: skip
    charts: bool = True  #: of `questions`
    codes: bool = False  #: of `responses`: a column of 0 and 1 for each choice, too
    name: Literal["champions", "gaps", ""] = ""  #: of `register` and `cross`: what the sheet is called
    questions: tuple[str, ...] = ()  #: of `register`: its columns; of `cross`: rows and columns
    where: dict[str, tuple[str, ...]] = {}  #: of `register`: only replies with one of these answers


class Recipe(BaseModel):
    """One workbook: who may have it, whose answers stand in it, its sheets."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    workbook: str = Field(pattern=r"^[a-z][a-z0-9-]{0,63}$")
    #: the widest circle whose answers stand in it
    handling: Literal["public", "states_parties", "co_chairs", "secretariat"]
    #: who may have it made
    readers: tuple[Literal["co_chair", "secretariat"], ...] = ("co_chair", "secretariat")
    #: of one questionnaire only
    questionnaire: str = ""
    sheets: tuple[Sheet, ...] = Field(min_length=1)


@lru_cache
def recipe(name: str) -> Recipe:
    """KeyError: no such recipe. ProblemsFound: it has mistakes."""
    path = FOLDER / f"{name}.yaml"
    if name not in NAMES or not path.is_file():
        raise KeyError(name)
    return read_recipe(path.name, path.read_text(encoding="utf-8"))


def read_recipe(file: str, text: str) -> Recipe:
    """Raises ProblemsFound with every mistake, each with its line."""
    return recipes.read_recipe(Recipe, file, text, EXAMPLE)


#: the workbooks there are; another file of the folder is no workbook
NAMES = ("co-chairs-summary", "secretariat-full", "public-compendium", "champions-register")


def recipes_for(questionnaire: str) -> list[Recipe]:
    """Those that a round of this questionnaire can be handed out by."""
    return [offered for offered in map(recipe, NAMES) if offered.questionnaire in ("", questionnaire)]
