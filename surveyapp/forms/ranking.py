"""A ranking is posted as a rank beside each choice, so that it needs neither drag nor script."""

from __future__ import annotations

from surveyapp.definition.compiled import Compiled
from surveyapp.definition.messages import N_
from surveyapp.definition.question_types import AnswerProblem
from surveyapp.definition.questionnaire_layout import AnyItem

from .posted import Posted

TIE = N_("Two answers have rank %(rank)s. Give each rank once.")
GAP = N_("Rank %(rank)s is missing. Number the answers from 1 without gaps.")
NOT_A_RANK = N_("Enter each rank as a whole number from 1.")


def ranking(compiled: Compiled, question: AnyItem, posted: Posted) -> list[str]:
    """Codes, best first. Raises AnswerProblem for ties and gaps: they are shown, never guessed away."""
    ranks: dict[int, str] = {}
    for choice in compiled.choices(question):
        typed = (posted.get(choice.code) or [""])[0].strip()
        if not typed:
            continue
        rank = _whole(typed)
        if rank in ranks:
            raise AnswerProblem(TIE, choice.code, rank=rank)
        ranks[rank] = choice.code
    for expected in range(1, len(ranks) + 1):
        if expected not in ranks:
            raise AnswerProblem(GAP, rank=expected)
    return [ranks[rank] for rank in sorted(ranks)]


def _whole(typed: str) -> int:
    try:
        rank = int(typed)  # int() reads the digits of all scripts
    except ValueError:
        raise AnswerProblem(NOT_A_RANK) from None
    if not 1 <= rank <= 1000:
        raise AnswerProblem(NOT_A_RANK)
    return rank
