"""For authors of questionnaires: neither settings nor a database are needed."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from surveyapp import interface_texts
from surveyapp.definition import loader
from surveyapp.definition.problems import ProblemsFound
from surveyapp.definition.source import catalogues, scaffold, source_files

from .group import FOLDER, main

QUESTIONNAIRES = Path("questionnaires")


@main.command()
@click.argument("folders", nargs=-1, type=FOLDER)
def check(folders: tuple[Path, ...]) -> None:
    """Tell every problem of questionnaires, with file, line and column; of all under questionnaires/ unless told."""
    count = 0
    for folder in folders or all_folders():
        try:
            problems = loader.check(source_files.read_folder(folder))
        except ProblemsFound as unreadable:
            problems = list(unreadable.problems)
        # what the author wrote first: a mistake there must not drown in texts that are not translated yet
        for problem in sorted(problems, key=lambda each: (each.file.endswith(".po"), each)):
            click.echo(f"{folder}/{problem}")
        count += len(problems)
        click.echo(f"{folder}: {_counted(len(problems))}")
    sys.exit(1 if count else 0)


def _counted(problems: int) -> str:
    return {0: "no problems", 1: "1 problem"}.get(problems, f"{problems} problems")


def all_folders() -> list[Path]:
    """Every folder under questionnaires/ that holds a questionnaire. Raises ClickException where there is none."""
    folders = sorted(path.parent for path in QUESTIONNAIRES.glob("*/questionnaire.yaml"))
    if not folders:
        raise click.ClickException("There is no questionnaire under questionnaires/. Name a folder.")
    return folders


@main.command()
@click.argument("name")
def new(name: str) -> None:
    """Make a small valid questionnaire to start from, in questionnaires/NAME."""
    try:
        written = scaffold.new_questionnaire(QUESTIONNAIRES / name, name)
    except ProblemsFound as faulty:
        raise click.ClickException(str(faulty)) from faulty
    for path in written:
        click.echo(str(path))
    click.echo(f"Next: surveyapp check {QUESTIONNAIRES / name}")


@main.command("extract-texts")
@click.argument("folders", nargs=-1, type=FOLDER)
def extract_texts(folders: tuple[Path, ...]) -> None:
    """Bring the catalogues of questionnaires up to date; without a FOLDER, those of the interface."""
    if folders:
        sys.exit(catalogues.main(str(folder) for folder in folders))
    for language, missing in interface_texts.extract().items():
        click.echo(f"{language}: {missing} not translated")


@main.command("compile-texts")
def compile_texts() -> None:
    """Compile the interface's catalogues, so that pages speak them."""
    for path in interface_texts.compile_all():
        click.echo(str(path))


@main.command("export-schema")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def export_schema(file: Path) -> None:
    """Write the JSON Schema by which editors help to write a questionnaire."""
    from surveyapp.definition.source import json_schema

    file.write_text(json_schema.text(), encoding="utf-8")


@main.command()
@click.argument("folder", type=FOLDER)
@click.option("--port", default=8001, show_default=True)
def preview(folder: Path, port: int) -> None:
    """Show a questionnaire in the browser, in any language, without a database; edit, save, reload."""
    from surveyapp.web.preview import preview_app

    click.echo(f"{folder}: http://127.0.0.1:{port}  (stop with Ctrl-C)")
    preview_app(folder).run("127.0.0.1", port, threaded=True)
