"""A stranger's file is read by a process of its own, with little memory, little time and nothing to open.

What it costs to refuse the worst file is bounded by these limits, whatever the file is.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
from dataclasses import dataclass
from typing import Any

from .book import BoxContent

MAX_BYTES = 4_000_000  #: of an uploaded file
CPU_SECONDS, MEMORY_BYTES = 2, 180_000_000  #: of the processor; of address space
TIMEOUT_SECONDS = 15  #: on the clock, for a machine that is busy with other things


class FileRefused(Exception):
    """`reason`: old, not_xlsx, broken, large, macros, links, objects, entities or stranger; a page makes it a sentence."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


@dataclass(frozen=True)
class ReturnedWorkbook:
    """What stands in a workbook that came back; `revisions` are those it was made from, by address."""

    identity: dict[str, str]
    revisions: dict[str, int]
    cells: list[BoxContent]


def read_safely(content: bytes) -> ReturnedWorkbook:
    """What stands in an uploaded workbook of ours. Raises FileRefused."""
    answer = _ask(content)
    return ReturnedWorkbook(answer["identity"], answer["revisions"], [tuple(cell) for cell in answer["cells"]])


def read_rows_safely(content: bytes) -> list[list[str | float | None]]:
    """The first sheet of anybody's workbook, row by row. Raises FileRefused."""
    rows: list[list[str | float | None]] = _ask(content, "--table")["rows"]
    return rows


def _ask(content: bytes, *how: str) -> dict[str, Any]:
    if len(content) > MAX_BYTES:
        raise FileRefused("large")
    command = [sys.executable, "-I", "-m", "surveyapp.handouts.fill_in.read", *how]
    environment = {"PYTHONDONTWRITEBYTECODE": "1", "OPENBLAS_NUM_THREADS": "1"}
    try:
        done = subprocess.run(  # noqa: S603 - our own module, nothing of the file in the command
            command,
            input=content,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=TIMEOUT_SECONDS,
            check=False,
            env=environment,
            preexec_fn=_limit,
        )
    except subprocess.TimeoutExpired:
        raise FileRefused("large") from None
    if done.returncode < 0:  # the system ended it: too long, or too much
        raise FileRefused("large")
    try:
        answer = json.loads(done.stdout)
    except ValueError:
        raise FileRefused("large" if done.returncode else "broken") from None
    if "refused" in answer:
        raise FileRefused(answer["refused"])
    contents: dict[str, Any] = answer
    return contents


def _limit() -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    os.setsid()
