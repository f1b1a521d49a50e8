"""What the checks of a built questionnaire look at, and what they say."""

from __future__ import annotations

from dataclasses import dataclass

from .. import model as m
from ..questionnaire_layout import Layout
from ..source.yaml_source import YamlSource
from ..texts import Loc

#: question types whose answer is too large to stand in a text or title
UNPIPEABLE = (m.Repeat, m.Grid, m.Links, m.Document, m.Contact)


@dataclass(frozen=True)
class Finding:
    """One mistake at its place in the model; `kind` is stable, for tests and tools."""

    loc: Loc
    kind: str
    message: str
    remedy: str


@dataclass(frozen=True)
class Context:
    """A questionnaire that could be built, and the file it was built from."""

    yaml: YamlSource
    questionnaire: m.Questionnaire
    layout: Layout
    items: tuple[tuple[Loc, m.Item], ...]  #: every item with its place, in document order

    def choices(self, source: str | tuple[m.Choice, ...]) -> tuple[m.Choice, ...]:
        """Those of a named list, or those written in place; none for a list that does not exist."""
        return self.questionnaire.choice_lists.get(source, ()) if isinstance(source, str) else source
