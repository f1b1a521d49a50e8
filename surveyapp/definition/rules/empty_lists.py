"""Comparisons that no list can meet: a list without answers has no count, so `count(x) == 0` never holds."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator

from .rule_messages import Fault
from .rule_source import Token, tokens

COMPARISONS: dict[str, Callable[[float, float], bool]] = {
    "==": operator.eq,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
MIRRORED = {"==": "==", "<": ">", "<=": ">=", ">": "<", ">=": "<="}


def empty_list_faults(source: str) -> Iterator[Fault]:
    """Of `count(list)` beside a number, on either side: what only a count of zero would satisfy."""
    written = tokens(source)
    for place, token in enumerate(written[:-3]):
        if token.text != "count" or [written[place + 1].text, written[place + 3].text] != ["(", ")"]:
            continue
        comparison = _after(written, place + 4) or _before(written, place - 1)
        if comparison is not None and not _met_by_any_count(*comparison):
            argument = written[place + 2].text
            yield Fault.at(
                source,
                token.start,
                "never-holds",
                f"this never holds: without answers `count({argument})` has no value, and with answers it is 1 or more",
                f"write `!answered({argument})` where nothing was answered",
            )


def _met_by_any_count(sign: str, number: float) -> bool:
    """Is there a count of one or more that satisfies it? Beyond the number all counts behave alike."""
    return any(COMPARISONS[sign](count, number) for count in (1, max(1, int(number)), max(1, int(number)) + 1))


def _after(written: list[Token], place: int) -> tuple[str, float] | None:
    sign, place = _sign(written, place)
    return (sign, _number(written, place)) if sign and _is_number(written, place) else None


def _sign(written: list[Token], place: int) -> tuple[str, int]:
    """The comparison that begins at the place, empty if there is none, and the place behind it."""
    pair = "".join(token.text for token in written[place : place + 2])
    if pair in COMPARISONS:
        return pair, place + 2
    return (pair[:1], place + 1) if pair[:1] in COMPARISONS else ("", place)


def _before(written: list[Token], place: int) -> tuple[str, float] | None:
    for length in (2, 1):
        start = place - length + 1
        sign = "".join(token.text for token in written[max(0, start) : place + 1])
        if start > 0 and sign in COMPARISONS and _is_number(written, start - 1):
            return MIRRORED[sign], _number(written, start - 1)
    return None


def _is_number(written: list[Token], place: int) -> bool:
    """A number that stands alone: neither signed, nor part of a sum."""
    around = {token.text for token in (*written[max(0, place - 1) : place], *written[place + 1 : place + 2])}
    return 0 <= place < len(written) and written[place].kind == "number" and not around & set("+-*/%")


def _number(written: list[Token], place: int) -> float:
    return float(written[place].text)
