"""Replies to all seven questionnaires, worked out by hand: what each of them is asked, what is missing, what cannot be."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path as Folder
from typing import Any

import pytest
from ruamel.yaml import YAML

from surveyapp.definition import loader
from surveyapp.definition import model as m
from surveyapp.definition.compiled import Compiled
from surveyapp.definition.path import Facts, Path, code_of, walk
from surveyapp.definition.question_types import clean
from surveyapp.definition.source import source_files

HERE = Folder(__file__).parent / "replies"
NAMES = sorted(file.stem for file in HERE.glob("*.yaml"))
CONTACT = {"name": "A. Official", "position": "Director", "institution": "Ministry", "email": "a@ministry.example"}
TODAY = datetime.date(2026, 11, 24)


@dataclass(frozen=True)
class Worked:
    questionnaire: str
    case: Mapping[str, Any]

    @property
    def compiled(self) -> Compiled:
        return _compiled(self.questionnaire)

    @property
    def answers(self) -> dict[str, Any]:
        return {place: self._value(place, value) for place, value in self.case["answers"].items()}

    def _value(self, place: str, value: Any) -> Any:
        """A choice may be written as its code, several as a list of codes, a contact as one word."""
        question = self.compiled.questions[code_of(place)]
        if isinstance(question, m.SingleChoice) and isinstance(value, str):
            return {"choice": value}
        if isinstance(question, m.MultipleChoice) and isinstance(value, list):
            return {"choices": value}
        return CONTACT if value == "CONTACT" else value

    @property
    def path(self) -> Path:
        who = {"kind": "state", "code": "XAL", "treaty_status": "state_party", "region": "europe"} | self.case.get(
            "as", {}
        )
        if who["kind"] == "organisation":
            who["treaty_status"] = who["region"] = None
        return walk(self.compiled, self.answers, Facts(**who, today=TODAY))

    @property
    def asked(self) -> set[str]:
        return {code_of(address) for address in self.path.on_path}

    @property
    def whole(self) -> bool:
        """May it be submitted?"""
        return not self.path.missing and not self.path.violations


@lru_cache
def _compiled(name: str) -> Compiled:
    return loader.load(source_files.read_folder(HERE.parents[2] / "questionnaires" / name))


@lru_cache
def _cases(name: str) -> tuple[Worked, ...]:
    read = YAML(typ="safe").load((HERE / f"{name}.yaml").read_text(encoding="utf-8"))
    return tuple(Worked(name, case) for case in read)


EVERY = [pytest.param(worked, id=f"{name}: {worked.case['reply']}") for name in NAMES for worked in _cases(name)]


def test_every_questionnaire_has_its_replies() -> None:
    folders = {file.parent.name for file in (HERE.parents[2] / "questionnaires").glob("*/questionnaire.yaml")}
    assert set(NAMES) == folders and len(folders) == 7


@pytest.mark.parametrize("worked", EVERY)
def test_a_reply_is_asked_what_was_worked_out(worked: Worked) -> None:
    case, path = worked.case, worked.path
    for place, value in worked.answers.items():
        assert clean(worked.compiled, worked.compiled.questions[code_of(place)], value) == value, place
    codes = [code for code in worked.compiled.questions if code in worked.asked]
    if "asked" in case:
        assert codes == list(case["asked"])
    if "not_asked" in case:
        assert [code for code in worked.compiled.questions if code not in codes] == list(case["not_asked"])
    assert set(case.get("includes", ())) <= worked.asked
    assert not set(case.get("excludes", ())) & worked.asked
    if "asked" in case or "not_asked" in case:
        assert [code_of(address) for address in path.missing] == list(case.get("missing", []))
        assert [code_of(address) for address in path.gaps] == list(case.get("gaps", []))
        assert {code_of(each.address) for each in path.violations} == set(case.get("broken", []))
    elif "broken" in case:
        assert set(case["broken"]) <= {code_of(each.address) for each in path.violations}
    for code, offered in case.get("offered", {}).items():
        assert path.offered[code] == set(offered)
    for code, value in case.get("calculated", {}).items():
        assert path.calculated[code] == value
    answered = {place for place, value in worked.answers.items() if value is not None}
    assert answered <= path.on_path, "a worked reply answers nothing that it is not asked"


@pytest.mark.parametrize("name", NAMES)
def test_the_replies_go_every_way(name: str) -> None:
    """Each question is asked in one of them; each that has a condition, or stands in a section that has one, is not in another; each
    question with a condition is asked in a reply that may be submitted; and each choice with a condition is offered and not offered."""
    compiled, cases = _compiled(name), _cases(name)
    whole = [worked for worked in cases if worked.whole]
    assert len(whole) >= 2
    for code, question in compiled.questions.items():
        assert any(code in worked.asked for worked in cases), f"{code} is never asked"
        section = next(each for each in compiled.questionnaire.sections if each.code == compiled.section_of[code])
        if getattr(question, "relevant", None) or section.relevant:
            assert any(code not in worked.asked for worked in cases), f"{code} is always asked"
            assert any(code in worked.asked for worked in whole), f"{code} is in no reply that may be submitted"
    for code in {code for worked in cases for code in worked.path.offered}:
        offers = [set(worked.path.offered[code]) for worked in cases if code in worked.path.offered]
        conditional = set.union(*offers) - set.intersection(*offers)
        every = {choice.code for choice in compiled.choices(compiled.questions[code]) if choice.relevant}
        assert conditional == every, code
