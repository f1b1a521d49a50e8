"""Signing in and out, the first page, and the choice of a language."""

from __future__ import annotations

from . import (
    arrival,
    authenticator,
    enrolment,
    handover,
    home,
    invited,
    links,
    own,
    passkeys,
    passwords,
    provider,
    reminders_off,
    second,
)
from .routes import blueprint

__all__ = [
    "arrival",
    "authenticator",
    "blueprint",
    "enrolment",
    "handover",
    "home",
    "invited",
    "links",
    "own",
    "passkeys",
    "passwords",
    "provider",
    "reminders_off",
    "second",
]
