"""What proves: receipts, the log, frozen figures, kept counts, backups; and workbooks, written by a recipe."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from surveyapp.definition.texts import LANGUAGES

from .group import main, the_app


@main.command("verify-receipt")
@click.argument("reply", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument("receipt", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--all", "whole", is_flag=True, help="Every submission in the database, and that no chain is broken.")
def verify_receipt(reply: Path | None, receipt: Path | None, whole: bool) -> None:
    """Check a REPLY (its JSON file) against its RECEIPT; needs no database. Or all that is in the database."""
    from surveyapp.storage.replies import receipts

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
    from surveyapp.storage.replies import receipts, submissions

    with the_app().app_context():
        chains = submissions.chains()
    click.echo(f"{sum(map(len, chains.values()))} submissions of {len(chains)} participants")
    return [f"{code}: {line}" for code, chain in chains.items() for line in receipts.check_chain(chain)]


@main.command("remake-figures")
@click.argument("dataset", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def remake_figures(dataset: Path) -> None:
    """Make every figure of a report again from its frozen DATASET (a zip file), and compare."""
    from surveyapp.analysis import dataset as frozen

    try:
        files = frozen.read_archive(dataset.read_bytes())
        made, differences = frozen.recompute_figures(files)
    except frozen.NotADataset as problem:
        raise click.ClickException(str(problem)) from None
    for spec, figure in made:
        click.echo(f"{spec.token()} = {'too few to show' if figure.small else figure.value} (base {figure.base})")
    for difference in differences:
        click.echo(f"DIFFERS: {difference.token}: kept {difference.kept}, made {difference.made}", err=True)
    if differences:
        raise click.ClickException(f"{len(differences)} of {len(made)} figures cannot be made again as they were kept.")
    click.echo(f"All {len(made)} figures are as they were kept.")


@main.command("verify-audit")
@click.option("--head", help="A seal that was noted before: tells whether the end of the log has been cut off.")
def verify_audit(head: str | None) -> None:
    """Look whether any event of the log was changed, removed or moved; print its last seal, to be noted elsewhere."""

    from surveyapp.storage.audit import audit_log

    with the_app().app_context():
        count, last, wrong = audit_log.verify(head)
    for line in wrong:
        click.echo(line)
    click.echo(f"{count} events; the last seal is {last}")
    click.echo("The log has been TAMPERED WITH." if wrong else "The log is whole.")
    sys.exit(1 if wrong else 0)


@main.command()
def recount() -> None:
    """Count every round's submitted replies anew, and say where the counts that were kept differed."""
    from surveyapp.storage.results import rollups
    from surveyapp.storage.rounds import rounds

    with the_app().app_context():
        differing = [round_.code for round_ in rounds.rounds() if not rollups.recount(round_.id)]
    for code in differing:
        click.echo(f"DIFFERED, and is put right: {code}", err=True)
    click.echo("Counted anew.")
    sys.exit(1 if differing else 0)


@main.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def backup(file: Path) -> None:
    """Write everything into FILE (a zip) while the site runs: all tables at one moment, and all documents."""
    from surveyapp.storage.audit import backup as backups
    from surveyapp.storage.replies import documents

    app = the_app()
    with app.app_context():
        counts = backups.backup(file, documents.folder())
    click.echo(f"{sum(counts.values())} rows of {len(counts)} tables: {file}")


@main.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def restore(file: Path) -> None:
    """Fill an empty database, of either kind, from a backup FILE; then receipts, log and counts are looked through."""
    from surveyapp.storage import schema
    from surveyapp.storage.audit import backup as backups
    from surveyapp.storage.replies import documents

    app = the_app()
    with app.app_context():
        schema.upgrade()
        try:
            counts = backups.restore(file, documents.folder())
        except backups.NotABackup as problem:
            raise click.ClickException(str(problem)) from None
    click.echo(
        f"{sum(counts.values())} rows of {len(counts)} tables. Now: surveyapp verify-receipt --all; surveyapp verify-audit"
    )


@main.command()
@click.argument("round_code", metavar="ROUND")
@click.option("--recipe", "name", default="co-chairs-summary", show_default=True, help="One of exports/.")
@click.option("--language", default="en", type=click.Choice(LANGUAGES), show_default=True)
@click.option("--form", default="xlsx", type=click.Choice(["xlsx", "csv", "json", "sav", "parquet"]), show_default=True)
@click.option("--to", "target", required=True, type=click.Path(dir_okay=False, writable=True, path_type=Path))
def export(round_code: str, name: str, language: str, form: str, target: Path) -> None:
    """Write a round's workbook by a recipe, as those it is meant for see it."""
    from surveyapp.results import workbooks
    from surveyapp.storage.audit import audit_log

    with the_app().app_context():
        try:
            plan = workbooks.recipe(name)
            gathered = workbooks.gather(plan, round_code, language, reader=plan.handling, made_by="surveyapp export")
        except KeyError as unknown:
            raise click.ClickException(f"There is no round or recipe {unknown}.") from unknown
        content = workbooks.make_file(plan, gathered, form)
        audit_log.record("workbook-exported", None, round=round_code, language=language, recipe=name, form=form)
    target.write_bytes(content)
    click.echo(str(target))
