"""What the grammar cannot see: codes, lists, bounds and pipes that do not fit together."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator

from .. import model as m
from ..problems import Problem, nearest
from ..questionnaire_layout import Layout
from ..rules.rule_source import KEYWORDS
from ..source.yaml_source import YamlSource
from ..texts import Loc, own_lists
from .findings import Context, Finding
from .item_checks import handling_findings, item_findings
from .pipe_checks import markdown_findings, pipe_findings

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
#: `/reply/ROUND/…` leads to these pages as it leads to sections: a section cannot have such a code
PAGES_OF_A_REPLY = frozenset({
    "ask", "clearance", "colleagues", "difference", "documents", "form", "handover", "proposals", "receipts", "reopen",
    "review", "submit", "thanks", "workbook",
})  # fmt: skip


def check(yaml: YamlSource, questionnaire: m.Questionnaire) -> list[Problem]:
    """Codes, lists, bounds, pipes and Markdown: all problems at their places in the file, unsorted."""
    items = tuple(_walk(questionnaire))
    context = Context(yaml, questionnaire, Layout(questionnaire), items)
    return [
        yaml.problem(finding.loc, finding.kind, finding.message, finding.remedy)
        for look in (_codes, _lists, _whole, item_findings, pipe_findings, markdown_findings)
        for finding in look(context)
    ]


def _walk(questionnaire: m.Questionnaire) -> Iterator[tuple[Loc, m.Item]]:
    def inside(items: tuple[m.Item, ...], loc: Loc) -> Iterator[tuple[Loc, m.Item]]:
        for index, item in enumerate(items):
            yield (*loc, index), item
            if isinstance(item, (m.Subsection, m.Repeat)):
                yield from inside(item.items, (*loc, index, "items"))

    for index, section in enumerate(questionnaire.sections):
        yield from inside(section.items, ("sections", index, "items"))


# --- codes --------------------------------------------------------------------------------------


def _codes(context: Context) -> Iterator[Finding]:
    seen: dict[str, Loc] = {}
    for code, loc in _named(context):
        if code in seen:
            line = context.yaml.place(seen[code], key=seen[code][0] == "choice_lists").line
            message = f"The code `{code}` is used twice: here and in line {line}."
            yield Finding(
                loc, "duplicate-code", message, "Give one of them another code; rules that use it change with it."
            )
        seen.setdefault(code, loc)
        if code in CEL_WORDS | RULE_WORDS:
            message = f"`{code}` has a meaning of its own in rules."
            yield Finding(loc, "reserved-code", message, f"Choose another code, for example `{code}_asked`.")
        elif loc[0] == "sections" and len(loc) == 3 and code in PAGES_OF_A_REPLY:
            message = f"`{code}` is the address of another page of the reply."
            yield Finding(loc, "reserved-code", message, f"Choose another code, for example `{code}_section`.")
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


def _choice_codes(name: str, loc: Loc, choices: tuple[m.Choice, ...]) -> Iterator[Finding]:
    counts = Counter(choice.code for choice in choices)
    for index, choice in enumerate(choices):
        place = (*loc, index, "code")
        if choice.code in KEYWORDS:  # CEL's other reserved words may stand behind a dot
            message = f"`{choice.code}` cannot be a choice code: rules could not name it."
            yield Finding(place, "reserved-code", message, f"Write for example `{choice.code}_choice`.")
        first = next(i for i, other in enumerate(choices) if other.code == choice.code)
        if counts[choice.code] > 1 and index != first:
            message = f"The choice `{choice.code}` stands twice in the list `{name}`."
            yield Finding(place, "duplicate-choice", message, "Give one of them another code, or remove it.")


# --- choice lists -------------------------------------------------------------------------------


def _lists(context: Context) -> Iterator[Finding]:
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
                    yield Finding((*loc, field), "unknown-list", f"There is no choice list `{source}`.", remedy)
            elif source is not None:
                yield from _choice_nonsense(source, (*loc, field), [(item, field)])
    for name, choices in lists.items():
        if name not in used:
            yield Finding(
                ("choice_lists", name), "unused-list", f"No question uses the choice list `{name}`.", "Remove it."
            )
        yield from _choice_nonsense(choices, ("choice_lists", name), used[name])


def _choice_nonsense(choices: tuple[m.Choice, ...], loc: Loc, users: list[tuple[m.Item, str]]) -> Iterator[Finding]:
    """Settings of choices that mean nothing to the (item, field) pairs that use them."""
    if users and not any(_many(item, field) for item, field in users):
        yield from _pointless_exclusive(choices, loc)
    boxless = next((item.code for item, _ in users if isinstance(item, (m.Grid, m.Ranking))), None)
    if boxless is not None:
        yield from _pointless_detail(choices, loc, boxless)
    if choices and all(choice.exclusive for choice in choices):
        yield Finding(loc, "pointless", "Every choice of this list is exclusive.", "Make the question a single_choice.")


def _pointless_exclusive(choices: tuple[m.Choice, ...], loc: Loc) -> Iterator[Finding]:
    for index, choice in enumerate(choices):
        if choice.exclusive:
            message = f"`{choice.code}` is exclusive, but only one choice can be taken anyway or all are ranked."
            remedy = "Remove `exclusive`; it is for multiple_choice."
            yield Finding((*loc, index, "exclusive"), "pointless", message, remedy)


def _pointless_detail(choices: tuple[m.Choice, ...], loc: Loc, boxless: str) -> Iterator[Finding]:
    for index, choice in enumerate(choices):
        if choice.detail:
            message = f"`{choice.code}` opens a text box, which `{boxless}` (a grid or ranking) cannot show."
            remedy = "Remove `detail`, and ask in a question of its own."
            yield Finding((*loc, index, "detail"), "pointless", message, remedy)


def _many(item: m.Item, field: str) -> bool:
    return isinstance(item, m.MultipleChoice) or (
        isinstance(item, m.Grid) and item.cell == "multiple" and field == "columns"
    )


# --- the questionnaire as a whole ---------------------------------------------------------------


def _whole(context: Context) -> Iterator[Finding]:
    questionnaire = context.questionnaire
    yield from handling_findings(questionnaire.handling, ("handling",))
    if not questionnaire.audience.kinds:
        message = "The audience is empty, so nobody would be asked."
        yield Finding(("audience", "kinds"), "empty", message, "Write `[state]`, `[organisation]` or both.")
    if not context.layout.questions:
        yield Finding(
            ("sections",), "no-question", "There is no question in this questionnaire.", "Add one to a section."
        )
