"""A page's form: one WTForms field per question asked on it, checked by its question type.

WTForms reads and checks; the templates draw. A field takes all posted parts of its question; a problem keeps
what was typed, so that nothing is lost when the page comes back.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from werkzeug.datastructures import MultiDict
from wtforms import Field, Form

from surveyapp.definition.answer_values import AnswerValue
from surveyapp.definition.compiled import Compiled
from surveyapp.definition.path import code_of
from surveyapp.definition.question_types import AnswerProblem, AnswerProblems, clean

from .posted import PREFIX, READERS, Posted, Reader, split_name
from .ranking import ranking

ALL_READERS: Mapping[str, Reader] = {**READERS, "ranking": ranking}
#: beside an answer: the revision that was seen, why it is left open, who may see it
BESIDE = ("r-", "d-", "h-")


class AnswerField(Field):  # type: ignore[misc]
    """Reads the posted parts of one question and leaves its canonical value in `data`."""

    def __init__(self, compiled: Compiled, code: str, posted: Posted, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.compiled = compiled
        self.question = compiled.questions[code]
        self.posted = posted
        self.problems: tuple[AnswerProblem, ...] = ()

    def process(self, formdata: object, data: object = None, extra_filters: object = None) -> None:
        """WTForms' own reading knows one name per field; ours has parts."""
        self.errors: list[str] = []
        self.process_errors: list[str] = []
        try:
            raw = ALL_READERS[self.question.type](self.compiled, self.question, self.posted)
            self.data = clean(self.compiled, self.question, raw)
        except AnswerProblem as problem:
            self.data, self.problems = None, (problem,)
        except AnswerProblems as several:
            self.data, self.problems = None, several.problems
        self.errors = [problem.message for problem in self.problems]

    def validate(self, form: object, extra_validators: object = ()) -> bool:
        """Everything was checked while it was read."""
        return not self.problems


@dataclass(frozen=True)
class PageInput:
    """What a posted page says, by address."""

    values: dict[str, AnswerValue] = field(default_factory=dict)  #: canonical; None clears the answer
    problems: dict[str, tuple[AnswerProblem, ...]] = field(default_factory=dict)
    revisions: dict[str, int | None] = field(default_factory=dict)  #: the revision the person saw
    typed: dict[str, Posted] = field(default_factory=dict)  #: as posted, to be shown again
    reasons: dict[str, str] = field(default_factory=dict)  #: why it is left open, where a reason was posted
    handlings: dict[str, str] = field(default_factory=dict)  #: who may see it, where that was posted
    unknown: tuple[str, ...] = ()  #: names of fields that the page never had


def read_page(compiled: Compiled, addresses: Sequence[str], formdata: MultiDict[str, str]) -> PageInput:
    """Reads the questions that the server put on the page and that the post marks as asked. Never raises."""
    marked = set(formdata.getlist("asked"))
    wanted = [address for address in addresses if address in marked and _is_typed(compiled, address)]
    posted, unknown = _by_address(formdata, frozenset(addresses))
    unknown += tuple(address for address in marked if address not in addresses)
    fields = _fields(compiled, wanted, posted, formdata)
    beside = formdata.to_dict()  # a plain one: a MultiDict makes a whole exception of each name that is not there
    return PageInput(
        values={address: field.data for address, field in fields.items() if not field.problems},
        problems={address: field.problems for address, field in fields.items() if field.problems},
        revisions={address: _revision(beside.get("r-" + address)) for address in wanted},
        typed={address: posted.get(address, {}) for address in wanted},
        reasons=_texts_beside(beside, "d-", wanted),
        handlings=_texts_beside(beside, "h-", wanted),
        unknown=unknown,
    )


def problems_of(compiled: Compiled, address: str, parts: Posted) -> tuple[AnswerProblem, ...]:
    """What is wrong with one question's posted parts; nothing where they would be accepted."""
    return _fields(compiled, [address], {address: parts}, MultiDict())[address].problems


def _fields(
    compiled: Compiled, addresses: Sequence[str], posted: Mapping[str, Posted], formdata: MultiDict[str, str]
) -> dict[str, AnswerField]:
    form = Form()
    fields: dict[str, AnswerField] = {}
    for address in addresses:
        options = {"name": PREFIX + address, "_form": form, "_meta": form.meta, "_translations": None}
        fields[address] = AnswerField(compiled, code_of(address), posted.get(address, {}), **options)
        fields[address].process(formdata)
    return fields


def _texts_beside(beside: Mapping[str, str], prefix: str, addresses: Sequence[str]) -> dict[str, str]:
    return {address: text for address in addresses if (text := beside.get(prefix + address))}


def _is_typed(compiled: Compiled, address: str) -> bool:
    """A calculation on the page is shown, never read."""
    return compiled.questions[code_of(address)].type in ALL_READERS


def _by_address(
    formdata: MultiDict[str, str], addresses: Iterable[str]
) -> tuple[dict[str, dict[str, list[str]]], tuple[str, ...]]:
    by_address: dict[str, dict[str, list[str]]] = {}
    unknown: list[str] = []
    for name, values in formdata.lists():
        if name[:2] in BESIDE and name[2:] not in addresses:
            unknown.append(name)
        if not name.startswith(PREFIX):
            continue
        split = split_name(name)
        if split is None or split[0] not in addresses:
            unknown.append(name)
        else:
            by_address.setdefault(split[0], {})[split[1]] = values
    return by_address, tuple(unknown)


def _revision(typed: str | None) -> int | None:
    """None if absent; an invalid number is treated as 0, the oldest."""
    if typed is None:
        return None
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 10 else 0
