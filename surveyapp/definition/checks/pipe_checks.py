"""Texts that show what is not there: pipes of later or unknown answers, and Markdown that is not ours."""

from __future__ import annotations

from collections.abc import Iterator

from .. import markdown
from .. import model as m
from ..problems import nearest
from ..questionnaire_layout import AnyItem, Layout
from ..texts import TextUnit, has_broken_pipe, pipes, text_units
from .findings import UNPIPEABLE, Context, Finding

#: parts of a text's key whose text may show an earlier answer
PIPED_FIELDS = frozenset({"label", "hint", "text", "item_label"})


def pipe_findings(context: Context) -> Iterator[Finding]:
    """Pipes that are not well-formed, stand where no answer can be shown, or show what is not asked before."""
    for unit in text_units(context.questionnaire):
        if has_broken_pipe(unit.english):
            message = "A pipe here is not well-formed."
            yield Finding(unit.loc, "bad-pipe", message, "Write `{{ code }}` or `{{ code | words if unanswered }}`.")
        codes = dict.fromkeys(pipe.code for pipe in pipes(unit.english))
        owner, _, field = unit.key.rpartition(".")
        if codes and not _may_pipe(context, owner, field):
            message = "No answer can be shown in this text."
            yield Finding(unit.loc, "bad-pipe", message, "Pipes stand in labels, hints, notes and texts of sections.")
        else:
            for code in codes:
                yield from _pipe(context, unit, owner, code)


def _may_pipe(context: Context, owner: str, field: str) -> bool:
    return field in PIPED_FIELDS and owner in context.layout.order


def _pipe(context: Context, unit: TextUnit, owner: str, code: str) -> Iterator[Finding]:
    layout = context.layout
    target = layout.questions.get(code)
    if target is None:
        guess = nearest(code, layout.questions)
        remedy = f"Did you mean `{guess}`?" if guess else "Use the code of a question or calculation."
        fault = "is not a question" if code in layout.order else "is not a code here"
        yield Finding(unit.loc, "unknown-pipe", f"This text pipes `{code}`, which {fault}.", remedy)
    elif isinstance(target, UNPIPEABLE):
        message = f"The answer to `{code}` is too large to stand in a text."
        yield Finding(unit.loc, "bad-pipe", message, "Pipe a text, number, date or choice.")
    elif layout.repeat_of.get(code) not in (None, layout.repeat_of.get(owner)):
        message = f"`{code}` is asked inside the repeat `{layout.repeat_of[code]}`, so it has many answers."
        yield Finding(unit.loc, "bad-pipe", message, "Pipe it inside that repeat only.")
    elif not _asked_before(layout, owner, code, target):
        message = f"This text pipes `{code}`, which is not asked before it."
        yield Finding(unit.loc, "early-pipe", message, "Move the question up, or drop the pipe.")


def _asked_before(layout: Layout, owner: str, code: str, target: AnyItem) -> bool:
    return owner != code and (isinstance(target, m.Calculation) or layout.order[code] < layout.order[owner])


def markdown_findings(context: Context) -> Iterator[Finding]:
    """Markdown that would be shown as typed: HTML, images, links that do not work."""
    for unit in text_units(context.questionnaire):
        for message, remedy in markdown.markdown_problems(unit.english):
            yield Finding(unit.loc, "markdown", message, remedy)
