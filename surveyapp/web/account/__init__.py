"""Signing in and out, the first page, and the choice of a language."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("account", __name__)

from . import enrolment, handover, home, links, own, passkeys, passwords, provider, reminders_off, second  # noqa: E402, F401 - the views register themselves on the blueprint
