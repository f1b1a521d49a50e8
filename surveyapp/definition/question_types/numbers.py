"""Numbers as people type them in six languages, or a clear refusal where they could mean two things."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal, InvalidOperation

from .. import model as m
from ..compiled import Compiled
from ..messages import N_
from ..typed_text import is_blank
from .answer_problems import AnswerProblem

NOT_A_NUMBER = N_("Enter a number in digits, such as 12 or 12.5.")
NOT_WHOLE = N_("Enter a whole number, without decimals.")
AMBIGUOUS = N_("Enter the number without separators between thousands: “%(typed)s” could be read in two ways.")
TOO_PRECISE = N_("Enter at most %(decimals)s decimals.")
TOO_SMALL = N_("Enter %(limit)s or more.")
TOO_LARGE = N_("Enter %(limit)s or less.")
OFF_STEP = N_("Enter a number in steps of %(step)s from %(start)s.")
TOO_MANY_DIGITS = N_("Enter a number of at most fifteen digits.")

#: Arabic decimal and thousands signs, full-width and typographic kin
SIGNS = str.maketrans({"٫": ".", "٬": "'", "،": ",", "，": ",", "．": ".", "−": "-", "－": "-", "’": "'", "＋": "+"})


#: invisible marks that come with right-to-left typing, and signs that people set between thousands
BIDI = dict.fromkeys(map(ord, "\u200e\u200f\u061c"))
GROUPED = re.compile(r"\d{1,3}(?:([ \u00a0\u2009\u202f'])\d{3})(?:\1\d{3})*", re.ASCII)
SEPARATORS = re.compile("[ \u00a0\u2009\u202f']")
MAX_LENGTH = 60  #: typed characters; no number that is accepted needs as many


def decimal(raw: object, decimals: int) -> Decimal | None:
    """An exact decimal from a number or from typed text."""
    if isinstance(raw, bool) or not isinstance(raw, int | float | str | Decimal):
        raise AnswerProblem(NOT_A_NUMBER)
    if isinstance(raw, int) and abs(raw) >= 10**15:  # str() of a very long one raises
        raise AnswerProblem(TOO_MANY_DIGITS)
    number = _typed(raw, decimals) if isinstance(raw, str) else _exact(str(raw))
    return None if number is None else _of_few_digits(number, decimals)


def _of_few_digits(number: Decimal, decimals: int) -> Decimal:
    if not number.is_finite():
        raise AnswerProblem(NOT_A_NUMBER)
    # counted by hand: Decimal.normalize() would round what is longer than its context, in silence
    parts = number.as_tuple()
    digits = "".join(map(str, parts.digits)).lstrip("0")
    kept = digits.rstrip("0")
    exponent = int(parts.exponent) + len(digits) - len(kept)
    if not kept:
        return Decimal(0)
    if len(kept) + max(0, exponent) > 15 or exponent < -15:
        raise AnswerProblem(TOO_MANY_DIGITS)
    if -exponent > decimals:
        raise AnswerProblem(TOO_PRECISE, decimals=decimals) if decimals else AnswerProblem(NOT_WHOLE)
    return number.normalize()


def _exact(text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation:
        raise AnswerProblem(NOT_A_NUMBER) from None


def _typed(raw: str, decimals: int) -> Decimal | None:
    typed = western(raw).translate(SIGNS).strip()
    if is_blank(typed):
        return None
    if len(typed) > MAX_LENGTH:
        raise AnswerProblem(NOT_A_NUMBER)
    marks = [sign for sign in typed if sign in ".,"]
    if len(marks) > 1:
        raise _ambiguous(raw)
    signed, mark, part = typed.partition(marks[0]) if marks else (typed, "", "")
    minus = "-" if signed.startswith("-") else ""
    whole = _ungrouped(signed[1:].lstrip() if signed[:1] in ("+", "-") else signed, raw)
    if _may_be_thousands(whole, mark, part, decimals):
        raise _ambiguous(raw)
    if not (whole + part).isascii() or not (whole + part).isdigit():
        raise AnswerProblem(NOT_A_NUMBER)
    return _exact(f"{minus}{whole}.{part}" if part else f"{minus}{whole}")


def _ambiguous(raw: str) -> AnswerProblem:
    return AnswerProblem(AMBIGUOUS, typed=raw.strip()[:40])


def _ungrouped(whole: str, raw: str) -> str:
    """The digits without the spaces or apostrophes between thousands."""
    digits = SEPARATORS.sub("", whole)
    if digits == whole or not digits.isdigit():
        return whole
    if not GROUPED.fullmatch(whole):  # `12 5` may be two numbers, or one with a digit lost
        raise _ambiguous(raw)
    return digits


def _may_be_thousands(whole: str, mark: str, part: str, decimals: int) -> bool:
    """1,234 may be a thousand or one and a bit: it is refused, never guessed, but where three decimals are asked for."""
    grouped = len(part) == 3 and 1 <= len(whole) <= 3 and whole.strip("0") != ""
    return grouped and (mark == "," or (mark == "." and decimals < 3))


def western(typed: str) -> str:
    """The digits of every script as 0 to 9, without direction marks. `²` is no digit: 10² is not 102."""
    return "".join(_digit(sign) for sign in typed.translate(BIDI)) if not typed.isascii() else typed


def _digit(sign: str) -> str:
    value = unicodedata.decimal(sign, None)
    return sign if value is None else str(value)


def in_range(number: Decimal, low: float | None, high: float | None) -> None:
    """Raises AnswerProblem where the number lies outside; None is no limit."""
    if low is not None and number < Decimal(str(low)):
        raise AnswerProblem(TOO_SMALL, limit=plain(low))
    if high is not None and number > Decimal(str(high)):
        raise AnswerProblem(TOO_LARGE, limit=plain(high))


def on_step(number: Decimal, start: float | None, step: float) -> None:
    """Raises AnswerProblem unless the number is whole steps from `start` (or zero)."""
    base = Decimal(str(start or 0))
    if (number - base) % Decimal(str(step)) != 0:
        raise AnswerProblem(OFF_STEP, step=plain(step), start=plain(start or 0))


def plain(number: float) -> str:
    """The number as a message shows it, without needless zeros."""
    return f"{number:g}" if abs(number) < 1e6 else str(int(number) if number == int(number) else number)


def as_json(number: Decimal) -> int | float:
    """An int where it is whole, so that 2 and 2.0 are one answer."""
    return int(number) if number == number.to_integral_value() else float(number)


def clean_integer(compiled: Compiled, question: m.Integer, raw: object) -> int | None:
    """Within the question's bounds and on its step; None if empty. Raises AnswerProblem."""
    number = decimal(raw, 0)
    if number is None:
        return None
    in_range(number, question.min, question.max)
    on_step(number, question.min, question.step)
    return int(number)


def clean_number(compiled: Compiled, question: m.Number, raw: object) -> int | float | None:
    """With at most the question's decimals, in its bounds and on its step; None if empty. Raises AnswerProblem."""
    number = decimal(raw, question.decimals)
    if number is None:
        return None
    in_range(number, question.min, question.max)
    if question.step is not None:
        on_step(number, question.min, question.step)
    return as_json(number)


def clean_percentage(compiled: Compiled, question: m.Percentage, raw: object) -> int | float | None:
    """In percent (12.5, not 0.125), with or without its sign; None if empty. Raises AnswerProblem."""
    number = decimal(_without_percent_sign(raw) if isinstance(raw, str) else raw, question.decimals)
    if number is None:
        return None
    in_range(number, question.min, question.max)
    return as_json(number)


def _without_percent_sign(raw: str) -> str:
    typed = raw.strip().strip("%٪％\u200e\u200f\u00a0\u202f ")
    if is_blank(typed) and not is_blank(raw):  # a lone percent sign is no empty answer
        raise AnswerProblem(NOT_A_NUMBER)
    return typed


def clean_whole(compiled: Compiled, question: m.Year | m.Scale, raw: object) -> int | None:
    """A year or a point of a scale, within its bounds; None if empty. Raises AnswerProblem."""
    number = decimal(raw, 0)
    if number is None:
        return None
    in_range(number, question.min, question.max)
    return int(number)
