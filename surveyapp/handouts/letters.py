"""Which signs our fonts can print, and what stands in place of one that none of them has."""

from __future__ import annotations

import functools
import re
import unicodedata
from pathlib import Path

from fontTools.ttLib import TTFont

FONTS = Path(__file__).with_name("fonts")
#: bullets and marks that word processors take from symbol fonts of their own, as the signs that they look like
OF_SYMBOL_FONTS = str.maketrans(
    {
        "\uf0b7": "•",
        "\uf0a7": "▪",
        "\uf0d8": "➢",
        "\uf0fc": "✓",
        "\uf0a8": "◆",
        "\uf06f": "□",
        "\uf02d": "-",
        "\uf0e0": "→",
    }
)
#: they shape their neighbours and have no picture of their own
SHAPING = re.compile(
    "[\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufe00-\ufe0f\ufeff\u00ad\U000e0100-\U000e01ef]"
)
KEPT = "\n\t"


@functools.cache
def covered(folder: Path = FONTS) -> frozenset[int]:
    """The code points that some font in the folder has a picture of; read once per process."""
    points: set[int] = set()
    for path in sorted(folder.glob("*.ttf")):
        with TTFont(path, lazy=True) as font:
            points.update(font.getBestCmap())
    return frozenset(points)


def printable(text: str) -> str:
    """The text with every sign that cannot be printed named in brackets, such as [U+E000]: nothing vanishes unseen."""
    text = unicodedata.normalize("NFC", text).translate(OF_SYMBOL_FONTS)
    if text.isascii() and text.isprintable():
        return text
    points = covered()
    return "".join(sign if _may_stand(sign, points) else f"[U+{ord(sign):04X}]" for sign in text)


def _may_stand(sign: str, points: frozenset[int]) -> bool:
    if sign in KEPT or SHAPING.match(sign):
        return True
    return ord(sign) in points and unicodedata.category(sign) not in ("Cc", "Cs", "Co", "Cn", "Zl", "Zp")
