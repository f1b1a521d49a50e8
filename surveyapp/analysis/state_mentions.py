"""What participants said that names a State: where it was picked, and the items of lists that are about it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from surveyapp.definition import model as m
from surveyapp.definition.compiled import Compiled
from surveyapp.definition.path import code_of
from surveyapp.definition.question_types import codes, is_empty

from .replies import Reply


@dataclass(frozen=True)
class Mention:
    """One reply names the State in one answer; `beside` are the other answers of the same item of a list."""

    reply: Reply
    question: str
    address: str
    beside: tuple[tuple[str, str], ...] = ()  #: (question code, address)


@dataclass(frozen=True)
class Spread:
    """Of a scale answered about the State, over all who did: how likely its accession is held to be."""

    question: str
    base: int
    least: int
    median: float
    most: int
    counts: tuple[tuple[int, int], ...]  #: (step, how many)


def named(compiled: Compiled, replies: Sequence[Reply]) -> Counter[str]:
    """Each State that is named, and by how many replies."""
    counts: Counter[str] = Counter()
    for reply in replies:
        counts.update({code for _, _, states in _picked(compiled, reply) for code in states})
    return counts


def _picked(compiled: Compiled, reply: Reply) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    for address, value in reply.answers.items():
        code = code_of(address)
        question = compiled.questions[code]
        if isinstance(question, m.StatePicker):
            yield code, address, codes(question, value)


def mentions(compiled: Compiled, replies: Sequence[Reply], state: str) -> list[Mention]:
    """By question, then by participant."""
    mentioned = []
    for reply in replies:
        for code, address, states in _picked(compiled, reply):
            if state not in states:
                continue
            item = address.rpartition("/")[0]
            beside = tuple(
                (code_of(place), place)
                for place, value in reply.answers.items()
                if item and place.startswith(item + "/") and place != address
                and not is_empty(compiled.questions[code_of(place)], value)
            )  # fmt: skip
            mentioned.append(Mention(reply, code, address, beside))
    order = list(compiled.questions)
    return sorted(
        mentioned, key=lambda mention: (order.index(mention.question), mention.reply.participant_code, mention.address)
    )


def spreads(compiled: Compiled, mentioned: Sequence[Mention]) -> list[Spread]:
    """Of each scale in the items that are about the State; each reply counts once, with its last item."""
    by_question: dict[str, dict[str, int]] = {}
    for mention in mentioned:
        for code, address in mention.beside:
            if isinstance(compiled.questions[code], m.Scale):
                by_question.setdefault(code, {})[mention.reply.participant_code] = int(mention.reply.answers[address])
    return [_spread(code, sorted(steps.values())) for code, steps in by_question.items()]


def _spread(code: str, values: list[int]) -> Spread:
    middle = len(values) // 2
    median = values[middle] if len(values) % 2 else (values[middle - 1] + values[middle]) / 2
    return Spread(code, len(values), values[0], median, values[-1], tuple(sorted(Counter(values).items())))
