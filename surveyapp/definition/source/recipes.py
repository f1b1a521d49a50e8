"""Small YAML files that say how something is handed out; every mistake comes with its line and what to do."""

from __future__ import annotations

import re
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError

from ..problems import Problem, ProblemsFound, nearest

Model = TypeVar("Model", bound=BaseModel)


def read_recipe(model: type[Model], file: str, text: str, example: str) -> Model:
    """Raises ProblemsFound with all of them. `example` names a file that is right."""
    try:
        data = YAML(typ="rt", pure=True).load(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        remedy = "Check the indentation and the quotation marks."
        raise ProblemsFound([Problem(file, line, column, "This is not YAML.", remedy, "yaml-syntax")]) from None
    try:
        return model.model_validate(data)
    except ValidationError as error:
        raise ProblemsFound(_problem(file, data, each, example) for each in _each_once(error)) from None


def _each_once(error: ValidationError) -> list[ErrorDetails]:
    """A list whose only item is wrong is reported as empty, too: that says nothing new."""
    details = error.errors()
    inside = {each["loc"][:1] for each in details if len(each["loc"]) > 1}
    return [each for each in details if each["type"] != "too_short" or each["loc"] not in inside]


def _problem(file: str, data: Any, error: ErrorDetails, example: str) -> Problem:
    location, line, column = error["loc"], 1, 1
    for step in location:
        try:
            marks = data.lc.key(step) if isinstance(step, str) else data.lc.item(step)
            line, column, data = marks[0] + 1, marks[1] + 1, data[step]
        except (AttributeError, KeyError, IndexError, TypeError):
            break
    name = str(location[-1]) if location else file
    if error["type"] == "literal_error":
        allowed = re.findall(r"'([^']*)'", str(error["ctx"]["expected"]))
        near = nearest(str(error["input"]), allowed)
        remedy = f"Did you mean `{near}`?" if near else f"Write one of {', '.join(allowed)}."
        return Problem(file, line, column, f"`{error['input']}` is not known here.", remedy, "unknown-kind")
    if error["type"] == "extra_forbidden":
        return Problem(file, line, column, f"`{name}` is not a key of a recipe.", "Remove it.", "unknown-key")
    if error["type"] == "missing":
        return Problem(file, line, column, f"`{name}` is missing.", f"Add `{name}:`.", "missing-key")
    return Problem(file, line, column, f"`{name}` cannot be used as it is.", f"See {example}.", "bad-value")
