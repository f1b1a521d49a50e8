"""What the secretariat or its operator does without a screen."""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO

import click

from surveyapp.definition.problems import ProblemsFound
from surveyapp.definition.source import source_files
from surveyapp.definition.texts import LANGUAGES

from .authors import all_folders
from .group import FOLDER, main, the_app


@main.command("add-person")
@click.argument("email")
@click.argument("name")
@click.option("--role", required=True, type=click.Choice(["secretariat", "co_chair"]))
@click.option("--language", default="en", type=click.Choice(LANGUAGES), show_default=True)
def add_person(email: str, name: str, role: str, language: str) -> None:
    """Let somebody in: the first of the secretariat, a co-chair. They sign in by a link to EMAIL."""
    from surveyapp.storage.audit import audit_log
    from surveyapp.storage.people import accounts

    if "@" not in email:
        raise click.ClickException("Enter an e-mail address, such as name@example.org.")
    with the_app().app_context():
        person = accounts.find_or_create(name, email, language)
        facts = accounts.person(person)
        if facts is not None and role not in {held.role for held in facts.roles}:
            accounts.grant_role(person, role)
            audit_log.record("role-granted", None, person=person, role=role)
    click.echo(f"{email}: {role}. Sign in at {the_app().config['BASE_URL']}/sign-in")


@main.command("begin-anew")
@click.argument("email")
def begin_anew(email: str) -> None:
    """Forget password, app, passkeys and recovery codes of EMAIL: for who has lost them and has no colleague to ask."""
    from surveyapp.storage.audit import audit_log
    from surveyapp.storage.people import accounts, proofs
    from surveyapp.storage.transactions import writing

    with the_app().app_context():
        person = accounts.person_by_email(email)
        if person is None:
            raise click.ClickException(f"Nobody has the address {email}.")
        with writing():
            proofs.remove_all(person.id)
            accounts.sign_out_everywhere(person.id)
            audit_log.record("proofs-forgotten", None, person=person.id)
    click.echo(f"{email} signs in by a link, and sets up a second proof again.")


@main.command("take-bounce")
@click.argument("file", type=click.File("rb"), default="-")
def take_bounce(file: BinaryIO) -> None:
    """Note a letter that came back: FILE, or what a mail server pipes in, is its delivery report (RFC 3464)."""
    from surveyapp.storage.mail import bounces

    with the_app().app_context():
        try:
            click.echo(f"Came back: {bounces.record_bounce(file.read(bounces.MAX_BYTES))}")
        except bounces.NotABounce as problem:
            raise click.ClickException(f"Nothing was noted: {problem}.") from None


@main.command("erase-contacts")
@click.option("--months", type=click.IntRange(1), help="Unless told, as CONTACTS_KEPT_MONTHS says.")
@click.option("--really", is_flag=True, help="Erase them; without it they are only counted.")
def erase_contacts(months: int | None, really: bool) -> None:
    """Forget people with no task left who were not seen for so many MONTHS; what they answered stays. Workers do so every hour."""
    from surveyapp.storage.people import contacts

    app = the_app()
    with app.app_context():
        kept = months or app.config["CONTACTS_KEPT_MONTHS"]
        count = contacts.erase_due(kept) if really else len(contacts.due_for_erasure(kept)) if kept else 0
    click.echo(f"{count} contacts {'erased' if really else 'would be erased; say --really'}.")


@main.command("add-states")
def add_states() -> None:
    """Fill the register with the 195 States of the reference table, those that are there excepted."""
    from surveyapp.storage.rounds import participants

    with the_app().app_context():
        click.echo(f"{participants.seed_states()} States added")


@main.command()
@click.argument("folders", nargs=-1, type=FOLDER)
def publish(folders: tuple[Path, ...]) -> None:
    """Publish questionnaires, so that rounds can ask them; all under questionnaires/ unless told."""
    from surveyapp.storage.rounds import versions

    with the_app().app_context():
        for folder in folders or all_folders():
            try:
                version = versions.publish(source_files.read_folder(folder))
            except ProblemsFound as faulty:
                raise click.ClickException(f"{folder} has problems; see surveyapp check {folder}") from faulty
            click.echo(f"{folder}: version {version}")
