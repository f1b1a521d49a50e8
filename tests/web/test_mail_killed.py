"""The worker is killed again and again in the middle of its work: no letter is lost, and what arrives twice says that it does."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from surveyapp.storage.database import db
from surveyapp.storage.mail import outbox
from surveyapp.storage.models import OutboxMessage
from surveyapp.storage.transactions import reading, writing
from tests.world.smtp_server import mail_server
from tests.world.tiers import LONG

LETTERS, KILLS = (20_000, 500) if LONG else (2_000, 50)
STUCK_SECONDS = 60  # without a letter: how fast they go is the machine's affair


@pytest.mark.long
@pytest.mark.slow
@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_no_letter_is_lost_when_workers_are_killed(
    app: Flask, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with app.app_context():
        with writing():
            for number in range(LETTERS):
                outbox.enqueue(f"p{number}@example.org", "Round opened", "Dear focal point")
        url = db.engine.url.render_as_string(hide_password=False)
    chance, kills = random.Random(5), 0
    with mail_server() as mailbox:
        command = [sys.executable, "-m", "tests.world.mail_worker", url, mailbox.address, str(tmp_path)]

        def start() -> subprocess.Popen[bytes]:
            return subprocess.Popen(command)

        workers = [start(), start()]
        try:
            least, moved_at = LETTERS, time.monotonic()
            while (left := _left(app)) and time.monotonic() - moved_at < STUCK_SECONDS:
                if left < least:
                    least, moved_at = left, time.monotonic()
                sent = LETTERS - left
                if kills < KILLS and sent > kills * LETTERS / (KILLS + 5):  # spread over the whole of it
                    place = chance.randrange(2)
                    workers[place].kill()
                    workers[place].wait()
                    workers[place] = start()
                    kills += 1
                time.sleep(chance.uniform(0.0, 0.05))
        finally:
            for each in workers:
                each.kill()
                each.wait()
        arrived = Counter(str(message["Message-ID"]) for message in mailbox.messages)
        recipients = {str(message["To"]) for message in mailbox.messages}
    assert _left(app) == 0 and kills == KILLS
    assert recipients == {f"p{number}@example.org" for number in range(LETTERS)}
    assert len(arrived) == LETTERS, "who got a letter twice got it under the same Message-ID"
    twice = sum(arrived.values()) - LETTERS
    with capsys.disabled():
        print(
            f"\n{LETTERS} letters, workers killed {kills} times: none lost, {twice} delivered twice under one Message-ID"
        )


def _left(app: Flask) -> int:
    with app.app_context(), reading() as connection:
        return connection.scalar(sa.select(sa.func.count()).where(OutboxMessage.sent_at.is_(None))) or 0
