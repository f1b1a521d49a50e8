"""The answer to an autosave: the field's own state, and every other entry of the section that changed with it."""

from __future__ import annotations

from typing import Any

from flask import render_template

from surveyapp.answering.changed_entries import changed_entries
from surveyapp.answering.page import Page, every_entry
from surveyapp.answering.posted_section import SectionResult


def autosave_answer(
    before: Page, after: Page, section: str, address: str, result: SectionResult, frame: dict[str, Any]
) -> str:
    """`before` and `after`: the page as it was drawn from, and as the save left it."""
    mine = next((entry for entry in every_entry(after.entries(section)) if entry.address == address), None)
    changed = [] if result.redisplay.problems else list(changed_entries(before, after, section, address))
    elsewhere = address in result.changed_elsewhere
    return render_template(
        "respondent/autosave.html",
        **frame,
        section=section,
        page=after,
        mine=mine,
        changed=[*changed, mine] if elsewhere and mine else changed,
        elsewhere=elsewhere,
    )
