"""The pages: one folder per person, and what every page shares."""

from __future__ import annotations

import importlib
from collections.abc import Iterator

from flask import Blueprint, Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from . import access, assets, errors, headers, limits, locale, logging, sessions


def init_app(app: Flask) -> None:
    """Order matters: Flask runs `before_request` in it, and `after_request` in its reverse."""
    if proxies := app.config["TRUSTED_PROXIES"]:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=proxies, x_proto=proxies)  # type: ignore[method-assign]
    for part in (logging, headers, assets, limits, sessions, locale, access, errors):
        part.init_app(app)
    for blueprint in _blueprints():
        app.register_blueprint(blueprint)


def _blueprints() -> Iterator[Blueprint]:
    for room in ("account", "respondent", "cochair"):
        try:
            yield importlib.import_module(f"surveyapp.web.{room}").blueprint
        except (ModuleNotFoundError, AttributeError):
            continue
