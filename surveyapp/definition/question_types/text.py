"""Texts: kept as typed, or refused; never mended in silence."""

from __future__ import annotations

import unicodedata

from .. import model as m
from ..compiled import Compiled
from ..messages import N_
from ..typed_text import count_characters, is_blank
from ..word_count import count_words
from .answer_problems import AnswerProblem

EXPECTED_TEXT = N_("Enter this answer as text.")
TOO_LONG = N_("Shorten this answer to %(limit)s characters or fewer. It has %(count)s.")
TOO_MANY_WORDS = N_("Shorten this answer to %(limit)s words or fewer. It has %(count)s.")
CONTROL = N_(
    "Remove the hidden control character %(code)s at position %(position)s. It may have come with pasted text."
)
ONE_LINE = N_("Write this answer on one line.")


def text(raw: object, limit: int, *, lines: bool = False) -> str | None:
    """The text with its line ends as \\n; None where nothing is to be seen."""
    if not isinstance(raw, str):
        raise AnswerProblem(EXPECTED_TEXT)
    typed = raw.replace("\r\n", "\n").replace("\r", "\n")
    if is_blank(typed):
        return None
    for position, sign in enumerate(typed, 1):
        # NUL never reaches PostgreSQL; lone surrogates cannot be stored at all
        if sign not in "\n\t" and unicodedata.category(sign) in ("Cc", "Cs"):
            raise AnswerProblem(CONTROL, code=f"U+{ord(sign):04X}", position=position)
    if not lines and "\n" in typed:
        raise AnswerProblem(ONE_LINE)
    count = count_characters(typed)
    if count > limit:
        raise AnswerProblem(TOO_LONG, limit=limit, count=count)
    return typed


def clean_short(compiled: Compiled, question: m.ShortText, raw: object) -> str | None:
    """One line of text, at most as many characters as the question takes; None if empty. Raises AnswerProblem."""
    return text(raw, question.max_characters)


def clean_long(compiled: Compiled, question: m.LongText, raw: object) -> str | None:
    """Text in lines, at most as many words and characters as the question takes; None if empty. Raises AnswerProblem."""
    typed = text(raw, question.max_characters, lines=True)
    if typed and question.max_words is not None and (words := count_words(typed)) > question.max_words:
        raise AnswerProblem(TOO_MANY_WORDS, limit=question.max_words, count=words)
    return typed
