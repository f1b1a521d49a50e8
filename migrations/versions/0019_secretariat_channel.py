"""The channel of answers entered on a State's behalf is called secretariat, as that person is everywhere else.

`answer_revisions` is append-only: its triggers are lifted for this one change, inside the migration's transaction. No receipt
and no seal holds the channel, so all of them verify as before.
"""

from __future__ import annotations

import re

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

TABLE = "answer_revisions"
CONSTRAINT = "ck_answer_revisions_channel_known"
CHANNELS = "channel IN ('page', 'autosave', 'workbook', 'demonstration', '{}')"


def upgrade() -> None:
    _rename("office", "secretariat")


def downgrade() -> None:
    _rename("secretariat", "office")


def _rename(old: str, new: str) -> None:
    (_on_postgresql if op.get_bind().dialect.name == "postgresql" else _on_sqlite)(old, new)


def _on_postgresql(old: str, new: str) -> None:
    op.execute(f"ALTER TABLE {TABLE} DROP CONSTRAINT {CONSTRAINT}")
    op.execute(f"ALTER TABLE {TABLE} DISABLE TRIGGER {TABLE}_no_update")
    op.execute(f"UPDATE {TABLE} SET channel = '{new}' WHERE channel = '{old}'")  # noqa: S608 - words of ours
    op.execute(f"ALTER TABLE {TABLE} ENABLE TRIGGER {TABLE}_no_update")
    op.execute(f"ALTER TABLE {TABLE} ADD CONSTRAINT {CONSTRAINT} CHECK ({CHANNELS.format(new)})")


def _on_sqlite(old: str, new: str) -> None:
    """By hand, from the table's own text: a batch operation would lose WITHOUT ROWID and the triggers."""
    bind = op.get_bind()
    made = bind.execute(
        sa.text("SELECT type, sql FROM sqlite_master WHERE tbl_name = :table AND sql IS NOT NULL"), {"table": TABLE}
    ).all()
    (table,) = (sql for kind, sql in made if kind == "table")
    changed = table.replace(CHANNELS.format(old), CHANNELS.format(new))
    if changed == table:
        raise RuntimeError(f"{TABLE} has no check of the channel {old}")
    op.execute(sa.text(re.sub(rf'CREATE TABLE "?{TABLE}"?', f"CREATE TABLE {TABLE}_new", changed, count=1)))
    columns = [row[1] for row in bind.exec_driver_sql(f"PRAGMA table_info({TABLE})")]
    names = ", ".join(f'"{column}"' for column in columns)
    values = names.replace('"channel"', f"CASE channel WHEN '{old}' THEN '{new}' ELSE channel END")
    op.execute(f"INSERT INTO {TABLE}_new ({names}) SELECT {values} FROM {TABLE}")  # noqa: S608 - words of ours
    op.execute(f"DROP TABLE {TABLE}")
    op.execute(f"ALTER TABLE {TABLE}_new RENAME TO {TABLE}")
    for statement in (sql for kind, sql in made if kind != "table"):
        op.execute(sa.text(statement))
