"""The imports of every file of the program, lazy and typing ones included."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

Graph = dict[str, set[str]]  #: module → the modules it imports


def import_graph() -> Graph:
    modules = {name_of_module(path): path for path in (ROOT / "surveyapp").rglob("*.py")}
    return {name: set(_imported(name, path, modules)) - {name} for name, path in modules.items()}


def name_of_module(path: Path) -> str:
    """`surveyapp/forms/__init__.py` → surveyapp.forms"""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _imported(name: str, path: Path, modules: dict[str, Path]) -> Iterator[str]:
    package = name if path.name == "__init__.py" else name.rpartition(".")[0]
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in modules)
        elif isinstance(node, ast.ImportFrom):
            source = source_of_import(package, node)
            for alias in node.names:
                member = f"{source}.{alias.name}"
                yield from (module for module in [member if member in modules else source] if module in modules)


def source_of_import(package: str, node: ast.ImportFrom) -> str:
    """The full name of the module from which a file of that package imports, relative imports resolved."""
    if not node.level:
        return node.module or ""
    parts = package.split(".")
    base = parts[: len(parts) - node.level + 1]
    return ".".join([*base, *([node.module] if node.module else [])])


@cache
def trees() -> dict[str, tuple[Path, ast.Module]]:
    """Module → its file and what stands in it."""
    return {
        name_of_module(path): (path, ast.parse(path.read_text())) for path in sorted((ROOT / "surveyapp").rglob("*.py"))
    }


def names_used(package: str, tree: ast.Module, modules: set[str]) -> Iterator[tuple[str, str]]:
    """(module, name) of what a file imports, or reads as an attribute of a module that it imports."""
    local: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            source = source_of_import(package, node)
            for alias in node.names:
                if f"{source}.{alias.name}" in modules:
                    local[alias.asname or alias.name] = f"{source}.{alias.name}"
                else:
                    yield source, alias.name
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in local:
            yield local[node.value.id], node.attr


def circles(graph: Graph) -> list[list[str]]:
    """Strongly connected components of more than one module: R. Tarjan, Depth-first search and linear graph algorithms, 1972."""
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    found: list[list[str]] = []

    def visit(module: str) -> None:
        index[module] = low[module] = len(index)
        stack.append(module)
        for other in graph[module]:
            if other not in index:
                visit(other)
                low[module] = min(low[module], low[other])
            elif other in stack:
                low[module] = min(low[module], index[other])
        if low[module] == index[module]:
            component = stack[stack.index(module) :]
            del stack[stack.index(module) :]
            if len(component) > 1:
                found.append(sorted(component))

    for module in graph:
        if module not in index:
            visit(module)
    return found
