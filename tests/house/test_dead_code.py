"""What nothing in the program names is not kept: functions, classes, constants, methods and fields. Tests do not count."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from .imports import ROOT, names_used, trees

PACKAGE = ROOT / "surveyapp"
#: decorators by which a framework calls what they stand on
REGISTERING = re.compile(
    r"\b(route|get|post|errorhandler|before_request|after_request|teardown_\w+|app_context_processor|app_template_\w+|command|group"
    r"|listens_for|field_validator|model_validator|compiles)\b"
)
#: a name on the first level of a module → who calls it
CALLED_BY = {"init_app": "create_app, for each part of the web in its list"}
#: a method or a field → who reads it
READ_BY = {
    "model_config": "pydantic",
    "cache_ok": "SQLAlchemy, of a column's type",
    "load_dialect_impl": "SQLAlchemy, of a column's type",
    "process_bind_param": "SQLAlchemy, of a column's type",
    "process_result_value": "SQLAlchemy, of a column's type",
    "fold": "the standard library's e-mail policy",
    "read_strings": "openpyxl, of its reader",
    "open_session": "Flask, of its sessions",
    "save_session": "Flask, of its sessions",
    "preprocess": "Jinja, of an extension",
    "_heading": "handouts/word.py, by the kind of the block",
    "_subheading": "handouts/word.py, by the kind of the block",
    "_recommendation": "handouts/word.py, by the kind of the block",
}

Modules = dict[str, tuple[Path, ast.Module]]


def definitions(body: list[ast.stmt]) -> Iterator[tuple[str, ast.stmt]]:
    """What is given a name there, with the statement that does, but for what a framework calls."""
    for node in body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            if not any(REGISTERING.search(ast.unparse(decorator)) for decorator in node.decorator_list):
                yield node.name, node
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            yield from ((target.id, node) for target in targets if isinstance(target, ast.Name))


def names_in(node: ast.AST) -> Counter[str]:
    """How often each name is read, as a variable or an attribute."""
    names: Counter[str] = Counter()
    for part in ast.walk(node):
        if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Load):
            names[part.id] += 1
        elif isinstance(part, ast.Attribute) and isinstance(part.ctx, ast.Load):
            names[part.attr] += 1
    return names


def names_in_texts(tree: ast.AST) -> Counter[str]:
    """Strings that are a name: of an attribute, a column, a forward reference."""
    texts = (part.value for part in ast.walk(tree) if isinstance(part, ast.Constant) and isinstance(part.value, str))
    return Counter(word for text in texts if re.fullmatch(r"[\w.]+", text) for word in text.split("."))


def dead_on_the_first_level(modules: Modules) -> list[str]:
    """`module.name` of what neither its own file names outside of its body nor another one imports or reads."""
    used = _used_places(modules)
    return [
        f"{module}.{name}"
        for module, (_, tree) in modules.items()
        for name, node in definitions(tree.body)
        if not name.startswith("__") and (module, name) not in used and names_in(tree)[name] <= names_in(node)[name]
    ]


def _used_places(modules: Modules) -> set[tuple[str, str]]:
    """(module, name) of all that another file uses; handing it on in a package's own file is no use of it."""
    used: set[tuple[str, str]] = set()
    handed_on: dict[tuple[str, str], tuple[str, str]] = {}
    for module, (path, tree) in modules.items():
        package = module if path.name == "__init__.py" else module.rpartition(".")[0]
        own = names_in(tree)
        for source, name in names_used(package, tree, set(modules)):
            if path.name == "__init__.py" and not own[name]:
                handed_on[module, name] = (source, name)
            else:
                used.add((source, name))
    for place in list(used):
        while place in handed_on:
            place = handed_on[place]
            used.add(place)
    return used


def dead_in_classes(modules: Modules, elsewhere: Counter[str]) -> list[str]:
    """`module.class.name` of methods and fields that are read of no object, by their name: the type is not looked at."""
    used = Counter(elsewhere)
    for _, tree in modules.values():
        used += names_in(tree) + names_in_texts(tree)
    return [
        f"{module}.{node.name}.{name}"
        for module, (_, tree) in modules.items()
        for node in tree.body
        if isinstance(node, ast.ClassDef)
        for name, part in definitions(node.body)
        if not name.startswith("__") and used[name] <= names_in(part)[name]
    ]


def names_in_templates_and_recipes() -> Counter[str]:
    """Words inside of a template's own tags; every word of a recipe, and of the layout of a paper."""
    tags = [
        tag
        for path in PACKAGE.rglob("*.html")
        for tag in re.findall(r"\{[{%].*?[}%]\}", path.read_text(encoding="utf-8"), re.DOTALL)
    ]
    data = [*(ROOT / "exports").rglob("*.yaml"), *PACKAGE.rglob("*.typ")]
    texts = [path.read_text(encoding="utf-8") for path in data]
    return Counter(word for text in tags + texts for word in re.findall(r"\w+", text))


def without(names: list[str], reasons: dict[str, str]) -> list[str]:
    return [name for name in names if name.rpartition(".")[2] not in reasons]


def test_every_function_class_and_constant_is_named_somewhere_in_the_program() -> None:
    assert without(dead_on_the_first_level(trees()), CALLED_BY) == []


def test_every_method_and_field_is_named_somewhere_in_the_program() -> None:
    assert without(dead_in_classes(trees(), names_in_templates_and_recipes()), READ_BY) == []


def test_every_reason_for_what_nothing_names_is_still_needed() -> None:
    dead = dead_on_the_first_level(trees()) + dead_in_classes(trees(), names_in_templates_and_recipes())
    assert sorted({*CALLED_BY, *READ_BY} - {name.rpartition(".")[2] for name in dead}) == []


def test_what_is_dead_would_be_seen() -> None:
    planted = (
        "LIMIT = 3\nUSED = 4\n\nclass Planted:\n    spare: int\n    def idle(self): return self.idle()\n"
        "\ndef alone(): return USED\n\ndef handed_on(): ...\n\n@blueprint.route('/')\ndef page(): ...\n"
    )
    modules = {
        "surveyapp.room": (
            Path("room/__init__.py"),
            ast.parse("from .planted import handed_on\n__all__ = ['handed_on']"),
        ),
        "surveyapp.room.planted": (Path("planted.py"), ast.parse(planted)),
    }
    assert dead_on_the_first_level(modules) == [
        f"surveyapp.room.planted.{name}" for name in ("LIMIT", "Planted", "alone", "handed_on")
    ]
    assert dead_in_classes(modules, Counter()) == [
        f"surveyapp.room.planted.Planted.{name}" for name in ("spare", "idle")
    ]
