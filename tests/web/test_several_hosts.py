"""As docs/operator.md has it: two web hosts on one PostgreSQL, a worker apart, all started by their own commands. One host is killed
under load: nothing that was acknowledged is lost, the other one goes on, and letters go out all the while."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest

from surveyapp import create_app
from surveyapp.storage.database import db
from surveyapp.storage.mail import outbox
from surveyapp.storage.people import accounts, browsers
from surveyapp.storage.replies import responses
from tests.world.concurrent_saves import SECTION, Connection, check
from tests.world.load import post
from tests.world.servers import free_port
from tests.world.smtp_server import mail_server

CLIENTS, SECONDS, LETTERS = 4, 8.0, 60


@pytest.fixture
def world_name() -> str:
    return "demonstration"


@contextlib.contextmanager
def command(*arguments: str, environment: dict[str, str], folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    """`surveyapp …`, as an operator starts it, in a folder of its own: another host."""
    folder.mkdir(exist_ok=True)
    started = subprocess.Popen(
        [sys.executable, "-m", "surveyapp.cli", *arguments],
        env=os.environ | environment,
        cwd=folder,
        start_new_session=True,
    )
    try:
        yield started
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(started.pid, signal.SIGKILL)
        started.wait()


def ready(port: int) -> None:
    for _ in range(300):
        with (
            contextlib.suppress(OSError),
            urllib.request.urlopen(f"http://127.0.0.1:{port}/ready", timeout=2) as answer,
        ):
            if answer.status == 200:
                return
        time.sleep(0.1)
    raise AssertionError("a host does not say that it can work")


@pytest.mark.slow
@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_host_is_killed_under_load_and_nothing_acknowledged_is_lost(database_url: str, tmp_path: Path) -> None:
    settings = {"DEMONSTRATION": True, "COOKIE_SECURE": False, "SECRET_KEY": "several", "DATABASE_URL": database_url}
    app = create_app(settings, tmp_path / "instance")
    with app.app_context():
        person = accounts.person_by_email("focal.point@kestara.example")
        assert person is not None
        response_id = responses.find("csp13-ratification", person.roles[0].participant_id or 0) or 0
        token = browsers.sign_in(person.id)
        state = responses.load(response_id)
        section = state.compiled.section_of
        texts = [
            code
            for code, q in state.compiled.questions.items()
            if q.type == "long_text" and section[code] == "lessons_part"
        ]
        texts = [code for code in texts if code in state.path.on_path]
        for number in range(LETTERS):
            outbox.enqueue(f"p{number}@example.org", "Subject", "Body")
    client = app.test_client()
    client.set_cookie("session", token)
    secret = client.get(SECTION.removesuffix("/answer")).text.split('name="csrf_token" value="')[1].split('"')[0]

    ports = [free_port(), free_port()]
    acknowledged: list[tuple[str, str]] = []
    refused = dict.fromkeys(ports, 0)
    done = threading.Event()

    def writer(number: int) -> None:
        """To one host and the other in turn; who gets no answer tries the other one, as a proxy would."""
        turn = 0
        while not done.is_set():
            turn += 1
            port, address, value = ports[turn % 2], texts[turn % len(texts)], f"Client {number}, save {turn}."
            form = {"csrf_token": secret, "only": address, "asked": address, f"q-{address}": value}
            try:
                connection = Connection(port)
                with contextlib.closing(connection.socket):
                    status, body = connection._ask(
                        post(SECTION, {"Cookie": f"session={token}"}, urlencode(form).encode())
                    )
            except OSError:
                refused[port] += 1
                time.sleep(0.02)
                continue
            assert status == 200
            if b'class="saved"' in body and b'class="conflict"' not in body:
                acknowledged.append((address, value))

    with mail_server() as mailbox:
        environment = {
            "SURVEYAPP_DATABASE_URL": database_url, "SURVEYAPP_COOKIE_SECURE": "0", "SURVEYAPP_SECRET_KEY": "several",
            "SURVEYAPP_LOG_LEVEL": "ERROR", "SURVEYAPP_MAIL_SERVER": mailbox.address,
        }  # fmt: skip
        with (
            command("run", f"--port={ports[0]}", environment=environment, folder=tmp_path / "a") as first,
            command("run", f"--port={ports[1]}", environment=environment, folder=tmp_path / "b"),
            command("work", environment=environment, folder=tmp_path / "worker"),
        ):
            for port in ports:
                ready(port)
            threads = [threading.Thread(target=writer, args=(number,)) for number in range(CLIENTS)]
            for thread in threads:
                thread.start()
            time.sleep(SECONDS / 2)
            before = len(acknowledged)
            os.killpg(first.pid, signal.SIGKILL)
            time.sleep(SECONDS / 2)
            done.set()
            for thread in threads:
                thread.join()
            for _ in range(300):
                if len(mailbox.messages) >= LETTERS:
                    break
                time.sleep(0.1)
    assert 0 < before < len(acknowledged), "the other host went on"
    assert refused[ports[0]] > 0 and len(mailbox.messages) == LETTERS
    with app.app_context():
        check(response_id, acknowledged)
        db.engine.dispose()
