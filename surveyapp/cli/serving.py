"""What runs: the pages, the worker, the demonstration; and the tables under them."""

from __future__ import annotations

import os
import subprocess
import sys

import click
from flask import Flask

from .group import main, the_app

#: gunicorn: two processes of two threads; more threads only lengthen the slowest answers
SERVER = ("--worker-class=gthread", "--workers=2", "--threads=2", "--keep-alive=30", "--log-level=warning")


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
    _print_tour(the_app(), port)
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


def _serve(host: str, port: int) -> None:
    """Becomes gunicorn, so that signals and exit status are the server's own. Settings are looked at before."""
    the_app()
    command = [sys.executable, "-m", "gunicorn", *SERVER, f"--bind={host}:{port}", "surveyapp:create_app()"]
    sys.stdout.flush()
    os.execv(sys.executable, command)


@main.command()
@click.argument("revision", default="head")
def upgrade(revision: str) -> None:
    """Make the tables, or bring them to this REVISION."""
    from surveyapp.storage import schema

    with the_app().app_context():
        schema.upgrade(revision)


@main.command()
@click.argument("revision")
def downgrade(revision: str) -> None:
    """Take the tables back to an earlier REVISION."""
    from surveyapp.storage import schema

    with the_app().app_context():
        schema.downgrade(revision)


@main.command()
@click.option("--once", is_flag=True, help="Do what waits, then end.")
@click.option("--parent", type=int, hidden=True, help="End with this process.")
def work(once: bool, parent: int | None) -> None:
    """Send letters and make files that people asked for, until it is ended. Several may run, on several hosts."""
    from . import worker_tasks

    app = the_app()
    if not once:
        return worker_tasks.work(app, parent=parent)
    with app.app_context():
        while worker_tasks.turn(app):
            pass
