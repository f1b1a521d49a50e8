"""surveyapp: the questionnaire engine for treaty bodies."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from flask import Flask


def create_app(overrides: Mapping[str, Any] | None = None, instance_path: str | Path | None = None) -> Flask:
    """Wires an application together. `overrides` goes before the environment's settings (config.py)."""
    from . import config, extensions, web

    folder = str(Path(instance_path).resolve()) if instance_path else None
    app = Flask(__name__, instance_path=folder, instance_relative_config=True, static_folder=None)
    app.config.from_mapping(config.read(overrides or {}, Path(app.instance_path)))
    extensions.init_app(app)
    web.init_app(app)
    return app
