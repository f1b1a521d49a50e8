"""`surveyapp new`, the exported schema, and the page for authors: each is checked against the loader."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from surveyapp.definition import loader
from surveyapp.definition.problems import ProblemsFound
from surveyapp.definition.source import grammar_words, json_schema, source_files
from surveyapp.definition.source.scaffold import new_questionnaire
from tests.world.questionnaires import problems_in

DOCS = Path(__file__).parents[2] / "docs"


def test_a_new_questionnaire_has_no_problems_and_six_languages(tmp_path: Path) -> None:
    written = new_questionnaire(tmp_path / "my-own", "my-own")

    source = source_files.read_folder(tmp_path / "my-own")
    assert {path.name for path in written} == set(source)
    assert loader.check(source) == []
    compiled = loader.load(source)
    assert len(compiled.languages) == 6
    assert compiled.questionnaire.questionnaire == "my-own"


def test_a_new_questionnaire_never_overwrites_one_and_needs_a_proper_name(tmp_path: Path) -> None:
    new_questionnaire(tmp_path, "mine")

    with pytest.raises(ProblemsFound, match="already"):
        new_questionnaire(tmp_path, "mine")
    with pytest.raises(ProblemsFound, match="cannot be the code"):
        new_questionnaire(tmp_path / "other", "../Other")
    assert not (tmp_path / "other").exists()


def test_the_exported_schema_is_in_step_with_the_model() -> None:
    exported = (DOCS / "questionnaire.schema.json").read_text(encoding="utf-8")

    hint = "python -m surveyapp.definition.json_schema > docs/questionnaire.schema.json"
    assert exported == json_schema.text(), f"Write it again: {hint}"


def test_the_schema_explains_every_key_that_it_has_words_for() -> None:
    text = json.dumps(json_schema.schema())
    schema = json_schema.schema()

    used = {name for part in (schema, *schema["$defs"].values()) for name in part.get("properties", {})}
    assert set(json_schema.DESCRIPTIONS) <= used
    assert "additionalProperties" in text


def _blocks(kind: str) -> list[str]:
    page = (DOCS / "definition.md").read_text(encoding="utf-8")
    return re.findall(rf"```yaml {kind}\n(.*?)```", page, re.DOTALL)


def test_the_examples_for_authors_are_valid_and_show_every_type() -> None:
    (whole,) = _blocks("questionnaire")
    items = "".join(_blocks("items"))

    assert [p for p in loader.check({"questionnaire.yaml": whole}) if p.file == "questionnaire.yaml"] == []
    lists = "area: [{code: export, label: Export}, {code: transit, label: Transit}, {code: other, label: Other}]"
    assert problems_in(items, lists=lists) == []
    shown = set(re.findall(r"type: (\w+)", items + whole))
    assert shown == set(grammar_words.TYPES)


RULES = (
    'law_name == "x"', "length(law_name) > 3", "words(lessons) > 2", "months_taken > 12", "had_system == yes_no.yes",
    "interest == interest.considering", "partner == state.FRA", "may_name == consent.given",
    "area.export in areas_covered", "count(areas_covered) > 1", 'signed_on < date("2014-12-24")',
    "year(signed_on) == 2014", "months_between(signed_on, today) > 3", "days_between(signed_on, today) > 1",
    "term.from < term.to", "changes.export_law == changes.columns.before", "count(laws) > 1",
    "sum(laws.law_year) > 1", "laws.law_year.exists(y, y > 2014)", "answered(decree)",
    "or_else(months_taken, 0) > 1", "participant.treaty_status == treaty_status.signatory",
    "participant.region == region.asia", "participant.code == state.FRA", 'law_name.matches("^a")', "laws_named > 2",
)  # fmt: skip


def test_the_rules_that_the_page_shows_are_understood() -> None:
    lists = "area: [{code: export, label: Export}, {code: transit, label: Transit}, {code: other, label: Other}]"
    asked = "".join(f"- {{code: z{n}, type: yes_no, label: Z, relevant: '{rule}'}}\n" for n, rule in enumerate(RULES))

    assert problems_in("".join(_blocks("items")) + asked, lists=lists) == []
