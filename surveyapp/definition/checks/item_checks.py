"""What can be wrong with one item alone: bounds that no answer meets, and settings without a meaning."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator
from typing import Any

from .. import model as m
from ..problems import nearest
from ..question_types.choices import pickable
from ..states import REGIONS
from ..texts import Loc
from .findings import UNPIPEABLE, Context, Finding


def item_findings(context: Context) -> Iterator[Finding]:
    """Every item alone, by the row of its type in `CHECKS`."""
    for loc, item in context.items:
        handling = getattr(item, "handling", None)
        if handling is not None:
            yield from handling_findings(handling, (*loc, "handling"))
        yield from _order(item, loc)
        for cls, look in CHECKS:
            if isinstance(item, cls):
                yield from look(context, item, loc)


def _order(item: m.Item, loc: Loc) -> Iterator[Finding]:
    """Least and most, min and max, and numbers that no answer can have."""
    for low, high in (("least", "most"), ("min", "max")):
        bottom, top = getattr(item, low, None), getattr(item, high, None)
        for name, value in ((low, bottom), (high, top)):
            if isinstance(value, float) and not math.isfinite(value):
                yield Finding(
                    (*loc, name), "bad-bounds", f"`{name}` is not a finite number.", "Write the number in digits."
                )
        if bottom is not None and top is not None and bottom > top:
            message = f"`{low}` ({bottom}) is greater than `{high}` ({top}), so no answer would do."
            yield Finding((*loc, low), "bad-bounds", message, "Exchange them, or remove one.")


def _amount(context: Context, item: m.MultipleChoice | m.Ranking, loc: Loc) -> Iterator[Finding]:
    there = len(context.choices(item.choices))
    for name in ("least", "most"):
        asked = getattr(item, name)
        if asked is not None and there and asked > there:
            message = f"`{name}` is {asked}, but there are only {there} choices."
            yield Finding((*loc, name), "bad-bounds", message, "Lower it, or add choices.")


def _month(context: Context, item: m.Month, loc: Loc) -> Iterator[Finding]:
    for name in ("min", "max"):
        value = getattr(item, name)
        if value is not None and not re.fullmatch(r"[0-9]{4}-(0[1-9]|1[0-2])", value):
            message = f"`{value}` is not a month."
            yield Finding((*loc, name), "bad-value", message, "Write year and month: 2024-12.")


def _scale(context: Context, item: m.Scale, loc: Loc) -> Iterator[Finding]:
    if item.min == item.max:
        yield Finding((*loc, "min"), "bad-bounds", "The scale has one point only.", "Give it at least two.")
    if item.max - item.min > 20:
        yield Finding(
            (*loc, "min"), "bad-bounds", "The scale has more than 21 points.", "Use an integer question instead."
        )
    if item.middle_label is not None and (item.max - item.min) % 2:
        message = "The scale has no middle point, but a `middle_label`."
        yield Finding(
            (*loc, "middle_label"), "pointless", message, "Remove it, or give the scale an odd number of points."
        )


def _step(context: Context, item: m.Integer | m.Number, loc: Loc) -> Iterator[Finding]:
    if item.min is not None and item.max is not None and item.step and 0 < item.max - item.min < item.step:
        message = f"The step {item.step} is wider than the range, so only {item.min} could be answered."
        yield Finding((*loc, "step"), "bad-bounds", message, "Narrow the step, or widen the range.")
    if isinstance(item, m.Number) and item.step and abs(round(item.step, item.decimals) - item.step) > 1e-12:
        message = f"The step {item.step} has more decimals than the {item.decimals} that are kept."
        yield Finding((*loc, "step"), "bad-bounds", message, "Raise `decimals`, or round the step.")


def _percentage(context: Context, item: m.Percentage, loc: Loc) -> Iterator[Finding]:
    for name in ("min", "max"):
        if not 0 <= getattr(item, name) <= 1000:
            yield Finding((*loc, name), "bad-bounds", f"`{name}` is no percentage.", "Write a number from 0 to 1000.")


def _states(context: Context, item: m.StatePicker, loc: Loc) -> Iterator[Finding]:
    unknown = next(((place, region) for place, region in enumerate(item.regions) if region not in REGIONS), None)
    if unknown is not None:
        place, region = unknown
        guess = nearest(region, REGIONS)
        remedy = f"Did you mean `{guess}`?" if guess else f"Regions are: {', '.join(REGIONS)}."
        yield Finding((*loc, "regions", place), "unknown-region", f"There is no region `{region}`.", remedy)
        return
    there = len(pickable(item))
    if isinstance(item, m.States) and max(item.least, 1) > there:
        message = f"`least` is {item.least}, but only {there} States can be picked."
        yield Finding((*loc, "least"), "bad-bounds", message, "Lower it, or widen the regions.")


def _grid(context: Context, item: m.Grid, loc: Loc) -> Iterator[Finding]:
    if item.cell != "number" and not (item.min is None and item.max is None):
        name = "min" if item.min is not None else "max"
        message = f"`{name}` has no meaning in a grid of {item.cell} cells."
        yield Finding((*loc, name), "pointless", message, "Remove it, or write `cell: number`.")
    if item.cell != "text" and "max_characters" in item.model_fields_set:
        message = f"`max_characters` has no meaning in a grid of {item.cell} cells."
        yield Finding((*loc, "max_characters"), "pointless", message, "Remove it, or write `cell: text`.")


def _contact(context: Context, item: m.Contact, loc: Loc) -> Iterator[Finding]:
    if not item.ask:
        yield Finding((*loc, "ask"), "empty", "Nothing is asked of this contact.", "Write for example `[name, email]`.")
    for part in item.required_parts:
        if item.ask and part not in item.ask:
            message = f"The part `{part}` is required but not asked."
            place = (*loc, "required_parts" if "required_parts" in item.model_fields_set else "ask")
            yield Finding(place, "bad-bounds", message, f"Add `{part}` to `ask`, or take it out of `required_parts`.")


def _document(context: Context, item: m.Document, loc: Loc) -> Iterator[Finding]:
    if not item.formats:
        yield Finding((*loc, "formats"), "empty", "No file format is accepted.", "Write for example `[pdf]`.")


def _repeat(context: Context, item: m.Repeat, loc: Loc) -> Iterator[Finding]:
    inner = {part.code: part for part in item.items if not isinstance(part, m.Note)}
    if not inner:
        yield Finding(
            (*loc, "items"), "empty-repeat", f"The repeat `{item.code}` asks nothing.", "Add a question to its items."
        )
    title = item.item_title
    if title is None:
        return
    if title not in inner:
        guess = nearest(title, inner)
        remedy = f"Did you mean `{guess}`?" if guess else f"Name one of: {', '.join(inner)}."
        message = f"`{title}` is not a question inside the repeat `{item.code}`."
        yield Finding((*loc, "item_title"), "bad-item-title", message, remedy)
    elif isinstance(inner[title], UNPIPEABLE):
        message = f"The answer to `{title}` cannot be a title."
        yield Finding(
            (*loc, "item_title"), "bad-item-title", message, "Choose a question answered with a text, date or choice."
        )


def handling_findings(bounds: m.HandlingBounds, loc: Loc) -> Iterator[Finding]:
    """Bounds that exclude one another, or their own default."""
    rank = m.HANDLINGS.index
    if rank(bounds.loosest) > rank(bounds.tightest):
        message = f"`loosest` ({bounds.loosest}) is tighter than `tightest` ({bounds.tightest})."
        yield Finding(loc, "bad-bounds", message, f"From loose to tight: {', '.join(m.HANDLINGS)}.")
    elif not rank(bounds.loosest) <= rank(bounds.default) <= rank(bounds.tightest):
        message = f"The default handling {bounds.default} lies outside {bounds.loosest} … {bounds.tightest}."
        yield Finding((*loc, "default"), "bad-bounds", message, "Change the default, or the bounds around it.")


Look = Callable[[Context, Any, Loc], Iterator[Finding]]
CHECKS: tuple[tuple[type[m.Item], Look], ...] = (
    (m.MultipleChoice, _amount),
    (m.Ranking, _amount),
    (m.Integer, _step),
    (m.Number, _step),
    (m.Percentage, _percentage),
    (m.Month, _month),
    (m.Scale, _scale),
    (m.StatePicker, _states),
    (m.Grid, _grid),
    (m.Contact, _contact),
    (m.Document, _document),
    (m.Repeat, _repeat),
)
