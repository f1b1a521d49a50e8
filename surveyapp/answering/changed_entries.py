"""What an autosave changed elsewhere on its page: the entries to draw anew."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from .page import Entry, Page, every_entry


def changed_entries(before: Page, after: Page, section: str, address: str) -> Iterator[Entry]:
    """Of this section, but never the question at `address`, which is being answered: it has the focus."""
    seen = {entry.address: _seen(entry) for entry in every_entry(before.entries(section))}
    for entry in after.entries(section):
        if entry.address == address:
            continue
        if seen.get(entry.address) != _seen(entry):
            yield entry
            continue
        # inside a list, entry by entry: the item being answered must keep the focus
        inner = (each for each in every_entry((entry,)) if each is not entry)
        yield from (each for each in inner if each.address != address and seen.get(each.address) != _seen(each))


def _seen(entry: Entry) -> tuple[Any, ...]:
    items = tuple(item.id for item in entry.items)
    return entry.asked, entry.label, entry.hint, entry.offered, entry.output, items
