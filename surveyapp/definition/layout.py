"""Where everything stands in a questionnaire, from the model alone: no rule, no text."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from . import model as m

AnyItem = m.AnyQuestion | m.Calculation


class Layout:
    """Where everything stands, from the model alone (no rule, no text)."""

    def __init__(self, questionnaire: m.Questionnaire) -> None:
        self.questionnaire = questionnaire
        questions: dict[str, AnyItem] = {}
        section_of: dict[str, str] = {}
        repeat_of: dict[str, str] = {}
        parent_of: dict[str, str] = {}
        for section in questionnaire.sections:
            for item in section.items:
                inner = item.items if isinstance(item, m.Subsection) else (item,)
                for leaf in inner:
                    parent_of[leaf.code] = item.code if isinstance(item, m.Subsection) else section.code
                    section_of[leaf.code] = section.code
                    if not isinstance(leaf, m.Note):
                        questions[leaf.code] = leaf
                    if isinstance(leaf, m.Repeat):
                        for part in leaf.items:
                            repeat_of[part.code] = leaf.code
                            parent_of[part.code] = leaf.code
                            section_of[part.code] = section.code
                            if not isinstance(part, m.Note):
                                questions[part.code] = part
                if isinstance(item, m.Subsection):
                    parent_of[item.code] = section.code
                    section_of[item.code] = section.code
        self.questions: Mapping[str, AnyItem] = MappingProxyType(questions)
        self.section_of: Mapping[str, str] = MappingProxyType(section_of)
        self.repeat_of: Mapping[str, str] = MappingProxyType(repeat_of)
        #: the sub-section, repeat or section that holds a code
        self.parent_of: Mapping[str, str] = MappingProxyType(parent_of)
        self.sections = {section.code: section for section in questionnaire.sections}
        self.order = {code: place for place, code in enumerate(self._codes())}

    def _codes(self) -> list[str]:
        found: list[str] = []
        for section in self.questionnaire.sections:
            found.append(section.code)
            for item in section.items:
                found.append(item.code)
                for leaf in getattr(item, "items", ()):
                    found.append(leaf.code)
                    found.extend(part.code for part in getattr(leaf, "items", ()))
        return found

    def listed(self, source: str | tuple[m.Choice, ...]) -> tuple[m.Choice, ...]:
        return self.questionnaire.choice_lists.get(source, ()) if isinstance(source, str) else source

    def choices(self, question: AnyItem) -> tuple[m.Choice, ...]:
        return self.listed(getattr(question, "choices", ()))

    def asked_before(self, code: str) -> frozenset[str]:
        """The questions that a rule or pipe at `code` (a question, note, section …) may look back on.

        Those of an earlier repeat are among them: a rule sees the list of their answers (`acts.cost`).
        """
        place, repeat = self.order[code], self.repeat_of.get(code)
        return frozenset(
            other
            for other, item in self.questions.items()
            if isinstance(item, m.Calculation) or (self.order[other] < place and other != repeat)
        )
