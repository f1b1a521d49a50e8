"""What States said: rounds, a round's figures, answers side by side, the workbook, participation in the Treaty."""

from __future__ import annotations

from . import answers, asking, results, themes, views
from .routes import blueprint

__all__ = ["answers", "asking", "blueprint", "results", "themes", "views"]
