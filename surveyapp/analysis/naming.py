"""May an answer be quoted in the report, and may its State be named? Both are asked of the reply itself."""

from __future__ import annotations

from surveyapp.definition import model as m
from surveyapp.definition.compiled import Compiled
from surveyapp.definition.model import HANDLINGS, Handling

from .replies import Handled

#: the report goes to the Conference: its words are read by all States Parties
REPORT_CIRCLE: Handling = "states_parties"


def quotable(reply: Handled, address: str) -> bool:
    """Only what the State lets States Parties see is quoted word for word."""
    handling = reply.handlings.get(address, "secretariat")
    return HANDLINGS.index(handling) <= HANDLINGS.index(REPORT_CIRCLE)


def may_be_named(compiled: Compiled, reply: Handled) -> bool:
    """With consent given in the reply, to a question of the questionnaire that asks for it; never by default."""
    asked = [q.code for q in compiled.questions.values() if isinstance(q, m.Consent) and q.naming]
    return any(reply.answers.get(code) == "given" for code in asked)
