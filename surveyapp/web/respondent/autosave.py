"""The answer to an autosave: the field's own state, and every other block of the section that changed with it."""

from __future__ import annotations

from typing import Any

from flask import render_template

from surveyapp.answering.page import Entry, Page
from surveyapp.answering.posted_section import Outcome
from surveyapp.storage.replies.responses import ResponseState


def answer(
    before: ResponseState, after: ResponseState, section: str, address: str, outcome: Outcome, frame: dict[str, Any]
) -> str:
    earlier, now = Page(before), Page(after, again=outcome.again)
    mine = next((entry for entry in _every(now.entries(section)) if entry.address == address), None)
    changed = [] if outcome.again.problems else list(_changed(earlier, now, section, address))
    return render_template("respondent/autosave.html", **frame, section=section, page=now, mine=mine, changed=changed)


def _changed(earlier: Page, now: Page, section: str, address: str) -> Any:
    """Blocks to draw anew. The one being answered is left alone: it has the focus."""
    old = {entry.address: _seen(earlier, entry) for entry in _every(earlier.entries(section))}
    for entry in now.entries(section):
        inner = [every for every in _every((entry,)) if every is not entry]
        if entry.address == address:
            continue
        if old.get(entry.address) != _seen(now, entry):
            yield entry
            continue
        # inside a repeat, block by block: the item being answered must keep the focus
        yield from (
            every for every in inner if every.address != address and old.get(every.address) != _seen(now, every)
        )


def _seen(page: Page, entry: Entry) -> tuple[Any, ...]:
    return entry.asked, entry.label, entry.hint, entry.offered, entry.output, tuple(item.id for item in entry.items)


def _every(entries: Any) -> Any:
    for entry in entries:
        yield entry
        for item in entry.items:
            yield from item.entries
