"""Harmless values in place of faulty ones, so that the rest of a questionnaire can still be checked."""

from __future__ import annotations

import copy

from ..texts import Loc
from .grammar_words import at
from .yaml_source import YamlValue

#: replacing these cannot change what codes, types and choices there are
HARMLESS = frozenset({
    "label", "hint", "text", "title", "source", "introduction", "thanks", "message", "unit", "low_label", "high_label",
    "middle_label", "item_label", "need", "least", "most", "max_characters", "max_words", "min", "max", "decimals",
    "step", "handling", "default", "loosest", "tightest", "audience", "version", "questionnaire", "rule",
    "relevant", "formula",
})  # fmt: skip
_NOTE = {"type": "note", "text": "…"}
_CHOICE = {"label": "…"}
SUBSTITUTES: dict[str, YamlValue] = {
    "label": "…", "text": "…", "title": "…", "source": "…", "introduction": "…", "thanks": "…", "message": "…",
    "low_label": "…", "high_label": "…", "item_label": "…",
    "rule": "true", "formula": "1", "relevant": "true", "questionnaire": "x", "version": 1, "max": 5,
    "choices": [_CHOICE], "rows": [_CHOICE], "columns": [_CHOICE], "items": [_NOTE],
    "sections": [{"title": "…", "items": [_NOTE]}],
}  # fmt: skip
_ENTRIES: dict[str, dict[str, YamlValue]] = {
    "items": _NOTE,
    "choices": _CHOICE,
    "rows": _CHOICE,
    "columns": _CHOICE,
    "sections": {"title": "…", "items": [_NOTE]},
    "constraints": {"rule": "true", "message": "…"},
}


def replace(data: YamlValue, loc: Loc, number: int) -> None:
    """Takes out the value at a path, or puts a harmless one where something must be."""
    if not loc:
        return
    try:
        parent = at(data, loc[:-1])
    except (KeyError, IndexError, TypeError):
        return  # an outer part has been replaced meanwhile
    step = loc[-1]
    if isinstance(parent, list) and isinstance(step, int) and step < len(parent):
        parent[step] = _entry(loc, parent[step], number)
    elif isinstance(parent, dict):
        _replace_key(parent, str(step), number, may_stay_empty=loc[0] == "choice_lists")


def _entry(loc: Loc, part: YamlValue, number: int) -> YamlValue:
    holder = "choices" if loc[0] == "choice_lists" else next((s for s in reversed(loc) if isinstance(s, str)), "")
    if holder not in _ENTRIES:
        return None
    return {**copy.deepcopy(_ENTRIES[holder]), **_kept_code(part, number)}


def _replace_key(parent: dict[str, YamlValue], key: str, number: int, *, may_stay_empty: bool) -> None:
    if key in parent and (key not in SUBSTITUTES or may_stay_empty):
        del parent[key]
    elif key == "code":
        parent["code"] = f"unnamed_{number}"
    elif key in SUBSTITUTES:
        parent[key] = copy.deepcopy(SUBSTITUTES[key])


def _kept_code(part: YamlValue, number: int) -> dict[str, str]:
    code = part.get("code") if isinstance(part, dict) else None
    return {"code": code if isinstance(code, str) else f"unnamed_{number}"}
