"""One mistake in a definition or an upload: where it is, what is wrong, what to do."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Problem:
    """`line` and `column` are 1-based; `kind` is stable, for tests and tools (`unknown-code`)."""

    file: str
    line: int
    column: int
    message: str
    remedy: str
    kind: str

    def __str__(self) -> str:
        return format_problem(self)


class ProblemsFound(Exception):
    """A definition that cannot be used, with every mistake found in it."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(problems))
        super().__init__("\n".join(map(str, self.problems)))


def format_problem(problem: Problem) -> str:
    """`file:line:column: message — remedy`, as editors and terminals can follow it."""
    return f"{problem.file}:{problem.line}:{problem.column}: {problem.message} — {problem.remedy}"


def nearest(name: str, names: Iterable[str]) -> str | None:
    """The known name most like this one, if any is like it at all."""
    matches = difflib.get_close_matches(name, list(names), n=1, cutoff=0.6)
    return matches[0] if matches else None
