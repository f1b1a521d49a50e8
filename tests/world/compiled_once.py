"""An application is made for each test, and would compile its addresses and templates anew: once per process is enough."""

from __future__ import annotations

from types import CodeType
from typing import Any

from flask import Flask
from jinja2.bccache import Bucket, BytecodeCache
from werkzeug.routing import Rule


def share_compiled_parts() -> None:
    _compile_builders_once()
    Flask.jinja_options = {"bytecode_cache": TemplateCode()}


class TemplateCode(BytecodeCache):
    """Jinja's own way to keep what it compiled; a template whose source changed has another checksum."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self.kept.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        assert bucket.code
        self.kept[bucket.key, bucket.checksum] = bucket.code


def _compile_builders_once() -> None:
    """A rule's builder depends on its parts and defaults alone; converters are looked up in the rule when it runs."""
    compile_builder, made = Rule._compile_builder, dict[Any, Any]()

    def compiled(rule: Rule, append_unknown: bool = True) -> Any:
        key = (rule.rule, tuple(rule._trace), repr(rule.defaults), append_unknown)
        if key not in made:
            made[key] = compile_builder(rule, append_unknown)
        return made[key]

    Rule._compile_builder = compiled  # type: ignore[method-assign]
