"""What States said: rounds, a round's figures, answers side by side, the workbook, participation in the Treaty."""

from __future__ import annotations

from . import about, answers, crosstab_views, discussion, export_jobs, frozen, results, themes, views
from .routes import blueprint

__all__ = [
    "about",
    "answers",
    "blueprint",
    "crosstab_views",
    "discussion",
    "export_jobs",
    "frozen",
    "results",
    "themes",
    "views",
]
