"""The answers a question can have, as far as some rules can tell them apart: for `reachability`."""

from __future__ import annotations

import itertools
import math
from collections import Counter
from collections.abc import Iterator

from .. import model as m
from ..answer_values import AnswerValue
from ..questionnaire_layout import AnyItem, Layout
from ..rules.engine import Rule
from ..rules.rule_names import FIXED_LISTS
from ..rules.rule_source import Token, tokens

MAX_COMBINATIONS = 20_000
MAX_WHOLE_NUMBERS = 300  #: a range up to this is gone through number by number


class UnlistedError(Exception):
    """There are too many possible answers to go through."""


def possible_answers(layout: Layout, question: AnyItem, rules: list[Rule]) -> list[AnswerValue]:
    """Every answer that these rules can tell apart, but for none. Raises UnlistedError where there are too many."""
    if isinstance(question, m.YesNo):
        open_answers = {"dont_know": question.dont_know, "not_applicable": question.not_applicable}
        return ["yes", "no", *(answer for answer, offered in open_answers.items() if offered)]
    if isinstance(question, m.Consent):
        return list(FIXED_LISTS["consent"])
    if isinstance(question, m.SingleChoice):
        return [{"choice": choice.code} for choice in layout.choices(question)]
    if isinstance(question, m.MultipleChoice):
        return [{"choices": taken} for taken in _subsets(layout.choices(question))]
    if isinstance(question, m.Ranking):
        return _rankings(layout.choices(question))
    if isinstance(question, m.Integer | m.Scale | m.Year | m.Percentage | m.Number):
        return _numbers(question, rules)
    raise UnlistedError


def values_read(rule: Rule) -> Iterator[str]:
    """`answered(x)` names x without reading it; `or_else(x, …)` reads it."""
    only_asked = Counter(_arguments_of_answered(rule.source))
    written = [_joined(token) for token in tokens(rule.source) if token.kind == "name"]
    for name, meaning in rule.reads:
        times = sum(word == name or word.startswith(name + ".") for word in written)
        if meaning.code is not None and (times > only_asked[name] or meaning.code != name):
            yield meaning.code


def _arguments_of_answered(source: str) -> Iterator[str]:
    written = tokens(source)
    for function, bracket, argument in zip(written, written[1:], written[2:], strict=False):
        if function.text == "answered" and bracket.text == "(":
            yield _joined(argument)


def _joined(token: Token) -> str:
    return "".join(token.text.split())


def _subsets(choices: tuple[m.Choice, ...]) -> list[list[str]]:
    """In the list's order, as answers are kept; even those that `exclusive` or `most` would refuse."""
    codes = [choice.code for choice in choices]
    if 2 ** len(codes) > MAX_COMBINATIONS:
        raise UnlistedError
    return [list(taken) for size in range(1, len(codes) + 1) for taken in itertools.combinations(codes, size)]


def _rankings(choices: tuple[m.Choice, ...]) -> list[list[str]]:
    codes = [choice.code for choice in choices]
    if len(codes) > 6:
        raise UnlistedError
    return [list(taken) for size in range(1, len(codes) + 1) for taken in itertools.permutations(codes, size)]


Numeric = m.Integer | m.Scale | m.Year | m.Percentage | m.Number


def _numbers(question: Numeric, rules: list[Rule]) -> list[float]:
    """Every whole number of a short range; else those that comparisons with written numbers can tell apart."""
    decimals = getattr(question, "decimals", 0)
    low, high = question.min, question.max
    if not decimals and low is not None and high is not None and high - low <= MAX_WHOLE_NUMBERS:
        return [float(value) for value in range(math.ceil(low), math.floor(high) + 1)]
    candidates = _boundaries(question, rules, decimals) or {0.0}
    return sorted({round(float(number), decimals) for number in candidates if _between(number, low, high)})


def _boundaries(question: Numeric, rules: list[Rule], decimals: int) -> set[float]:
    """The ends of the range, and of each number that a rule compares with itself and both its neighbours."""
    step = 10.0**-decimals
    compared = [round(number, decimals) for rule in rules for number in _compared_with(rule, question.code)]
    ends = {number for number in (question.min, question.max) if number is not None}
    return ends | {number + step * shift for number in compared for shift in (-1, 0, 1)}


def _between(number: float, low: float | None, high: float | None) -> bool:
    return (low is None or number >= low) and (high is None or number <= high)


def _compared_with(rule: Rule, code: str) -> Iterator[float]:
    """The numbers written beside the code. Raises UnlistedError where it stands in anything but such a comparison."""
    if code not in rule.needs:
        return
    written = tokens(rule.source)
    for place, token in enumerate(written):
        if token.kind != "name" or _joined(token) != code:
            continue
        if place > 1 and written[place - 2].text == "answered" and written[place - 1].text == "(":
            continue
        behind = _beside(written, place, 1)
        number = _beside(written, place, -1) if behind is None else behind
        if number is None:
            raise UnlistedError
        yield number


#: what may stand on the outer sides of `code > 3` so that nothing is reckoned with either of them
OUTSIDE = frozenset({"", "(", ")", "&", "|", "!", "?", ":", ","})


def _beside(written: list[Token], place: int, way: int) -> float | None:
    """The number in `code OP number` (way 1) or `number OP code` (way -1), if there is nothing else to it."""

    def text(at: int) -> str:
        return written[at].text if 0 <= at < len(written) else ""

    here, signs = place + way, ""
    while text(here) in ("<", ">", "=", "!") and len(signs) < 2:
        signs = signs + text(here) if way == 1 else text(here) + signs
        here += way
    minus = -1 if way == 1 and text(here) == "-" else 1
    here += way * (minus == -1)
    if (
        signs not in ("<", "<=", ">", ">=", "==", "!=")
        or not 0 <= here < len(written)
        or written[here].kind != "number"
    ):
        return None
    beyond = text(here + way)
    if way == -1 and beyond == "-" and text(here - 2) in OUTSIDE:
        minus, beyond = -1, ""
    return minus * float(text(here)) if beyond in OUTSIDE and text(place - way) in OUTSIDE else None
