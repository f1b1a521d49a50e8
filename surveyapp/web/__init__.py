"""The pages: one folder per person, and what every page shares."""

from __future__ import annotations

from flask import Flask
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


def _blueprints():  # type: ignore[no-untyped-def]
    import importlib

    for name in ("account", "respondent", "cochair"):
        try:
            module = importlib.import_module(f"surveyapp.web.{name}")
        except ModuleNotFoundError as missing:
            if missing.name != f"surveyapp.web.{name}":
                raise
            continue
        blueprint = getattr(module, "blueprint", None)
        if blueprint is not None:
            yield blueprint
