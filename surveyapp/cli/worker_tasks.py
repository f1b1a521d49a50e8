"""What a worker does in each turn: letters are sent, files are made, what is due is forgotten."""

from __future__ import annotations

import datetime
import time
from collections.abc import Sequence

from flask import Flask

from surveyapp.mail import delivery, mailings, queue_loop
from surveyapp.mail.queue_loop import Task
from surveyapp.mail.settings import MailSettings
from surveyapp.results import workbook_jobs
from surveyapp.storage.columns import utc_now
from surveyapp.storage.people import accounts, contacts, rate_limits
from surveyapp.storage.results import jobs
from surveyapp.storage.results.jobs import JobFacts
from surveyapp.storage.transactions import DatabaseUnavailable

FORGETTING_INTERVAL_SECONDS = 3600
RATE_LIMIT_DAYS = 3  #: the longest window is a day, and it counts the one before


def work(app: Flask, *, parent: int | None = None) -> None:
    """Until it is ended; with `parent`, until that process is no more."""
    queue_loop.work(tasks_of(app), context=app.app_context, parent=parent)


def turn(app: Flask) -> bool:
    """Every task once, in the application's context. False: there was nothing to do."""
    return queue_loop.turn(tasks_of(app))


def tasks_of(app: Flask) -> Sequence[Task]:
    settings = MailSettings.of(app.config, app.instance_path)
    return (lambda: _send_letters(settings), lambda: _make_workbook(app), lambda: _forget_due(app))


def _send_letters(settings: MailSettings) -> bool:
    mailings.send_due_reminders(settings)
    return delivery.deliver(settings) > 0


def _make_workbook(app: Flask) -> bool:
    job = jobs.claim()
    if job is not None:
        _finish(app, job)
    jobs.forget_old()
    return job is not None


def _finish(app: Flask, job: JobFacts) -> None:
    person = accounts.person(job.by)
    try:
        name, content = workbook_jobs.make_workbook(
            job, person.name if person else "", lambda done, steps: jobs.progress(job.id, done, steps)
        )
    except DatabaseUnavailable:
        raise  # the job stays, for this worker or another
    except Exception:
        app.logger.exception("a workbook could not be made: job %s", job.id)
        jobs.give_up(job.id)
        return
    jobs.finish(job.id, name, content)


def _forget_due(app: Flask) -> bool:
    """Now and then: nobody waits for it, so it never keeps a worker busy."""
    if time.monotonic() >= app.extensions.get("forgotten_at", 0.0) + FORGETTING_INTERVAL_SECONDS:
        app.extensions["forgotten_at"] = time.monotonic()
        if erased := contacts.erase_due(app.config["CONTACTS_KEPT_MONTHS"]):
            app.logger.info("worker: %s contacts erased", erased)
        rate_limits.forget_old(utc_now() - datetime.timedelta(days=RATE_LIMIT_DAYS))
    return False
