"""The worker's loop: tasks behind the pages, in turn, until it is ended. As many workers as you like."""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager

from surveyapp.storage.transactions import DatabaseUnavailable

PAUSE_SECONDS = 1.0
logger = logging.getLogger(__name__)

Task = Callable[[], bool]  #: True: there was something to do


def work(
    tasks: Sequence[Task], *, context: Callable[[], AbstractContextManager[object]], parent: int | None = None
) -> None:
    """Until it is ended; with `parent`, until that process is no more. `context`: what each turn runs in, such as the
    application's; it is made anew for each, so that no connection outlives its turn."""
    while parent is None or os.getppid() == parent:
        try:
            with context():
                busy = turn(tasks)
        except DatabaseUnavailable as unavailable:
            logger.warning("worker: %s", unavailable)
            busy = False
        if not busy:
            time.sleep(PAUSE_SECONDS)


def turn(tasks: Sequence[Task]) -> bool:
    """Every task once. False: there was nothing to do for any of them. One that fails is logged, and the others go on."""
    busy = [_run(task) for task in tasks]
    return any(busy)


def _run(task: Task) -> bool:
    try:
        return task()
    except DatabaseUnavailable:
        raise
    except Exception:  # tried in the next turn, after the usual pause
        logger.exception("worker: a task failed")
        return False
