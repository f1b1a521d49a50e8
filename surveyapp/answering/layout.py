"""What a section's page shows whatever the answers are, made once per version and language."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from markupsafe import Markup

from surveyapp.definition import model as m
from surveyapp.definition.compiled import Compiled
from surveyapp.definition.messages import N_
from surveyapp.definition.question_types.choices import pickable, yes_no_codes
from surveyapp.definition.question_types.display import CONSENT_LABELS, CONTACT_LABELS, YES_NO_LABELS
from surveyapp.definition.states import REGIONS, STATES, region_name, state_name
from surveyapp.definition.texts import pipes

NEED_LABELS = {"required": N_("Required"), "recommended": N_("Recommended")}


@dataclass(frozen=True)
class Option:
    """A choice as it is drawn: `label` and `hint` in the reader's language; `detail`: the label of its text field, if
    it has one."""

    code: str
    label: Markup | str
    hint: Markup | None = None
    exclusive: bool = False
    detail: str | None = None
    interface: bool = False  #: the label is an interface text, still to be translated


@dataclass(frozen=True, eq=False)
class Block:
    """One thing in a section: a question, note, sub-section's heading, calculation or repeat."""

    code: str
    type: str
    question: Any
    label: Markup
    hint: Markup | None
    parent: str | None  #: the sub-section it stands in
    pipes: frozenset[str]  #: the codes whose answers its texts show
    need: str = ""
    allowed: tuple[str, ...] = ()  #: who may be chosen to see it
    unit: str = ""
    options: tuple[Option, ...] = ()
    rows: tuple[Option, ...] = ()
    groups: tuple[tuple[str, tuple[Option, ...]], ...] = ()
    parts: tuple[tuple[str, str], ...] = ()
    inside: tuple[Block, ...] = ()
    item_label: str = ""
    ends: tuple[str, ...] = ()

    @property
    def is_question(self) -> bool:
        """Whether it takes an answer: no note, heading, calculation or repeat."""
        return isinstance(self.question, m.Question)


@lru_cache(maxsize=512)
def blocks(compiled: Compiled, section: str, language: str) -> tuple[Block, ...]:
    """The section's blocks in order; sub-sections stand before what they hold."""
    return tuple(_flat(_Maker(compiled, language), compiled.section(section).items))


def _flat(maker: _Maker, items: Iterable[Any]) -> Iterable[Block]:
    for item in items:
        if isinstance(item, m.Subsection):
            yield maker.heading(item)
            yield from (maker.block(leaf, item.code) for leaf in item.items)
        else:
            yield maker.block(item, None)


class _Maker:
    def __init__(self, compiled: Compiled, language: str) -> None:
        self.compiled = compiled
        self.language = language

    def heading(self, item: m.Subsection) -> Block:
        title, text = f"{item.code}.title", f"{item.code}.text"
        label = self._inline(title)
        hint = self._block(text) if item.text else None
        return Block(item.code, "subsection", item, label, hint, None, self._pipes(title, text))

    def block(self, item: Any, parent: str | None) -> Block:
        code = item.code
        if isinstance(item, m.Note):
            return Block(code, "note", item, self._block(f"{code}.text"), None, parent, self._pipes(f"{code}.text"))
        hint = self._block(f"{code}.hint") if item.hint else None
        common = (code, item.type, item, self._inline(f"{code}.label"), hint, parent)
        seen = self._pipes(f"{code}.label", f"{code}.hint")
        unit = self._text(f"{code}.unit") if getattr(item, "unit", None) else ""
        if isinstance(item, m.Calculation):
            return Block(*common, seen, unit=unit)
        return Block(
            *common,
            seen,
            need=item.need,
            allowed=self.compiled.handling(code).allowed,
            unit=unit,
            options=self._options(item),
            rows=self._listed(self.compiled.rows_list_name(item), self.compiled.rows(item))
            if isinstance(item, m.Grid)
            else (),
            groups=self._regions(item) if isinstance(item, m.StatePicker) else (),
            parts=tuple((part, CONTACT_LABELS[part]) for part in getattr(item, "ask", ())),
            inside=tuple(self.block(part, None) for part in getattr(item, "items", ())),
            item_label=self._text(f"{code}.item_label") if isinstance(item, m.Repeat) else "",
            ends=self._ends(item),
        )

    def _options(self, item: Any) -> tuple[Option, ...]:
        if isinstance(item, m.YesNo):
            return tuple(Option(code, YES_NO_LABELS[code], interface=True) for code in yes_no_codes(item))
        if isinstance(item, m.Consent):
            return tuple(Option(code, label, interface=True) for code, label in CONSENT_LABELS.items())
        if isinstance(item, m.Grid):
            return self._listed(self.compiled.columns_list_name(item), self.compiled.columns(item))
        if isinstance(item, m.Scale):
            return tuple(Option(str(step), str(step)) for step in range(item.min, item.max + 1))
        return self._listed(self.compiled.list_name(item), self.compiled.choices(item))

    def _listed(self, name: str, choices: tuple[m.Choice, ...]) -> tuple[Option, ...]:
        return tuple(
            Option(
                choice.code,
                self._inline(f"{name}.{choice.code}.label"),
                self._inline(f"{name}.{choice.code}.hint") if choice.hint else None,
                choice.exclusive,
                self._text(f"{name}.{choice.code}.detail") if choice.detail else None,
            )
            for choice in choices
        )

    def _regions(self, item: m.StatePicker) -> tuple[tuple[str, tuple[Option, ...]], ...]:
        codes = pickable(item)
        grouped = (
            (
                region_name(region, self.language),
                tuple(
                    sorted(
                        (
                            Option(code, state_name(code, self.language))
                            for code in codes
                            if STATES[code].region == region
                        ),
                        key=lambda option: str(option.label),
                    )
                ),
            )
            for region in REGIONS
        )
        return tuple((name, options) for name, options in grouped if options)

    def _ends(self, item: Any) -> tuple[str, ...]:
        if not isinstance(item, m.Scale):
            return ()
        return self._text(f"{item.code}.low_label"), self._text(f"{item.code}.high_label")

    def _text(self, key: str) -> str:
        return self.compiled.text(key, self.language)

    def _inline(self, key: str) -> Markup:
        return Markup(self.compiled.html_inline(key, self.language))  # noqa: S704 - made and sanitised by definition.markdown

    def _block(self, key: str) -> Markup:
        return Markup(self.compiled.html(key, self.language))  # noqa: S704 - made and sanitised by definition.markdown

    def _pipes(self, *keys: str) -> frozenset[str]:
        present = (key for key in keys if self.compiled.has_text(key))
        return frozenset(pipe.code for key in present for pipe in pipes(self._text(key)))


def plain(text: Markup | str | None) -> str:
    """A label without its marks, for paper and workbooks."""
    return str(Markup(text).striptags()) if text else ""  # noqa: S704 - only ever shown as plain text
