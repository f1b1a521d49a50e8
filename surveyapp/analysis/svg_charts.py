"""Small pictures as SVG: bars, stacked bars, columns, a line. Drawn with attributes only, since the page's policy allows
no inline style; colours come from the style sheet by class, and from `standalone` where there is none.

The table always stands beside the picture; the picture names itself and is skipped by nobody who needs it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

ROW, BAR, LABEL, WIDTH, NUMBER = 30, 18, 240, 640, 70
LETTERS = 32  #: that fit into LABEL
RIGHT_TO_LEFT_MARK = "\u200f"  #: keeps the dots at the end of an Arabic label
TALL, FOOT = 180, 44  #: of a chart of columns, and below it
#: as `figures.css` has them in daylight; each series can be told from its neighbour in grey, too
SERIES = ("#1f4e79", "#c55a11", "#548235", "#7f6000", "#7030a0", "#404040")


@dataclass(frozen=True)
class Bar:
    """One figure of a chart, with its label."""

    label: str
    value: float
    text: str  #: what stands behind the bar, such as "7 (58 %)"


@dataclass(frozen=True)
class Stack:
    """One bar of several parts."""

    label: str
    values: tuple[int, ...]  #: one of each series


def bars(title: str, figures: Sequence[Bar], *, right_to_left: bool = False, ident: str = "") -> str:
    """Horizontal bars on one scale from zero."""
    most = max((bar.value for bar in figures), default=0) or 1
    drawn = [_bar(bar, place, most, right_to_left) for place, bar in enumerate(figures)]
    return _picture(title, ident, ROW * max(1, len(figures)) + 8, drawn)


def stacked(
    title: str, stacks: Sequence[Stack], series: Sequence[str], *, right_to_left: bool = False, ident: str = ""
) -> str:
    """A bar for each group, in parts, on one scale of counts; what the parts are stands above them."""
    most = max((sum(stack.values) for stack in stacks), default=0) or 1
    drawn = [_key(name, place, right_to_left) for place, name in enumerate(series)]
    above = ROW * len(series)
    for place, stack in enumerate(stacks):
        drawn.append(_stack(stack, above + place * ROW, most, right_to_left))
    return _picture(title, ident, above + ROW * max(1, len(stacks)) + 8, drawn)


def columns(title: str, figures: Sequence[Bar], *, right_to_left: bool = False, ident: str = "") -> str:
    """Upright columns in a given order: a scale's steps, a distribution."""
    most = max((bar.value for bar in figures), default=0) or 1
    wide = WIDTH / max(1, len(figures))
    shown = list(reversed(figures)) if right_to_left else list(figures)
    drawn = [_column(bar, place * wide, wide, most) for place, bar in enumerate(shown)]
    return _picture(title, ident, TALL + FOOT + 22, drawn)


def ranks(title: str, figures: Sequence[Bar], note: str, *, right_to_left: bool = False, ident: str = "") -> str:
    """Mean ranks as dots on a scale from 1, the highest, where a row begins, to the number of choices; `note` says so."""
    last = max(2, len(figures))
    x, anchor = (WIDTH - LABEL, "end") if right_to_left else (LABEL, "start")
    drawn = [_words(x, 18, note, "chart-label", anchor)]
    drawn += [_dot(bar, place, last, right_to_left) for place, bar in enumerate(figures, 1)]
    return _picture(title, ident, ROW * (len(figures) + 1) + 8, drawn)


def line(title: str, figures: Sequence[Bar], *, right_to_left: bool = False, ident: str = "") -> str:
    """One figure over time, at even steps; the first, the last and each tenth are named."""
    most = max((bar.value for bar in figures), default=0) or 1
    step = (WIDTH - 80) / max(1, len(figures) - 1)
    places = [40 + place * step for place in range(len(figures))]
    places = [WIDTH - x for x in places] if right_to_left else places
    points = [
        (round(x, 1), round(20 + TALL - TALL * bar.value / most, 1)) for x, bar in zip(places, figures, strict=True)
    ]
    drawn = [f'<polyline class="chart-line" fill="none" points="{" ".join(f"{x},{y}" for x, y in points)}"/>']
    named = {0, len(figures) - 1} | ({len(figures) // 2} if len(figures) > 4 else set())
    for place in sorted(named & set(range(len(figures)))):
        (x, y), bar = points[place], figures[place]
        drawn.append(f'<circle class="chart-dot" cx="{x}" cy="{y}" r="4"/>')
        drawn.append(_words(x, y - 8, bar.text, "chart-number", "middle"))
        edge = "start" if x < WIDTH / 4 else "end" if x > WIDTH * 3 / 4 else "middle"
        drawn.append(_words({"start": 0, "end": WIDTH}.get(edge, x), TALL + 40, bar.label, "chart-label", edge))
    return _picture(title, ident, TALL + FOOT + 8, drawn)


def standalone(svg: str) -> str:
    """The same picture for where no style sheet is: in a Word file."""
    looks = {"chart-bar": f'fill="{SERIES[0]}"', "chart-dot": f'fill="{SERIES[0]}"', "chart-label": 'fill="#222222"'}
    looks |= {"chart-number": 'fill="#222222"', "chart-line": f'stroke="{SERIES[0]}" stroke-width="2"',
              "chart-scale": 'stroke="#b0b8c0" stroke-width="1"'}  # fmt: skip
    looks |= {f"chart-series-{place}": f'fill="{colour}"' for place, colour in enumerate(SERIES)}
    letters = 'font-size="13" font-family="Noto Sans, Noto Sans Arabic, Noto Sans CJK SC, sans-serif"'
    coloured = re.sub(r'class="(chart-[a-z0-9-]+)"', lambda match: looks.get(match[1], ""), svg)
    return coloured.replace("<text ", f"<text {letters} ").replace("<svg ", f'<svg width="{WIDTH}" ', 1)


def _picture(title: str, ident: str, height: float, drawn: Sequence[str]) -> str:
    name = f"chart-{ident}-title"
    return (
        f'<svg class="chart" role="img" aria-labelledby="{name}" viewBox="0 0 {WIDTH} {height}" '
        f'xmlns="http://www.w3.org/2000/svg"><title id="{name}">{escape(title)}</title>{"".join(drawn)}</svg>'
    )


def _words(x: float, y: float, text: str, kind: str, anchor: str) -> str:
    # text-anchor follows the direction of the text: `end` is where an Arabic label begins to the left
    return f'<text class="{kind}" x="{round(x, 1)}" y="{round(y, 1)}" text-anchor="{anchor}" direction="ltr">{escape(text)}</text>'


def _rect(x: float, y: float, width: float, height: float, kind: str = "chart-bar") -> str:
    return (
        f'<rect class="{kind}" x="{round(x, 1)}" y="{round(y, 1)}" width="{round(width, 1)}" '
        f'height="{round(height, 1)}" rx="2"/>'
    )


def _bar(bar: Bar, place: int, most: float, mirrored: bool) -> str:
    length = (WIDTH - LABEL - NUMBER) * bar.value / most
    top = place * ROW + 6
    start = WIDTH - LABEL - length if mirrored else LABEL
    number_x = start - 6 if mirrored else LABEL + length + 6
    number = _words(number_x, top + BAR / 2 + 4, bar.text, "chart-number", "end" if mirrored else "start")
    return _label(bar.label, top, mirrored) + _rect(start, top, length, BAR) + number


def _dot(bar: Bar, place: int, last: int, mirrored: bool) -> str:
    top, wide = place * ROW + 6, WIDTH - LABEL - NUMBER
    y = top + BAR / 2
    ends = [LABEL, LABEL + wide]
    drawn = _label(bar.label, top, mirrored)
    if mirrored:
        ends = [WIDTH - x for x in ends]
    drawn += f'<polyline class="chart-scale" fill="none" points="{ends[0]},{y} {ends[1]},{y}"/>'
    if not bar.value:  # nobody ranked it
        return drawn
    x = LABEL + wide * (bar.value - 1) / (last - 1)
    x = round(WIDTH - x if mirrored else x, 1)
    number = _words(x + (-10 if mirrored else 10), y - 5, bar.text, "chart-number", "end" if mirrored else "start")
    return drawn + f'<circle class="chart-dot" cx="{x}" cy="{y}" r="6"/>{number}'


def _label(text: str, top: float, mirrored: bool) -> str:
    x, anchor = (WIDTH - LABEL + 8, "start") if mirrored else (LABEL - 8, "end")
    return _words(x, top + BAR / 2 + 4, _shortened(text), "chart-label", anchor)


def _key(name: str, place: int, mirrored: bool) -> str:
    top = place * ROW + 6
    x, anchor = (WIDTH - LABEL - BAR, "end") if mirrored else (LABEL, "start")
    text_x = x - 6 if mirrored else x + BAR + 6
    words = _words(text_x, top + BAR / 2 + 4, name, "chart-label", anchor)
    return _rect(x, top, BAR, BAR, f"chart-series-{place % len(SERIES)}") + words


def _stack(stack: Stack, top: float, most: float, mirrored: bool) -> str:
    drawn, run = [_label(stack.label, top + 6, mirrored)], 0.0
    for place, value in enumerate(stack.values):
        length = (WIDTH - LABEL - NUMBER) * value / most
        if not value:
            continue
        start = WIDTH - LABEL - run - length if mirrored else LABEL + run
        drawn.append(_rect(start, top + 6, max(length - 1, 1), BAR, f"chart-series-{place % len(SERIES)}"))
        run += length
    end = WIDTH - LABEL - run - 6 if mirrored else LABEL + run + 6
    total = _words(end, top + BAR / 2 + 10, str(sum(stack.values)), "chart-number", "end" if mirrored else "start")
    return "".join(drawn) + total


def _column(bar: Bar, left: float, wide: float, most: float) -> str:
    height = TALL * bar.value / most
    middle, letters = left + wide / 2, max(3, int(wide / 8))
    return (
        _rect(left + wide * 0.15, 20 + TALL - height, wide * 0.7, height)
        + _words(middle, 14 + TALL - height, bar.text, "chart-number", "middle")
        + _words(middle, TALL + 40, _shortened(bar.label, letters), "chart-label", "middle")
    )


def _shortened(label: str, letters: int = LETTERS) -> str:
    """What fits; the table has the whole. A Chinese sign is as wide as two letters."""
    kept, room = "", letters
    for sign in label:
        room -= 1 + (sign > "\u2e7f")
        if room < 0:
            return kept.rstrip() + "…" + (RIGHT_TO_LEFT_MARK if kept[:1] > "\u0590" and kept[:1] < "\u0900" else "")
        kept += sign
    return kept
