"""YAML values → the model, or every mistake in them in plain words.

When something does not fit, the rest is still worth checking: the faulty parts are replaced by
harmless ones (`repaired`) until the model can be built. Such a model is for checking only.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from dataclasses import dataclass, field

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from .. import model as m
from ..problems import Problem
from ..texts import Loc
from .grammar_words import TYPES, Error, at, in_plain_words
from .repair import HARMLESS, replace
from .yaml_source import YamlSource, YamlValue

#: how often faulty parts are replaced before the model is given up
ROUNDS = 4


@dataclass
class Grammar:
    """What came of reading a file: the model, and what is wrong with the file."""

    questionnaire: m.Questionnaire | None
    problems: list[Problem] = field(default_factory=list)
    repaired: frozenset[Loc] = frozenset()  #: where the model differs from the file
    sure_of_codes: bool = True  #: False: codes or types had to be replaced, so rules cannot be trusted


def read_questionnaire(yaml: YamlSource) -> Grammar:
    """The model if the file is right; if not, its problems and, where possible, a repaired model."""
    if not isinstance(yaml.data, dict):
        message = "This is not a questionnaire." if yaml.data is not None else "The file is empty."
        remedy = "Begin with `questionnaire:`, `version:`, `title:`; `surveyapp new NAME` writes an example."
        problems = [] if yaml.problems else [Problem(yaml.file, 1, 1, message, remedy, "not-a-questionnaire")]
        return Grammar(None, problems)
    dates = list(_dates_written_as_numbers(yaml))
    try:
        return Grammar(m.Questionnaire.model_validate(yaml.data), dates)
    except (ValidationError, RecursionError) as error:
        if not isinstance(error, ValidationError):
            return Grammar(None, [yaml.problem((), "too-deep", "This is nested too deep.", "Flatten it.")])
        errors = _meant(yaml.data, error)
        grammar = _repair(yaml.data, errors)
        grammar.problems = dates + [in_plain_words(yaml, mistake) for mistake in errors]
        return grammar


def _dates_written_as_numbers(yaml: YamlSource) -> Iterator[Problem]:
    """Pydantic would take a number for seconds since 1970."""
    for loc in yaml.values:
        if loc and loc[-1] in ("min", "max"):
            part = at(yaml.data, loc[:-1])
            if part.get("type") in ("date", "period") and isinstance(part[loc[-1]], (int, float)):
                message = f"`{loc[-1]}` is a number, not a date."
                yield yaml.problem(loc, "bad-value", message, "Write a day such as 2024-12-24.")


# --- which of pydantic's errors say what the author got wrong ---------------------------------


def _meant(data: YamlValue, error: ValidationError) -> list[Error]:
    """Pydantic's errors with the file's own paths, one per mistake."""
    mistakes: dict[tuple[Loc, str, str], Error] = {}
    for raw in error.errors(include_url=False):
        loc, foreign = _own_path(data, raw["loc"])
        if not _is_noise(data, raw["type"], loc, foreign):
            mistake = _mistake(data, raw, loc, foreign)
            missing_key = str(mistake["name"]) if raw["type"] == "missing" else ""
            mistakes.setdefault((loc, mistake["type"], missing_key), mistake)
    return list(mistakes.values())


def _is_noise(data: YamlValue, kind: str, loc: Loc, foreign: Loc) -> bool:
    value = at(data, loc)
    if kind.startswith("date_") and isinstance(value, (int, float)):
        return True  # _dates_written_as_numbers says so
    if kind == "too_short" and isinstance(value, (list, tuple)) and value:
        return True  # its members are wrong, and that is reported already
    return _is_other_branch(data, loc, foreign)


#: pydantic's tags of a list's name and of a list written in place
LIST_NAME, OWN_LIST = "constrained-str", "tuple["


def _is_other_branch(data: YamlValue, loc: Loc, foreign: Loc) -> bool:
    """Of a union of list name and own list only the branch that the author chose is kept."""
    tags = [step for step in foreign if isinstance(step, str) and step.startswith((LIST_NAME, OWN_LIST))]
    if not tags:
        return False
    last = max(place for place, step in enumerate(loc) if step in ("choices", "rows", "columns"))
    chosen = LIST_NAME if isinstance(at(data, loc[: last + 1]), str) else OWN_LIST
    return not any(tag.startswith(chosen) for tag in tags)


def _mistake(data: YamlValue, raw: ErrorDetails, loc: Loc, foreign: Loc) -> Error:
    kind = "bad-key" if foreign[-1:] == ("[key]",) else raw["type"]
    name = raw["loc"][-1] if raw["type"] == "missing" else (loc[-1] if loc else "")
    return {"type": kind, "loc": loc, "name": name, "ctx": raw.get("ctx", {}), "value": at(data, loc)}


def _own_path(data: YamlValue, loc: Loc) -> tuple[Loc, Loc]:
    """The steps that exist in the file, and those that pydantic added (tags, missing names)."""
    own: Loc = ()
    foreign: Loc = ()
    for step in loc:
        inside = (isinstance(data, dict) and step in data) or (
            isinstance(data, list) and isinstance(step, int) and step < len(data)
        )
        # `period: …` has no such key, but a field may be named like its tag
        if inside and not (
            isinstance(data, dict) and step == data.get("type") and step in TYPES and foreign[-1:] != (step,)
        ):
            data = data[step]
            own = (*own, step)
        else:
            foreign = (*foreign, step)
    return own, foreign


def _repair(data: YamlValue, errors: list[Error]) -> Grammar:
    data = copy.deepcopy(data)
    fixed: set[Loc] = set()
    sure = True
    for _ in range(ROUNDS):
        for error in errors:
            loc: Loc = (*error["loc"], error["name"]) if error["type"] == "missing" else error["loc"]
            sure &= bool(loc) and loc[-1] in HARMLESS and error["type"] != "extra_forbidden"
            fixed.add(loc)
            replace(data, loc, len(fixed))
        try:
            return Grammar(m.Questionnaire.model_validate(data), [], frozenset(fixed), sure)
        except ValidationError as error:
            errors = _meant(data, error)
    return Grammar(None)
