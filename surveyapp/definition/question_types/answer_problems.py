"""What is wrong with an answer, in words for the person who gave it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping


class AnswerProblem(ValueError):
    """`message` is an English msgid with %(name)s fields; `part` the sub-field it belongs to."""

    def __init__(self, message: str, part: str | None = None, **params: str | float) -> None:
        super().__init__(message % params if params else message)
        self.message = message
        self.params: Mapping[str, str | float] = params
        self.part = part

    def inside(self, part: str) -> AnswerProblem:
        """The same problem, seen from the question that holds the part."""
        return AnswerProblem(self.message, f"{part}.{self.part}" if self.part else part, **self.params)


class AnswerProblems(ValueError):
    """All that is wrong with one answer."""

    def __init__(self, problems: Iterable[AnswerProblem]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(map(str, self.problems)))
