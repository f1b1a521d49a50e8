"""How much one request may bring. How often a thing may be tried is counted in the database (storage.people.rate_limits)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, abort, current_app, request

View = TypeVar("View", bound=Callable[..., Any])
#: beside the file: the form's own fields, and what separates the parts
AROUND_A_FILE = 20_000


def takes_file(most_bytes: int) -> Callable[[View], View]:
    """Opens a view to an uploaded file of at most so many bytes. All other views refuse one."""

    def mark(view: View) -> View:
        view.takes_file = most_bytes  # type: ignore[attr-defined]
        return view

    return mark


def init_app(app: Flask) -> None:
    # MAX_CONTENT_LENGTH, MAX_FORM_MEMORY_SIZE and MAX_FORM_PARTS are read by Flask itself
    app.before_request(_refuse_multipart)
    app.before_request(_count_fields)


def _refuse_multipart() -> None:
    """No page of ours sends it but those that hand a file in, and these hold no other answers. Werkzeug 3.1 drops an empty field that ends where a block of 64 KB does: an answer that was
    cleared would seem not to have been on the page."""
    if request.mimetype != "multipart/form-data":
        return
    most = getattr(current_app.view_functions.get(request.endpoint or ""), "takes_file", None)
    if most is None:
        abort(415)
    request.max_content_length = most + AROUND_A_FILE
    request.max_form_parts = 20
    if (request.content_length or 0) > request.max_content_length:
        abort(413)


def _count_fields() -> None:
    """Flask counts the fields of multipart forms only; two megabytes of `&` would be a million fields."""
    if request.mimetype != "application/x-www-form-urlencoded" or request.method in ("GET", "HEAD"):
        return
    if (request.content_length or 0) > current_app.config["MAX_FORM_MEMORY_SIZE"]:
        abort(413)
    body = request.get_data(cache=True, parse_form_data=False)
    if (
        len(body) > current_app.config["MAX_FORM_MEMORY_SIZE"]
        or body.count(b"&") >= current_app.config["MAX_FORM_PARTS"]
    ):
        abort(413)
