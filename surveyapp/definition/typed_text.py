"""What typed text holds, for every script alike: is anything to be seen in it, and how long it is."""

from __future__ import annotations

import re
import unicodedata

#: white space, format characters and what else Unicode calls default-ignorable, blank or filling:
#: alone they show nothing; inside a text they stay as typed
_INVISIBLE = re.compile(
    "[\\s\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u2800\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]*"
)


#: no database and no page holds it: a zero byte, half of a surrogate pair
IMPOSSIBLE = re.compile("[\x00\ud800-\udfff]")


def is_blank(text: str) -> bool:
    """Does the text show nothing, whatever invisible characters it is made of?"""
    return _INVISIBLE.fullmatch(text) is not None


def says_nothing(value: object) -> bool:
    """Of a stored answer or a part of it: nothing, an empty list, or a text that is blank. Zero and *no* are answers."""
    return is_blank(value) if isinstance(value, str) else value is None or value == [] or value == {}


def count_characters(text: str) -> int:
    """As limits count them: a letter and its marks are one where Unicode composes them."""
    return len(unicodedata.normalize("NFC", text))
