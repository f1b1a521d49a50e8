"""Small pictures as SVG: bars of one table. Drawn with attributes only, since the page's policy allows no inline style.

The table always stands beside the picture; the picture names itself and is skipped by nobody who needs it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

ROW, BAR, LABEL, WIDTH, NUMBER = 30, 18, 240, 640, 70
LETTERS = 32  #: that fit into LABEL


@dataclass(frozen=True)
class Bar:
    label: str
    value: float
    text: str  #: what stands behind the bar, such as "7 (58 %)"


def bars(title: str, found: Sequence[Bar], *, right_to_left: bool = False, ident: str = "") -> str:
    """Horizontal bars on one scale from zero. Colours come from the style sheet (`.chart-bar`)."""
    most = max((bar.value for bar in found), default=0) or 1
    height = ROW * max(1, len(found)) + 8
    name = f"chart-{ident}-title"
    lines = [
        (
            f'<svg class="chart" role="img" aria-labelledby="{name}" viewBox="0 0 {WIDTH} {height}" '
            f'xmlns="http://www.w3.org/2000/svg"><title id="{name}">{escape(title)}</title>'
        )
    ]
    for place, bar in enumerate(found):
        lines.append(_bar(bar, place, most, right_to_left))
    return "".join(lines) + "</svg>"


def _bar(bar: Bar, place: int, most: float, mirrored: bool) -> str:
    length = round((WIDTH - LABEL - NUMBER) * bar.value / most, 1)
    top, middle = place * ROW + 6, place * ROW + 6 + BAR / 2 + 4
    start = WIDTH - LABEL - length if mirrored else LABEL
    label_x, number_x = (WIDTH - LABEL + 8, start - 6) if mirrored else (LABEL - 8, LABEL + length + 6)
    # text-anchor follows the direction of the text: `end` is where an Arabic label begins to the left
    shown = _shortened(bar.label)
    return (
        f'<text class="chart-label" x="{label_x}" y="{middle}" text-anchor="{"start" if mirrored else "end"}" '
        f'direction="ltr">{escape(shown)}</text>'
        f'<rect class="chart-bar" x="{start}" y="{top}" width="{length}" height="{BAR}" rx="2"/>'
        f'<text class="chart-number" x="{number_x}" y="{middle}" text-anchor="{"end" if mirrored else "start"}" '
        f'direction="ltr">{escape(bar.text)}</text>'
    )


def _shortened(label: str) -> str:
    """What fits beside the bar; the table has the whole. A Chinese sign is as wide as two letters."""
    kept, room = "", LETTERS
    for sign in label:
        room -= 1 + (sign > "\u2e7f")
        if room < 0:
            return kept.rstrip() + "…"
        kept += sign
    return kept
