"""A State's reply: contents, sections, read-back, submission. `drawing` lays a page out, `saving` takes it in."""

from __future__ import annotations

from . import (
    asking,
    clearance,
    colleagues,
    comments,
    documents,
    history,
    proposals,
    submitted,
    views,
    workbook_views,
)
from .routes import blueprint

__all__ = [
    "asking",
    "blueprint",
    "clearance",
    "colleagues",
    "comments",
    "documents",
    "history",
    "proposals",
    "submitted",
    "views",
    "workbook_views",
]
