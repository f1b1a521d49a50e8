"""Until when a round takes answers: the last day, the hour of it, and the zone that both are of."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Literal

DeadlineState = Literal["open", "grace", "closed"]


@dataclass(frozen=True)
class Deadline:
    """A last day on which answers are taken. `hour` and `minute`: 24:00 where the whole day is one to answer in."""

    last_day: datetime.date
    hour: int = 24
    minute: int = 0
    zone: str = "UTC"  #: the only one in which rounds close: readers sit in every zone
    grace_days: int = 0  #: after it, in which answers are still taken

    @staticmethod
    def at(moment: datetime.datetime, grace_days: int = 0) -> Deadline:
        """The deadline of a round that closes at an aware moment; midnight is the end of the day before."""
        utc = moment.astimezone(datetime.UTC)
        if utc.time() == datetime.time():
            return Deadline(utc.date() - datetime.timedelta(days=1), grace_days=grace_days)
        return Deadline(utc.date(), utc.hour, utc.minute, grace_days=grace_days)

    @property
    def moment(self) -> datetime.datetime:
        """When it has passed: aware, to the minute."""
        start = datetime.datetime.combine(self.last_day, datetime.time(), datetime.UTC)
        return start + datetime.timedelta(hours=self.hour, minutes=self.minute)

    @property
    def after_grace(self) -> Deadline:
        """The deadline behind it, after which nothing is taken; itself where there is no grace."""
        day = self.last_day + datetime.timedelta(days=self.grace_days)
        return Deadline(day, self.hour, self.minute, self.zone)
