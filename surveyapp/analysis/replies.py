"""What a figure is made of, as plain objects: `storage` gives rows of this shape, tests write them by hand."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol


class Reply(Protocol):
    """A submitted reply as one reader may see it."""

    @property
    def participant_code(self) -> str: ...
    @property
    def region(self) -> str | None: ...
    @property
    def treaty_status(self) -> str | None: ...
    @property
    def answers(self) -> Mapping[str, Any]: ...
    @property
    def withheld(self) -> frozenset[str]: ...
    @property
    def asked(self) -> frozenset[str]: ...
    @property
    def declined(self) -> Mapping[str, str]: ...


class Invited(Protocol):
    """Someone the round was put to, whether they replied or not."""

    @property
    def code(self) -> str: ...
    @property
    def region(self) -> str | None: ...
    @property
    def treaty_status(self) -> str | None: ...


Gettext = Callable[[str], str]
Group = tuple[str, Callable[[Any], str | None], Sequence[str]]  #: (name, key of a reply or participant, codes in order)
