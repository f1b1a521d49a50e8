"""An SVG as PNG, for files that cannot hold the SVG itself. Typst draws it, in our own fonts."""

from __future__ import annotations

import tempfile
from pathlib import Path

import typst

from .letters import FONTS

PAGE = '#set page(width: auto, height: auto, margin: 0pt)\n#image("picture.svg", width: 640pt)\n'


def svg_to_png(svg: str, *, dots_per_inch: int = 160) -> bytes:
    """The picture 640 points wide, as a PNG file."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "picture.svg").write_text(svg, encoding="utf-8")
        (Path(folder) / "page.typ").write_text(PAGE, encoding="utf-8")
        drawn = typst.compile(
            Path(folder) / "page.typ", format="png", ppi=dots_per_inch, font_paths=[FONTS], ignore_system_fonts=True
        )
    assert isinstance(drawn, bytes)
    return drawn
