"""One term for one thing: the retired words are no identifiers, and the glossary names what is there."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import jinja2
import pytest
from jinja2 import nodes

from .imports import ROOT

#: of the dialect that the voice of the house has ended
RETIRED = frozenset({"one", "found", "known", "said", "told", "given", "what", "again", "wish", "sight", "deeds"})
#: and of no template either, where these two were the commonest
RETIRED_IN_TEMPLATES = RETIRED | {"each", "reading"}
PACKAGE = ROOT / "surveyapp"
TEMPLATES = sorted((PACKAGE / "templates").rglob("*.html"))


def identifiers(path: Path) -> Iterator[str]:
    """Names of variables, parameters, functions, classes, imports and caught errors, each time they stand there."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Name):
            yield node.id
        elif isinstance(node, ast.arg):
            yield node.arg
        elif isinstance(node, ast.FunctionDef | ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.alias) and node.asname:
            yield node.asname
        elif isinstance(node, ast.ExceptHandler) and node.name:
            yield node.name


def retired_in(room: Path) -> list[str]:
    files = sorted(room.rglob("*.py")) if room.is_dir() else [room]
    return [name for path in files for name in identifiers(path) if name.strip("_").lower() in RETIRED]


ROOMS = sorted(path.name for path in PACKAGE.iterdir() if path.suffix == ".py" or (path / "__init__.py").exists())


@pytest.mark.parametrize("room", ROOMS)
def test_a_retired_word_is_no_identifier(room: str) -> None:
    assert retired_in(PACKAGE / room) == []


def names_in_template(source: str) -> set[str]:
    """What a template is handed, sets or loops over, its macros and their arguments. Not the placeholders of texts."""
    tree = jinja2.Environment(extensions=["jinja2.ext.i18n"]).parse(source)
    return {node.name for node in tree.find_all((nodes.Name, nodes.NSRef, nodes.Macro))}


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_a_retired_word_is_no_name_in_a_template(template: Path) -> None:
    assert sorted(names_in_template(template.read_text()) & RETIRED_IN_TEMPLATES) == []


def test_a_name_in_a_template_holds_something_that_a_letter_does_not_tell() -> None:
    """Except `_` and `g`, which are the framework's."""
    names = {name for path in TEMPLATES for name in names_in_template(path.read_text())}
    assert {name for name in names if len(name) == 1} <= {"_", "g"}


@pytest.mark.parametrize(
    "source",
    [
        "{{ one.title }}",
        "{% for one in rounds %}{% endfor %}",
        "{% for code, said in labels.items() %}{% endfor %}",
        "{% set known = 1 %}",
        "{% macro told(text) %}{% endmacro %}",
        "{% macro text(wish) %}{% endmacro %}",
        "{{ draw(reading=query, wide=what) }}",
    ],
)
def test_a_retired_word_in_a_template_would_be_seen(source: str) -> None:
    assert names_in_template(source) & RETIRED_IN_TEMPLATES


def test_a_retired_word_is_no_name_of_a_file() -> None:
    assert [path for path in PACKAGE.rglob("*") if path.stem in RETIRED] == []


def test_the_glossary_names_what_is_in_the_code() -> None:
    """The table *Names in code* has a name in backticks in its last column."""
    table = (ROOT / "docs" / "glossary.md").read_text().partition("## Names in code")[2]
    names = set(
        re.findall(
            r"`([A-Za-z_]+)`", " ".join(line.split("|")[-2] for line in table.splitlines() if line.startswith("| "))
        )
    )
    there = {name for path in PACKAGE.rglob("*.py") for name in identifiers(path)} | {
        path.stem for path in PACKAGE.rglob("*")
    }
    assert names and sorted(names - there) == []
