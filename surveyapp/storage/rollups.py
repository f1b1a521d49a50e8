"""Counts and sets of a round's submitted replies, kept up to date by each submission in its own transaction.

Both are made from the same facts as every other figure (`definition.said`), for each circle of readers, and can at any
time be made again from the submissions: `recount`.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from sqlalchemy import Connection, delete, func, select, tuple_
from sqlalchemy.dialects import postgresql, sqlite

from surveyapp.definition.compiled import Compiled
from surveyapp.definition.model import HANDLINGS, Handling
from surveyapp.definition.said import ANY, facts, is_choice

from .models import ReplySet, Response, Rollup, Round, Submission
from .rounds import compiled
from .sight import Sight
from .transactions import reading, writing

#: responses in one row of a set: a submission rewrites one row of each set it is in
BLOCK = 4096
EVERY, REPLIED = "", "*replied"
GROUPS = ("region", "treaty_status", "subregion")

Snapshot = Mapping[str, Any]
Counted = Counter[tuple[int, str, str, str, str]]  #: (circle, name, code, region, treaty status) → how many more
Members = set[tuple[str, str, int]]  #: (name, code, circle)
Counts = dict[str, dict[str, dict[tuple[str | None, str | None], int]]]


# keeping


def keep(
    connection: Connection, round_id: int, version: Compiled, response_id: int, now: Snapshot, was: Snapshot | None
) -> None:
    """Counts a submission in place of the response's one before. Others of the round wait until this transaction ends."""
    connection.execute(select(Round.id).where(Round.id == round_id).with_for_update(key_share=True))
    if not _is_kept(connection, round_id):
        _count_all(connection, round_id)  # this submission among them: it is written already
        return
    counted, members = _of(version, now)
    if was is not None:
        before, had = _of(version, was)
        counted.subtract(before)
        members ^= had
    _add(connection, round_id, counted)
    _flip(connection, round_id, response_id, members)


def _is_kept(connection: Connection, round_id: int) -> bool:
    """Every submission that is counted says that it is one."""
    query = select(Rollup.count).where(Rollup.round_id == round_id, Rollup.name == EVERY, Rollup.circle == 0)
    return connection.execute(query.limit(1)).first() is not None


def _of(version: Compiled, snapshot: Snapshot) -> tuple[Counted, Members]:
    who = snapshot["participant"]
    place = (who["region"] or "", who["treaty_status"] or "")
    counted: Counted = Counter({(0, EVERY, REPLIED, *place): 1})
    members: Members = {(EVERY, REPLIED, 0), *((group, who[group], 0) for group in GROUPS if who[group])}
    before: Counter[tuple[str, str]] = Counter()
    for circle in _circles(version, snapshot):
        seen = Sight(version, snapshot, HANDLINGS[circle]).seen
        now: Counter[tuple[str, str]] = Counter()
        for question in version.questions.values():
            now.update(facts(version, question, seen))
        for name, code in now.keys() | before.keys():
            if more := now[name, code] - before[name, code]:
                counted[circle, name, code, *place] = more
                if is_choice(code):
                    members.add((name, code, circle))
        before = now
    return counted, members


def _circles(version: Compiled, snapshot: Snapshot) -> list[int]:
    """Those at which more comes into sight, and the widest."""
    sight = Sight(version, snapshot, HANDLINGS[-1])
    return sorted({0, *(HANDLINGS.index(sight.handling(address)) for address in (*sight.answers, *sight.declined))})


def _add(connection: Connection, round_id: int, counted: Counted) -> None:
    names = ("circle", "name", "code", "region", "treaty_status")
    rows = [
        {"round_id": round_id, "count": more, **dict(zip(names, key, strict=True))}
        for key, more in sorted(counted.items())
        if more
    ]
    if rows:
        insert = _insert(connection, Rollup)
        added = {"count": Rollup.count + insert.excluded.count}
        connection.execute(insert.on_conflict_do_update(index_elements=["round_id", *names], set_=added), rows)


def _flip(connection: Connection, round_id: int, response_id: int, members: Members) -> None:
    """Takes the response into these sets, or out of them."""
    if not members:
        return
    block, bit = divmod(response_id, BLOCK)
    key = (ReplySet.name, ReplySet.code, ReplySet.circle)
    query = select(*key, ReplySet.bits).where(ReplySet.round_id == round_id, ReplySet.block == block)
    kept = {tuple(row[:3]): row.bits for row in connection.execute(query.where(tuple_(*key).in_(sorted(members))))}
    rows = [_row(round_id, one, block, _number(kept.get(one, b"")) ^ 1 << bit) for one in sorted(members)]
    _put(connection, rows)


def _put(connection: Connection, rows: list[dict[str, Any]]) -> None:
    insert = _insert(connection, ReplySet)
    key = ["round_id", "name", "code", "circle", "block"]
    connection.execute(insert.on_conflict_do_update(index_elements=key, set_={"bits": insert.excluded.bits}), rows)


def _row(round_id: int, member: tuple[str, str, int], block: int, bits: int) -> dict[str, Any]:
    name, code, circle = member
    kept = bits.to_bytes((bits.bit_length() + 7) // 8, "little")
    return {"round_id": round_id, "name": name, "code": code, "circle": circle, "block": block, "bits": kept}


def _number(bits: bytes | bytearray) -> int:
    return int.from_bytes(bits, "little")


def _insert(connection: Connection, table: Any) -> Any:
    return (postgresql if connection.dialect.name == "postgresql" else sqlite).insert(table)


# counting anew


def recount(round_id: int) -> bool:
    """Counts all of a round anew. False: what was kept differed, and is put right now."""
    with writing() as connection:
        connection.execute(select(Round.id).where(Round.id == round_id).with_for_update(key_share=True))
        before = _dump(connection, round_id)
        _count_all(connection, round_id)
        return not any(before) or before == _dump(connection, round_id)


def _dump(connection: Connection, round_id: int) -> tuple[list[Any], list[Any]]:
    """What counts: neither zeros nor empty sets."""
    counts = connection.execute(select(Rollup).where(Rollup.round_id == round_id, Rollup.count != 0)).all()
    sets = connection.execute(
        select(ReplySet).where(ReplySet.round_id == round_id, func.length(ReplySet.bits) > 0)
    ).all()
    return sorted(map(tuple, counts)), sorted(tuple(row) for row in sets)


def _count_all(connection: Connection, round_id: int) -> None:
    for table in (Rollup, ReplySet):
        connection.execute(delete(table).where(table.round_id == round_id))
    version = compiled(connection.scalars(select(Round.version_id).where(Round.id == round_id)).one())
    counted: Counted = Counter()
    sets: dict[tuple[str, str, int, int], int] = {}
    for response_id, snapshot in _last_submissions(connection, round_id):
        more, members = _of(version, snapshot)
        counted.update(more)
        block, bit = divmod(response_id, BLOCK)
        for member in members:
            sets[*member, block] = sets.get((*member, block), 0) | 1 << bit
    _add(connection, round_id, counted)
    if sets:
        _put(connection, [_row(round_id, key[:3], key[3], bits) for key, bits in sorted(sets.items())])


def _last_submissions(connection: Connection, round_id: int) -> Iterator[tuple[int, Snapshot]]:
    one, of_round = Submission, select(Response.id).where(Response.round_id == round_id)
    newest = (
        select(one.response_id, func.max(one.number).label("number"))
        .where(one.response_id.in_(of_round))
        .group_by(one.response_id)
        .subquery()
    )
    last = (newest.c.response_id == one.response_id) & (newest.c.number == one.number)
    for response_id, text in connection.execute(select(one.response_id, one.snapshot).join(newest, last)):
        yield response_id, json.loads(text)


# reading


def counts(round_id: int, reader: Handling) -> Counts | None:
    """By name, code and (region, treaty status). None: this round was never counted."""
    one = Rollup
    columns = (one.name, one.code, one.region, one.treaty_status)
    query = select(*columns, func.sum(one.count)).where(one.round_id == round_id, one.circle <= HANDLINGS.index(reader))
    found: Counts = {}
    with reading() as connection:
        for name, code, region, status, count in connection.execute(query.group_by(*columns)):
            if count:
                found.setdefault(name, {}).setdefault(code, {})[region or None, status or None] = count
        if not found and connection.scalar(_submissions_of(round_id)):
            return None
    return found


def _submissions_of(round_id: int) -> Any:
    return select(Submission.id).join(Response, Response.id == Submission.response_id).where(Response.round_id == round_id).limit(1)


def sets(round_id: int, reader: Handling, names: Iterable[str]) -> dict[str, dict[str, int]]:
    """Name → code → the replies that have it, a bit for each; under `*` those that have any. All begin at one response."""
    one = ReplySet
    wanted = (one.round_id == round_id, one.circle <= HANDLINGS.index(reader), one.name.in_({EVERY, *names}))
    with reading() as connection:
        rows = connection.execute(select(one.name, one.code, one.circle, one.block, one.bits).where(*wanted)).all()
    first, last = min((row[3] for row in rows), default=0), max((row[3] for row in rows), default=0)
    joined: dict[tuple[str, str, int], bytearray] = {}
    for name, code, circle, block, bits in rows:
        key = (name, code, circle)
        if key not in joined:
            joined[key] = bytearray((last - first + 1) * BLOCK // 8)
        start = (block - first) * BLOCK // 8
        joined[key][start : start + len(bits)] = bits
    found: dict[str, dict[str, int]] = {name: {ANY: 0} for name in (EVERY, *names)}
    for (name, code, _circle), kept in joined.items():
        found[name][code] = found[name].get(code, 0) ^ _number(kept)
    for codes in found.values():
        for code, bits in codes.items():
            codes[ANY] |= bits if code != ANY else 0
    return found
