"""Answering off line: the workbook of a reply, and taking it in again after a look at what it would change."""

from __future__ import annotations

from . import views

__all__ = ["views"]
