"""How often something may be tried: counted in the database, so all processes count together."""

from __future__ import annotations

import datetime
import hashlib

from sqlalchemy import delete, func, select

from ..columns import insert_into, utc_now
from ..models import RateLimit
from ..transactions import writing


def allow(key: str, limit: int, window: datetime.timedelta) -> bool:
    """Counts one try; True while it is within the limit.

    Counted over this window and, in proportion, the one before: no burst at the seam of two windows.
    """
    now, hashed = utc_now(), hashlib.sha256(key.encode()).hexdigest()
    length = int(window.total_seconds())
    start = datetime.datetime.fromtimestamp(int(now.timestamp()) // length * length, datetime.UTC)
    with writing() as connection:
        row = insert_into(connection, RateLimit).values(key=hashed, window_start=start, count=1)
        counted = row.on_conflict_do_update(
            index_elements=[RateLimit.key, RateLimit.window_start], set_={"count": RateLimit.count + 1}
        )
        count = connection.execute(counted.returning(RateLimit.count)).scalar_one()
        before = select(func.coalesce(func.sum(RateLimit.count), 0)).where(
            RateLimit.key == hashed, RateLimit.window_start == start - window
        )
        weight = 1 - (now - start) / window
        return bool(count + weight * connection.execute(before).scalar_one() <= limit)


def forget_old(before: datetime.datetime) -> int:
    """Removes counts of windows that began before; for a worker, now and then."""
    with writing() as connection:
        return connection.execute(delete(RateLimit).where(RateLimit.window_start < before)).rowcount
