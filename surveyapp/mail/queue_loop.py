"""What is done behind the pages: letters are sent, files are made, what is old is forgotten. As many workers as you like."""

from __future__ import annotations

import os
import time

from flask import Flask

from surveyapp.storage.people import accounts, contacts
from surveyapp.storage.results import jobs
from surveyapp.storage.results.jobs import JobFacts
from surveyapp.storage.transactions import DatabaseUnavailable
from surveyapp.web.cochair import export_jobs
from surveyapp.web.secretariat import letters

from . import delivery

PAUSE = 1.0
#: seconds
CONTACTS_EVERY = 3600


def work(app: Flask, *, parent: int | None = None) -> None:
    """Until it is ended; with `parent`, until that process is no more."""
    while parent is None or os.getppid() == parent:
        try:
            with app.app_context():
                busy = turn(app)
        except DatabaseUnavailable as gone:
            app.logger.warning("worker: %s", gone)
            busy = False
        if not busy:
            time.sleep(PAUSE)


def turn(app: Flask) -> bool:
    """One round of what there is to do. False: there was nothing."""
    letters.send_reminders()
    sent, job = delivery.deliver(), jobs.claim()
    if job is not None:
        _make(app, job)
    jobs.forget_old()
    _forget_contacts(app)
    return bool(sent or job)


def _forget_contacts(app: Flask) -> None:
    """Now and then: nobody waits for it."""
    if time.monotonic() >= app.extensions.get("contacts_looked_through", 0.0) + CONTACTS_EVERY:
        app.extensions["contacts_looked_through"] = time.monotonic()
        if erased := contacts.erase_due(app.config["CONTACTS_KEPT_MONTHS"]):
            app.logger.info("worker: %s contacts erased", erased)


def _make(app: Flask, job: JobFacts) -> None:
    person = accounts.person(job.by)
    try:
        name, content = export_jobs.make(
            job, person.name if person else "", lambda done, steps: jobs.progress(job.id, done, steps)
        )
    except DatabaseUnavailable:
        raise  # the job stays, for this worker or another
    except Exception:
        app.logger.exception("a workbook could not be made: job %s", job.id)
        jobs.give_up(job.id)
        return
    jobs.finish(job.id, name, content)
