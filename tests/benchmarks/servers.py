"""Starts a gunicorn as the demonstration does (2 workers of 2 threads) and waits until it answers."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def serving(application: str, environment: dict[str, str], workers: int = 2) -> Iterator[int]:
    """Yields the port. The server is ended when the block is left."""
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", "-k", "gthread", "-w", str(workers), "--threads", "2"]
    command += ["-b", f"127.0.0.1:{port}", "--log-level", "warning", "--keep-alive", "30", application]
    server = subprocess.Popen(command, env=os.environ | environment)
    try:
        _wait(port, server)
        yield port
    finally:
        server.terminate()
        server.wait(timeout=20)


def _wait(port: int, server: subprocess.Popen[bytes]) -> None:
    for _ in range(200):
        if server.poll() is not None:
            raise SystemExit(f"the server ended with {server.returncode} before it answered")
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.1)
    raise SystemExit("the server did not answer within twenty seconds")
