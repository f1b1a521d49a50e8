"""What States said: rounds, a round's figures, answers side by side, the workbook, participation in the Treaty."""

from __future__ import annotations

from . import answers, results
from .views import blueprint

__all__ = ["answers", "blueprint", "results"]
