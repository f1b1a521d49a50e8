"""What the rules of a questionnaire may name, outside repeats or inside the items of one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ..questionnaire_layout import Layout
from .rule_names import Name, names_of
from .rule_source import names, special_calls


class Scope:
    """The names and questions in reach of the rules in `sources`, which are all rules of the questionnaire."""

    def __init__(self, layout: Layout, repeat: str | None, sources: Iterable[str]) -> None:
        sources = tuple(sources)
        self.layout = layout
        self.every_name = names_of(layout, repeat)
        self.names = _declared(self.every_name, sources)
        self.codes = frozenset(code for code in layout.questions if layout.repeat_of.get(code) in (None, repeat))
        arguments = {call.argument for source in sources for call in special_calls(source)}
        parts = {argument for argument in arguments if argument in self.names and self.names[argument].code is not None}
        #: what `answered()` and `or_else()` may be asked of: questions, and parts of an answer (`stay.to`)
        self.answerable = self.codes | parts

    def resolve(self, parts: tuple[str, ...]) -> str | None:
        """The longest declared name that these parts begin with."""
        for length in range(len(parts), 0, -1):
            if (name := ".".join(parts[:length])) in self.names:
                return name
        return None


def _declared(every_name: Mapping[str, Name], sources: Iterable[str]) -> dict[str, Name]:
    """Two hundred State constants would slow every compilation: only those that a rule names are declared."""
    mentioned = {".".join(name.parts) for source in sources for name in names(source)}
    return {name: meaning for name, meaning in every_name.items() if not name.startswith("state.") or name in mentioned}
