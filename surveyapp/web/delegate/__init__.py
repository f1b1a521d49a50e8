"""A colleague's pages: what was put into their hands, and nothing else. What they answer is a proposal."""

from __future__ import annotations

from . import files, views
from .routes import blueprint

__all__ = ["blueprint", "files", "views"]
