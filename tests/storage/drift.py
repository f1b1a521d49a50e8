"""Do migrations and models agree?"""

from __future__ import annotations

from typing import Any

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from surveyapp.storage.columns import Json
from surveyapp.storage.database import db
from surveyapp.storage.transactions import reading


def drift() -> list[Any]:
    """How the migrated tables differ from the models, as Alembic's operations; an empty list if they do not."""

    def compare_type(*compared: Any) -> bool | None:
        return False if isinstance(compared[-1], Json) else None

    with reading() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": compare_type})
        return list(compare_metadata(context, db.metadata))
