"""A small load: N clients on keep-alive connections to a server on this machine, each asking in turn."""

from __future__ import annotations

import socket
import statistics
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

#: a client connects anew after so many: kept connections stay with the worker that took them, and chance decides how many
PER_CONNECTION = 4
#: makes the raw bytes of one client's next request: (client number, request number) → bytes
Request = Callable[[int, int], bytes]


@dataclass(frozen=True)
class Result:
    """Requests per second, and the 50th and 95th percentile of a request's time in milliseconds."""

    per_second: float
    p50: float
    p95: float
    bytes_per_answer: int
    slowest: float = 0.0


def get(path: str, headers: dict[str, str]) -> bytes:
    return _head("GET", path, headers) + b"\r\n"


def post(path: str, headers: dict[str, str], body: bytes) -> bytes:
    form = {"Content-Type": "application/x-www-form-urlencoded", "Content-Length": str(len(body))}
    return _head("POST", path, headers | form) + b"\r\n" + body


def _head(method: str, path: str, headers: dict[str, str]) -> bytes:
    lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", *(f"{name}: {value}" for name, value in headers.items())]
    return ("\r\n".join(lines) + "\r\n").encode()


def drive(port: int, request: Request, clients: int, per_client: int, expect: set[int]) -> Result:
    """Every answer's status must be one of `expect`; anything else stops the run."""
    times: list[float] = []
    sizes: list[int] = []
    faults: list[str] = []

    def client(number: int) -> None:
        connection = connect(port)
        for turn in range(per_client):
            started = time.perf_counter()
            try:
                status, size, keep = _ask(connection, request(number, turn))
            except OSError:
                connection = connect(port)
                status, size, keep = _ask(connection, request(number, turn))
            times.append((time.perf_counter() - started) * 1000)
            sizes.append(size)
            if status not in expect:
                faults.append(f"client {number}, request {turn}: status {status}")
                return
            if not keep or turn % PER_CONNECTION == PER_CONNECTION - 1:
                connection.close()
                connection = connect(port)
        connection.close()

    threads = [threading.Thread(target=client, args=(number,)) for number in range(clients)]
    started = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    lasted = time.perf_counter() - started
    if faults:
        raise SystemExit("\n".join(faults[:5]))
    cuts = statistics.quantiles(times, n=20)
    return Result(len(times) / lasted, cuts[9], cuts[18], max(sizes), max(times))


def connect(port: int) -> socket.socket:
    connection = socket.create_connection(("127.0.0.1", port), timeout=60)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connection


def _ask(connection: socket.socket, data: bytes) -> tuple[int, int, bool]:
    connection.sendall(data)
    buffer = b""
    while b"\r\n\r\n" not in buffer:
        buffer += more(connection)
    head, _, body = buffer.partition(b"\r\n\r\n")
    lines = head.decode("latin-1").lower().split("\r\n")
    fields = dict(line.split(": ", 1) for line in lines[1:])
    length = int(fields.get("content-length", 0))
    while len(body) < length:
        body += more(connection)
    return int(lines[0].split()[1]), len(head) + length, fields.get("connection") != "close"


def more(connection: socket.socket) -> bytes:
    data = connection.recv(65536)
    if not data:
        raise OSError("the server closed the connection")
    return data
