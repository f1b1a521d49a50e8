"""Starts a gunicorn as the demonstration does (2 workers of 2 threads) and waits until it answers."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator


def free_port() -> int:
    """Below the range from which the system gives ports to outgoing connections; each worker of a run has its own."""
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    while True:
        port = random.SystemRandom().randrange(10_000 + worker % 16, 32_000, 16)
        with contextlib.suppress(OSError), socket.socket() as probe:
            probe.bind(("127.0.0.1", port))
            return port


class Server:
    """A gunicorn that can be killed in the middle of its work and started again at the same address."""

    def __init__(self, application: str, environment: dict[str, str], workers: int = 2, port: int = 0) -> None:
        self.port = port or free_port()
        self.command = [sys.executable, "-m", "gunicorn", "-k", "gthread", "-w", str(workers), "--threads", "2"]
        self.command += ["-b", f"127.0.0.1:{self.port}", "--log-level", "warning", "--keep-alive", "30", application]
        self.environment = os.environ | environment
        self.start()

    def start(self) -> None:
        self.process = subprocess.Popen(self.command, env=self.environment, start_new_session=True)
        _wait(self.port, self.process)

    def kill(self) -> None:
        """`kill -9` for it and its workers."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(timeout=20)

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(timeout=20)


@contextlib.contextmanager
def serving(application: str, environment: dict[str, str], workers: int = 2) -> Iterator[int]:
    """Yields the port. The server is ended when the block is left."""
    server = Server(application, environment, workers)
    try:
        yield server.port
    finally:
        server.stop()


def _wait(port: int, server: subprocess.Popen[bytes]) -> None:
    for _ in range(200):
        if server.poll() is not None:
            raise SystemExit(f"the server ended with {server.returncode} before it answered")
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.1)
    raise SystemExit("the server did not answer within twenty seconds")
