"""The secretariat's pages: what States ask of it."""

from __future__ import annotations

from . import (
    contacts,
    focal_points,
    inbox,
    letters,
    log,
    on_behalf,
    participants,
    people,
    preview_views,
    questionnaires,
    round_form,
    rounds,
    version_migration,
)
from .routes import blueprint

__all__ = [
    "blueprint",
    "contacts",
    "focal_points",
    "inbox",
    "letters",
    "log",
    "on_behalf",
    "participants",
    "people",
    "preview_views",
    "questionnaires",
    "round_form",
    "rounds",
    "version_migration",
]
