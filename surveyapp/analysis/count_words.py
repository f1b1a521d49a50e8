"""The usual words of diplomacy for a count, by a rule that the group sets in `exports/report-wording.yaml`."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from surveyapp.definition.messages import N_
from surveyapp.definition.source import recipes

FILE = Path(__file__).resolve().parent.parent.parent / "exports" / "report-wording.yaml"
Word = Literal["none", "one", "some", "several", "many", "most", "all"]
WORDS: Mapping[Word, str] = {
    "none": N_("no delegation"),
    "one": N_("one delegation"),
    "some": N_("some delegations"),
    "several": N_("several delegations"),
    "many": N_("many delegations"),
    "most": N_("most delegations"),
    "all": N_("all delegations"),
}


class Step(BaseModel):
    """One rule: the word holds where the count and its share of the base meet all bounds that are set."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    word: Word
    at_least: int | None = Field(default=None, ge=0)
    at_most: int | None = Field(default=None, ge=0)
    share: float | None = Field(default=None, ge=0, le=1)
    over: float | None = Field(default=None, ge=0, le=1)

    def holds(self, count: int, base: int) -> bool:
        """`share` is met from its value on, `over` only above it; of no base the share is 0."""
        part = count / base if base else 0
        return (
            (self.at_least is None or count >= self.at_least)
            and (self.at_most is None or count <= self.at_most)
            and (self.share is None or part >= self.share)
            and (self.over is None or part > self.over)
        )


class Wording(BaseModel):
    """The steps in the order they are tried."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    wording: str
    steps: tuple[Step, ...] = Field(min_length=1)

    def word(self, count: int, base: int) -> str:
        """An interface text, still to be translated. The last step is for what no other one takes."""
        step = next((step for step in self.steps if step.holds(count, base)), self.steps[-1])
        return WORDS[step.word]


def read_wording(file: str, text: str) -> Wording:
    """Raises ProblemsFound."""
    return recipes.read_recipe(Wording, file, text, "exports/report-wording.yaml")


@lru_cache
def wording() -> Wording:
    """The group's own, read once."""
    return read_wording(FILE.name, FILE.read_text(encoding="utf-8"))
