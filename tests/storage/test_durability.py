"""What was acknowledged is on the disk: counted flushes, and hundreds of processes killed while they save."""

from __future__ import annotations

import os
import random
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from flask import Flask

from surveyapp.storage.database import db
from surveyapp.storage.replies import responses
from surveyapp.storage.replies import revisions as stored_revisions
from tests.world.small_round import World
from tests.world.tiers import LONG, skip_loudly

pytestmark = pytest.mark.durable

ROOT = Path(__file__).parents[2]
KILLS = 1_000 if LONG else 100
SAVES = 20


class Saver:
    """`crash_child` in a process of its own, and the lines its children wrote."""

    def __init__(self, url: str, *options: str, traced_to: Path | None = None) -> None:
        command = [sys.executable, "-m", "tests.world.crash_child", url, *options]
        if traced_to:
            # seccomp-bpf stops the process at these calls only; all others run at full speed
            command = ["strace", "-f", "--seccomp-bpf", "-e", "trace=fsync,fdatasync", "-o", str(traced_to), *command]
        self.process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=ROOT,
            text=True,
            bufsize=1,
        )
        self.acknowledged: list[tuple[str, int, str]] = []
        self.arrived = threading.Condition()
        self.reader = threading.Thread(target=self._read)
        self.reader.start()

    def _read(self) -> None:
        assert self.process.stdout
        for line in self.process.stdout:
            address, revision, value = line.rstrip("\n").split("\t")
            with self.arrived:
                self.acknowledged.append((address, int(revision), value))
                self.arrived.notify()

    def wait_for(self, more: int) -> None:
        """Until so many answers more have been acknowledged."""
        with self.arrived:
            wanted = len(self.acknowledged) + more
            assert self.arrived.wait_for(lambda: len(self.acknowledged) >= wanted, timeout=30)

    def start_child(self, response_id: int, at_most: int) -> int:
        assert self.process.stdin and self.process.stderr
        self.process.stdin.write(f"{response_id} {at_most}\n")
        self.process.stdin.flush()
        return int(self.process.stderr.readline())

    def wait_for_child(self) -> None:
        assert self.process.stderr
        line = self.process.stderr.readline()
        assert line == "gone\n", line + self.process.stderr.read()

    def close(self) -> None:
        assert self.process.stdin and self.process.stdout and self.process.stderr
        self.process.stdin.close()
        self.process.wait(timeout=30)
        self.reader.join(timeout=30)
        self.process.stdout.close()
        self.process.stderr.close()


@contextmanager
def saver(url: str, *options: str, traced_to: Path | None = None) -> Iterator[Saver]:
    made = Saver(url, *options, traced_to=traced_to)
    try:
        yield made
    finally:
        made.close()


@pytest.mark.long
def test_nothing_acknowledged_is_lost_when_processes_are_killed_while_saving(world: World, database_url: str) -> None:
    chance = random.Random(2)
    with saver(database_url) as running:
        for _ in range(KILLS):
            child = running.start_child(world.response_id, 10_000)
            running.wait_for(chance.randrange(12))
            time.sleep(chance.uniform(0, 0.005))  # somewhere within the next save, not at its end
            os.kill(child, signal.SIGKILL)
            running.wait_for_child()
    acknowledged = running.acknowledged

    assert len(acknowledged) >= KILLS, "the children were killed before they could save anything: nothing was tested"
    state = responses.load(world.response_id)
    histories = {address: stored_revisions.history(world.response_id, address) for address in state.answers}
    for address, revision, value in acknowledged:
        assert histories[address][revision - 1].value == value
    for address, revisions in histories.items():
        assert [found.revision for found in revisions] == list(range(1, len(revisions) + 1)), "the chain is broken"
        newest = state.answers[address]
        assert (newest.revision, newest.value) == (len(revisions), revisions[-1].value)
    # two answers were saved together each time: never one without the other
    titles = sum(len(found) for address, found in histories.items() if address != "remarks")
    assert titles == len(histories["remarks"])
    if db.engine.dialect.name == "sqlite":
        with db.engine.connect() as connection:
            assert connection.exec_driver_sql("PRAGMA integrity_check").scalar_one() == "ok"


def flushes_cover_saves(flushes: int, saves: int) -> None:
    assert flushes >= saves, f"{flushes} flushes for {saves} acknowledged saves"


def count_flushes(url: str, response_id: int, trace: Path, *options: str) -> tuple[int, int]:
    """(flushes, acknowledged saves) of a process that saves `SAVES` times."""
    with saver(url, *options, traced_to=trace) as running:
        running.start_child(response_id, SAVES)
        running.wait_for_child()
    flushes = len(re.findall(r"f(?:data)?sync\(\d+\)\s*= 0", trace.read_text()))
    return flushes, len(running.acknowledged) // 2


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_every_acknowledged_save_was_flushed_to_the_disk(
    world: World, app: Flask, database_url: str, tmp_path: Path
) -> None:
    if not shutil.which("strace"):
        skip_loudly("strace is not installed: flushes are not counted")

    flushes, saves = count_flushes(database_url, world.response_id, tmp_path / "full")
    careless, saves_too = count_flushes(database_url, world.response_id, tmp_path / "off", "OFF")

    assert saves == saves_too == SAVES
    flushes_cover_saves(flushes, saves)
    with pytest.raises(AssertionError, match="flushes for"):  # the same check finds a database that does not flush
        flushes_cover_saves(careless, saves_too)
