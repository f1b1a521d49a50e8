"""A questionnaire version made ready once: everything that can be worked out without an answer.

Immutable and shared by all threads. Made by `loader.load`, which keeps one per content hash.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from functools import cached_property

from . import model as m
from .markdown import block, inline
from .questionnaire_layout import AnyItem, Layout
from .rules.engine import CompiledRules

Catalogue = Mapping[str, str]  #: text key → translated text


class Compiled:
    """One version: the model, its rules compiled, its texts in every complete language."""

    def __init__(
        self,
        questionnaire: m.Questionnaire,
        digest: str,
        rules: CompiledRules,
        english: Catalogue,
        catalogues: Mapping[str, Catalogue],
        languages: tuple[str, ...] = ("en",),
    ) -> None:
        self.questionnaire = questionnaire
        self.digest = digest  #: SHA-256 of the source's files, in hexadecimal
        self.rules = rules
        self.languages = languages  #: those whose catalogue is complete, English first
        self._texts = {"en": dict(english)} | {name: dict(english) | dict(texts) for name, texts in catalogues.items()}
        self._html: dict[tuple[str, str, bool], str] = {}

    @cached_property
    def layout(self) -> Layout:
        """Where everything stands; worked out once."""
        return Layout(self.questionnaire)

    @property
    def questions(self) -> Mapping[str, AnyItem]:
        """Every question and calculation by code, inside repeats too, in document order."""
        return self.layout.questions

    @property
    def section_of(self) -> Mapping[str, str]:
        """The section's code for every code in it."""
        return self.layout.section_of

    @property
    def repeat_of(self) -> Mapping[str, str]:
        """The repeat's code for each code inside one."""
        return self.layout.repeat_of

    def section(self, code: str) -> m.Section:
        """By its code. KeyError: there is none."""
        return self.layout.sections[code]

    def choices(self, question: AnyItem) -> tuple[m.Choice, ...]:
        """The question's choices in their order; none for a question without choices."""
        return self.layout.choices(question)

    def rows(self, grid: m.Grid) -> tuple[m.Choice, ...]:
        """The grid's rows as choices, whether listed in place or by name."""
        return self.layout.listed(grid.rows)

    def columns(self, grid: m.Grid) -> tuple[m.Choice, ...]:
        """The grid's columns as choices, whether listed in place or by name."""
        return self.layout.listed(grid.columns)

    @staticmethod
    def list_name(question: AnyItem) -> str:
        """The first part of the text keys of its choices: the shared list's name, or the question's own code."""
        source = getattr(question, "choices", None)
        return source if isinstance(source, str) else question.code

    @staticmethod
    def rows_list_name(grid: m.Grid) -> str:
        """The first part of the text keys of its rows: the shared list's name, or `code.rows`."""
        return grid.rows if isinstance(grid.rows, str) else f"{grid.code}.rows"

    @staticmethod
    def columns_list_name(grid: m.Grid) -> str:
        """The first part of the text keys of its columns: the shared list's name, or `code.columns`."""
        return grid.columns if isinstance(grid.columns, str) else f"{grid.code}.columns"

    def text(self, key: str, language: str) -> str:
        """The plain source text, in English where the language lacks it. KeyError: no such text."""
        return self._texts.get(language, self._texts["en"])[key]

    @cached_property
    def wording_digests(self) -> Mapping[str, str]:
        """By section: SHA-256 of its English texts, those of its questions and of their choices; the rest of the version is out."""
        return {code: self._wording_digest(code) for code in self.layout.sections}

    def _wording_digest(self, section: str) -> str:
        names = {section} | {code for code, place in self.section_of.items() if place == section}
        names |= {self.list_name(question) for code, question in self.questions.items() if code in names}
        grids = [grid for code, grid in self.questions.items() if code in names and isinstance(grid, m.Grid)]
        names |= {name for grid in grids for name in (self.rows_list_name(grid), self.columns_list_name(grid))}
        texts = {key: text for key, text in self._texts["en"].items() if key.split(".")[0] in names}
        return hashlib.sha256(json.dumps(texts, ensure_ascii=False, sort_keys=True).encode()).hexdigest()

    def has_text(self, key: str) -> bool:
        """Is there an English text under this key?"""
        return key in self._texts["en"]

    def html(self, key: str, language: str) -> str:
        """Sanitised HTML blocks of a Markdown text, rendered once."""
        return self._rendered(key, language, False)

    def html_inline(self, key: str, language: str) -> str:
        """Sanitised inline HTML of a Markdown text, rendered once."""
        return self._rendered(key, language, True)

    def _rendered(self, key: str, language: str, in_line: bool) -> str:
        kept = self._html.get((key, language, in_line))
        if kept is None:
            kept = (inline if in_line else block)(self.text(key, language))
            self._html[key, language, in_line] = kept
        return kept

    def handling(self, code: str) -> m.HandlingBounds:
        """Who may see the answer to this question: its own bounds, or else the questionnaire's."""
        return getattr(self.questions.get(code), "handling", None) or self.questionnaire.handling
