"""What is printed: the reply as submitted, and the blank form, in words of the page's language."""

from __future__ import annotations

import datetime
from collections.abc import Iterator

from babel import dates

from surveyapp.analysis.labels import HANDLING_LABELS
from surveyapp.definition import model as m
from surveyapp.handouts.paper import Paper, PaperLine, PaperPart
from surveyapp.storage.replies.submissions import SubmissionFacts
from surveyapp.words import LanguageWords

from .layout import Block, Option, blocks, plain
from .page import Page
from .read_back import Line, read_back

#: lines to write on, by type; one for all others that have no choices
BLANKS = {"long_text": 8, "repeat": 0, "links": 4, "document": 2, "contact": 0, "period": 1}
MAX_STATES = 40  #: longer lists are not printed: a line is, to write the States on


def reply_paper(page: Page, done: SubmissionFacts) -> Paper:
    """A submitted reply as a document: facts of the submission, then each question on path with its answer. `page`: of
    the submitted state."""
    state, words, language = page.state, page.words, page.language
    _ = words.gettext
    title = _("Reply of %(state)s", state=state.participant.name(language))
    version = state.compiled.questionnaire.version
    facts = [
        (_("Reference number"), done.reference),
        (_("Submitted (UTC)"), dates.format_datetime(done.at, "long", tzinfo=datetime.UTC, locale=language)),
        (_("Submission of this reply"), words.number(done.number)),
        (_("Questionnaire"), state.compiled.text("questionnaire.title", language)),
        (_("Version"), f"{words.number(version)} · {state.compiled.digest[:16]}"),
        ("SHA-256", done.digest),
        (_("SHA-256 of the submission before"), done.previous or _("None")),
    ]
    parts = [
        PaperPart(state.compiled.text(f"{section}.title", language), [_paper_line(line, words) for line in lines])
        for section, lines in read_back(page)
    ]
    return Paper(
        language=language,
        author=state.participant.name(language),
        title=title,
        subtitle=state.round.title(language),
        heads=("", ""),
        facts=facts,
        notes=(),
        parts=parts,
        footer=done.reference,
    )


def _paper_line(line: Line, words: LanguageWords) -> PaperLine:
    _ = words.gettext
    label = str(line.label.striptags())
    if line.kind in ("heading", "item"):
        return PaperLine(line.kind, label)
    left_open = _("Left open: %(reason)s", reason=line.reason) if line.reason else _("No answer")
    small = _(HANDLING_LABELS[line.handling]) if line.handling else ""
    return PaperLine("question", label, line.answer or left_open, small)


def blank_form(page: Page) -> Paper:
    """Every section and question, asked of this participant or not: on paper, people see for themselves what applies."""
    compiled, language, _ = page.compiled, page.language, page.words.gettext
    notes = [_(
        "This form is for reading and preparing. The official reply is given on line or in the fill-in workbook."
    )]  # fmt: skip
    return Paper(
        language=language,
        author=page.state.participant.name(language),
        title=compiled.text("questionnaire.title", language),
        subtitle=page.state.round.title(language),
        heads=("", ""),
        facts=[(_("State or organization"), page.state.participant.name(language))],
        notes=notes,
        parts=[
            PaperPart(
                compiled.text(f"{section.code}.title", language),
                [line for block in blocks(compiled, section.code, language) for line in _blank(page, block)],
            )
            for section in compiled.questionnaire.sections
        ],
        footer=page.state.round.title(language),
    )


def _blank(page: Page, block: Block) -> Iterator[PaperLine]:
    label, hint = page.piped(block, "")
    words, _ = page.words, page.words.gettext
    if block.type == "calculation":
        return
    if block.type == "subsection":
        yield PaperLine("heading", plain(label))
        return
    if block.type == "note":
        yield PaperLine("note", plain(label))
        return
    small = [page.needs[block.need]] if block.need in page.needs else []
    small += [_("Only where it applies")] if block.question.relevant else []
    small += [plain(hint)] if hint else []
    yield PaperLine("question", plain(label), "", " · ".join(small), _choices(block, words), _lines(block, words))
    if block.type == "repeat":
        yield PaperLine("item", f"{block.item_label} {words.number(1)}")
        for inner in block.inside:
            yield from _blank(page, inner)


def _choices(block: Block, words: LanguageWords) -> tuple[str, ...]:
    if block.rows:
        columns = " / ".join(_word(option, words) for option in block.options)
        return tuple(f"{_word(row, words)}: {columns}" for row in block.rows)
    if block.groups:
        names = [_word(option, words) for _region, options in block.groups for option in options]
        return tuple(names) if len(names) <= MAX_STATES else ()
    if block.parts:
        return tuple(f"{words.gettext(label)}:" for _part, label in block.parts)
    if isinstance(block.question, m.Scale):
        return tuple(f"{_word(option, words)} {end}".rstrip() for option, end in _scale(block))
    return tuple(
        f"{_word(option, words)}{f' — {option.detail}: …' if option.detail else ''}" for option in block.options
    )  # fmt: skip


def _scale(block: Block) -> Iterator[tuple[Option, str]]:
    last = len(block.options) - 1
    for place, option in enumerate(block.options):
        low, high = block.ends
        yield option, f"({low})" if place == 0 else f"({high})" if place == last else ""


def _lines(block: Block, words: LanguageWords) -> int:
    return BLANKS.get(block.type, 0 if _choices(block, words) else 1)


def _word(option: Option, words: LanguageWords) -> str:
    return words.gettext(str(option.label)) if option.interface else plain(option.label)
