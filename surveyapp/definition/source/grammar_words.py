"""Pydantic's errors in plain words: what is wrong, and what to do."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import TypedDict, get_args

from pydantic import BaseModel

from .. import model as m
from ..problems import Problem, nearest
from ..texts import Loc
from .yaml_source import YamlSource, YamlValue


class Error(TypedDict):
    """One mistake as pydantic saw it, at its place in the file."""

    type: str  #: pydantic's kind of error, or `bad-key`
    loc: Loc  #: in the file
    name: str | int  #: of the key that is missing or wrong
    ctx: Mapping[str, object]  #: what pydantic adds: limits, expected values
    value: YamlValue  #: whatever YAML holds there


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


def at(data: YamlValue, loc: Loc) -> YamlValue:
    """The value at a path of the file. KeyError, IndexError or TypeError: there is none."""
    for step in loc:
        data = data[step]
    return data


def in_plain_words(yaml: YamlSource, error: Error) -> Problem:
    """The problem at its line, with a remedy."""
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


def _shown(value: object) -> str:
    text = str(value)
    return f"`{text if len(text) <= 40 else text[:39] + '…'}`"


def part_class(data: YamlValue, loc: Loc) -> type[BaseModel] | None:
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
    keys = list(cls.model_fields) if cls else []
    guess = nearest(key, keys)
    if guess is None and OTHER_KEY_NAMES.get(key) in keys:
        guess = OTHER_KEY_NAMES[key]
    part = at(yaml.data, loc[:-1])
    owner = f"`{part['type']}`" if cls in TYPES.values() else (cls.__name__.lower() if cls else "this part")
    remedy = f"Did you mean `{guess}`?" if guess else f"It may have: {', '.join(keys)}."
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


def _better(code: object) -> str:
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
    written = error["value"].get("type")
    if isinstance(written, str) and written in TYPES:
        remedy = "Move it out to the section." if "repeat" not in allowed else "Put it in the section itself."
        return "misplaced", f"A `{written}` cannot stand here.", remedy
    word = str(written).lower().replace("-", "_").replace(" ", "_")
    guess = OTHER_TYPE_NAMES.get(word) or nearest(word, allowed)
    remedy = f"Did you mean `{guess}`?" if guess else f"Types are: {', '.join(allowed)}."
    return "unknown-type", f"There is no question type {_shown(written)}.", remedy


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


def _number(wanted: str) -> Callable[[YamlSource, Error], tuple[str, str, str]]:
    def say(yaml: YamlSource, error: Error) -> tuple[str, str, str]:
        return "bad-value", f"{_name(error)} must be {wanted}, and {_shown(error['value'])} is not.", f"Write {wanted}."

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
