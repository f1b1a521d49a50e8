"""Where everything stands in a questionnaire, from the model alone: no rule, no text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
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
        order: list[str] = []
        for section in questionnaire.sections:
            order.append(section.code)
            for item, holder in _items(section):
                order.append(item.code)
                section_of[item.code] = section.code
                parent_of[item.code] = holder.code
                if isinstance(holder, m.Repeat):
                    repeat_of[item.code] = holder.code
                if not isinstance(item, m.Note | m.Subsection):
                    questions[item.code] = item
        #: in document order, inside repeats too
        self.questions: Mapping[str, AnyItem] = MappingProxyType(questions)
        self.section_of: Mapping[str, str] = MappingProxyType(section_of)
        self.repeat_of: Mapping[str, str] = MappingProxyType(repeat_of)
        #: the sub-section, repeat or section that holds a code
        self.parent_of: Mapping[str, str] = MappingProxyType(parent_of)
        self.sections = {section.code: section for section in questionnaire.sections}
        self.order = {code: place for place, code in enumerate(order)}

    def listed(self, source: str | tuple[m.Choice, ...]) -> tuple[m.Choice, ...]:
        """The choices of a named list, or those written in place; none for a list that does not exist."""
        return self.questionnaire.choice_lists.get(source, ()) if isinstance(source, str) else source

    def choices(self, question: AnyItem) -> tuple[m.Choice, ...]:
        """The question's choices in their order; none for a question without choices."""
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


Holder = m.Section | m.Subsection | m.Repeat


def _items(holder: Holder) -> Iterator[tuple[m.SectionItem, Holder]]:
    """Everything that stands in a section with what holds it, in document order."""
    for item in holder.items:
        yield item, holder
        if isinstance(item, m.Subsection | m.Repeat):
            yield from _items(item)
