"""What text may come in at all: one rule, before any view, for paths, queries, names of fields and values.

A zero byte or half a surrogate pair is no text that a database or a page can hold. In an address or in the name of a field
it is refused: no page of ours sends it. In a value it is taken out, as it stands for nothing that anybody typed.
"""

from __future__ import annotations

import json
import re
from typing import Any

from flask import Flask, abort, request
from werkzeug.datastructures import ImmutableMultiDict
from werkzeug.routing import IntegerConverter

from surveyapp.definition.question_types.numbers import western
from surveyapp.definition.typed_text import IMPOSSIBLE

#: the largest id that a table of ours can have
MAX_ID = 2**31 - 1
FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")


class IdConverter(IntegerConverter):
    """A number in an address: plain digits, and no more than a table can have. Any other is no page."""

    regex = r"[0-9]+"

    def __init__(self, map: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(map, *args, **{"max": MAX_ID} | kwargs)


def init_app(app: Flask) -> None:
    app.url_map.converters["int"] = IdConverter
    app.before_request(_require_text)


def _require_text() -> None:
    names_and_addresses = [request.path, *(text for pair in request.args.items(multi=True) for text in pair)]
    if request.mimetype in FORMS and request.method not in ("GET", "HEAD"):
        fields = list(request.form.items(multi=True))
        names_and_addresses += [name for name, _ in fields]
        names_and_addresses += [
            text for name, file in request.files.items(multi=True) for text in (name, file.filename or "")
        ]
        if any(IMPOSSIBLE.search(value) for _, value in fields):
            request.form = ImmutableMultiDict([(name, IMPOSSIBLE.sub("", value)) for name, value in fields])
    if any(IMPOSSIBLE.search(text) for text in names_and_addresses):
        abort(400)


def posted_id(name: str) -> int:
    """An id that the form names, in the digits of any script; 0, which no row has, for anything else."""
    return as_id(request.form.get(name, ""))


def as_id(typed: str) -> int:
    """0 for what is no id."""
    digits = western(typed.strip())
    return int(digits) if re.fullmatch(r"[0-9]{1,10}", digits) and int(digits) <= MAX_ID else 0


def read_json(text: str | bytes) -> Any:
    """Raises ValueError, also where it is nested more deeply than can be read."""
    try:
        return json.loads(text)
    except RecursionError:
        raise ValueError("nested too deeply") from None
