"""How templates are laid out for their readers without the layout reaching the page; `tests/house/format_templates.py` builds on it."""

from __future__ import annotations

import re

from flask import Flask
from jinja2.ext import Extension

_INDENTATION = re.compile(r"\n {2,}")


class ShortIndentation(Extension):
    """One space stands for a line's indentation, which was a fifth of a page. Lines keep their numbers for error messages."""

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
        return _INDENTATION.sub("\n ", source)


def init_app(app: Flask) -> None:
    """A line that holds a mark of Jinja's alone puts out nothing."""
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.add_extension(ShortIndentation)
