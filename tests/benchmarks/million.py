"""`python -m tests.benchmarks.million [ROWS [sqlite|postgresql]]`: figures of a million replies of twenty questions, twelve of them closed.

Three ways to the same figures, which have to be equal: the plain join over the answer rows, the counts and sets that are
kept in the same database, and DuckDB on a file of its own with the same data. Then what keeping them costs a submission.
"""

from __future__ import annotations

import datetime
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import numpy
import psycopg
import sqlalchemy as sa
from flask import Flask

from surveyapp.analysis.crosstab import cross_sets
from surveyapp.analysis.cube import Cube
from surveyapp.analysis.dimensions import Dimension, dimensions
from surveyapp.analysis.labels import Labels
from surveyapp.analysis.tallies import tally_of
from surveyapp.definition.answer_facts import ANY, ASKED, WITHHELD
from surveyapp.definition.compiled import Compiled
from surveyapp.storage import schema
from surveyapp.storage.database import db
from surveyapp.storage.models import ReplySet, Rollup
from surveyapp.storage.replies import answers as stored_answers
from surveyapp.storage.replies import saving, submissions
from surveyapp.storage.results import rollup_figures, rollups
from surveyapp.storage.rounds import invitations, participants, rounds, versions
from surveyapp.storage.transactions import writing
from tests.world.databases import POSTGRESQL, bare_app

CLOSED, OPEN, CHOICES = 12, 8, 5
REGIONS = ("africa", "americas", "asia", "europe", "oceania")
STATUSES = ("state_party", "signatory", "not_party")
ROUND = "million"
OPENED = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
ANSWER = "response_id, address, question_code, value, revision, at, language"

Table = dict[tuple[str, ...], int]


def definition() -> str:
    choices = ", ".join(f"{{code: c{number}, label: C{number}}}" for number in range(CHOICES))
    closed = [f"- {{code: q{n}, type: single_choice, label: Q{n}, choices: area}}" for n in range(CLOSED)]
    texts = [f"- {{code: t{n}, type: short_text, label: T{n}}}" for n in range(OPEN)]
    items = "\n      ".join([*closed, *texts])
    return (
        "questionnaire: million\nversion: 1\ntitle: M\nsource: A benchmark\nintroduction: W\nthanks: T\n"
        "handling: {default: co_chairs, loosest: public, tightest: secretariat}\n"
        f"choice_lists:\n  area: [{choices}]\nsections:\n  - code: all\n    title: All\n    items:\n      {items}\n"
    )


def make_peer(file: Path, rows: int) -> duckdb.DuckDBPyConnection:
    """A column of small numbers a question; a tenth of the answers is missing."""
    peer = duckdb.connect(str(file))
    answers = ", ".join(
        f"CASE WHEN hash(i, {n}) % 10 = 0 THEN NULL ELSE hash(i, {n}, 'c') % {CHOICES} END::UTINYINT AS q{n}"
        for n in range(CLOSED)
    )
    peer.execute(
        f"CREATE TABLE replies AS SELECT i::INTEGER AS id, (hash(i, 'r') % 5)::UTINYINT AS region, "
        f"(hash(i, 's') % 3)::UTINYINT AS status, {answers} FROM range(1, {rows} + 1) t(i)"
    )
    peer.execute("CHECKPOINT")
    return peer


def answer_rows(peer: duckdb.DuckDBPyConnection) -> Iterator[tuple[Any, ...]]:
    """In the order of the primary key, so that it is appended to."""
    order = sorted([f"q{n}" for n in range(CLOSED)])
    found = peer.cursor().execute(f"SELECT id, {', '.join(order)} FROM replies ORDER BY id")
    said = [f'{{"choice":"c{choice}"}}' for choice in range(CHOICES)]
    moment = OPENED.replace(tzinfo=None).isoformat(" ")
    while chunk := found.fetchmany(10_000):
        for reply, *codes in chunk:
            for address, code in zip(order, codes, strict=True):
                if code is not None:
                    yield reply, address, address, said[code], 1, moment, "en"
            for number in range(OPEN):
                yield reply, f"t{number}", f"t{number}", f'"Some words of reply {reply}"', 1, moment, "en"


def fill(app: Flask, peer: duckdb.DuckDBPyConnection, rows: int) -> int:
    """The same replies as rows of our tables. Foreign keys are not checked while it lasts: there are no revisions."""
    version = versions.publish({"questionnaire.yaml": definition()})
    round_id = rounds.open_round(ROUND, {"en": "M"}, version, opens=OPENED, demonstration=True)
    places = list(peer.execute("SELECT id, region, status FROM replies ORDER BY id").fetchall())
    people = ((i, "state", f"p{i}", '{"en":"P"}', True, REGIONS[region]) for i, region, _ in places)
    moment = OPENED.replace(tzinfo=None).isoformat(" ")
    replies = ((i, round_id, i, "submitted", f"R{i}", "{}", moment, moment) for i, _, _ in places)
    status = ((i, "2020-01-01", STATUSES[status]) for i, _, status in places)
    loads = [
        ("participants", "id, kind, code, names, invented, region", people),
        ("treaty_status_periods", "participant_id, from_day, status", status),
        ("responses", "id, round_id, participant_id, status, reference, path, invited_at, updated_at", replies),
        ("answers", ANSWER, answer_rows(peer)),
    ]
    load = _load_postgresql if db.engine.dialect.name == "postgresql" else _load_sqlite
    for table, columns, content in loads:
        load(table, columns, content)
    keep(peer, round_id, rows)
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(sa.text("ANALYZE"))
    return round_id


def _load_sqlite(table: str, columns: str, content: Iterator[tuple[Any, ...]]) -> None:
    raw = db.engine.raw_connection()
    raw.execute("PRAGMA foreign_keys=OFF")
    raw.execute("BEGIN IMMEDIATE")
    marks = ", ".join("?" for _ in columns.split(","))
    raw.executemany(f"INSERT INTO {table} ({columns}) VALUES ({marks})", content)
    raw.commit()
    raw.close()


def _load_postgresql(table: str, columns: str, content: Iterator[tuple[Any, ...]]) -> None:
    address = db.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(address) as raw, raw.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        quoted = columns.replace(" at,", ' "at",')
        with cursor.copy(f"COPY {table} ({quoted}) FROM STDIN") as copy:
            for row in content:
                copy.write_row(row)
        if columns.startswith("id,"):
            cursor.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))")


def keep(peer: duckdb.DuckDBPyConnection, round_id: int, rows: int) -> None:
    """The rows that a million submissions would have left behind; `tests/storage/test_rollups.py` shows that they do."""
    counted: dict[tuple[int, str], dict[str, dict[str, int]]] = {}

    def add(circle: int, name: str, code: str, region: int, status: int, count: int) -> None:
        kept = counted.setdefault((circle, name), {}).setdefault(code, {})
        kept[f"{REGIONS[region]}/{STATUSES[status]}"] = count

    for place in peer.execute("SELECT region, status, count(*) FROM replies GROUP BY ALL").fetchall():
        add(0, "", "*replied", *place)
        for number in range(CLOSED):
            add(0, f"q{number}", ASKED, *place)
        for number in range(OPEN):
            add(0, f"t{number}", ASKED, *place)
            add(0, f"t{number}", WITHHELD, *place)
            add(2, f"t{number}", WITHHELD, *place[:2], -place[2])
            add(2, f"t{number}", ANY, *place)
    for number in range(CLOSED):
        name = f"q{number}"
        query = f"SELECT region, status, {{}} count(*) FROM replies WHERE {name} IS NOT NULL GROUP BY ALL"
        for region, status, count in peer.execute(query.format("")).fetchall():
            add(0, name, WITHHELD, region, status, count)
            add(2, name, WITHHELD, region, status, -count)
            add(2, name, ANY, region, status, count)
        for region, status, code, count in peer.execute(query.format(f"{name},")).fetchall():
            add(2, name, f"c{code}", region, status, count)
    with writing() as connection:
        for (circle, name), counts in counted.items():
            connection.execute(sa.insert(Rollup).values(round_id=round_id, circle=circle, name=name, counts=counts))
        for row in sets_of_all(peer, rows):
            connection.execute(sa.insert(ReplySet).values(round_id=round_id, **row))


def sets_of_all(peer: duckdb.DuckDBPyConnection, rows: int) -> Iterator[dict[str, Any]]:
    blocks = rows // rollups.BLOCK + 1

    def cut(name: str, code: str, circle: int, have: Any) -> Iterator[dict[str, Any]]:
        bits = numpy.zeros(blocks * rollups.BLOCK, dtype=bool)
        bits[1 : rows + 1] = have
        whole = numpy.packbits(bits, bitorder="little").tobytes()
        size = rollups.BLOCK // 8
        for block in range(blocks):
            kept = whole[block * size : (block + 1) * size].rstrip(b"\0")
            yield {"name": name, "code": code, "circle": circle, "block": block, "bits": kept}

    columns = peer.execute("SELECT * FROM replies ORDER BY id").fetchnumpy()
    yield from cut("", "*replied", 0, True)
    for number, region in enumerate(REGIONS):
        yield from cut("region", region, 0, columns["region"] == number)
    for number in range(CLOSED):
        given = columns[f"q{number}"]
        for code in range(CHOICES):
            yield from cut(f"q{number}", f"c{code}", 2, numpy.ma.filled(given == code, False))


# the same figures, three ways


def joined_counts(round_id: int) -> Table:
    codes = ", ".join(f"'q{n}'" for n in range(CLOSED))
    query = (
        "SELECT a.question_code, CAST(a.value AS TEXT), p.region, count(*) FROM answers a "
        "JOIN responses r ON r.id = a.response_id JOIN participants p ON p.id = r.participant_id "
        f"WHERE r.round_id = {round_id} AND r.status = 'submitted' AND a.question_code IN ({codes}) GROUP BY 1, 2, 3"
    )
    return {(name, _choice(value), region): n for name, value, region, n in _rows(query)}


def kept_counts(compiled: Compiled, round_id: int) -> Table:
    """As tallies, ready to be shown: with bases, in all, by region and by status."""
    cube = Cube(rollup_figures.counts(round_id, "co_chairs"), {})
    tallies = [tally_of(compiled, compiled.questions[f"q{n}"], cube) for n in range(CLOSED)]
    return {
        (one.question.code, count.code, region): n or 0
        for one in tallies
        for count in one.counts
        for region, n in count.by["region"].items()
    }


def peer_counts(peer: duckdb.DuckDBPyConnection) -> Table:
    parts = " UNION ALL ".join(
        f"SELECT {n}, q{n}, region, count(*) FROM replies WHERE q{n} IS NOT NULL GROUP BY ALL" for n in range(CLOSED)
    )
    return {(f"q{n}", f"c{code}", REGIONS[region]): count for n, code, region, count in peer.execute(parts).fetchall()}


def joined_cross(round_id: int) -> Table:
    query = (
        "SELECT CAST(a.value AS TEXT), CAST(b.value AS TEXT), count(*) FROM responses r "
        "JOIN answers a ON a.response_id = r.id AND a.address = 'q1' "
        "JOIN answers b ON b.response_id = r.id AND b.address = 'q2' "
        f"WHERE r.round_id = {round_id} AND r.status = 'submitted' GROUP BY 1, 2"
    )
    return {(_choice(first), _choice(second)): n for first, second, n in _rows(query)}


def kept_cross(known: dict[str, Dimension], round_id: int) -> Table:
    sets = rollup_figures.sets(round_id, "co_chairs", ("q1", "q2"))
    return cross_sets(known["q1"], known["q2"], sets["q1"], sets["q2"], sets[""][ANY]).counts  # type: ignore[return-value]


def peer_cross(peer: duckdb.DuckDBPyConnection) -> Table:
    query = "SELECT q1, q2, count(*) FROM replies WHERE q1 IS NOT NULL AND q2 IS NOT NULL GROUP BY ALL"
    return {(f"c{a}", f"c{b}"): n for a, b, n in peer.execute(query).fetchall()}


def _rows(query: str) -> list[Any]:
    with db.engine.connect() as connection:
        return list(connection.execute(sa.text(query)))


def _choice(value: str) -> str:
    return value[len('{"choice":"') : -2]


def _timed(work: Callable[[], Table], turns: int) -> tuple[float, Table]:
    """(the median of so many turns in ms, what came of it)."""
    took = []
    for _ in range(turns):
        started = time.perf_counter()
        found = work()
        took.append((time.perf_counter() - started) * 1000)
    return statistics.median(took), found


def compare(what: str, join: Callable[[], Table], kept: Callable[[], Table], peer: Callable[[], Table]) -> None:
    (slow, one), (ours, two), (other, three) = _timed(join, 3), _timed(kept, 21), _timed(peer, 21)
    assert one == two == three, what
    print(
        f"  - {what}: plain join {slow:,.0f} ms, kept {ours:.1f} ms, DuckDB {other:.1f} ms: "
        f"{slow / ours:,.0f} × as fast as the join, {ours / other:.2f} × DuckDB's time"
    )


def cost_of_keeping(turns: int = 300) -> None:
    """Submissions of ten-odd answers, in turns with the keeping and without it; and the save of one page before it."""
    version = versions.publish({"questionnaire.yaml": definition()})
    round_id = rounds.open_round("cost", {"en": "C"}, version, opens=OPENED, demonstration=True)
    made = [
        participants.add_participant(kind="state", code=f"c{n}", names={"en": "C"}, region=REGIONS[n % 5], invented=True,
                                     treaty_status=STATUSES[n % 3])
        for n in range(turns)
    ]  # fmt: skip
    invitations.invite(round_id, made)
    keeping, took = rollups.note_submission, {"save": [], "with": [], "without": []}  # type: ignore[var-annotated]
    for turn, row in enumerate(invitations.responses_of(round_id)):
        said = {f"q{n}": {"choice": f"c{(turn + n) % CHOICES}"} for n in range(CLOSED)}
        said |= {f"t{n}": "Some words" for n in range(OPEN)}  # type: ignore[misc]
        started = time.perf_counter()
        changes = {address: stored_answers.Change(value) for address, value in said.items()}
        saving.save_answers(row.id, changes, by=None, channel="page", language="en")
        saved = time.perf_counter()
        rollups.note_submission = keeping if turn % 2 else (lambda *given: None)  # type: ignore[assignment]
        submissions.submit(row.id, by=None, language="en")
        took["save"].append(saved - started)
        took["with" if turn % 2 else "without"].append(time.perf_counter() - saved)
    rollups.note_submission = keeping
    started = time.perf_counter()
    rollup_figures.counts(round_id, "co_chairs")
    counting = (time.perf_counter() - started) * 1000 / (turns // 2)
    save, kept, bare = (statistics.median(took[name][20:]) * 1000 for name in ("save", "with", "without"))
    print(
        f"  - a save of twenty answers {save:.1f} ms: nothing is counted then. A submission with its note "
        f"{kept:.1f} ms, without {bare:.1f} ms: {100 * (kept / bare - 1):.0f} % of the submission, "
        f"{100 * (kept - bare) / (save + bare):.0f} % of saving and submitting. Counting what was noted, at the next reading: {counting:.2f} ms a submission"
    )


def run(url: str, peer: duckdb.DuckDBPyConnection, rows: int) -> None:
    app = bare_app(url)
    with app.app_context():
        schema.upgrade()
        started = time.perf_counter()
        round_id = fill(app, peer, rows)
        print(f"- {db.engine.dialect.name}, {rows:,} replies (made in {time.perf_counter() - started:.0f} s)")
        compiled = versions.compiled(rounds.round_by_id(round_id).version_id)
        known = dimensions(Labels(compiled, "en", str), {})
        compare(
            "twelve closed questions by region",
            lambda: joined_counts(round_id), lambda: kept_counts(compiled, round_id), lambda: peer_counts(peer),
        )  # fmt: skip
        compare("two questions against one another", lambda: joined_cross(round_id), lambda: kept_cross(known, round_id),
                lambda: peer_cross(peer))  # fmt: skip
        cost_of_keeping()
        db.engine.dispose()


def main(rows: int = 1_000_000, only: str = "") -> None:
    with tempfile.TemporaryDirectory() as folder:
        peer = make_peer(Path(folder) / "peer.duckdb", rows)
        if only != "postgresql":
            run(f"sqlite:///{Path(folder) / 'million.sqlite'}", peer, rows)
        if only == "sqlite":
            return
        server = sa.create_engine(POSTGRESQL + "postgres", isolation_level="AUTOCOMMIT")
        with server.connect() as connection:
            connection.execute(sa.text("DROP DATABASE IF EXISTS surveyapp_million"))
            connection.execute(sa.text("CREATE DATABASE surveyapp_million"))
        try:
            run(POSTGRESQL + "surveyapp_million", peer, rows)
        finally:
            with server.connect() as connection:
                connection.execute(sa.text("DROP DATABASE surveyapp_million WITH (FORCE)"))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]), *sys.argv[2:3])
