"""People in a state that contacts reach only when they are erased: their account is deactivated, their name is still there."""

from __future__ import annotations

import sqlalchemy as sa

from surveyapp.storage.columns import utc_now
from surveyapp.storage.models import Person
from surveyapp.storage.people import accounts
from surveyapp.storage.transactions import writing


def disable_person(person_id: int) -> None:
    """Ends all their sessions; their name stays in history."""
    with writing() as connection:
        connection.execute(sa.update(Person).where(Person.id == person_id).values(disabled_at=utc_now()))
        accounts.sign_out_everywhere(person_id)
