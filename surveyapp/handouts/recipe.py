"""A workbook's recipe: which sheets, in which order, as data in `exports/NAME.yaml`; mistakes come with their line."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError

from surveyapp.definition.model import HANDLINGS
from surveyapp.definition.problems import Problem, ProblemsFound, nearest

FOLDER = Path(__file__).resolve().parent.parent.parent / "exports"
KINDS = ("cover", "participation", "questions", "free_text", "responses", "codebook")


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
    try:
        data = YAML(typ="rt", pure=True).load(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        remedy = "Check the indentation and the quotation marks."
        raise ProblemsFound([Problem(file, line, column, "This is not YAML.", remedy, "yaml-syntax")]) from None
    try:
        return Recipe.model_validate(data)
    except ValidationError as error:
        raise ProblemsFound(_problem(file, data, each) for each in error.errors()) from None


def _problem(file: str, data: Any, error: Any) -> Problem:
    location, line, column = error["loc"], 1, 1
    for step in location:
        try:
            marks = data.lc.key(step) if isinstance(step, str) else data.lc.item(step)
            line, column, data = marks[0] + 1, marks[1] + 1, data[step]
        except (AttributeError, KeyError, IndexError, TypeError):
            break
    name = str(location[-1]) if location else file
    if error["type"] == "literal_error":
        known = HANDLINGS if name == "handling" else KINDS
        near = nearest(str(error["input"]), known)
        remedy = f"Did you mean `{near}`?" if near else f"Write one of {', '.join(known)}."
        return Problem(file, line, column, f"`{error['input']}` is not known here.", remedy, "unknown-kind")
    if error["type"] == "extra_forbidden":
        return Problem(file, line, column, f"`{name}` is not a key of a recipe.", "Remove it.", "unknown-key")
    if error["type"] == "missing":
        return Problem(file, line, column, f"`{name}` is missing.", f"Add `{name}:`.", "missing-key")
    return Problem(
        file, line, column, f"`{name}` cannot be used as it is.", "See exports/co-chairs-summary.yaml.", "bad-value"
    )
