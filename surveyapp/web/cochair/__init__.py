"""What States said: rounds, a round's figures, the workbook, participation in the Treaty."""

from __future__ import annotations

from .views import blueprint

__all__ = ["blueprint"]
