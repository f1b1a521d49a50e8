"""`surveyapp`: what is done from a terminal. Questionnaire commands need neither settings nor a database."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import click
from flask import Flask

from surveyapp import interface_texts
from surveyapp.definition import catalogues, loader, scaffold
from surveyapp.definition.problems import ProblemsFound
from surveyapp.definition.texts import LANGUAGES

QUESTIONNAIRES = Path("questionnaires")
FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
#: gunicorn: two processes of two threads; more threads only lengthen the slowest answers
SERVER = ("--worker-class=gthread", "--workers=2", "--threads=2", "--keep-alive=30", "--log-level=warning")


@click.group()
def main() -> None:
    """Questionnaires for treaty bodies."""


@main.command()
@click.argument("folders", nargs=-1, type=FOLDER)
def check(folders: tuple[Path, ...]) -> None:
    """Tell every problem of questionnaires, with file, line and column; of all under questionnaires/ unless told."""
    found = 0
    for folder in folders or _all_folders():
        try:
            problems = loader.check(loader.read_folder(folder))
        except ProblemsFound as unreadable:
            problems = list(unreadable.problems)
        # what the author wrote first: a mistake there must not drown in texts that are not translated yet
        for problem in sorted(problems, key=lambda each: (each.file.endswith(".po"), each)):
            click.echo(f"{folder}/{problem}")
        found += len(problems)
        click.echo(f"{folder}: {_counted(len(problems))}")
    sys.exit(1 if found else 0)


def _counted(problems: int) -> str:
    return {0: "no problems", 1: "1 problem"}.get(problems, f"{problems} problems")


def _all_folders() -> list[Path]:
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
    except ProblemsFound as found:
        raise click.ClickException(str(found)) from found
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
    from surveyapp.definition import json_schema

    file.write_text(json_schema.text(), encoding="utf-8")


@main.command()
@click.argument("folder", type=FOLDER)
@click.option("--port", default=8001, show_default=True)
def preview(folder: Path, port: int) -> None:
    """Show a questionnaire in the browser, in any language, without a database; edit, save, reload."""
    from surveyapp.web.preview import preview_app

    click.echo(f"{folder}: http://127.0.0.1:{port}  (stop with Ctrl-C)")
    preview_app(folder).run("127.0.0.1", port, threaded=True)


@main.command()
@click.option("--port", default=8000, show_default=True)
@click.option("--host", default="127.0.0.1", show_default=True)
def run(host: str, port: int) -> None:
    """Serve with the settings of the environment; see docs/settings.md."""
    _serve(host, port)


@main.command()
@click.option("--port", default=8000, show_default=True)
@click.option("--serve/--no-serve", default=True, help="Whether to start the server when all is set up.")
def demo(port: int, serve: bool) -> None:
    """Set up the demonstration, print a sign-in link per kind of person, and serve it on this machine."""
    settings = {
        "DEMONSTRATION": "1",
        "COOKIE_SECURE": "0",  # plain http on this machine
        "BASE_URL": f"http://127.0.0.1:{port}",
        "LOG_LEVEL": "WARNING",
    }
    for name, value in settings.items():
        os.environ.setdefault(f"SURVEYAPP_{name}", value)
    _print_tour(_app(), port)
    if serve:
        subprocess.Popen([sys.executable, "-m", "surveyapp.cli", "work", f"--parent={os.getpid()}"])  # noqa: S603
        _serve("127.0.0.1", port)


def _print_tour(app: Flask, port: int) -> None:
    from surveyapp import demonstration
    from surveyapp.storage import schema

    with app.app_context():
        schema.upgrade()
        tour = demonstration.seed(app)
    click.echo(f"\nsurveyapp is at http://127.0.0.1:{port} — stop with Ctrl-C. Everything in it is invented.\n")
    for link in tour:
        click.echo(f"  {link.who}\n    http://127.0.0.1:{port}/sign-in/{link.token}\n    {link.try_this}\n")
    sys.stdout.flush()


@main.command("verify-receipt")
@click.argument("reply", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument("receipt", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--all", "whole", is_flag=True, help="Every submission in the database, and that no chain is broken.")
def verify_receipt(reply: Path | None, receipt: Path | None, whole: bool) -> None:
    """Check a REPLY (its JSON file) against its RECEIPT; needs no database. Or all that is in the database."""
    from surveyapp.storage import receipts

    if whole:
        wrong = _verify_all()
    elif reply is None or receipt is None:
        raise click.UsageError("Name the reply's file and the receipt's file, or say --all.")
    else:
        try:
            wrong = receipts.check_reply(reply.read_text(encoding="utf-8"), receipt.read_text(encoding="utf-8"))
        except ValueError as unreadable:  # also not UTF-8
            raise click.ClickException(str(unreadable)) from unreadable
    for line in wrong:
        click.echo(line)
    click.echo("This is NOT what was submitted." if wrong else "This is what was submitted.")
    sys.exit(1 if wrong else 0)


def _verify_all() -> list[str]:
    from surveyapp.storage import receipts, submissions

    with _app().app_context():
        chains = submissions.chains()
    click.echo(f"{sum(map(len, chains.values()))} submissions of {len(chains)} participants")
    return [f"{code}: {line}" for code, chain in chains.items() for line in receipts.check_chain(chain)]


@main.command("remake-figures")
@click.argument("dataset", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def remake_figures(dataset: Path) -> None:
    """Make every figure of a report again from its frozen DATASET (a zip file), and compare."""
    from .analysis import dataset as frozen

    try:
        files = frozen.read_archive(dataset.read_bytes())
        made, differences = frozen.make_again(files)
    except frozen.NotADataset as problem:
        raise click.ClickException(str(problem)) from None
    for spec, figure in made:
        click.echo(f"{spec.token()} = {'too few to show' if figure.small else figure.value} (base {figure.base})")
    for each in differences:
        click.echo(f"DIFFERS: {each.token}: kept {each.kept}, made {each.made}", err=True)
    if differences:
        raise click.ClickException(f"{len(differences)} of {len(made)} figures cannot be made again as they were kept.")
    click.echo(f"All {len(made)} figures are as they were kept.")


@main.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def backup(file: Path) -> None:
    """Write everything into FILE (a zip) while the site runs: all tables at one moment, and all documents."""
    from surveyapp.storage import backup as backups
    from surveyapp.storage import documents

    app = _app()
    with app.app_context():
        counts = backups.backup(file, documents.folder())
    click.echo(f"{sum(counts.values())} rows of {len(counts)} tables: {file}")


@main.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def restore(file: Path) -> None:
    """Fill an empty database, of either kind, from a backup FILE; then receipts, log and counts are looked through."""
    from surveyapp.storage import backup as backups
    from surveyapp.storage import documents, schema

    app = _app()
    with app.app_context():
        schema.upgrade()
        try:
            counts = backups.restore(file, documents.folder())
        except backups.NotABackup as problem:
            raise click.ClickException(str(problem)) from None
    click.echo(
        f"{sum(counts.values())} rows of {len(counts)} tables. Now: surveyapp verify-receipt --all; surveyapp verify-audit"
    )


@main.command("add-person")
@click.argument("email")
@click.argument("name")
@click.option("--role", required=True, type=click.Choice(["secretariat", "co_chair"]))
@click.option("--language", default="en", type=click.Choice(LANGUAGES), show_default=True)
def add_person(email: str, name: str, role: str, language: str) -> None:
    """Let somebody in: the first of the secretariat, a co-chair. They sign in by a link to EMAIL."""
    from surveyapp.storage import accounts, audit

    if "@" not in email:
        raise click.ClickException("Enter an e-mail address, such as name@example.org.")
    with _app().app_context():
        person = accounts.find_or_create(name, email, language)
        found = accounts.person(person)
        if found is not None and role not in {held.role for held in found.roles}:
            accounts.grant(person, role)
            audit.record("role-granted", None, person=person, role=role)
    click.echo(f"{email}: {role}. Sign in at {_app().config['BASE_URL']}/sign-in")


@main.command("add-states")
def add_states() -> None:
    """Fill the register with the 195 States of the reference table, those that are there excepted."""
    from surveyapp.storage import participants

    with _app().app_context():
        click.echo(f"{participants.seed_states()} States added")


@main.command()
@click.argument("folders", nargs=-1, type=FOLDER)
def publish(folders: tuple[Path, ...]) -> None:
    """Publish questionnaires, so that rounds can ask them; all under questionnaires/ unless told."""
    from surveyapp.storage import rounds

    with _app().app_context():
        for folder in folders or _all_folders():
            try:
                version = rounds.publish(loader.read_folder(folder))
            except ProblemsFound as found:
                raise click.ClickException(f"{folder} has problems; see surveyapp check {folder}") from found
            click.echo(f"{folder}: version {version}")


@main.command("verify-audit")
@click.option("--head", help="A seal that was noted before: tells whether the end of the log has been cut off.")
def verify_audit(head: str | None) -> None:
    """Look whether any event of the log was changed, removed or moved; print its last seal, to be noted elsewhere."""
    from surveyapp.storage import audit

    with _app().app_context():
        count, last, wrong = audit.verify(head)
    for line in wrong:
        click.echo(line)
    click.echo(f"{count} events; the last seal is {last}")
    click.echo("The log has been TAMPERED WITH." if wrong else "The log is whole.")
    sys.exit(1 if wrong else 0)


@main.command()
def recount() -> None:
    """Count every round's submitted replies anew, and say where the counts that were kept differed."""
    from surveyapp.storage import rollups, rounds

    with _app().app_context():
        differing = [one.code for one in rounds.rounds() if not rollups.recount(one.id)]
    for code in differing:
        click.echo(f"DIFFERED, and is put right: {code}", err=True)
    click.echo("Counted anew.")
    sys.exit(1 if differing else 0)


@main.command()
@click.argument("revision", default="head")
def upgrade(revision: str) -> None:
    """Make the tables, or bring them to this REVISION."""
    from surveyapp.storage import schema

    with _app().app_context():
        schema.upgrade(revision)


@main.command()
@click.argument("revision")
def downgrade(revision: str) -> None:
    """Take the tables back to an earlier REVISION."""
    from surveyapp.storage import schema

    with _app().app_context():
        schema.downgrade(revision)


@main.command()
@click.option("--once", is_flag=True, help="Do what waits, then end.")
@click.option("--parent", type=int, hidden=True, help="End with this process.")
def work(once: bool, parent: int | None) -> None:
    """Send letters and make files that people asked for, until it is ended. Several may run, on several hosts."""
    from surveyapp.web import worker

    app = _app()
    if not once:
        return worker.work(app, parent=parent)
    with app.app_context():
        while worker.turn(app):
            pass


@main.command()
@click.argument("round_code", metavar="ROUND")
@click.option("--recipe", "name", default="co-chairs-summary", show_default=True, help="One of exports/.")
@click.option("--language", default="en", type=click.Choice(LANGUAGES), show_default=True)
@click.option("--form", default="xlsx", type=click.Choice(["xlsx", "csv", "json", "sav", "parquet"]), show_default=True)
@click.option("--to", "target", required=True, type=click.Path(dir_okay=False, writable=True, path_type=Path))
def export(round_code: str, name: str, language: str, form: str, target: Path) -> None:
    """Write a round's workbook by a recipe, as those it is meant for see it."""
    from surveyapp.storage import audit
    from surveyapp.web import workbooks

    with _app().app_context():
        try:
            plan = workbooks.recipe(name)
            gathered = workbooks.gather(plan, round_code, language, reader=plan.handling, made_by="surveyapp export")
        except KeyError as unknown:
            raise click.ClickException(f"There is no round or recipe {unknown}.") from unknown
        content = workbooks.made(plan, gathered, form)
        audit.record("workbook-exported", None, round=round_code, language=language, recipe=name, form=form)
    target.write_bytes(content)
    click.echo(str(target))


def _app() -> Flask:
    from surveyapp import config, create_app

    try:
        return create_app()
    except config.ConfigurationProblems as problems:
        raise click.ClickException(str(problems)) from None


def _serve(host: str, port: int) -> None:
    """Becomes gunicorn, so that signals and exit status are the server's own. Settings are looked at before."""
    _app()
    command = [sys.executable, "-m", "gunicorn", *SERVER, f"--bind={host}:{port}", "surveyapp:create_app()"]
    sys.stdout.flush()
    os.execv(sys.executable, command)


if __name__ == "__main__":
    main()
