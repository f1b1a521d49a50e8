"""The signs that a language sets between words and numbers: no other code writes `: `, `; ` or `%` for a reader."""

from __future__ import annotations

from collections.abc import Iterable

NO_BREAK_SPACE = "\u00a0"
COLONS = {"fr": f"{NO_BREAK_SPACE}: ", "zh": "："}
SEMICOLONS = {"fr": f"{NO_BREAK_SPACE}; ", "ar": "؛ ", "zh": "；"}
COMMAS = {"ar": "، ", "zh": "、"}
PERCENT = dict.fromkeys(("fr", "es", "ru"), f"{NO_BREAK_SPACE}%")


def labelled(label: str, text: str, language: str) -> str:
    """*Label: text*."""
    return f"{label}{COLONS.get(language, ': ')}{text}"


def listed(parts: Iterable[str], language: str) -> str:
    """Parts that may hold commas themselves: *one; two*."""
    return SEMICOLONS.get(language, "; ").join(parts)


def enumerated(parts: Iterable[str], language: str) -> str:
    """Short parts: *one, two*."""
    return COMMAS.get(language, ", ").join(parts)


def percentage(number: str, language: str) -> str:
    """`number`: as the language writes it."""
    return f"{number}{PERCENT.get(language, '%')}"
