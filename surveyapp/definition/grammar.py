"""YAML values → the model, or every mistake in them in plain words.

When something does not fit, the rest is still worth checking: the faulty parts are replaced by
harmless ones (`repaired`) until the model can be built. Such a model is for checking only.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from . import model as m
from .problems import Problem, nearest
from .texts import Loc
from .yaml_source import YamlSource

Error = Mapping[str, Any]


@dataclass
class Grammar:
    questionnaire: m.Questionnaire | None
    problems: list[Problem] = field(default_factory=list)
    repaired: frozenset[Loc] = frozenset()  #: where the model differs from the file
    sure_of_codes: bool = True  #: False: codes or types had to be replaced, so rules cannot be trusted


def type_classes() -> dict[str, type[m.Item]]:
    """Type name → model class, of everything that may stand in a section."""
    union = get_args(m.SectionItem)[0]
    return {get_args(cls.model_fields["type"].annotation)[0]: cls for cls in get_args(union)}


TYPES = type_classes()

#: words of other survey tools → ours
OTHER_TYPE_NAMES = {
    "text": "short_text", "string": "short_text", "textarea": "long_text", "comment": "long_text",
    "select_one": "single_choice", "radio": "single_choice", "choice": "single_choice", "dropdown": "single_choice",
    "select_multiple": "multiple_choice", "checkbox": "multiple_choice", "checkboxes": "multiple_choice",
    "boolean": "yes_no", "bool": "yes_no", "yesno": "yes_no", "decimal": "number", "float": "number", "int": "integer",
    "rank": "ranking", "rating": "scale", "matrix": "grid", "table": "grid", "group": "subsection",
    "percent": "percentage", "country": "state", "countries": "states", "file": "document", "upload": "document",
    "url": "links", "link": "links",
    "calculate": "calculation", "info": "note", "loop": "repeat", "person": "contact",
}  # fmt: skip
OTHER_KEY_NAMES = {
    "name": "code", "id": "code", "question": "label", "title": "label", "description": "hint", "help": "hint",
    "options": "choices", "constraint": "constraints", "required": "need", "mandatory": "need", "visible": "relevant",
    "condition": "relevant", "when": "relevant", "max_length": "max_characters", "maximum": "max", "minimum": "min",
    "max_items": "most", "min_items": "least", "questions": "items", "calculate": "formula", "expression": "formula",
    "labels": "label", "lists": "choice_lists", "text": "label", "filter": "relevant",
}  # fmt: skip

FIELD_CLASSES: dict[str, type[BaseModel]] = {
    "detail": m.Detail,
    "constraints": m.Constraint,
    "handling": m.HandlingBounds,
    "audience": m.Audience,
    "sections": m.Section,
    "choices": m.Choice,
    "rows": m.Choice,
    "columns": m.Choice,
}


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
        grammar.problems = dates + [_problem(yaml, found) for found in errors]
        return grammar


def _dates_written_as_numbers(yaml: YamlSource) -> Iterator[Problem]:
    """Pydantic would take a number for seconds since 1970."""
    for loc in yaml.values:
        if loc and loc[-1] in ("min", "max"):
            part = at(yaml.data, loc[:-1])
            if part.get("type") in ("date", "period") and isinstance(part[loc[-1]], (int, float)):
                message = f"`{loc[-1]}` is a number, not a date."
                yield yaml.problem(loc, "bad-value", message, "Write a day such as 2024-12-24.")


def at(data: Any, loc: Loc) -> Any:
    for step in loc:
        data = data[step]
    return data


# --- which of pydantic's errors say what the author got wrong ---------------------------------


def _meant(data: Any, error: ValidationError) -> list[Error]:
    """Pydantic's errors with the file's own paths, one per mistake."""
    found: dict[tuple[Loc, str], Error] = {}
    for raw in error.errors(include_url=False):
        loc, foreign = _own_path(data, raw["loc"])
        value = at(data, loc)
        is_branch = any(isinstance(step, str) and step.startswith(("constrained-str", "tuple[")) for step in foreign)
        if is_branch:
            # a union of list name and own list: keep the branch that the author chose
            source_loc = loc[: max(i for i, step in enumerate(loc) if step in ("choices", "rows", "columns")) + 1]
            source = at(data, source_loc)
            branch = "constrained-str" if isinstance(source, str) else "tuple["
            if not any(isinstance(step, str) and step.startswith(branch) for step in foreign):
                continue
        if raw["type"].startswith("date_") and isinstance(value, (int, float)):
            continue  # _dates_written_as_numbers says so
        if raw["type"] == "too_short" and isinstance(value, (list, tuple)) and value:
            continue  # its members are wrong, and that is reported already
        kind = "bad-key" if foreign[-1:] == ("[key]",) else raw["type"]
        name = raw["loc"][-1] if raw["type"] == "missing" else (loc[-1] if loc else "")
        found.setdefault(
            (loc, f"{kind} {name if raw['type'] == 'missing' else ''}"),
            {"type": kind, "loc": loc, "name": name, "ctx": raw.get("ctx", {}), "value": value},
        )
    return list(found.values())


def _own_path(data: Any, loc: Loc) -> tuple[Loc, Loc]:
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


# --- plain words --------------------------------------------------------------------------------


def _problem(yaml: YamlSource, error: Error) -> Problem:
    kind, message, remedy = MESSAGES.get(error["type"], _any_other)(yaml, error)
    if error["type"] == "union_tag_invalid":
        return yaml.problem((*error["loc"], "type"), kind, message, remedy)
    on_key = error["type"] in ("extra_forbidden", "bad-key", "missing")
    return yaml.problem(error["loc"], kind, message, remedy, key=on_key)


def _field_name(error: Error) -> str:
    return "`" + next((step for step in reversed(error["loc"]) if isinstance(step, str)), "the file") + "`"


def _name(error: Error) -> str:
    names = [step for step in error["loc"] if isinstance(step, str)]
    last = error["loc"][-1] if error["loc"] else ""
    return (
        f"`{names[-1]}`" if isinstance(last, str) and names else f"An entry of `{names[-1] if names else 'the file'}`"
    )


def _shown(value: Any) -> str:
    text = str(value)
    return f"`{text if len(text) <= 40 else text[:39] + '…'}`"


def part_class(data: Any, loc: Loc) -> type[BaseModel] | None:
    """The model class of the mapping at a path of the file."""
    if not loc:
        return m.Questionnaire
    if loc[0] == "choice_lists" and len(loc) == 3:
        return m.Choice
    last = next((step for step in reversed(loc) if isinstance(step, str)), "")
    if last == "items":
        part = at(data, loc)
        name = part.get("type") if isinstance(part, dict) else None
        return TYPES.get(name) if isinstance(name, str) else None
    return FIELD_CLASSES.get(last)


def _unknown_key(yaml: YamlSource, error: Error) -> tuple[str, str, str]:
    loc, key = error["loc"], str(error["name"])
    cls = part_class(yaml.data, loc[:-1])
    known = list(cls.model_fields) if cls else []
    guess = nearest(key, known)
    if guess is None and OTHER_KEY_NAMES.get(key) in known:
        guess = OTHER_KEY_NAMES[key]
    part = at(yaml.data, loc[:-1])
    owner = f"`{part['type']}`" if cls in TYPES.values() else (cls.__name__.lower() if cls else "this part")
    remedy = f"Did you mean `{guess}`?" if guess else f"It may have: {', '.join(known)}."
    if guess and key in part and guess in part:
        remedy = f"Remove it; `{guess}` is there already."
    return "unknown-key", f"`{key}` is not a key of {owner}.", remedy


def _missing(yaml: YamlSource, error: Error) -> tuple[str, str, str]:
    part = at(yaml.data, error["loc"])
    code = part.get("code") or part.get("questionnaire") if isinstance(part, dict) else None
    owner = f"`{code}`" if isinstance(code, str) else "This part" if error["loc"] else "The questionnaire"
    return "missing-key", f"{owner} has no `{error['name']}`.", f"Add `{error['name']}:`."


def _no_text(yaml: YamlSource, error: Error) -> tuple[str, str, str]:
    value = error["value"]
    if value is None or value == "":
        return "empty", f"{_name(error)} is empty.", "Write the text, or remove the key."
    if isinstance(value, (bool, int, float)):
        return "bad-value", f"{_name(error)} must be text, and {_shown(value)} is not.", "Put it between double quotes."
    return "bad-value", f"{_name(error)} must be one text.", "Write the text after the colon, or below it after `|`."


def _pattern(yaml: YamlSource, error: Error) -> tuple[str, str, str]:
    if error["name"] in ("min", "max"):
        return "bad-value", f"{_shown(error['value'])} is not a month.", "Write year and month: 2024-12."
    if error["name"] == "questionnaire":
        remedy = "Use small Latin letters, digits and hyphens; begin with a letter; at most 64."
    else:
        remedy = f"Use small Latin letters, digits and `_`; begin with a letter; at most 48{_better(error['value'])}."
    return "bad-code", f"{_shown(error['value'])} cannot be a code.", remedy


def _bad_key(yaml: YamlSource, error: Error) -> tuple[str, str, str]:
    return _pattern(yaml, {**error, "value": error["loc"][-1]})


def _better(code: Any) -> str:
    guess = re.sub(r"[^a-z0-9]+", "_", str(code).lower()).strip("_")[:48]
    return f", for example `{guess}`" if re.fullmatch(r"[a-z][a-z0-9_]*", guess) else ""


def _literal(yaml: YamlSource, error: Error) -> tuple[str, str, str]:
    choices = re.findall(r"'([^']*)'", str(error["ctx"].get("expected", "")))
    value = str(error["value"])
    guess = nearest(value.lower().replace(" ", "_").replace("-", "_"), choices)
    remedy = f"Did you mean `{guess}`? " if guess else ""
    return (
        "bad-value",
        f"{_shown(value)} is not a value of {_field_name(error)}.",
        f"{remedy}Possible: {', '.join(choices)}.",
    )


def _unknown_type(yaml: YamlSource, error: Error) -> tuple[str, str, str]:
    allowed = re.findall(r"'([^']*)'", str(error["ctx"].get("expected_tags", "")))
    found = error["value"].get("type")
    if isinstance(found, str) and found in TYPES:
        remedy = "Move it out to the section." if "repeat" not in allowed else "Put it in the section itself."
        return "misplaced", f"A `{found}` cannot stand here.", remedy
    word = str(found).lower().replace("-", "_").replace(" ", "_")
    guess = OTHER_TYPE_NAMES.get(word) or nearest(word, allowed)
    remedy = f"Did you mean `{guess}`?" if guess else f"Types are: {', '.join(allowed)}."
    return "unknown-type", f"There is no question type {_shown(found)}.", remedy


def _no_type(yaml: YamlSource, error: Error) -> tuple[str, str, str]:
    return "missing-key", "This item has no `type`.", f"Add `type:`; types are: {', '.join(TYPES)}."


def _not_a_part(yaml: YamlSource, error: Error) -> tuple[str, str, str]:
    return "bad-value", f"{_name(error)} must have keys of its own.", "Write `key: value` lines, indented, below it."


def _not_a_list(yaml: YamlSource, error: Error) -> tuple[str, str, str]:
    if error["name"] in ("choices", "rows", "columns"):
        return (
            "bad-value",
            f"{_name(error)} must be a list.",
            "Name a choice list, or write choices below it, each beginning with `- code:`.",
        )
    return "bad-value", f"{_name(error)} must be a list.", "Write its entries below it, each beginning with `- `."


def _no_entries(yaml: YamlSource, error: Error) -> tuple[str, str, str]:
    return "empty", f"{_name(error)} has no entries.", "Write at least one, or remove the whole part."


def _number(what: str) -> Callable[[YamlSource, Error], tuple[str, str, str]]:
    def say(yaml: YamlSource, error: Error) -> tuple[str, str, str]:
        return "bad-value", f"{_name(error)} must be {what}, and {_shown(error['value'])} is not.", f"Write {what}."

    return say


def _limit(words: str, key: str) -> Callable[[YamlSource, Error], tuple[str, str, str]]:
    def say(yaml: YamlSource, error: Error) -> tuple[str, str, str]:
        limit = error["ctx"].get(key)
        return "out-of-bounds", f"{_name(error)} must be {words} {limit}.", f"Write a number {words} {limit}."

    return say


def _too_long(yaml: YamlSource, error: Error) -> tuple[str, str, str]:
    return "too-long", f"{_name(error)} is longer than {error['ctx'].get('max_length')} characters.", "Shorten it."


def _any_other(yaml: YamlSource, error: Error) -> tuple[str, str, str]:
    return "bad-value", f"The value of {_name(error)} does not fit here.", "See docs/definition.md for what it may be."


_whole, _decimal = _number("a whole number"), _number("a number")
_day = _number("a day such as 2024-12-24")
MESSAGES: dict[str, Callable[[YamlSource, Error], tuple[str, str, str]]] = {
    "extra_forbidden": _unknown_key,
    "missing": _missing,
    "bad-key": _bad_key,
    "string_type": _no_text,
    "string_too_short": _no_text,
    "string_too_long": _too_long,
    "string_pattern_mismatch": _pattern,
    "literal_error": _literal,
    "union_tag_invalid": _unknown_type,
    "union_tag_not_found": _no_type,
    "model_type": _not_a_part,
    "model_attributes_type": _not_a_part,
    "dict_type": _not_a_part,
    "tuple_type": _not_a_list,
    "too_short": _no_entries,
    "int_type": _whole,
    "int_parsing": _whole,
    "int_from_float": _whole,
    "int_parsing_size": _whole,
    "float_type": _decimal,
    "float_parsing": _decimal,
    "finite_number": _decimal,
    "bool_type": _number("true or false"),
    "bool_parsing": _number("true or false"),
    "date_type": _day,
    "date_parsing": _day,
    "date_from_datetime_parsing": _day,
    "date_from_datetime_inexact": _day,
    "greater_than_equal": _limit("at least", "ge"),
    "less_than_equal": _limit("at most", "le"),
    "greater_than": _limit("greater than", "gt"),
    "less_than": _limit("less than", "lt"),
}

# --- repair -------------------------------------------------------------------------------------

#: replacing these cannot change what codes, types and choices there are
HARMLESS = frozenset({
    "label", "hint", "text", "title", "source", "introduction", "thanks", "message", "unit", "low_label", "high_label",
    "middle_label", "item_label", "need", "least", "most", "max_characters", "max_words", "min", "max", "decimals",
    "step", "handling", "default", "loosest", "tightest", "audience", "version", "questionnaire", "rule",
    "relevant", "formula",
})  # fmt: skip
_NOTE = {"type": "note", "text": "…"}
_CHOICE = {"label": "…"}
SUBSTITUTES: dict[str, Any] = {
    "label": "…", "text": "…", "title": "…", "source": "…", "introduction": "…", "thanks": "…", "message": "…",
    "low_label": "…", "high_label": "…", "item_label": "…",
    "rule": "true", "formula": "1", "relevant": "true", "questionnaire": "x", "version": 1, "max": 5,
    "choices": [_CHOICE], "rows": [_CHOICE], "columns": [_CHOICE], "items": [_NOTE],
    "sections": [{"title": "…", "items": [_NOTE]}],
}  # fmt: skip
_ENTRIES: dict[str, dict[str, Any]] = {
    "items": _NOTE,
    "choices": _CHOICE,
    "rows": _CHOICE,
    "columns": _CHOICE,
    "sections": {"title": "…", "items": [_NOTE]},
    "constraints": {"rule": "true", "message": "…"},
}
ROUNDS = 4


def _repair(data: Any, errors: list[Error]) -> Grammar:
    data = copy.deepcopy(data)
    fixed: set[Loc] = set()
    sure = True
    for _ in range(ROUNDS):
        for error in errors:
            loc: Loc = (*error["loc"], error["name"]) if error["type"] == "missing" else error["loc"]
            sure &= bool(loc) and loc[-1] in HARMLESS and error["type"] != "extra_forbidden"
            fixed.add(loc)
            _replace(data, loc, len(fixed))
        try:
            return Grammar(m.Questionnaire.model_validate(data), [], frozenset(fixed), sure)
        except ValidationError as error:
            errors = _meant(data, error)
    return Grammar(None)


def _replace(data: Any, loc: Loc, number: int) -> None:
    """Takes out the value at a path, or puts a harmless one where something must be."""
    if not loc:
        return
    try:
        parent = at(data, loc[:-1])
    except (KeyError, IndexError, TypeError):
        return  # an outer part has been replaced meanwhile
    step = loc[-1]
    if isinstance(parent, list) and isinstance(step, int) and step < len(parent):
        holder = "choices" if loc[0] == "choice_lists" else next((s for s in reversed(loc) if isinstance(s, str)), "")
        parent[step] = (
            {**copy.deepcopy(_ENTRIES[holder]), **_kept_code(parent[step], number)} if holder in _ENTRIES else None
        )
    elif isinstance(parent, dict):
        if step in parent and (step not in SUBSTITUTES or loc[0] == "choice_lists"):
            del parent[step]
        elif step == "code":
            parent["code"] = f"unnamed_{number}"
        elif step in SUBSTITUTES:
            parent[step] = copy.deepcopy(SUBSTITUTES[str(step)])


def _kept_code(part: Any, number: int) -> dict[str, str]:
    code = part.get("code") if isinstance(part, dict) else None
    return {"code": code if isinstance(code, str) else f"unnamed_{number}"}
