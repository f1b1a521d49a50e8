"""The form in which a round is described: as typed, with what is wrong by field."""

from __future__ import annotations

import datetime
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from surveyapp.analysis.tallies import STATUSES
from surveyapp.definition.question_types.dates import NOT_A_DATE
from surveyapp.definition.states import REGIONS
from surveyapp.definition.texts import LANGUAGES
from surveyapp.definition.typed_days import read_day
from surveyapp.storage.rounds import participants, rounds, versions
from surveyapp.storage.rounds.rounds import RoundFacts

from ..request_text import as_id

CODE = re.compile(r"[a-z0-9][a-z0-9-]{1,63}")
MAX_TITLE_LENGTH, MAX_GRACE_DAYS = 200, 60
KINDS = ("state", "organisation")


@dataclass
class RoundForm:
    """What the form of a round holds, as typed. Days are YYYY-MM-DD; `titles` and `problems` are by language and by
    field."""

    code: str = ""
    titles: dict[str, str] = field(default_factory=dict)
    version: int | None = None
    audience: dict[str, list[str]] = field(default_factory=dict)
    languages: list[str] = field(default_factory=list)
    opens: str = ""
    closes: str = ""
    grace_days: str = "0"
    free_reopening: bool = False
    rehearsal: bool = False
    problems: dict[str, str] = field(default_factory=dict)

    @property
    def opening(self) -> datetime.datetime:
        """The first moment of the day typed, in UTC; now, where none was."""
        return _start(self.opens) or datetime.datetime.now(datetime.UTC)

    @property
    def closing(self) -> datetime.datetime | None:
        """The day of the deadline is still a day to answer in."""
        day = _start(self.closes)
        return day + datetime.timedelta(days=1) if day else None


def _start(day: str) -> datetime.datetime | None:
    try:
        typed = read_day(day)
    except ValueError:
        return None
    return datetime.datetime.combine(typed, datetime.time(), datetime.UTC) if typed else None


def groups() -> list[str]:
    """All that participants are in, in the order of the alphabet."""
    return sorted({group for participant in participants.participants() for group in participant.groups})


def of_round(round_: RoundFacts) -> RoundForm:
    """As it stands; also what a new one begins from."""
    last = round_.closes - datetime.timedelta(days=1) if round_.closes else None
    return RoundForm(
        round_.code,
        dict(round_.titles),
        round_.version_id,
        {name: list(codes) for name, codes in round_.audience.items()},
        list(round_.languages),
        round_.opens.date().isoformat(),
        last.date().isoformat() if last else "",
        str(round_.grace_days),
        round_.free_reopening,
        round_.demonstration,
    )


def read_form(form: MultiDict[str, str], published: Sequence[Any], *, new: bool, opens: str = "") -> RoundForm:
    """`known`: the versions there are; `opens`: the day that stands where none is given."""
    round_form = RoundForm(
        code=form.get("code", "").strip(),
        titles={code: text for code in LANGUAGES if (text := form.get(f"title-{code}", "").strip())},
        version=as_id(form.get("version", "")) or None,
        audience={
            "kinds": _among(form, "kinds", KINDS),
            "treaty_status": _among(form, "treaty_status", STATUSES),
            "regions": _among(form, "regions", REGIONS),
            "groups": _among(form, "groups", groups()),
        },
        languages=_among(form, "languages", LANGUAGES),
        opens=form.get("opens", "").strip() or opens,
        closes=form.get("closes", "").strip(),
        grace_days=form.get("grace_days", "0").strip() or "0",
        free_reopening=bool(form.get("free_reopening")),
        rehearsal=bool(form.get("rehearsal")),
    )
    round_form.problems = dict(_problems(round_form, published, new=new))
    return round_form


def _among(form: MultiDict[str, str], name: str, offered: Sequence[str]) -> list[str]:
    return [each for each in form.getlist(name) if each in offered]


def _problems(round_form: RoundForm, published: Sequence[Any], *, new: bool) -> Any:
    if "en" not in round_form.titles:
        yield "title-en", _("Enter a title in English at least.")
    for code, text in round_form.titles.items():
        if len(text) > MAX_TITLE_LENGTH:
            yield f"title-{code}", _("Shorten this text.")
    for name in ("opens", "closes"):
        day = getattr(round_form, name)
        if day and _start(day) is None:
            yield name, _(NOT_A_DATE)
    if round_form.closing and _start(round_form.opens) and round_form.closing <= round_form.opening:
        yield "closes", _("The deadline has to come after the opening.")
    if not re.fullmatch(r"[0-9]{1,4}", round_form.grace_days) or int(round_form.grace_days) > MAX_GRACE_DAYS:
        yield "grace_days", _("Enter a number of days from 0 to %(most)s.", most=MAX_GRACE_DAYS)
    if new:
        yield from _problems_of_new(round_form, published)


def _problems_of_new(round_form: RoundForm, published: Sequence[Any]) -> Any:
    if not CODE.fullmatch(round_form.code):
        yield "code", _("Write a code of small letters, digits and hyphens, such as csp13-champions.")
    elif rounds.round(round_form.code) is not None:
        yield "code", _("There is a round of that code. Choose another one.")
    if round_form.version not in [version.id for version in published]:
        yield "version", _("Choose what is asked.")
        return
    assert round_form.version is not None
    complete = versions.compiled(round_form.version).languages
    if missing := [code for code in round_form.languages if code not in complete]:
        yield "languages", _("The questionnaire is not complete in: %(languages)s", languages=", ".join(missing))
    if "en" not in round_form.languages:
        yield "languages", _("English is the language that is asked in where another one is missing: leave it in.")
