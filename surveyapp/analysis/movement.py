"""Two rounds of one questionnaire: what moved since the last one, State by State and in total.

Questions are matched by their codes. Only participants that replied in both are compared; the others are counted.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from surveyapp.definition import model as m
from surveyapp.definition.answer_values import AnswerValue
from surveyapp.definition.messages import N_
from surveyapp.definition.tables import Column, Table, Value

from .labels import Labels

NEW, CONFIRMED, SAME, CHANGED, GONE = "new", "confirmed", "same", "changed", "gone"
MOVES: Mapping[str, str] = {
    CHANGED: N_("Changed"),
    NEW: N_("New"),
    GONE: N_("No longer answered"),
    CONFIRMED: N_("Unchanged, confirmed"),
    SAME: N_("Unchanged"),
}
MOVED_LINE = N_(
    "Base: %(both)s participants that replied in both rounds; %(only_now)s replied in this one only, %(only_then)s in the "
    "earlier one only. Answers that this reader may not see in either round are left out."
)


class ComparedReply(Protocol):
    """A submitted reply of one of the two rounds, as one reader may see it."""

    @property
    def participant_code(self) -> str:
        """By which the two rounds' replies are matched."""

    @property
    def answers(self) -> Mapping[str, AnswerValue]:
        """Address → stored value."""

    @property
    def withheld(self) -> frozenset[str]:
        """Addresses that are answered, but not for this reader."""

    @property
    def bases(self) -> Mapping[str, str]:  #: address → `confirmed` where an earlier answer was taken over
        """Address → what the answer came from: `confirmed` where the earlier one was taken over."""


@dataclass(frozen=True)
class Move:
    """One answer of one participant, in the earlier round and in this one; None where there is none."""

    participant: str
    question: str
    kind: str  #: of `MOVES`
    before: AnswerValue
    after: AnswerValue


@dataclass(frozen=True)
class Movement:
    """All moves, and how many participants could be compared."""

    moves: tuple[Move, ...]
    both: int
    only_now: int
    only_then: int

    def of(self, question: str, kind: str) -> int:
        """How many participants moved so at this question."""
        return sum(move.question == question and move.kind == kind for move in self.moves)


def movement(labels: Labels, now: Sequence[ComparedReply], then: Sequence[ComparedReply]) -> Movement:
    """Questions outside repeats: items have no identity from round to round."""
    before = {reply.participant_code: reply for reply in then}
    after = {reply.participant_code: reply for reply in now}
    compiled = labels.compiled
    questions = [
        code
        for code, question in compiled.questions.items()
        if not isinstance(question, m.Calculation | m.Repeat) and code not in compiled.repeat_of
    ]
    moves = [
        move
        for who in sorted(set(before) & set(after))
        for code in questions
        if (move := _move(who, code, before[who], after[who])) is not None
    ]
    return Movement(
        tuple(moves), len(set(before) & set(after)), len(set(after) - set(before)), len(set(before) - set(after))
    )


def _move(who: str, code: str, before: ComparedReply, after: ComparedReply) -> Move | None:
    if code in before.withheld or code in after.withheld:
        return None
    was, now = before.answers.get(code), after.answers.get(code)
    if was is None and now is None:
        return None
    if was is None or now is None:
        return Move(who, code, NEW if was is None else GONE, was, now)
    if was != now:
        return Move(who, code, CHANGED, was, now)
    return Move(who, code, CONFIRMED if after.bases.get(code) == "confirmed" else SAME, was, now)


def movement_table(labels: Labels, movement: Movement) -> Table:
    """A line for each question with a move, the totals last."""
    columns = (
        Column(labels.gettext(N_("Question")), width=60),
        *(Column(labels.gettext(title), "number") for title in MOVES.values()),
    )
    seen = dict.fromkeys(move.question for move in movement.moves)
    rows: list[tuple[Value, ...]] = [
        (labels.compiled.text(f"{code}.label", labels.language), *(movement.of(code, kind) for kind in MOVES))
        for code in seen
    ]
    total: tuple[Value, ...] = (
        labels.gettext(N_("Total")),
        *(sum(move.kind == kind for move in movement.moves) for kind in MOVES),
    )
    line = labels.gettext(MOVED_LINE) % {
        "both": movement.both,
        "only_now": movement.only_now,
        "only_then": movement.only_then,
    }
    return Table(labels.gettext(N_("What moved")), columns, (*rows, total), line)


def moves_of(movement: Movement, in_words: Callable[[str, AnswerValue], str]) -> list[tuple[Move, str, str]]:
    """Those that are not unchanged, each with its words before and after."""
    shown = [move for move in movement.moves if move.kind in (CHANGED, NEW, GONE)]
    return [(move, in_words(move.question, move.before), in_words(move.question, move.after)) for move in shown]
