"""Templates: what they read is there. Jinja takes a name that is not there for an empty one, and says nothing."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import jinja2
import pytest
from jinja2 import nodes

from .imports import ROOT

TEMPLATES = sorted((ROOT / "surveyapp" / "templates").rglob("*.html"))
#: methods of Python's own objects and of Jinja's `loop`, `caller` and the like
BUILT_IN = {name for kind in (str, dict, list, set, int, float, tuple) for name in dir(kind)} | {
    "index",
    "index0",
    "first",
    "last",
    "length",
    "date",
    "year",
    "month",
    "day",
    "path",
    "args",
    "endpoint",
    "form",
    "values",
}


def names_of_the_program() -> set[str]:
    """Every name that code of ours gives to something: functions, fields, arguments, keys."""
    names: set[str] = set()
    for path in (ROOT / "surveyapp").rglob("*.py"):
        names.update(_names(ast.parse(path.read_text())))
    return names


def _names(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.Name):
            yield node.id
        elif isinstance(node, ast.Attribute):
            yield node.attr
        elif isinstance(node, ast.arg) or (isinstance(node, ast.keyword) and node.arg):
            yield node.arg
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield from re.findall(r"^[a-z_][a-z0-9_]*$", node.value)


def attributes_read(source: str) -> set[str]:
    """What a template reads of an object: `query.selection` → selection."""
    tree = jinja2.Environment(extensions=["jinja2.ext.i18n"]).parse(source)
    return {node.attr for node in tree.find_all(nodes.Getattr)}


MACROS = {name for path in TEMPLATES for name in re.findall(r"\{%-? macro (\w+)", path.read_text())}
PROGRAM = names_of_the_program() | BUILT_IN | MACROS


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_every_attribute_that_a_template_reads_is_there(template: Path) -> None:
    text = template.read_text()
    assert sorted(attributes_read(text) - PROGRAM) == []


def test_an_attribute_that_went_would_be_found() -> None:
    assert attributes_read("{% if not query.selection.of_everything %}open{% endif %}") - PROGRAM == {"of_everything"}
