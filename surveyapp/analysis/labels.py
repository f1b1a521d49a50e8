"""Words of tables and pictures in one language: choices from the questionnaire, the rest through `gettext`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from surveyapp.definition import model as m
from surveyapp.definition.compiled import Compiled
from surveyapp.definition.messages import N_
from surveyapp.definition.question_types.display import CONSENT_LABELS, YES_NO_LABELS
from surveyapp.definition.questionnaire_layout import AnyItem
from surveyapp.definition.states import region_name, state_name, subregion_name

STATUS_LABELS = {
    "state_party": N_("States Parties"),
    "signatory": N_("Signatories"),
    "not_party": N_("States not party"),
}
#: who may see an answer
HANDLING_LABELS = {
    "public": N_("Public"),
    "states_parties": N_("Seen by States Parties"),
    "co_chairs": N_("Seen by the co-chairs and the secretariat"),
    "secretariat": N_("Seen by the secretariat only"),
}
KIND_LABELS = {"state": N_("States"), "organisation": N_("Organisations")}
BASE_LINE = N_(
    "Base: %(answered)s answered, of %(asked)s asked, of %(replied)s that replied, of %(invited)s invited. "
    "Left open with a reason: %(declined)s. Withheld from this reader: %(withheld)s. Percentages are of those that answered."
)


@dataclass(frozen=True)
class Labels:
    """Words for the parts of a questionnaire and the groups of participants, in one language."""

    compiled: Compiled
    language: str
    gettext: Callable[[str], str]

    def question(self, question: AnyItem) -> str:
        """Its text, in English where the language lacks it."""
        return self.compiled.text(f"{question.code}.label", self.language)

    def choice(self, question: AnyItem, code: str) -> str:
        """By code: of a choice, a step of a scale, a State, a column of a grid."""
        if isinstance(question, m.YesNo):
            return self.gettext(YES_NO_LABELS[code])
        if isinstance(question, m.Consent):
            return self.gettext(CONSENT_LABELS[code])
        if isinstance(question, m.StatePicker):
            return state_name(code, self.language)
        if isinstance(question, m.Scale):
            return self._step(question, int(code))
        name = (
            self.compiled.columns_list_name(question)
            if isinstance(question, m.Grid)
            else self.compiled.list_name(question)
        )
        return self.compiled.text(f"{name}.{code}.label", self.language)

    def row(self, grid: m.Grid, code: str) -> str:
        """By code."""
        return self.compiled.text(f"{self.compiled.rows_list_name(grid)}.{code}.label", self.language)

    def _step(self, scale: m.Scale, step: int) -> str:
        ends = {scale.min: "low_label", scale.max: "high_label"}
        return (
            f"{step} — {self.compiled.text(f'{scale.code}.{ends[step]}', self.language)}" if step in ends else str(step)
        )

    def group(self, group: str, code: str) -> str:
        """Of a region, subregion, treaty status or kind of participant, by code."""
        if group == "region":
            return region_name(code, self.language)
        if group == "subregion":
            return subregion_name(code, self.language)
        return self.gettext((KIND_LABELS if group == "kind" else STATUS_LABELS)[code])
