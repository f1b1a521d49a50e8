"""Which answers decide whether a question is asked, and what a calculation comes from: by address, in one set of answers."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from .answer_values import AnswerValue
from .compiled import Compiled
from .path import code_of, items_of


def decisive(
    version: Compiled, value_of: Callable[[str], AnswerValue], address: str, *, formula: bool = False
) -> Iterator[str]:
    """The addresses whose answers decide whether `address` is asked; with `formula`, those its value is made of, too.

    `value_of` gives the stored value at an address, or None: which items a list has is read from it.
    """
    code = code_of(address)
    item = address.removesuffix(code)
    repeat = version.repeat_of.get(code)
    if repeat is not None:
        yield repeat
    rules = version.rules
    own: str | None = code
    while own is not None:
        if own in rules.relevant:
            yield from _places(version, value_of, rules.relevant[own].needs, item)
        own = version.layout.parent_of.get(own)
    if formula and code in rules.formulas:
        yield from _places(version, value_of, rules.formulas[code].needs, item)


def _places(
    version: Compiled, value_of: Callable[[str], AnswerValue], needs: frozenset[str], item: str
) -> Iterator[str]:
    """Where answers stand: by themselves, in the same item of a list, or in each item that a formula adds up."""
    for need in sorted(needs):
        repeat = version.repeat_of.get(need)
        if repeat is None:
            yield need
        elif item.startswith(f"{repeat}/"):
            yield item + need
        else:
            yield repeat
            yield from (f"{repeat}/{inside}/{need}" for inside in items_of(value_of(repeat)))
