"""The log of deeds becomes a chain; what was logged before is sealed as it stands."""

from __future__ import annotations

import datetime
import hashlib
import json

import sqlalchemy as sa
from alembic import op
from frozen import Json, Moment, make_append_only

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "audit_seals", sa.Column("place", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("event_id", sa.Integer(), nullable=False), sa.Column("digest", sa.String(64), nullable=False),
        sa.UniqueConstraint("event_id"),
    )  # fmt: skip
    _seal_all()
    make_append_only("audit_seals")


def _seal_all() -> None:
    events = sa.table("audit_events", sa.column("id"), sa.column("at", Moment()), sa.column("kind"),
                      sa.column("person_id"), sa.column("facts", Json()))  # fmt: skip
    seals = sa.table("audit_seals", sa.column("place"), sa.column("event_id"), sa.column("digest"))
    bind, previous = op.get_bind(), "0" * 64
    for place, row in enumerate(bind.execute(sa.select(events).order_by(events.c.id)).all(), 1):
        at: datetime.datetime = row.at
        said = {"previous": previous, "id": row.id, "at": at.isoformat(), "kind": row.kind, "person": row.person_id}
        text = json.dumps(said | {"facts": row.facts}, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
        previous = hashlib.sha256(text.encode("utf-8")).hexdigest()
        bind.execute(sa.insert(seals).values(place=place, event_id=row.id, digest=previous))


def downgrade() -> None:
    """The events stay; their seals can be made again, but prove nothing any more of the time before."""
    op.drop_table("audit_seals")
