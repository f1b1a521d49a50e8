"""A register of participants as a file: its columns, its rows read with every problem at its cell, and written again."""

from __future__ import annotations

import csv
import datetime
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask_babel import gettext as _

from surveyapp.analysis.tallies import STATUSES
from surveyapp.definition.question_types.dates import NOT_A_DATE
from surveyapp.definition.states import REGIONS, SUBREGION_NAMES
from surveyapp.definition.texts import LANGUAGES
from surveyapp.handouts.fill_in.sandbox import FileRefused, read_rows_safely
from surveyapp.handouts.workbook import column_letter
from surveyapp.storage.rounds.register import Contact, RegisterEntry

COLUMNS = (
    "code", "kind", *(f"name_{code}" for code in LANGUAGES), "region", "subregion", "treaty_status", "status_from", "groups",
    "contact_name", "contact_email", "contact_language", "contact_position", "contact_from", "contact_until",
)  # fmt: skip
DAYS = frozenset({"status_from", "contact_from", "contact_until"})
CODE = re.compile(r"[A-Za-z][A-Za-z0-9_-]{1,47}")
EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
MOST_ROWS, LONGEST = 3_000, 200
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
    entries: list[RegisterEntry] = field(default_factory=list)
    problems: list[CellProblem] = field(default_factory=list)
    new: set[str] = field(default_factory=set)  #: codes that are not known yet


def read_register(content: bytes, known: set[str]) -> Register:
    """An .xlsx or a .csv file (UTF-8, commas or semicolons). Raises FileRefused, or ValueError for a file that is neither."""
    rows = read_rows_safely(content) if content.startswith((b"PK", b"\xd0\xcf")) else _csv_rows(content)
    return _register([[_text(value) for value in row] for row in rows], known)


def _csv_rows(content: bytes) -> list[list[Any]]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise FileRefused("not_xlsx") from None
    head = text.split("\n", 1)[0]
    rows = list(csv.reader(io.StringIO(text), delimiter=";" if head.count(";") > head.count(",") else ","))
    return rows[: MOST_ROWS + 2]


def _text(value: Any) -> str:
    return (
        ""
        if value is None
        else str(int(value))
        if isinstance(value, float) and value.is_integer()
        else str(value).strip()
    )


def _register(rows: list[list[str]], known: set[str]) -> Register:
    found = Register()
    head = [title.strip().lower() for title in rows[0]] if rows else []
    if "code" not in head:
        text = _(
            "The first row has to name the columns; “code” is missing. There are: %(columns)s",
            columns=", ".join(COLUMNS),
        )
        found.problems.append(CellProblem("A1", text))
        return found
    for place, title in enumerate(head):
        if title and title not in COLUMNS:
            found.problems.append(
                CellProblem(_cell(place, 1), _("“%(title)s” is no column of this register.", title=title[:40]))
            )
    if len(rows) > MOST_ROWS:
        found.problems.append(
            CellProblem(f"A{MOST_ROWS}", _("There are more than %(most)s rows. Split the file.", most=MOST_ROWS))
        )
        return found
    seen: dict[tuple[str, str], str] = {}
    for number, row in enumerate(rows[1:], 2):
        line = _Line(number, dict(zip(head, row, strict=False)), {title: place for place, title in enumerate(head)})
        if not any(row):
            continue
        entry = line.entry(known)
        found.problems += line.problems
        mark = (entry.code.lower(), line.get("contact_email").lower())
        if mark in seen:
            text = _("This line says the same as %(cell)s.", cell=seen[mark])
            found.problems.append(CellProblem(line.cell("code"), text))
        seen[mark] = line.cell("code")
        if entry.code not in known:
            found.new.add(entry.code)
        found.entries.append(entry)
    return found


def _cell(place: int, row: int) -> str:
    return f"{column_letter(place)}{row}"


class _Line:
    """One row, with what is wrong in it."""

    def __init__(self, number: int, values: dict[str, str], places: dict[str, int]) -> None:
        self.number, self.values, self.places = number, values, places
        self.problems: list[CellProblem] = []

    def get(self, name: str) -> str:
        return self.values.get(name, "")

    def cell(self, name: str) -> str:
        return _cell(self.places.get(name, 0), self.number)

    def wrong(self, name: str, text: str) -> None:
        self.problems.append(CellProblem(self.cell(name), text))

    def entry(self, known: set[str]) -> RegisterEntry:
        code = self.get("code")
        if not CODE.fullmatch(code):
            self.wrong("code", _("Write a code: the three letters of a State, or a short word for an organisation."))
        for name, offered in ALLOWED.items():
            if (value := self.get(name)) and value not in offered:
                self.wrong(
                    name,
                    _(
                        "“%(value)s” is not known here. There are: %(offered)s",
                        value=value[:40],
                        offered=", ".join(offered),
                    ),
                )
        for name, value in self.values.items():
            if len(value) > LONGEST:
                self.wrong(name, _("Shorten this text."))
        if code not in known:
            self._new()
        names = {each: text for each in LANGUAGES if (text := self.get(f"name_{each}"))}
        groups = self.get("groups")
        return RegisterEntry(
            code,
            self.get("kind") or None,
            names,
            self.get("region") or None,
            self.get("subregion") or None,
            self.get("treaty_status") or None,  # type: ignore[arg-type]  # checked against the known ones
            self._day(),
            [group.strip() for group in groups.split(";") if group.strip()]
            if "groups" in self.values and groups
            else None,
            tuple(self._contact()),
        )

    def _new(self) -> None:
        if not self.get("name_en"):
            self.wrong(
                "name_en" if "name_en" in self.places else "code", _("A new participant needs its name in English.")
            )
        if not self.get("kind"):
            self.wrong(
                "kind" if "kind" in self.places else "code",
                _("A new participant needs its kind: state or organisation."),
            )
        if self.get("kind") == "state" and not self.get("region"):
            self.wrong("region" if "region" in self.places else "code", _("A State needs its region."))

    def _day(self) -> datetime.date | None:
        if bool(self.get("status_from")) != bool(self.get("treaty_status")):
            self.wrong("status_from" if "status_from" in self.places else "treaty_status",
                       _("A treaty status and the day from which it holds go together."))  # fmt: skip
        return self._date("status_from")

    def _date(self, name: str) -> datetime.date | None:
        if not self.get(name):
            return None
        try:
            return datetime.date.fromisoformat(self.get(name)[:10])
        except ValueError:
            self.wrong(name, _(NOT_A_DATE))
            return None

    def _contact(self) -> Iterator[Contact]:
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
