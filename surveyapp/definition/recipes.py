"""Small YAML files that say how something is handed out; every mistake comes with its line and what to do."""

from __future__ import annotations

import types
from collections.abc import Iterator
from typing import Any, Literal, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError

from .problems import Problem, ProblemsFound, nearest

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
        known = tuple(sorted(set(_words(model))))
        raise ProblemsFound(_problem(file, data, each, known, example) for each in error.errors()) from None


def _words(model: Any) -> Iterator[str]:
    """Every word that a `Literal` of the model allows, however deep it stands."""
    if isinstance(model, type) and issubclass(model, BaseModel):
        for field in model.model_fields.values():
            yield from _words(field.annotation)
    elif get_origin(model) is Literal:
        yield from (word for word in get_args(model) if isinstance(word, str))
    elif get_origin(model) in (tuple, list, Union, types.UnionType):
        for part in get_args(model):
            yield from _words(part)


def _problem(file: str, data: Any, error: Any, known: tuple[str, ...], example: str) -> Problem:
    location, line, column = error["loc"], 1, 1
    for step in location:
        try:
            marks = data.lc.key(step) if isinstance(step, str) else data.lc.item(step)
            line, column, data = marks[0] + 1, marks[1] + 1, data[step]
        except (AttributeError, KeyError, IndexError, TypeError):
            break
    name = str(location[-1]) if location else file
    if error["type"] == "literal_error":
        near = nearest(str(error["input"]), known)
        expected = str(error["ctx"]["expected"]).replace("'", "")
        remedy = f"Did you mean `{near}`?" if near and near in expected else f"Write one of {expected}."
        return Problem(file, line, column, f"`{error['input']}` is not known here.", remedy, "unknown-kind")
    if error["type"] == "extra_forbidden":
        return Problem(file, line, column, f"`{name}` is not a key of a recipe.", "Remove it.", "unknown-key")
    if error["type"] == "missing":
        return Problem(file, line, column, f"`{name}` is missing.", f"Add `{name}:`.", "missing-key")
    return Problem(file, line, column, f"`{name}` cannot be used as it is.", f"See {example}.", "bad-value")
