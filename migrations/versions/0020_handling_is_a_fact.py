"""Who may see an answer stands with every answer, and no table takes a circle or a reason that nobody knows.

An answer without a handling had been read by the default of its round's current version. Each one now gets the default of
the version that its round had when the answer was given: the log tells when a round was moved. A handling that is none of
the circles becomes the narrowest; a reason that is none of the reasons, written past the program, is taken out.
No receipt and no seal holds what is changed here, so all of them verify as before.
"""

from __future__ import annotations

import contextlib
import datetime
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op
from frozen import Json, Moment, add_checks, drop_checks, on_postgresql
from ruamel.yaml import YAML

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

CIRCLES = ("public", "states_parties", "co_chairs", "secretariat")
REASONS = ("not_applicable", "not_available", "prefer_not", "later")
#: table → its columns with a check
CHECKED = {
    "answers": {"handling": CIRCLES, "declined": REASONS},
    "answer_revisions": {"handling": CIRCLES, "declined": REASONS},
    "proposals": {"handling": CIRCLES, "declined": REASONS},
}
APPEND_ONLY = "answer_revisions"

Period = tuple[
    int, datetime.datetime | None, datetime.datetime | None, str
]  #: (round, from, until, the version's digest)


def upgrade() -> None:
    op.add_column("proposals", sa.Column("handling", sa.String(20)))
    for table, columns in CHECKED.items():
        with _changeable(table):
            _without_unknown(table)
            for period in _periods():
                _write_defaults(table, *period)
            add_checks(table, columns)


def downgrade() -> None:
    """A handling that the version before would read from its round's version is not written down; any other one stays."""
    for table, columns in CHECKED.items():
        with _changeable(table):
            drop_checks(table, columns)
            if table != "proposals":
                for round_id, digest in _rounds().items():
                    _forget_defaults(table, round_id, digest)
    with op.batch_alter_table("proposals") as proposals:
        proposals.drop_column("handling")


@contextlib.contextmanager
def _changeable(table: str) -> Iterator[None]:
    """Lifts the triggers of the append-only table for this one change, inside the migration's transaction."""
    if table != APPEND_ONLY:
        yield
    elif on_postgresql():
        op.execute(f"ALTER TABLE {table} DISABLE TRIGGER {table}_no_update")
        yield
        op.execute(f"ALTER TABLE {table} ENABLE TRIGGER {table}_no_update")
    else:
        made = sa.text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = :table")
        triggers = op.get_bind().execute(made, {"table": table}).all()
        for trigger in triggers:
            op.execute(f'DROP TRIGGER "{trigger.name}"')
        yield
        for trigger in triggers:
            op.get_bind().exec_driver_sql(trigger.sql)


def _table(name: str) -> Any:
    columns = ("response_id", "address", "handling", "declined")
    return sa.table(name, *map(sa.column, columns), sa.column("value", Json()), sa.column("at", Moment()))


def _without_unknown(name: str) -> None:
    table = _table(name)
    for column, allowed, instead in ((table.c.handling, CIRCLES, CIRCLES[-1]), (table.c.declined, REASONS, None)):
        unknown = column.is_not(None) & column.not_in(allowed)
        op.execute(sa.update(table).where(unknown).values({column: instead}))


def _rounds() -> dict[int, str]:
    """Round → the digest of the version it has now."""
    rounds = sa.table("rounds", sa.column("id"), sa.column("version_id"))
    versions = sa.table("versions", sa.column("id"), sa.column("digest"))
    query = sa.select(rounds.c.id, versions.c.digest).join_from(rounds, versions, versions.c.id == rounds.c.version_id)
    return {row.id: row.digest for row in op.get_bind().execute(query)}


def _periods() -> Iterator[Period]:
    """When a round had which version, by the moves that the log tells of."""
    rounds = sa.table("rounds", sa.column("id"), sa.column("code"))
    codes = {row.code: row.id for row in op.get_bind().execute(sa.select(rounds.c.id, rounds.c.code))}
    events = sa.table("audit_events", sa.column("at", Moment()), sa.column("kind"), sa.column("facts", Json()))
    moves: dict[int, list[tuple[datetime.datetime, str]]] = {}
    query = sa.select(events.c.at, events.c.facts).where(events.c.kind == "round-moved").order_by(events.c.at)
    for at, facts in op.get_bind().execute(query):
        moves.setdefault(codes.get(facts["round"], 0), []).append((at, facts["from"]))
    for round_id, now in _rounds().items():
        since = None
        for at, before in moves.get(round_id, []):
            yield round_id, since, at, before
            since = at
        yield round_id, since, None, now


def _write_defaults(
    name: str, round_id: int, since: datetime.datetime | None, until: datetime.datetime | None, digest: str
) -> None:
    table = _table(name)
    says_something = (sa.cast(table.c.value, sa.Text) != "null") | table.c.declined.is_not(None)
    mine = [_of_round(table, round_id), table.c.handling.is_(None), says_something]
    mine += [table.c.at >= since] if since else []
    mine += [table.c.at < until] if until else []
    default, exceptions = _defaults(digest)
    for code, handling in exceptions.items():
        op.execute(sa.update(table).where(*mine, _is_of(table, code)).values(handling=handling))
    op.execute(sa.update(table).where(*mine).values(handling=default))


def _forget_defaults(name: str, round_id: int, digest: str) -> None:
    table = _table(name)
    default, exceptions = _defaults(digest)
    others = [~_is_of(table, code) for code in exceptions]
    for condition, handling in (
        (sa.and_(*others, sa.true()), default),
        *((_is_of(table, code), of_code) for code, of_code in exceptions.items()),
    ):
        same = table.c.handling == handling
        op.execute(sa.update(table).where(_of_round(table, round_id), same, condition).values(handling=None))


def _of_round(table: Any, round_id: int) -> Any:
    responses = sa.table("responses", sa.column("id"), sa.column("round_id"))
    return table.c.response_id.in_(sa.select(responses.c.id).where(responses.c.round_id == round_id))


def _is_of(table: Any, code: str) -> Any:
    """An address is a question's code, or ends with it after a slash."""
    return (table.c.address == code) | table.c.address.endswith(f"/{code}", autoescape=True)


def _defaults(digest: str) -> tuple[str, dict[str, str]]:
    """(the questionnaire's default, question → its own where it has one), as version 19 read them."""
    versions = sa.table("versions", sa.column("digest"), sa.column("files", Json()))
    files = op.get_bind().scalar(sa.select(versions.c.files).where(versions.c.digest == digest)) or {}
    source = YAML(typ="safe", pure=True).load(files.get("questionnaire.yaml", "{}")) or {}
    default = (source.get("handling") or {}).get("default", "states_parties")
    exceptions = {}
    for item in _items(source.get("sections") or ()):
        own = item.get("handling")
        if own is not None:
            exceptions[item["code"]] = own.get("default", "states_parties")
    return default, exceptions


def _items(items: Any) -> Iterator[dict[str, Any]]:
    for item in items:
        yield item
        yield from _items(item.get("items") or ())
