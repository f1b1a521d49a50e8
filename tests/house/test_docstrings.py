"""What another file calls says what comes in, what comes out, and which errors: in a docstring of its own words."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache

import pytest

from .imports import names_used, trees

Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


def definitions(tree: ast.Module) -> dict[str, Definition]:
    """The public functions and classes of a module, on its first level."""
    return {node.name: node for node in tree.body if isinstance(node, Definition) and not node.name.startswith("_")}


@cache
def called_from_elsewhere() -> dict[str, Definition]:
    """`module.name` → the definition of each public function and class that another module of the program uses."""
    modules = trees()
    exported: dict[tuple[str, str], tuple[str, str]] = {}
    used: set[tuple[str, str]] = set()
    for module, (path, tree) in modules.items():
        package = module if path.name == "__init__.py" else module.rpartition(".")[0]
        for source, name in names_used(package, tree, set(modules)):
            used.add((source, name))
            exported[module, name] = (source, name)
    found = {}
    for place in used:
        while place in exported and place not in _places():
            place = exported[place]
        if place in _places():
            found[".".join(place)] = _places()[place]
    return dict(sorted(found.items()))


@cache
def _places() -> dict[tuple[str, str], Definition]:
    return {(module, name): node for module, (_, tree) in trees().items() for name, node in definitions(tree).items()}


def says_only_its_name(name: str, docstring: str) -> bool:
    """Whether each word of the docstring stands in the name already, articles and endings apart."""
    return bool(docstring) and words(docstring) <= words(name)


def words(text: str) -> set[str]:
    """`save_answers`, `SavesAnswer` and "Saves the answer." hold the same words."""
    parts = [part.lower() for part in re.findall(r"[A-Z]?[a-z]+|[A-Z]+", text)]
    return {re.sub(r"(?:es|s|ed|d|e)$", "", part) for part in parts} - {"th", "a", "an", "of", "to", "for"}


def methods(node: Definition) -> dict[str, ast.FunctionDef]:
    """The public methods and properties of a class; none of a function."""
    return {
        part.name: part for part in node.body if isinstance(part, ast.FunctionDef) and not part.name.startswith("_")
    }


@cache
def protocols() -> list[dict[str, ast.FunctionDef]]:
    """Of each Protocol of the program, its members: who keeps to all of them need not explain them once more."""
    classes = [node for _, tree in trees().values() for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]
    return [methods(node) for node in classes if any("Protocol" in ast.unparse(base) for base in node.bases)]


def explained_by_a_protocol(node: ast.ClassDef) -> set[str]:
    fields = {ast.unparse(part.target) for part in node.body if isinstance(part, ast.AnnAssign)}
    fields |= {ast.unparse(part.targets[0]) for part in node.body if isinstance(part, ast.Assign)}
    own = set(methods(node)) | fields
    return {name for members in protocols() if members and set(members) <= own for name in members}


def without_docstring(name: str, node: Definition) -> Iterator[str]:
    """The definition itself, and the methods of a class, that say nothing."""
    if not ast.get_docstring(node):
        yield name
    if isinstance(node, ast.ClassDef):
        explained = explained_by_a_protocol(node)
        for method, part in methods(node).items():
            if method not in explained and not ast.get_docstring(part):
                yield f"{name}.{method}"


def test_what_another_file_uses_has_a_docstring() -> None:
    """All of it, without an exception: functions, classes, and the classes' methods."""
    assert [silent for name, node in called_from_elsewhere().items() for silent in without_docstring(name, node)] == []


def test_a_function_class_or_method_without_a_docstring_would_be_seen() -> None:
    node = ast.parse("class Reply:\n    def save(self): ...\n    def _own(self): ...").body[0]
    assert isinstance(node, ast.ClassDef)
    assert list(without_docstring("replies.Reply", node)) == ["replies.Reply", "replies.Reply.save"]


def test_no_docstring_repeats_its_name() -> None:
    empty = [
        f"{module}.{node.name}"
        for module, (_, tree) in trees().items()
        for node in ast.walk(tree)
        if isinstance(node, Definition) and says_only_its_name(node.name, ast.get_docstring(node) or "")
    ]
    assert empty == []


@pytest.mark.parametrize(
    ("name", "docstring", "empty"),
    [
        ("save_answers", "Saves the answers.", True),
        ("SaveResult", "The result of a save", True),
        ("save_answers", "Writes them with their revisions, in one transaction.", False),
        ("save_answers", "", False),
    ],
)
def test_a_docstring_that_repeats_its_name_would_be_seen(name: str, docstring: str, empty: bool) -> None:
    assert says_only_its_name(name, docstring) is empty


def test_a_use_by_import_and_a_use_by_attribute_are_seen() -> None:
    tree = ast.parse("from surveyapp import words\nfrom .shown import shown\nwords.Words('fr')")
    assert set(names_used("surveyapp.forms", tree, {"surveyapp.words", "surveyapp.forms.shown"})) == {
        ("surveyapp.forms.shown", "shown"),
        ("surveyapp.words", "Words"),
    }
