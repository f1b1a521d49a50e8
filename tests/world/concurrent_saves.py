"""Saves sent by many writers at once, and the check that none of them is lost."""

from __future__ import annotations

import re

import sqlalchemy as sa

from surveyapp.storage.models import Answer, AnswerRevision
from surveyapp.storage.transactions import reading

from . import load

SECTION = "/reply/csp13-ratification/lessons_part/answer"


def check(response_id: int, acknowledged: list[tuple[str, str]]) -> None:
    one = AnswerRevision
    query = sa.select(one.address, one.revision, one.value).where(one.response_id == response_id)
    with reading() as connection:
        rows = connection.execute(query.order_by(one.address, one.revision)).all()
        newest = connection.execute(
            sa.select(Answer.address, Answer.revision, Answer.value).where(Answer.response_id == response_id)
        ).all()
    kept = {(row.address, row.value) for row in rows if isinstance(row.value, str)}
    assert set(acknowledged) <= kept, "an acknowledged save is lost"
    chains: dict[str, list[int]] = {}
    for row in rows:
        chains.setdefault(row.address, []).append(row.revision)
    assert all(chain == list(range(1, len(chain) + 1)) for chain in chains.values()), "the chain of revisions is broken"
    last = {row.address: (row.revision, row.value) for row in rows}
    assert all(last[row.address] == (row.revision, row.value) for row in newest if row.address in dict(acknowledged))


class Connection:
    """A connection that is made anew where the server ended it."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.socket = load.connect(port)

    def ask(self, data: bytes) -> tuple[int, bytes]:
        try:
            return self._ask(data)
        except OSError:
            self.socket.close()
            self.socket = load.connect(self.port)
            return self._ask(data)

    def _ask(self, data: bytes) -> tuple[int, bytes]:
        self.socket.sendall(data)
        buffer = b""
        while b"\r\n\r\n" not in buffer:
            buffer += load.more(self.socket)
        head, _, body = buffer.partition(b"\r\n\r\n")
        found = re.search(rb"content-length: (\d+)", head.lower())
        while found and len(body) < int(found[1]):
            body += load.more(self.socket)
        return int(head.split()[1]), body
