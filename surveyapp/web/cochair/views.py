"""FigureQuery pages. Figures come from `analysis`; nothing is counted here."""

from __future__ import annotations

import datetime
from typing import Any

from flask import Response, abort, render_template, request
from flask_babel import gettext
from markupsafe import Markup
from werkzeug.wrappers import Response as AnyResponse

from surveyapp.analysis.participation import round_participation, submissions_over_time, treaty_participation
from surveyapp.analysis.question_tables import question_tables
from surveyapp.analysis.svg_charts import Bar, line
from surveyapp.analysis.tallies import GROUPS
from surveyapp.definition.path import code_of
from surveyapp.definition.states import REGIONS, SUBREGION_NAMES, region_name
from surveyapp.definition.texts import LANGUAGES
from surveyapp.definition.typed_days import read_day
from surveyapp.results.drawn_tables import by_section
from surveyapp.results.figure_query import FigureQuery
from surveyapp.results.workbook_jobs import file_name
from surveyapp.results.workbooks import FORMS, gather, make_file, recipes_for
from surveyapp.storage.audit import audit_log
from surveyapp.storage.columns import utc_now
from surveyapp.storage.replies import documents
from surveyapp.storage.rounds import participants, rounds, versions
from surveyapp.words import RIGHT_TO_LEFT

from ..access import anyone, has_role, role, signed_in
from ..downloads import as_download, attached
from ..figure_pages import clearance, requested_figures
from ..locale import current_language, current_words, words
from .export_jobs import RECIPE_LABELS, chosen_plan
from .routes import blueprint

#: whom participation is shown by; kinds only where a round asks others than States
PARTICIPATION = {**GROUPS, "subregion": tuple(SUBREGION_NAMES), "kind": ("state", "organisation")}


@blueprint.get("/rounds")
@role("co_chair", "secretariat")
def all_rounds() -> str:
    return render_template("cochair/rounds.html", rounds=rounds.rounds())


@blueprint.get("/rounds/<round_code>")
@role("co_chair", "secretariat")
def round_page(round_code: str) -> str:
    """The dashboard of what the address selects."""
    query = requested_figures(round_code)
    labels, language = query.labels, current_language()
    return render_template(
        "cochair/round.html",
        query=query,
        round=query.round,
        wide=True,
        title=query.title,
        questionnaire=labels.compiled.text("questionnaire.title", language),
        participation=_participation(query),
        board=_board(query),
        timeline=_timeline(query),
        sections=by_section(labels, question_tables(labels, query.cube), current_words()),
        languages=LANGUAGES,
        recipes=[plan for plan in recipes_for(labels.compiled.questionnaire.questionnaire) if has_role(*plan.readers)],
        recipe_labels=RECIPE_LABELS,
        forms=FORMS,
        earlier=[
            other
            for other in rounds.rounds()
            if other.id != query.round.id
            and versions.compiled(other.version_id).questionnaire.questionnaire
            == labels.compiled.questionnaire.questionnaire
        ],
        texts=[
            (code, labels.compiled.text(f"{code}.label", language))
            for code, question in labels.compiled.questions.items()
            if question.type in ("short_text", "long_text")
        ],
        handed_in=_handed_in(query),
        everyone=query.invited if has_role("secretariat") else None,
    )


def _participation(query: FigureQuery) -> list[Any]:
    groups = dict(PARTICIPATION)
    if all(participant.kind == "state" for participant in query.invited):
        del groups["kind"]
    return [round_participation(query.labels, query.invited, group, codes) for group, codes in groups.items()]


def _board(query: FigureQuery) -> list[tuple[str, list[Any]]]:
    """By region, one tile a participant: not a map, so that no borders are drawn."""
    regions = [(code, region_name(code, current_language())) for code in REGIONS]
    board = [
        (name, [participant for participant in query.invited if participant.region == code]) for code, name in regions
    ]
    board.append(
        (gettext("Organisations"), [participant for participant in query.invited if participant.region is None])
    )
    return [(name, sorted(tiles, key=lambda tile: tile.name(current_language()))) for name, tiles in board if tiles]


def _timeline(query: FigureQuery) -> Markup | None:
    """Replies submitted so far, day by day towards the deadline."""
    now = query.selection.as_of or utc_now()
    last = min(now, query.round.closes) if query.round.closes else now
    days = submissions_over_time(query.invited, query.round.opens.date(), last.date())
    if last <= query.round.opens or not days[-1][1]:
        return None
    title, mirrored = gettext("Replies submitted, day by day"), current_language() in RIGHT_TO_LEFT
    bars = [Bar(words.date(day), count, words.number(count)) for day, count in days]
    return Markup(line(title, bars, right_to_left=mirrored, ident="time"))  # noqa: S704 - labels are escaped there


def _handed_in(query: FigureQuery) -> list[dict[str, Any]]:
    """Files that this reader may see, by State."""
    language, questions = current_language(), query.compiled.questions
    if not any(question.type == "document" for question in questions.values()):
        return []
    return [
        {"state": reply.name(language), "question": query.compiled.text(f"{code_of(address)}.label", language)}
        | {"value": value, "response": reply.response_id}
        for reply in query.replies
        for address, value in reply.answers.items()
        if questions[code_of(address)].type == "document" and "file" in value
    ]


@blueprint.get("/rounds/<round_code>/documents/<int:response>/<sha256>")
@role("co_chair", "secretariat")
def document(round_code: str, response: int, sha256: str) -> AnyResponse:
    """404 alike for a file that is not there, was not submitted, or belongs to an answer that is not for this reader."""
    visible = _handed_in(requested_figures(round_code))
    if not any(attachment["response"] == response and attachment["value"]["file"] == sha256 for attachment in visible):
        abort(404)
    kept = documents.find(response, sha256)
    if kept is None:
        abort(404)
    audit_log.record("document-read", signed_in().id, response=response, sha256=sha256)
    return as_download(kept)


@blueprint.get("/rounds/<round_code>/workbook")
@role("co_chair", "secretariat")
def workbook(round_code: str) -> Response:
    """`recipe`: one of `exports/`; `form`: xlsx, csv or json; the rest of the address selects the replies."""
    plan, language, form = chosen_plan(round_code, request.args)
    person, pairs = signed_in(), list(request.args.items(multi=True))
    gathered = gather(plan, round_code, language, reader=clearance(), made_by=person.name, pairs=pairs)
    content = make_file(plan, gathered, form)
    facts = {"round": round_code, "language": language, "recipe": plan.workbook, "form": form}
    audit_log.record("workbook-exported", person.id, **facts, selection=gathered.query.selection.parameters())
    return attached(content, file_name(round_code, plan.workbook, language, form), FORMS[form].media_type)


@blueprint.get("/participation")
@anyone
def participation() -> str | tuple[str, int]:
    """The Treaty's participation as of a day: public figures of the reference data, no one's answers."""
    asked, wrong = request.args.get("day", ""), False
    try:
        day = read_day(asked) or datetime.datetime.now(datetime.UTC).date()
    except ValueError:
        day, wrong = datetime.datetime.now(datetime.UTC).date(), True
    everyone = participants.participants(day, invented=False)
    states = [
        (recipient.region, recipient.treaty_status)
        for recipient in everyone
        if recipient.kind == "state" and recipient.region
    ]
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
