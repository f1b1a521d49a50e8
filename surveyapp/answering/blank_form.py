"""The blank form: every question, numbered, with what it takes to fill it in on paper and to circulate it in a capital."""

from __future__ import annotations

import re
from collections.abc import Iterator

from markupsafe import Markup

from surveyapp.analysis.labels import HANDLING_LABELS
from surveyapp.definition import model as m
from surveyapp.handouts.paper import Paper, PaperGrid, PaperLine, PaperPart
from surveyapp.words import LanguageWords

from .layout import Block, Option, blocks, plain
from .page import Page

#: lines to write on, by type; one for all others that have no choices
BLANKS = {"long_text": 8, "repeat": 0, "links": 4, "document": 2, "contact": 0, "period": 1, "grid": 0}
MAX_STATES = 40  #: longer lists are not printed: a line is, to write the States on
#: a condition that can be said in words: another question's answer, or that it has one
IS_CHOICE = re.compile(r"\s*(\w+)\s*==\s*(\w+)\.(\w+)\s*")
IS_ANSWERED = re.compile(r"\s*answered\((\w+)\)\s*")


def blank_form(page: Page) -> Paper:
    """Every section and question, asked of this participant or not: on paper, people see for themselves what applies.
    `page`: of a reply without answers."""
    return _BlankForm(page).paper()


class _BlankForm:
    def __init__(self, page: Page) -> None:
        self.page, self.compiled, self.words = page, page.compiled, page.words
        self.numbers = _numbers(page)

    def paper(self) -> Paper:
        compiled, language, _ = self.compiled, self.page.language, self.words.gettext
        round_ = self.page.state.round
        facts = [(_("State or organization"), self.page.state.participant.name(language))]
        if round_.deadline:
            facts.append((_("Deadline"), self.words.deadline(round_.deadline)))
        default = compiled.questionnaire.handling.default
        facts.append((_("Who sees the answers, unless a question says otherwise"), _(HANDLING_LABELS[default])))
        notes = [
            *_paragraphs(compiled.html("questionnaire.introduction", language)),
            _(
                "This form is for reading and preparing. The official reply is given on line or in the fill-in workbook."
            ),
        ]
        return Paper(
            language=language,
            author=self.page.state.participant.name(language),
            title=compiled.text("questionnaire.title", language),
            subtitle=round_.title(language),
            heads=("", ""),
            facts=facts,
            notes=notes,
            parts=[
                PaperPart(
                    compiled.text(f"{section.code}.title", language),
                    [line for block in blocks(compiled, section.code, language) for line in self._lines(block)],
                )
                for section in compiled.questionnaire.sections
            ],
            footer=round_.title(language),
        )

    def _lines(self, block: Block) -> Iterator[PaperLine]:
        label, hint = self.page.piped(block, "")
        if block.type == "calculation":
            return
        if block.type in ("subsection", "note"):
            yield PaperLine("heading" if block.type == "subsection" else "note", plain(label))
            return
        small = " · ".join(filter(None, self._beside(block, plain(hint) if hint else "")))
        choices, grid = _choices(block, self.words), _grid(block, self.words)
        lines = BLANKS.get(block.type, 0 if choices else 1)
        number = self.words.number(self.numbers[block.code]) + ". " if block.code in self.numbers else ""
        yield PaperLine("question", number + plain(label), "", small, choices, lines, grid)
        if block.type == "repeat":
            yield PaperLine("item", f"{block.item_label} {self.words.number(1)}")
            for inner in block.inside:
                yield from self._lines(inner)

    def _beside(self, block: Block, hint: str) -> Iterator[str]:
        """What stands in small letters under a question: need, condition, limit, who sees it, hint."""
        _ = self.words.gettext
        if block.need in self.page.needs:
            yield self.page.needs[block.need]
        if block.question.relevant:
            yield self._condition(block.question.relevant)
        yield from self._limit(block)
        own = self.compiled.handling(block.code).default
        if own != self.compiled.questionnaire.handling.default:
            yield _(HANDLING_LABELS[own])
        yield hint

    def _condition(self, rule: str) -> str:
        """In words where it is of one answer; else that it does not apply to all."""
        _ = self.words.gettext
        if (match := IS_ANSWERED.fullmatch(rule)) and match[1] in self.numbers:
            return _("Only if question %(number)s is answered", number=self._number(match[1]))
        if (match := IS_CHOICE.fullmatch(rule)) and match[1] in self.numbers:
            chosen = self._choice(match[1], match[3])
            if chosen:
                number = self._number(match[1])
                return _("Only if the answer to question %(number)s is “%(answer)s”", number=number, answer=chosen)
        return _("Only where it applies")

    def _number(self, code: str) -> str:
        return self.words.number(self.numbers[code])

    def _choice(self, code: str, choice: str) -> str:
        section = self.compiled.section_of[code]
        every = [block for top in blocks(self.compiled, section, self.page.language) for block in (top, *top.inside)]
        options = (option for block in every if block.code == code for option in block.options)
        return next((_word(option, self.words) for option in options if option.code == choice), "")

    def _limit(self, block: Block) -> Iterator[str]:
        ngettext = self.words.ngettext
        if words := getattr(block.question, "max_words", None):
            yield ngettext("At most %(num)s word", "At most %(num)s words", words)
        elif (signs := getattr(block.question, "max_characters", None)) and block.type == "short_text":
            yield ngettext("At most %(num)s character", "At most %(num)s characters", signs)
        elif isinstance(block.question, m.MultipleChoice) and block.question.most:
            yield ngettext("At most %(num)s choice", "At most %(num)s choices", block.question.most)


def _numbers(page: Page) -> dict[str, int]:
    """Code → its number in the order of the form; what is inside a list is numbered on."""
    codes = []
    for section in page.compiled.questionnaire.sections:
        for top in blocks(page.compiled, section.code, page.language):
            codes += [block.code for block in (top, *top.inside) if block.is_question and block.type != "calculation"]
    return {code: number for number, code in enumerate(codes, 1)}


def _paragraphs(html: str) -> list[str]:
    """Plain paragraphs of a Markdown text that was rendered."""
    return [text for part in re.split(r"</p>|</li>|</h\d>", html) if (text := plain(Markup(part)).strip())]  # noqa: S704 - ours


def _grid(block: Block, words: LanguageWords) -> PaperGrid | None:
    """A box for every cell."""
    if not block.rows:
        return None
    columns = tuple(_word(option, words) for option in block.options)
    return PaperGrid(columns, tuple(_word(row, words) for row in block.rows))


def _choices(block: Block, words: LanguageWords) -> tuple[str, ...]:
    if block.rows:
        return ()
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


def _word(option: Option, words: LanguageWords) -> str:
    return words.gettext(str(option.label)) if option.interface else plain(option.label)
