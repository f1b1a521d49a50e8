"""Run by test_durability: a server that forks children which save until they are killed.

Reads a line `RESPONSE` per child from standard input; answers `pid`. Every child writes a line to standard
output for each save that was acknowledged: address, revision, value.
"""

from __future__ import annotations

import os
import sys

from surveyapp.storage.database import db
from surveyapp.storage.replies import saving
from surveyapp.storage.replies.answers import Change
from surveyapp.storage.rounds import rounds, versions
from tests.world.databases import bare_app


def save_until_killed(response_id: int, number: int, at_most: int) -> None:
    for turn in range(at_most):
        addresses = [f"law/item{number % 7:02}/law_title", "remarks"]
        changes = {address: Change(f"{number}.{turn} of {address}") for address in addresses}
        saved = saving.save_answers(response_id, changes, by=None, channel="autosave", language="en")
        lines = "".join(f"{a}\t{saved.saved[a]}\t{changes[a].value}\n" for a in addresses)
        os.write(1, lines.encode())  # one write below PIPE_BUF: it arrives whole or not at all


def main(url: str, synchronous: str = "FULL") -> None:
    app = bare_app(url)
    with app.app_context():
        if synchronous != "FULL":
            import sqlalchemy as sa

            sa.event.listen(db.engine, "connect", lambda raw, _: raw.execute(f"PRAGMA synchronous={synchronous}"))
        for found in rounds.rounds():
            versions.compiled(found.version_id)  # children find everything loaded
        db.engine.dispose()
        for number, line in enumerate(sys.stdin):
            response_id, at_most = map(int, line.split())
            child = os.fork()
            if not child:
                save_until_killed(response_id, number, at_most)
                os._exit(0)
            os.write(2, f"{child}\n".encode())
            os.waitpid(child, 0)
            os.write(2, b"gone\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
