"""What the grammar cannot see: codes, lists, bounds and pipes that do not fit together."""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from . import markdown
from . import model as m
from .compiled import AnyItem, Layout
from .problems import Problem, nearest
from .rule_source import KEYWORDS
from .states import REGIONS, STATES
from .texts import Loc, TextUnit, has_broken_pipe, own_lists, pipes, text_units
from .yaml_source import YamlSource

#: problems that say something about another part, so not to be trusted if that part had to be repaired
ABOUT_OTHER_PARTS = frozenset(
    {"no-question", "empty-repeat", "unused-list", "unknown-pipe", "early-pipe", "bad-item-title", "bad-pipe"}
)

#: words that CEL keeps for itself
CEL_WORDS = frozenset({
    "in", "true", "false", "null", "as", "break", "const", "continue", "else", "for", "function", "if", "import", "let",
    "loop", "package", "namespace", "return", "var", "void", "while",
})  # fmt: skip
#: names that rules have already
RULE_WORDS = frozenset({
    "participant", "participant_kind", "treaty_status", "region", "state", "yes_no", "consent", "today",
    "questionnaire", "bool", "bytes", "double", "duration", "dyn", "int", "list", "map", "null_type", "string",
    "timestamp", "type", "uint",
})  # fmt: skip
UNPIPEABLE = (m.Repeat, m.Grid, m.Links, m.Document, m.Contact)
#: parts of a text's key whose text may show an earlier answer
PIPED_FIELDS = frozenset({"label", "hint", "text", "item_label"})


@dataclass(frozen=True)
class Found:
    loc: Loc
    kind: str
    message: str
    remedy: str


@dataclass(frozen=True)
class Context:
    yaml: YamlSource
    questionnaire: m.Questionnaire
    layout: Layout
    items: tuple[tuple[Loc, m.Item], ...]  #: every item with its place, in document order

    def choices(self, source: str | tuple[m.Choice, ...]) -> tuple[m.Choice, ...]:
        return self.questionnaire.choice_lists.get(source, ()) if isinstance(source, str) else source


def check(yaml: YamlSource, questionnaire: m.Questionnaire) -> list[Problem]:
    items = tuple(_walk(questionnaire))
    context = Context(yaml, questionnaire, Layout(questionnaire), items)
    return [
        yaml.problem(found.loc, found.kind, found.message, found.remedy)
        for look in (_codes, _lists, _whole, _each_item, _pipes, _markdown)
        for found in look(context)
    ]


def _walk(questionnaire: m.Questionnaire) -> Iterator[tuple[Loc, m.Item]]:
    def inside(items: tuple[Any, ...], loc: Loc) -> Iterator[tuple[Loc, m.Item]]:
        for index, item in enumerate(items):
            yield (*loc, index), item
            if isinstance(item, (m.Subsection, m.Repeat)):
                yield from inside(item.items, (*loc, index, "items"))

    for index, section in enumerate(questionnaire.sections):
        yield from inside(section.items, ("sections", index, "items"))


# --- codes --------------------------------------------------------------------------------------


def _codes(context: Context) -> Iterator[Found]:
    seen: dict[str, Loc] = {}
    for code, loc in _named(context):
        if code in seen:
            line = context.yaml.place(seen[code], key=seen[code][0] == "choice_lists").line
            message = f"The code `{code}` is used twice: here and in line {line}."
            yield Found(
                loc, "duplicate-code", message, "Give one of them another code; rules that use it change with it."
            )
        seen.setdefault(code, loc)
        if code in CEL_WORDS | RULE_WORDS:
            message = f"`{code}` has a meaning of its own in rules."
            yield Found(loc, "reserved-code", message, f"Choose another code, for example `{code}_asked`.")
    for name, loc, choices in _own_and_shared(context):
        yield from _choice_codes(name, loc, choices)


def _named(context: Context) -> Iterator[tuple[str, Loc]]:
    """Every code of the one namespace, with where it is written."""
    for name in context.questionnaire.choice_lists:
        yield name, ("choice_lists", name)
    for index, section in enumerate(context.questionnaire.sections):
        yield section.code, ("sections", index, "code")
    for loc, item in context.items:
        yield item.code, (*loc, "code")


def _own_and_shared(context: Context) -> Iterator[tuple[str, Loc, tuple[m.Choice, ...]]]:
    for name, choices in context.questionnaire.choice_lists.items():
        yield name, ("choice_lists", name), choices
    for loc, item in context.items:
        if isinstance(item, m.Question):
            for field, name in own_lists(item):
                yield name, (*loc, field), getattr(item, field)


def _choice_codes(name: str, loc: Loc, choices: tuple[m.Choice, ...]) -> Iterator[Found]:
    counts = Counter(choice.code for choice in choices)
    for index, choice in enumerate(choices):
        place = (*loc, index, "code")
        if choice.code in KEYWORDS:  # CEL's other reserved words may stand behind a dot
            message = f"`{choice.code}` cannot be a choice code: rules could not name it."
            yield Found(place, "reserved-code", message, f"Write for example `{choice.code}_choice`.")
        first = next(i for i, other in enumerate(choices) if other.code == choice.code)
        if counts[choice.code] > 1 and index != first:
            message = f"The choice `{choice.code}` stands twice in the list `{name}`."
            yield Found(place, "duplicate-choice", message, "Give one of them another code, or remove it.")


# --- choice lists -------------------------------------------------------------------------------


def _lists(context: Context) -> Iterator[Found]:
    lists = context.questionnaire.choice_lists
    used: dict[str, list[tuple[m.Item, str]]] = defaultdict(list)
    for loc, item in context.items:
        for field in ("choices", "rows", "columns"):
            source = getattr(item, field, None)
            if isinstance(source, str):
                used[source].append((item, field))
                if source not in lists:
                    guess = nearest(source, lists)
                    remedy = (
                        f"Did you mean `{guess}`?" if guess else "Add it to `choice_lists`, or write the choices here."
                    )
                    yield Found((*loc, field), "unknown-list", f"There is no choice list `{source}`.", remedy)
            elif source is not None:
                yield from _choice_nonsense(source, (*loc, field), [(item, field)])
    for name, choices in lists.items():
        if name not in used:
            yield Found(
                ("choice_lists", name), "unused-list", f"No question uses the choice list `{name}`.", "Remove it."
            )
        yield from _choice_nonsense(choices, ("choice_lists", name), used[name])


def _choice_nonsense(choices: tuple[m.Choice, ...], loc: Loc, users: list[tuple[m.Item, str]]) -> Iterator[Found]:
    may_exclude = any(_many(item, field) for item, field in users)
    in_grid_or_ranking = [item.code for item, _ in users if isinstance(item, (m.Grid, m.Ranking))]
    for index, choice in enumerate(choices):
        if choice.exclusive and users and not may_exclude:
            message = f"`{choice.code}` is exclusive, but only one choice can be taken anyway or all are ranked."
            yield Found(
                (*loc, index, "exclusive"), "pointless", message, "Remove `exclusive`; it is for multiple_choice."
            )
        if choice.detail and in_grid_or_ranking:
            message = (
                f"`{choice.code}` opens a text box, which `{in_grid_or_ranking[0]}` (a grid or ranking) cannot show."
            )
            yield Found(
                (*loc, index, "detail"), "pointless", message, "Remove `detail`, and ask in a question of its own."
            )
    if choices and all(choice.exclusive for choice in choices):
        yield Found(loc, "pointless", "Every choice of this list is exclusive.", "Make the question a single_choice.")


def _many(item: m.Item, field: str) -> bool:
    return isinstance(item, m.MultipleChoice) or (
        isinstance(item, m.Grid) and item.cell == "multiple" and field == "columns"
    )


# --- the questionnaire as a whole ---------------------------------------------------------------


def _whole(context: Context) -> Iterator[Found]:
    questionnaire = context.questionnaire
    yield from _handling(questionnaire.handling, ("handling",))
    if not questionnaire.audience.kinds:
        message = "The audience is empty, so nobody would be asked."
        yield Found(("audience", "kinds"), "empty", message, "Write `[state]`, `[organisation]` or both.")
    if not context.layout.questions:
        yield Found(
            ("sections",), "no-question", "There is no question in this questionnaire.", "Add one to a section."
        )


def _handling(bounds: m.HandlingBounds, loc: Loc) -> Iterator[Found]:
    rank = m.HANDLINGS.index
    if rank(bounds.loosest) > rank(bounds.tightest):
        message = f"`loosest` ({bounds.loosest}) is tighter than `tightest` ({bounds.tightest})."
        yield Found(loc, "bad-bounds", message, f"From loose to tight: {', '.join(m.HANDLINGS)}.")
    elif not rank(bounds.loosest) <= rank(bounds.default) <= rank(bounds.tightest):
        message = f"The default handling {bounds.default} lies outside {bounds.loosest} … {bounds.tightest}."
        yield Found((*loc, "default"), "bad-bounds", message, "Change the default, or the bounds around it.")


# --- each item ----------------------------------------------------------------------------------


def _each_item(context: Context) -> Iterator[Found]:
    for loc, item in context.items:
        handling = getattr(item, "handling", None)
        if handling is not None:
            yield from _handling(handling, (*loc, "handling"))
        yield from _order(item, loc)
        for cls, look in CHECKS:
            if isinstance(item, cls):
                yield from look(context, item, loc)


def _order(item: m.Item, loc: Loc) -> Iterator[Found]:
    """Least and most, min and max, and numbers that no answer can have."""
    for low, high in (("least", "most"), ("min", "max")):
        bottom, top = getattr(item, low, None), getattr(item, high, None)
        for name, value in ((low, bottom), (high, top)):
            if isinstance(value, float) and not math.isfinite(value):
                yield Found(
                    (*loc, name), "bad-bounds", f"`{name}` is not a finite number.", "Write the number in digits."
                )
        if bottom is not None and top is not None and bottom > top:
            message = f"`{low}` ({bottom}) is greater than `{high}` ({top}), so no answer would do."
            yield Found((*loc, low), "bad-bounds", message, "Exchange them, or remove one.")


def _amount(context: Context, item: Any, loc: Loc) -> Iterator[Found]:
    there = len(context.choices(item.choices))
    for name in ("least", "most"):
        asked = getattr(item, name)
        if asked is not None and there and asked > there:
            message = f"`{name}` is {asked}, but there are only {there} choices."
            yield Found((*loc, name), "bad-bounds", message, "Lower it, or add choices.")


def _month(context: Context, item: m.Month, loc: Loc) -> Iterator[Found]:
    for name in ("min", "max"):
        value = getattr(item, name)
        if value is not None and not re.fullmatch(r"[0-9]{4}-(0[1-9]|1[0-2])", value):
            message = f"`{value}` is not a month."
            yield Found((*loc, name), "bad-value", message, "Write year and month: 2024-12.")


def _scale(context: Context, item: m.Scale, loc: Loc) -> Iterator[Found]:
    if item.min == item.max:
        yield Found((*loc, "min"), "bad-bounds", "The scale has one point only.", "Give it at least two.")
    if item.max - item.min > 20:
        yield Found(
            (*loc, "min"), "bad-bounds", "The scale has more than 21 points.", "Use an integer question instead."
        )
    if item.middle_label is not None and (item.max - item.min) % 2:
        message = "The scale has no middle point, but a `middle_label`."
        yield Found(
            (*loc, "middle_label"), "pointless", message, "Remove it, or give the scale an odd number of points."
        )


def _step(context: Context, item: m.Integer | m.Number, loc: Loc) -> Iterator[Found]:
    if item.min is not None and item.max is not None and item.step and 0 < item.max - item.min < item.step:
        message = f"The step {item.step} is wider than the range, so only {item.min} could be answered."
        yield Found((*loc, "step"), "bad-bounds", message, "Narrow the step, or widen the range.")
    if isinstance(item, m.Number) and item.step and abs(round(item.step, item.decimals) - item.step) > 1e-12:
        message = f"The step {item.step} has more decimals than the {item.decimals} that are kept."
        yield Found((*loc, "step"), "bad-bounds", message, "Raise `decimals`, or round the step.")


def _percentage(context: Context, item: m.Percentage, loc: Loc) -> Iterator[Found]:
    for name in ("min", "max"):
        if not 0 <= getattr(item, name) <= 1000:
            yield Found((*loc, name), "bad-bounds", f"`{name}` is no percentage.", "Write a number from 0 to 1000.")


def _states(context: Context, item: m.StatePicker, loc: Loc) -> Iterator[Found]:
    for index, region in enumerate(item.regions):
        if region not in REGIONS:
            guess = nearest(region, REGIONS)
            remedy = f"Did you mean `{guess}`?" if guess else f"Regions are: {', '.join(REGIONS)}."
            yield Found((*loc, "regions", index), "unknown-region", f"There is no region `{region}`.", remedy)
            return
    there = sum(
        1
        for state in STATES.values()
        if (not item.regions or state.region in item.regions)
        and (not item.treaty_status or state.treaty_status in item.treaty_status)
    )
    if isinstance(item, m.States) and max(item.least, 1) > there:
        message = f"`least` is {item.least}, but only {there} States can be picked."
        yield Found((*loc, "least"), "bad-bounds", message, "Lower it, or widen the regions.")


def _grid(context: Context, item: m.Grid, loc: Loc) -> Iterator[Found]:
    if item.cell != "number" and not (item.min is None and item.max is None):
        name = "min" if item.min is not None else "max"
        message = f"`{name}` has no meaning in a grid of {item.cell} cells."
        yield Found((*loc, name), "pointless", message, "Remove it, or write `cell: number`.")
    if item.cell != "text" and "max_characters" in item.model_fields_set:
        message = f"`max_characters` has no meaning in a grid of {item.cell} cells."
        yield Found((*loc, "max_characters"), "pointless", message, "Remove it, or write `cell: text`.")


def _contact(context: Context, item: m.Contact, loc: Loc) -> Iterator[Found]:
    if not item.ask:
        yield Found((*loc, "ask"), "empty", "Nothing is asked of this contact.", "Write for example `[name, email]`.")
    for part in item.required_parts:
        if item.ask and part not in item.ask:
            message = f"The part `{part}` is required but not asked."
            place = (*loc, "required_parts" if "required_parts" in item.model_fields_set else "ask")
            yield Found(place, "bad-bounds", message, f"Add `{part}` to `ask`, or take it out of `required_parts`.")


def _document(context: Context, item: m.Document, loc: Loc) -> Iterator[Found]:
    if not item.formats:
        yield Found((*loc, "formats"), "empty", "No file format is accepted.", "Write for example `[pdf]`.")


def _repeat(context: Context, item: m.Repeat, loc: Loc) -> Iterator[Found]:
    inner = {part.code: part for part in item.items if not isinstance(part, m.Note)}
    if not inner:
        yield Found(
            (*loc, "items"), "empty-repeat", f"The repeat `{item.code}` asks nothing.", "Add a question to its items."
        )
    title = item.item_title
    if title is None:
        return
    if title not in inner:
        guess = nearest(title, inner)
        remedy = f"Did you mean `{guess}`?" if guess else f"Name one of: {', '.join(inner)}."
        message = f"`{title}` is not a question inside the repeat `{item.code}`."
        yield Found((*loc, "item_title"), "bad-item-title", message, remedy)
    elif isinstance(inner[title], UNPIPEABLE):
        message = f"The answer to `{title}` cannot be a title."
        yield Found(
            (*loc, "item_title"), "bad-item-title", message, "Choose a question answered with a text, date or choice."
        )


Look = Callable[[Context, Any, Loc], Iterator[Found]]
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

# --- pipes and Markdown -------------------------------------------------------------------------


def _pipes(context: Context) -> Iterator[Found]:
    for unit in text_units(context.questionnaire):
        if has_broken_pipe(unit.english):
            message = "A pipe here is not well-formed."
            yield Found(unit.loc, "bad-pipe", message, "Write `{{ code }}` or `{{ code | words if unanswered }}`.")
        found = pipes(unit.english)
        owner, _, field = unit.key.rpartition(".")
        if found and not _may_pipe(context, owner, field):
            message = "No answer can be shown in this text."
            yield Found(unit.loc, "bad-pipe", message, "Pipes stand in labels, hints, notes and texts of sections.")
        elif found:
            for code in dict.fromkeys(each.code for each in found):
                yield from _pipe(context, unit, owner, code)


def _may_pipe(context: Context, owner: str, field: str) -> bool:
    return field in PIPED_FIELDS and owner in context.layout.order


def _pipe(context: Context, unit: TextUnit, owner: str, code: str) -> Iterator[Found]:
    layout = context.layout
    target = layout.questions.get(code)
    if target is None:
        guess = nearest(code, layout.questions)
        remedy = f"Did you mean `{guess}`?" if guess else "Use the code of a question or calculation."
        what = "is not a question" if code in layout.order else "is not a code here"
        yield Found(unit.loc, "unknown-pipe", f"This text pipes `{code}`, which {what}.", remedy)
    elif isinstance(target, UNPIPEABLE):
        message = f"The answer to `{code}` is too large to stand in a text."
        yield Found(unit.loc, "bad-pipe", message, "Pipe a text, number, date or choice.")
    elif layout.repeat_of.get(code) not in (None, layout.repeat_of.get(owner)):
        message = f"`{code}` is asked inside the repeat `{layout.repeat_of[code]}`, so it has many answers."
        yield Found(unit.loc, "bad-pipe", message, "Pipe it inside that repeat only.")
    elif not _asked_before(layout, owner, code, target):
        message = f"This text pipes `{code}`, which is not asked before it."
        yield Found(unit.loc, "early-pipe", message, "Move the question up, or drop the pipe.")


def _asked_before(layout: Layout, owner: str, code: str, target: AnyItem) -> bool:
    return owner != code and (isinstance(target, m.Calculation) or layout.order[code] < layout.order[owner])


def _markdown(context: Context) -> Iterator[Found]:
    for unit in text_units(context.questionnaire):
        for message, remedy in markdown.faults(unit.english):
            yield Found(unit.loc, "markdown", message, remedy)
