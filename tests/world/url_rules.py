"""An application is made for each test, and all its addresses with it: two thirds of that time is werkzeug compiling
the same functions anew. Here they are compiled once per process.
"""

from __future__ import annotations

from typing import Any

from werkzeug.routing import Rule


def compile_builders_once() -> None:
    """A rule's builder depends on its parts and defaults alone; converters are looked up in the rule when it runs."""
    compile_builder, made = Rule._compile_builder, dict[Any, Any]()

    def compiled(rule: Rule, append_unknown: bool = True) -> Any:
        key = (rule.rule, tuple(rule._trace), repr(rule.defaults), append_unknown)
        if key not in made:
            made[key] = compile_builder(rule, append_unknown)
        return made[key]

    Rule._compile_builder = compiled  # type: ignore[method-assign]
