"""How every cookie of ours is named and set."""

from __future__ import annotations

from flask import Flask, current_app
from werkzeug.wrappers import Response


def cookie_name(kind: str = "session", app: Flask | None = None) -> str:
    """`__Host-` makes browsers refuse the cookie from a sibling host, another path or plain http."""
    return f"__Host-{kind}" if (app or current_app).config["COOKIE_SECURE"] else kind


def set_cookie(response: Response, name: str, value: str, seconds: int | None) -> None:
    """An empty value takes the cookie away."""
    response.set_cookie(
        name,
        value,
        max_age=seconds if value else 0,
        path="/",
        secure=current_app.config["COOKIE_SECURE"],
        httponly=True,
        samesite="Lax",
    )
