"""Habits of templates: addresses come from the routes, a macro stands once, data come from the view."""

from __future__ import annotations

import ast
import importlib
import inspect
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = ROOT / "surveyapp" / "templates"
PAGES = {str(path.relative_to(TEMPLATES)): path.read_text(encoding="utf-8") for path in TEMPLATES.rglob("*.html")}


def test_no_address_is_written_by_hand() -> None:
    by_hand = re.compile(r"(?:href|action|src|hx-(?:get|post|put|delete))\s*=\s*[\"']/", re.IGNORECASE)
    assert [(name, line) for name, page in PAGES.items() for line in page.splitlines() if by_hand.search(line)] == []


def test_a_macro_stands_once() -> None:
    """The same lines under any name in two places, or one name imported by pages from two places."""
    bodies: dict[str, list[str]] = defaultdict(list)
    for name, page in PAGES.items():
        for macro, arguments, body in re.findall(r"macro (\w+)\((.*?)\)\s*-?%\}(.*?)\{%-? endmacro", page, re.DOTALL):
            first = re.split(r"\W", arguments)[0]
            bodies[" ".join(re.sub(rf"\b{first}\b", "_", body).split())].append(f"{name}: {macro}")
    assert [places for places in bodies.values() if len(places) > 1] == []


def test_no_template_is_handed_a_query() -> None:
    """A function of storage given to a template would be called while the page is drawn, in no transaction of the view."""
    views = [path for room in ("web", "cli") for path in (ROOT / "surveyapp" / room).rglob("*.py")]
    assert [(path.name, name) for path in views for name in _functions_of_storage_given(path)] == []


def _functions_of_storage_given(path: Path) -> Iterator[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    if "render_template" not in path.read_text(encoding="utf-8"):
        return
    module = importlib.import_module(".".join(path.relative_to(ROOT).with_suffix("").parts))
    for call in ast.walk(tree):
        if isinstance(call, ast.Call) and getattr(call.func, "id", "") == "render_template":
            for keyword in call.keywords:
                if isinstance(keyword.value, ast.Name | ast.Attribute) and _is_query(keyword.value, module):
                    yield ast.unparse(keyword.value)


def _is_query(value: ast.expr, module: Any) -> bool:
    names = ast.unparse(value).split(".")
    thing = vars(module).get(names[0])
    if len(names) == 2 and inspect.ismodule(thing):
        thing = getattr(thing, names[1], None)
    return inspect.isfunction(thing) and thing.__module__.startswith("surveyapp.storage")
