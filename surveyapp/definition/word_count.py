"""How many words a reader counts in a text of any script. The only module that knows ICU."""

from __future__ import annotations

from icu4py.breakers import WordBreaker


def count_words(text: str) -> int:
    """By Unicode's word boundaries (UAX 29), with ICU's dictionaries for the scripts that set no spaces.

    A segment is a word where a letter or a digit stands in it.
    """
    return sum(any(map(str.isalnum, segment)) for segment in WordBreaker(text, "en"))
