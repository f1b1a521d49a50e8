"""Reading pages. Figures come from `analysis`; nothing is counted here."""

from __future__ import annotations

import datetime
from typing import Any

from flask import Blueprint, Response, abort, render_template, request
from flask_babel import gettext
from markupsafe import Markup
from werkzeug.wrappers import Response as AnyResponse

from surveyapp.analysis.charts import Bar, bars
from surveyapp.analysis.labels import Labels
from surveyapp.analysis.participation import round_participation, treaty_participation
from surveyapp.analysis.tables import question_tables
from surveyapp.analysis.tallies import GROUPS, Tally
from surveyapp.definition.model import Handling
from surveyapp.definition.path import code_of
from surveyapp.definition.states import region_name
from surveyapp.definition.tables import Table
from surveyapp.definition.texts import LANGUAGES
from surveyapp.storage import audit, documents, participants, rounds, tallies
from surveyapp.storage.rounds import RoundFacts
from surveyapp.storage.tallies import CLEARANCE, SubmittedReply

from ..access import anyone, has_role, role, signed_in
from ..downloads import as_download
from ..locale import RIGHT_TO_LEFT, current_language, words
from ..summary import co_chairs_summary

blueprint = Blueprint("cochair", __name__)
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@blueprint.get("/rounds")
@role("co_chair", "secretariat")
def all_rounds() -> str:
    return render_template("cochair/rounds.html", rounds=rounds.rounds())


@blueprint.get("/rounds/<round_code>")
@role("co_chair", "secretariat")
def round_page(round_code: str) -> str:
    found = found_round(round_code)
    labels = Labels(rounds.compiled(found.version_id), current_language(), gettext)
    replies, invited = tallies.submitted(found.id, clearance()), tallies.participation_of(found.id)
    tables = question_tables(labels, replies, invited)
    return render_template(
        "cochair/round.html",
        round=found,
        wide=True,
        title=found.title(current_language()),
        questionnaire=labels.compiled.text("questionnaire.title", current_language()),
        participation=[round_participation(labels, invited, group, codes) for group, codes in GROUPS.items()],
        sections=by_section(labels, tables),
        languages=LANGUAGES,
        texts=[
            (code, labels.compiled.text(f"{code}.label", current_language()))
            for code, question in labels.compiled.questions.items()
            if question.type in ("short_text", "long_text")
        ],
        handed_in=_handed_in(labels, replies),
        everyone=invited if has_role("secretariat") else None,
    )


def _handed_in(labels: Labels, replies: list[SubmittedReply]) -> list[dict[str, Any]]:
    """Files that this reader may see, by State."""
    language, questions = current_language(), labels.compiled.questions
    return [
        {"state": reply.name(language), "question": labels.compiled.text(f"{code_of(address)}.label", language)}
        | {"value": value, "response": reply.response_id}
        for reply in replies
        for address, value in reply.answers.items()
        if questions[code_of(address)].type == "document" and "file" in value
    ]


@blueprint.get("/rounds/<round_code>/documents/<int:response>/<sha256>")
@role("co_chair", "secretariat")
def document(round_code: str, response: int, sha256: str) -> AnyResponse:
    """404 alike for a file that is not there, was not submitted, or belongs to an answer that is not for this reader."""
    found = found_round(round_code)
    labels = Labels(rounds.compiled(found.version_id), current_language(), gettext)
    visible = _handed_in(labels, tallies.submitted(found.id, clearance()))
    if not any(one["response"] == response and one["value"]["file"] == sha256 for one in visible):
        abort(404)
    kept = documents.find(response, sha256)
    if kept is None:
        abort(404)
    audit.record("document-read", signed_in().id, response=response, sha256=sha256)
    return as_download(kept)


@blueprint.get("/rounds/<round_code>/workbook")
@role("co_chair", "secretariat")
def workbook(round_code: str) -> Response:
    found, language = found_round(round_code), request.args.get("language", current_language())
    if language not in LANGUAGES:
        abort(404)
    person = signed_in()
    content = co_chairs_summary(found.code, language, reader=clearance(), made_by=person.name)
    audit.record("workbook-exported", person.id, round=found.code, language=language)
    name = f"{found.code}-{language}.xlsx"
    return Response(content, mimetype=XLSX, headers={"Content-Disposition": f'attachment; filename="{name}"'})


@blueprint.get("/participation")
@anyone
def participation() -> str | tuple[str, int]:
    """The Treaty's participation as of a day: public figures of the reference data, no one's answers."""
    asked, wrong = request.args.get("day", ""), False
    try:
        day = datetime.date.fromisoformat(asked) if asked else datetime.datetime.now(datetime.UTC).date()
    except ValueError:
        day, wrong = datetime.datetime.now(datetime.UTC).date(), True
    everyone = participants.participants(day, invented=False)
    states = [(one.region, one.treaty_status) for one in everyone if one.kind == "state" and one.region]
    figures = [line for line in treaty_participation(states) if line.states]
    page = render_template(
        "cochair/participation.html",
        day=day,
        wrong=wrong,
        asked=asked,
        figures=figures,
        region=lambda code: region_name(code, current_language()) if code else gettext("All regions"),
    )
    return (page, 422) if wrong else page


def found_round(code: str) -> RoundFacts:
    found = rounds.round(code)
    if found is None:
        abort(404)
    return found


def clearance() -> Handling:
    """The narrowest circle this person's roles open."""
    return CLEARANCE["secretariat" if has_role("secretariat") else "co_chair"]


def by_section(labels: Labels, tables: list[tuple[Tally, Table]]) -> list[tuple[str, list[dict[str, Any]]]]:
    compiled = labels.compiled
    found: dict[str, list[dict[str, Any]]] = {}
    for counted, table in tables:
        section = compiled.section_of[counted.question.code]
        found.setdefault(section, []).append({"table": table, "picture": _picture(table), "bases": counted.bases})
    return [(compiled.text(f"{section}.title", labels.language), each) for section, each in found.items()]


def _picture(table: Table) -> Markup | None:
    if table.chart is None:
        return None
    label, value, count = table.chart
    shown = [Bar(str(row[label]), float(row[value] or 0), _number(row)) for row in table.rows[:count]]  # type: ignore[arg-type]
    mirrored = current_language() in RIGHT_TO_LEFT
    return Markup(bars(table.title, shown, right_to_left=mirrored, ident=table.code))  # noqa: S704 - labels are escaped there


def _number(row: Any) -> str:
    """`7 (58 %)`; a count alone where there is no base to be a part of."""
    return f"{row[1]} ({percent(row[2])})" if row[2] is not None else str(row[1])


def percent(share: float | None) -> str:
    return "—" if share is None else f"{words.number(round(share * 100))}\u00a0%"


@blueprint.app_template_filter("cell")
def cell(value: Any, shape: str) -> str:
    """A table's value as the page shows it."""
    if value is None:
        return "—"
    if shape == "percent":
        return percent(value)
    return words.number(value) if isinstance(value, int | float) else str(value)
