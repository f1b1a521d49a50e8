"""What the rules of a questionnaire may name, outside repeats or inside the items of one."""

from __future__ import annotations

from collections.abc import Iterable

from ..layout import Layout
from .rule_names import names_of
from .rule_source import names, special_calls


class Scope:
    """The names and questions in reach of the rules in `sources`, which are all rules of the questionnaire."""

    def __init__(self, layout: Layout, repeat: str | None, sources: Iterable[str]) -> None:
        sources = tuple(sources)
        mentioned = {".".join(name.parts) for source in sources for name in names(source)}
        self.layout = layout
        self.every_name = names_of(layout, repeat)
        # two hundred State constants would slow every compilation: only those that a rule names are declared
        self.names = {
            name: meaning
            for name, meaning in self.every_name.items()
            if not name.startswith("state.") or name in mentioned
        }
        self.codes = frozenset(code for code in layout.questions if layout.repeat_of.get(code) in (None, repeat))
        parts = {call.argument for source in sources for call in special_calls(source) if call.argument in self.names}
        #: what `answered()` and `or_else()` may be asked of: questions, and parts of an answer (`stay.to`)
        self.answerable = self.codes | {part for part in parts if self.names[part].code is not None}

    def resolve(self, parts: tuple[str, ...]) -> str | None:
        """The longest declared name that these parts begin with."""
        for length in range(len(parts), 0, -1):
            if (name := ".".join(parts[:length])) in self.names:
                return name
        return None
