"""Tests share through `tests/world` and fixtures of a `conftest`, never by importing one another."""

from __future__ import annotations

import ast
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def imported_by(file: Path) -> set[str]:
    """The full names of what a file of tests imports from `tests`, relative imports resolved."""
    package = file.relative_to(ROOT).parent.parts
    names: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else ()
            module = ".".join((*above, *filter(None, [node.module])))
            names |= {f"{module}.{alias.name}" for alias in node.names}
    return {name for name in names if name.startswith("tests.")}


def test_no_test_imports_another_test_or_a_conftest() -> None:
    wrong = {
        f"{file.relative_to(ROOT)}: {name}"
        for file in ROOT.glob("tests/**/*.py")
        for name in imported_by(file)
        if re.search(r"\.(test_\w+|conftest)(\.|$)", name)
    }
    assert wrong == set(), "move what is shared to tests/world, or make it a fixture of a conftest"


def test_the_shared_world_imports_no_room_of_tests() -> None:
    wrong = {
        f"{file.name}: {name}"
        for file in ROOT.glob("tests/world/*.py")
        for name in imported_by(file)
        if not name.startswith("tests.world")
    }
    assert wrong == set()


def test_no_fixture_is_taken_by_an_import_that_the_linter_is_told_to_overlook() -> None:
    overlooked = re.compile(r"noqa: F(401|811)\b")
    here = Path(__file__)
    files = [file for file in ROOT.glob("tests/**/*.py") if file != here]
    assert [str(file) for file in files if overlooked.search(file.read_text(encoding="utf-8"))] == []
