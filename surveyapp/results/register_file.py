"""A register of participants as a file: its columns, its rows read with every problem at its cell, and written again."""

from __future__ import annotations

import csv
import datetime
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from surveyapp.analysis.tallies import STATUSES
from surveyapp.definition.question_types.dates import NOT_A_DATE
from surveyapp.definition.states import REGIONS, SUBREGION_NAMES
from surveyapp.definition.texts import LANGUAGES
from surveyapp.handouts.fill_in.sandbox import FileRefused, read_rows_safely
from surveyapp.handouts.workbook import column_letter
from surveyapp.storage.rounds.register import Contact, RegisterEntry
from surveyapp.words import LanguageWords

COLUMNS = (
    "code", "kind", *(f"name_{code}" for code in LANGUAGES), "region", "subregion", "treaty_status", "status_from", "groups",
    "contact_name", "contact_email", "contact_language", "contact_position", "contact_from", "contact_until",
)  # fmt: skip
DAYS = frozenset({"status_from", "contact_from", "contact_until"})
CODE = re.compile(r"[A-Za-z][A-Za-z0-9_-]{1,47}")
EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
MAX_ROWS, MAX_LENGTH = 3_000, 200
#: what each column may hold
ALLOWED: Mapping[str, Sequence[str]] = {
    "kind": ("state", "organisation"),
    "region": REGIONS,
    "subregion": tuple(SUBREGION_NAMES),
    "treaty_status": STATUSES,
    "contact_language": LANGUAGES,
}


@dataclass(frozen=True)
class CellProblem:
    cell: str  #: such as C7
    text: str


@dataclass
class Register:
    """The participants that a file names, and what cannot be read in it. Nothing of it is stored yet."""

    entries: list[RegisterEntry] = field(default_factory=list)
    problems: list[CellProblem] = field(default_factory=list)
    new: set[str] = field(default_factory=set)  #: codes that are not known yet


def read_register(content: bytes, registered: set[str], words: LanguageWords) -> Register:
    """An .xlsx or a .csv file (UTF-8, commas or semicolons). Raises FileRefused, or ValueError for a file that is neither.

    `registered`: the codes of all participants that there are; `words`: of the language in which problems are told."""
    rows = read_rows_safely(content) if content.startswith((b"PK", b"\xd0\xcf")) else _csv_rows(content)
    return _register([[_text(value) for value in row] for row in rows], registered, words)


def _csv_rows(content: bytes) -> list[list[Any]]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise FileRefused("not_xlsx") from None
    head = text.split("\n", 1)[0]
    rows = list(csv.reader(io.StringIO(text), delimiter=";" if head.count(";") > head.count(",") else ","))
    return rows[: MAX_ROWS + 2]


def _text(value: Any) -> str:
    if value is None:
        return ""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value).strip()


def _register(rows: list[list[str]], registered: set[str], words: LanguageWords) -> Register:
    head = [title.strip().lower() for title in rows[0]] if rows else []
    register = Register(problems=list(_head_problems(head, words)))
    if "code" not in head:
        return register
    if len(rows) > MAX_ROWS:
        text = words.gettext("There are more than %(most)s rows. Split the file.", most=MAX_ROWS)
        register.problems.append(CellProblem(f"A{MAX_ROWS}", text))
        return register
    places = {title: place for place, title in enumerate(head)}
    first_cells: dict[tuple[str, str], str] = {}  #: of each participant's contact
    for number, row in enumerate(rows[1:], 2):
        if any(row):
            line = _Line(number, dict(zip(head, row, strict=False)), places, words)
            _add_line(register, line, registered, first_cells)
    return register


def _head_problems(head: list[str], words: LanguageWords) -> Iterator[CellProblem]:
    _ = words.gettext
    if "code" not in head:
        text = _(
            "The first row has to name the columns; “code” is missing. There are: %(columns)s",
            columns=", ".join(COLUMNS),
        )
        yield CellProblem("A1", text)
        return
    for place, title in enumerate(head):
        if title and title not in COLUMNS:
            yield CellProblem(_cell(place, 1), _("“%(title)s” is no column of this register.", title=title[:40]))


def _add_line(register: Register, line: _Line, registered: set[str], first_cells: dict[tuple[str, str], str]) -> None:
    entry = line.entry(registered)
    register.problems += line.problems
    contact = (entry.code.lower(), line.get("contact_email").lower())
    if contact in first_cells:
        text = line.words.gettext("This line says the same as %(cell)s.", cell=first_cells[contact])
        register.problems.append(CellProblem(line.cell("code"), text))
    first_cells[contact] = line.cell("code")
    if entry.code not in registered:
        register.new.add(entry.code)
    register.entries.append(entry)


def _cell(place: int, row: int) -> str:
    return f"{column_letter(place)}{row}"


class _Line:
    """One row, with what is wrong in it."""

    def __init__(self, number: int, values: dict[str, str], places: dict[str, int], words: LanguageWords) -> None:
        self.number, self.values, self.places, self.words = number, values, places, words
        self.problems: list[CellProblem] = []

    def get(self, name: str) -> str:
        return self.values.get(name, "")

    def cell(self, name: str) -> str:
        return _cell(self.places.get(name, 0), self.number)

    def wrong(self, name: str, text: str, otherwise: str = "") -> None:
        """At the column's cell; where the file has no such column, at that of `otherwise`."""
        name = name if name in self.places or not otherwise else otherwise
        self.problems.append(CellProblem(self.cell(name), text))

    def entry(self, registered: set[str]) -> RegisterEntry:
        """As far as it can be read: `problems` says what cannot."""
        self._check_values()
        if self.get("code") not in registered:
            self._check_new()
        names = {language: text for language in LANGUAGES if (text := self.get(f"name_{language}"))}
        groups = [group.strip() for group in self.get("groups").split(";") if group.strip()]
        return RegisterEntry(
            self.get("code"),
            self.get("kind") or None,
            names,
            self.get("region") or None,
            self.get("subregion") or None,
            self.get("treaty_status") or None,  # type: ignore[arg-type]  # checked against the known ones
            self._day(),
            groups if self.get("groups") else None,
            tuple(self._contact()),
        )

    def _check_values(self) -> None:
        _ = self.words.gettext
        if not CODE.fullmatch(self.get("code")):
            self.wrong("code", _("Write a code: the three letters of a State, or a short word for an organisation."))
        for name, offered in ALLOWED.items():
            if (value := self.get(name)) and value not in offered:
                facts = {"value": value[:40], "offered": ", ".join(offered)}
                self.wrong(name, _("“%(value)s” is not known here. There are: %(offered)s", **facts))
        for name, value in self.values.items():
            if len(value) > MAX_LENGTH:
                self.wrong(name, _("Shorten this text."))

    def _check_new(self) -> None:
        _ = self.words.gettext
        if not self.get("name_en"):
            self.wrong("name_en", _("A new participant needs its name in English."), "code")
        if not self.get("kind"):
            self.wrong("kind", _("A new participant needs its kind: state or organisation."), "code")
        if self.get("kind") == "state" and not self.get("region"):
            self.wrong("region", _("A State needs its region."), "code")

    def _day(self) -> datetime.date | None:
        _ = self.words.gettext
        if bool(self.get("status_from")) != bool(self.get("treaty_status")):
            text = _("A treaty status and the day from which it holds go together.")
            self.wrong("status_from", text, "treaty_status")
        return self._date("status_from")

    def _date(self, name: str) -> datetime.date | None:
        if not self.get(name):
            return None
        try:
            return datetime.date.fromisoformat(self.get(name)[:10])
        except ValueError:
            self.wrong(name, self.words.gettext(NOT_A_DATE))
            return None

    def _contact(self) -> Iterator[Contact]:
        _ = self.words.gettext
        name, email = self.get("contact_name"), self.get("contact_email")
        if bool(name) != bool(email):
            self.wrong("contact_email" if name else "contact_name", _("A contact needs a name and an e-mail address."))
        elif email and not EMAIL.fullmatch(email):
            self.wrong("contact_email", _("Enter an e-mail address, such as name@example.org."))
        elif email:
            start, end = self._date("contact_from"), self._date("contact_until")
            if start and end and end < start:
                self.wrong("contact_until", _("The last day lies before the first."))
            position = self.get("contact_position") or None
            yield Contact(name, email.lower(), self.get("contact_language") or "en", position, start, end)
