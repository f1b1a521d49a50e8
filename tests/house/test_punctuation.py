"""Signs between words and numbers follow the reader's language, and are written in one place."""

from __future__ import annotations

import ast

import pytest

from surveyapp.definition.question_types import shown
from surveyapp.words import words_in
from tests.world.every_type import COMPILED

from .imports import ROOT

ROOMS = ("definition/question_types/display.py", "answering", "analysis", "results", "words.py", "mail/wording.py")
#: of parts that are read by machines, or never by a person
SIGNS = (": ", "; ", "%", " %", "\u00a0%")


def test_no_room_that_writes_for_readers_sets_a_colon_a_semicolon_or_a_percent_sign_itself() -> None:
    package = ROOT / "surveyapp"
    places = []
    for room in ROOMS:
        paths = [package / room] if room.endswith(".py") else sorted((package / room).rglob("*.py"))
        for path in paths:
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.JoinedStr):
                    fixed = [part.value for part in node.values if isinstance(part, ast.Constant)]
                    places += [f"{path.name}:{node.lineno} {text!r}" for text in fixed if text in SIGNS]
                if isinstance(node, ast.Attribute) and node.attr == "join" and isinstance(node.value, ast.Constant):
                    places += [f"{path.name}:{node.lineno} join"] if node.value.value in SIGNS else []
    assert places == []


SHOWN = {
    "en": ("12.5%", "X; Y: so", "Algeria; France", "X: Y: a"),
    "fr": ("12,5\u00a0%", "X\u00a0; Y\u00a0: so", "Algérie\u00a0; France", "X\u00a0: Y\u00a0: a"),
    "es": ("12,5\u00a0%", "X; Y: so", "Argelia; Francia", "X: Y: a"),
    "ar": ("12.5%", "X؛ Y: so", "الجزائر؛ فرنسا", "X: Y: a"),
    "zh": ("12.5%", "X；Y：so", "阿尔及利亚；法国", "X：Y：a"),
    "ru": ("12,5\u00a0%", "X; Y: so", "Алжир; Франция", "X: Y: a"),
}


@pytest.mark.parametrize("language", SHOWN)
def test_an_answer_is_shown_with_the_signs_of_the_language(language: str) -> None:
    answers = {
        "share": 12.5,
        "many": {"choices": ["x", "y"], "details": {"y": "so"}},
        "picked": ["DZA", "FRA"],
        "said": {"x": {"y": "a"}},
    }
    words = words_in(language)
    text = tuple(shown(COMPILED, COMPILED.questions[code], value, language, words) for code, value in answers.items())
    assert text == SHOWN[language]
