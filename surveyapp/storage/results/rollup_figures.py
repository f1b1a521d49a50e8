"""Figures of a whole round, read from its kept counts and sets."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, select

from surveyapp.definition.answer_facts import ANY, EVERY, Place
from surveyapp.definition.model import HANDLINGS, Handling

from ..models import ReplySet, Rollup, Uncounted
from ..transactions import reading
from .rollups import BLOCK, as_number, count_noted

Counts = dict[str, dict[str, dict[Place, int]]]


def _count_then_read(round_id: int, fetch: Callable[[Connection], Sequence[Any]]) -> Sequence[Any]:
    """Those who submit wait for nobody: whoever reads first counts what was submitted since."""
    with reading() as connection:
        if connection.execute(_noted, {"round": round_id}).first() is None:
            return fetch(connection)
    count_noted(round_id)
    with reading() as connection:
        return fetch(connection)


_noted = select(Uncounted.submission_id).where(Uncounted.round_id == bindparam("round")).limit(1)


def counts(round_id: int, reader: Handling) -> Counts:
    """By name, code and (region, treaty status)."""
    query = select(Rollup.name, Rollup.counts).where(
        Rollup.round_id == round_id, Rollup.circle <= HANDLINGS.index(reader)
    )
    totals: dict[str, dict[str, dict[str, int]]] = {}
    for name, codes in _count_then_read(round_id, lambda connection: connection.execute(query).all()):
        have = totals.setdefault(name, {})
        for code, places in codes.items():
            kept = have.setdefault(code, {})
            for place, count in places.items():
                kept[place] = kept.get(place, 0) + count
    return {
        name: {code: named for code, places in codes.items() if (named := _named(places))}
        for name, codes in totals.items()
    }


def _named(places: Mapping[str, int]) -> dict[Place, int]:
    return {_place(place): count for place, count in places.items() if count}


@functools.cache
def _place(place: str) -> Place:
    region, _, status = place.partition("/")
    return region or None, status or None


def sets(round_id: int, reader: Handling, names: Iterable[str]) -> dict[str, dict[str, int]]:
    """Name → code → the replies that have it, a bit for each; under `*` those that have any. All begin at one response."""
    circle, wanted = HANDLINGS.index(reader), sorted({EVERY, *names})
    rows = _count_then_read(round_id, lambda connection: _fetch_sets(connection, round_id, circle, wanted))
    first, last = min((row[3] for row in rows), default=0), max((row[3] for row in rows), default=0)
    joined: dict[tuple[str, str, int], bytearray] = {}
    for name, code, circle, block, bits in rows:
        key = (name, code, circle)
        if key not in joined:
            joined[key] = bytearray((last - first + 1) * BLOCK // 8)
        start = (block - first) * BLOCK // 8
        joined[key][start : start + len(bits)] = bits
    by_code: dict[str, dict[str, int]] = {name: {ANY: 0} for name in (EVERY, *names)}
    for (name, code, _circle), kept in joined.items():
        by_code[name][code] = by_code[name].get(code, 0) ^ as_number(kept)
    for codes in by_code.values():
        for code, bits in codes.items():
            codes[ANY] |= bits if code != ANY else 0
    return by_code


def _fetch_sets(connection: Connection, round_id: int, circle: int, names: list[str]) -> Sequence[Any]:
    if connection.dialect.name != "postgresql":
        query = select(ReplySet.name, ReplySet.code, ReplySet.circle, ReplySet.block, ReplySet.bits)
        return connection.execute(
            query.where(ReplySet.round_id == round_id, ReplySet.circle <= circle, ReplySet.name.in_(names))
        ).all()
    driver: Any = connection.connection.driver_connection
    with driver.cursor(binary=True) as cursor:  # bytes as bytes: the usual hexadecimal text takes three times as long
        rows: Sequence[Any] = cursor.execute(
            "SELECT name, code, circle, block, bits FROM reply_sets WHERE round_id = %s AND circle <= %s AND name = ANY(%s)",
            (round_id, circle, names),
        ).fetchall()
        return rows
