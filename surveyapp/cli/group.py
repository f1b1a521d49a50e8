"""The group that all commands join, and the application that most of them work in."""

from __future__ import annotations

from pathlib import Path

import click
from flask import Flask

FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)


@click.group()
def main() -> None:
    """Questionnaires for treaty bodies."""


def the_app() -> Flask:
    """The application by its settings. Raises ClickException naming each setting that is wrong."""
    from surveyapp import config, create_app

    try:
        return create_app()
    except config.ConfigurationProblems as problems:
        raise click.ClickException(str(problems)) from None
