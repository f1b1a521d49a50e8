"""The log of deeds, searched and taken out."""

from __future__ import annotations

import datetime
import json
from typing import Any

from flask import Response, render_template, request

from surveyapp.definition.tables import Column, Table
from surveyapp.definition.typed_days import read_day
from surveyapp.handouts.tables_as_data import as_csv
from surveyapp.storage.audit import audit_log
from surveyapp.storage.people import accounts

from ..access import role, signed_in
from ..downloads import attached
from ..request_text import as_id
from .routes import blueprint

AT_ONCE = 100


@blueprint.get("/log")
@role("secretariat")
def log() -> str:
    """`kind`, `person`, `since`, `until` narrow it; `before`: the event to go on from."""
    wanted = _wanted()
    events = audit_log.search(**wanted, before=as_id(request.args.get("before", "")) or None, limit=AT_ONCE)
    kept = [(name, value) for name, value in request.args.items() if name not in ("before", "lang")]
    return render_template(
        "secretariat/log.html",
        events=[(event, _facts_text(event.facts)) for event in events],
        more=events[-1].id if len(events) == AT_ONCE else None,
        kinds=audit_log.kinds(),
        people=accounts.people(),
        kept=dict(kept),
    )


@blueprint.get("/log/file")
@role("secretariat")
def log_file() -> Response:
    """All that the search finds, as CSV."""
    wanted = _wanted()
    rows = tuple(
        (event.id, event.at, event.kind, event.person, _facts_text(event.facts), event.digest)
        for event in audit_log.search(**wanted, limit=None)
    )
    columns = (
        Column("id", "number"),
        Column("at", "moment"),
        Column("kind"),
        Column("person"),
        Column("facts"),
        Column("seal"),
    )
    search_terms = {name: str(value) for name, value in wanted.items() if value}
    audit_log.record("log-exported", signed_in().id, events=len(rows), **({"of": search_terms} if search_terms else {}))
    return attached(as_csv(Table("Log", columns, rows)), "log.csv", "text/csv")


def _wanted() -> dict[str, Any]:
    until = _day("until")
    return {
        "kind": request.args.get("kind", "")[:60],
        "person_id": as_id(request.args.get("person", "")) or None,
        "since": _day("since"),
        "until": until + datetime.timedelta(days=1) if until else None,
    }


def _day(name: str) -> datetime.datetime | None:
    try:
        day = read_day(request.args.get(name))
    except ValueError:
        return None
    return datetime.datetime.combine(day, datetime.time(), datetime.UTC) if day else None


def _facts_text(facts: dict[str, Any]) -> str:
    return json.dumps(facts, ensure_ascii=False, sort_keys=True) if facts else ""
