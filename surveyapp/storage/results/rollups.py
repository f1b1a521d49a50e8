"""Counts and sets of a round's submitted replies. A submission leaves a note; whoever reads first counts what was noted.

Both are made from the same facts as every other figure (`definition.answer_facts`), for each circle of readers, and can at any
time be made again from the submissions: `recount`.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select

from surveyapp.definition.answer_facts import EVERY, REPLIED, facts, is_choice
from surveyapp.definition.compiled import Compiled
from surveyapp.definition.model import HANDLINGS

from ..columns import insert_into
from ..models import ReplySet, Response, Rollup, Round, Submission, Uncounted
from ..replies.snapshot import Snapshot, SnapshotParticipant
from ..replies.visibility import Visibility
from ..rounds.versions import compiled, compiled_of_digest
from ..transactions import writing

#: responses in one row of a set
BLOCK = 262_144

Counted = Counter[tuple[int, str, str, str]]  #: (circle, name, code, "region/treaty_status") → how many more
Members = set[tuple[str, str, int]]  #: (name, code, circle)
Sets = dict[tuple[str, str, int, int], int]  #: (name, code, circle, block) → bits


# keeping


def note_submission(connection: Connection, round_id: int, response_id: int, submission_id: int) -> None:
    """In the submission's own transaction: it is counted before counts are next read."""
    row = {"round_id": round_id, "response_id": response_id, "submission_id": submission_id}
    connection.execute(_note, row)


_note = insert(Uncounted)


def count_noted(round_id: int) -> None:
    """Counts what was submitted since the last time; waits for who counts this round already."""
    with writing() as connection:
        _wait_for(connection, round_id)
        _count(connection, round_id)


def _count(connection: Connection, round_id: int) -> None:
    query = select(Uncounted.submission_id, Uncounted.response_id).where(Uncounted.round_id == round_id)
    noted: dict[int, list[int]] = {}
    for submission_id, response_id in connection.execute(query.order_by(Uncounted.submission_id)):
        noted.setdefault(response_id, []).append(submission_id)
    version_id = connection.scalars(select(Round.version_id).where(Round.id == round_id)).one()
    version = compiled(version_id)
    counted: Counted = Counter()
    flipped: Sets = {}
    for response_id, submission_ids in noted.items():
        for snapshot, sign in _changed(connection, response_id, submission_ids):
            more, members = _of(version, compiled_of_digest(snapshot["version"]["digest"], version_id), snapshot)
            counted.update({key: sign * count for key, count in more.items()})
            _flip(flipped, response_id, members)
    _add(connection, round_id, counted)
    _merge(connection, round_id, flipped)
    done = [submission_id for submission_ids in noted.values() for submission_id in submission_ids]
    for some in range(0, len(done), MAX_PARAMETERS):
        part = done[some : some + MAX_PARAMETERS]
        connection.execute(delete(Uncounted).where(Uncounted.submission_id.in_(part)))


#: parameters in one statement
MAX_PARAMETERS = 500


def _wait_for(connection: Connection, round_id: int) -> None:
    """Nobody else counts this round before the transaction ends."""
    connection.execute(select(Round.id).where(Round.id == round_id).with_for_update(key_share=True))


def _changed(connection: Connection, response_id: int, noted: list[int]) -> Iterator[tuple[Snapshot, int]]:
    """The last of these submissions (1), and the one that was counted before them (-1)."""
    of_response = select(Submission.snapshot).where(Submission.response_id == response_id)
    yield json.loads(connection.scalars(of_response.where(Submission.id == noted[-1])).one()), 1
    before = of_response.where(Submission.id < noted[0]).order_by(Submission.id.desc()).limit(1)
    if (text := connection.scalar(before)) is not None:
        yield json.loads(text), -1


def _of(version: Compiled, answered: Compiled, snapshot: Snapshot) -> tuple[Counted, Members]:
    """`version`: the round's, whose questions are counted; `answered`: the submission's own, which says who may see what."""
    who = snapshot["participant"]
    place = f"{who['region'] or ''}/{who['treaty_status'] or ''}"
    counted: Counted = Counter({(0, EVERY, REPLIED, place): 1})
    members: Members = {(EVERY, REPLIED, 0), *((group, code, 0) for group, code in _groups(who) if code)}
    before: Counter[tuple[str, str]] = Counter()
    for circle in _circles(answered, snapshot):
        seen = Visibility(answered, snapshot, HANDLINGS[circle]).seen
        now: Counter[tuple[str, str]] = Counter()
        for question in version.questions.values():
            now.update(facts(version, question, seen))
        for name, code in now.keys() | before.keys():
            if more := now[name, code] - before[name, code]:
                counted[circle, name, code, place] = more
                if is_choice(code):
                    members.add((name, code, circle))
        before = now
    return counted, members


def _groups(participant: SnapshotParticipant) -> list[tuple[str, str | None]]:
    """(kind of group, code) of whoever submitted."""
    return [
        ("region", participant["region"]),
        ("treaty_status", participant["treaty_status"]),
        ("subregion", participant["subregion"]),
    ]


def _circles(version: Compiled, snapshot: Snapshot) -> list[int]:
    """Those at which more comes into sight, and the widest."""
    visibility = Visibility(version, snapshot, HANDLINGS[-1])
    present = (*visibility.answers, *visibility.declined, *version.rules.formulas)
    return sorted({0, *(HANDLINGS.index(visibility.handling(address)) for address in present)})


def _add(connection: Connection, round_id: int, counted: Counted) -> None:
    changes: dict[tuple[int, str], Counter[tuple[str, str]]] = {}
    for (circle, name, code, place), more in counted.items():
        changes.setdefault((circle, name), Counter())[code, place] += more
    query = select(Rollup.circle, Rollup.name, Rollup.counts).where(Rollup.round_id == round_id)
    for circle, name, kept in connection.execute(query):
        if (circle, name) in changes:
            changes[circle, name].update(
                {(code, place): n for code, places in kept.items() for place, n in places.items()}
            )
    rows = [
        {"round_id": round_id, "circle": circle, "name": name, "counts": _by_code(new_counts)}
        for (circle, name), new_counts in sorted(changes.items())
    ]
    _put(connection, Rollup, rows, ["round_id", "circle", "name"], "counts")


def _by_code(per_place: Mapping[tuple[str, str], int]) -> dict[str, dict[str, int]]:
    counts: dict[str, dict[str, int]] = {}
    for (code, place), count in sorted(per_place.items()):
        if count:
            counts.setdefault(code, {})[place] = count
    return counts


def _flip(sets: Sets, response_id: int, members: Members) -> None:
    """Takes the response into these sets, or out of them."""
    block, bit = divmod(response_id, BLOCK)
    for member in members:
        sets[*member, block] = sets.get((*member, block), 0) ^ 1 << bit


def _merge(connection: Connection, round_id: int, flipped: Sets) -> None:
    blocks = sorted({key[3] for key, bits in flipped.items() if bits})
    for block in blocks:
        here = {key: bits for key, bits in flipped.items() if key[3] == block and bits}
        query = select(ReplySet.name, ReplySet.code, ReplySet.circle, ReplySet.bits).where(
            ReplySet.round_id == round_id, ReplySet.block == block
        )
        for *member, bits in connection.execute(query):
            key = (*member, block)
            if key in here:
                here[key] ^= as_number(bits)
        rows = [_row(round_id, key[:3], block, bits) for key, bits in sorted(here.items())]
        _put(connection, ReplySet, rows, ["round_id", "name", "code", "circle", "block"], "bits")


def _put(connection: Connection, table: Any, rows: list[dict[str, Any]], key: list[str], value: str) -> None:
    if rows:
        put = insert_into(connection, table)
        connection.execute(put.on_conflict_do_update(index_elements=key, set_={value: put.excluded[value]}), rows)


def _row(round_id: int, member: tuple[str, str, int], block: int, bits: int) -> dict[str, Any]:
    name, code, circle = member
    kept = bits.to_bytes((bits.bit_length() + 7) // 8, "little")
    return {"round_id": round_id, "name": name, "code": code, "circle": circle, "block": block, "bits": kept}


def as_number(bits: bytes | bytearray) -> int:
    """A set's bits, the lowest first, as one integer."""
    return int.from_bytes(bits, "little")


# counting anew


def recount(round_id: int) -> bool:
    """Counts all of a round anew. False: what was kept differed, and is put right now."""
    count_noted(round_id)
    with writing() as connection:
        _wait_for(connection, round_id)
        before = _dump(connection, round_id)
        for table in (Rollup, ReplySet):
            connection.execute(delete(table).where(table.round_id == round_id))
        every = select(Submission.id, Response.id, Response.round_id).join(
            Response, Response.id == Submission.response_id
        )
        columns = ("submission_id", "response_id", "round_id")
        connection.execute(insert(Uncounted).from_select(columns, every.where(Response.round_id == round_id)))
        _count(connection, round_id)
        return before == _dump(connection, round_id)


def _dump(connection: Connection, round_id: int) -> tuple[list[Any], list[Any]]:
    """What counts: no empty ones."""
    counts = connection.execute(
        select(Rollup.name, Rollup.circle, Rollup.counts).where(Rollup.round_id == round_id)
    ).all()
    sets = connection.execute(
        select(ReplySet).where(ReplySet.round_id == round_id, func.length(ReplySet.bits) > 0)
    ).all()
    return sorted(tuple(row) for row in counts if row.counts), sorted(tuple(row) for row in sets)
