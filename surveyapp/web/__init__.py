"""The pages: one folder per person, and what every page shares."""

from __future__ import annotations

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from . import (
    access,
    account,
    assets,
    cochair,
    delegate,
    errors,
    headers,
    health,
    locale,
    moved_addresses,
    report,
    request_limits,
    request_log,
    request_text,
    respondent,
    secretariat,
    sessions,
    template_layout,
)


def init_app(app: Flask) -> None:
    """Order matters: Flask runs `before_request` in it, and `after_request` in its reverse."""
    if proxies := app.config["TRUSTED_PROXIES"]:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=proxies, x_proto=proxies)  # type: ignore[method-assign]
    for part in (
        request_log,
        headers,
        assets,
        template_layout,
        request_limits,
        request_text,
        sessions,
        locale,
        access,
        errors,
    ):
        part.init_app(app)
    for room in (account, respondent, delegate, cochair, report, secretariat, health, moved_addresses):
        app.register_blueprint(room.blueprint)
