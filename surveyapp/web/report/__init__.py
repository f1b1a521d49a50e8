"""The co-chairs' report: a workspace whose figures are live until they are frozen; Word, a page to print, the frozen data."""

from __future__ import annotations

from . import editing, exports, freezing, views
from .routes import blueprint

__all__ = ["blueprint", "editing", "exports", "freezing", "views"]
