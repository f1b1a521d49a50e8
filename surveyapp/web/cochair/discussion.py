"""The structured discussion: what was asked, what was written and what was said, in one place per question."""

from __future__ import annotations

from typing import Any

from flask import abort, redirect, render_template, request, url_for
from flask_babel import gettext as _

from surveyapp.analysis.dimensions import THEME
from surveyapp.definition.messages import N_
from surveyapp.definition.path import code_of
from surveyapp.definition.question_types.dates import NOT_A_DATE
from surveyapp.definition.typed_days import read_day
from surveyapp.results.figure_query import FigureQuery
from surveyapp.storage.models.discussion import KINDS
from surveyapp.storage.results import coding, discussions
from surveyapp.storage.results.discussions import DiscussionFacts, GuidingQuestionFacts, InterventionFacts
from surveyapp.storage.rounds import participants
from surveyapp.words import LANGUAGE_NAMES

from ..access import role, signed_in
from ..figure_pages import requested_figures
from ..locale import current_language
from ..request_text import posted_id
from .routes import blueprint

KIND_LABELS = {
    "introductory": N_("Introductory presentation"),
    "national": N_("National presentation"),
    "intervention": N_("Intervention"),
}
MAX_LENGTH = 20_000


@blueprint.get("/rounds/<round_code>/discussions")
@role("co_chair", "secretariat")
def all_discussions(round_code: str) -> str:
    return _list(requested_figures(round_code), {})


@blueprint.post("/rounds/<round_code>/discussions")
@role("co_chair", "secretariat")
def begin_discussion(round_code: str) -> Any:
    query, form, problems = requested_figures(round_code), request.form, {}
    item, title, held = (form.get(name, "").strip() for name in ("agenda_item", "title", "held_on"))
    day = None
    if not 0 < len(item) <= 20:
        problems["agenda_item"] = _("Write the number of the agenda item, such as 7 (a).")
    if not 0 < len(title) <= 300:
        problems["title"] = _("Write the title of the discussion.")
    try:
        day = read_day(held)
    except ValueError:
        problems["held_on"] = _(NOT_A_DATE)
    if problems:
        return _list(query, problems), 422
    added = discussions.begin(query.round.id, item, title, day, by=signed_in().id)
    return redirect(url_for("cochair.discussion", round_code=round_code, number=added), 303)


def _list(query: FigureQuery, problems: dict[str, str]) -> str:
    return render_template(
        "cochair/discussions.html",
        query=query,
        title=query.title,
        discussions=discussions.discussions(query.round.id),
        problems=problems,
        errors=[(text, name) for name, text in problems.items()],
        typed=request.form if problems else {},
    )


@blueprint.get("/rounds/<round_code>/discussions/<int:number>")
@role("co_chair", "secretariat")
def discussion(round_code: str, number: int) -> str:
    query = requested_figures(round_code)
    return _page(query, _discussion(query, number), {})


def _discussion(query: FigureQuery, number: int) -> DiscussionFacts:
    facts = discussions.discussion(number)
    return facts if facts is not None and facts.round_id == query.round.id else abort(404)


@blueprint.post("/rounds/<round_code>/discussions/<int:number>")
@role("co_chair", "secretariat")
def record(round_code: str, number: int) -> Any:
    """`do`: guide (a guiding question) · say (an intervention) · theme · undo · remove."""
    query = requested_figures(round_code)
    discussion_facts = _discussion(query, number)
    action = ACTIONS.get(request.form.get("do", ""))
    if action is None:
        abort(400)
    problems = action(query, discussion_facts)
    if problems:
        return _page(query, discussion_facts, problems), 422
    return redirect(url_for("cochair.discussion", round_code=round_code, number=number), 303)


def _guide(query: FigureQuery, discussion_facts: DiscussionFacts) -> dict[str, str]:
    text, code = request.form.get("text", "").strip(), request.form.get("question", "")
    if not 0 < len(text) <= 2_000:
        return {"text": _("Write the guiding question.")}
    if code and code not in query.compiled.questions:
        abort(400)
    discussions.add_guiding_question(discussion_facts.id, text, code or None, by=signed_in().id)
    return {}


def _say(query: FigureQuery, discussion_facts: DiscussionFacts) -> dict[str, str]:
    form, problems = request.form, {}
    who, speaker = form.get("participant", ""), form.get("speaker", "").strip()
    summary = form.get("summary", "").replace("\r\n", "\n").strip()
    state = participants.participant(who) if who else None
    guides = {
        str(guiding_question.id): guiding_question.id
        for guiding_question in discussions.guiding_questions(discussion_facts.id)
    }
    if form.get("kind") not in KINDS or form.get("language") not in LANGUAGE_NAMES or (who and state is None):
        abort(400)
    if form.get("guiding") and form["guiding"] not in guides:
        abort(400)
    if state is None and not speaker:
        problems["speaker"] = _("Select who spoke, or write the speaker's name.")
    if not 0 < len(summary) <= MAX_LENGTH:
        problems["summary"] = _("Write what was said.")
    if not problems:
        discussions.record_intervention(
            discussion_facts.id,
            form["kind"],
            guiding_id=guides.get(form.get("guiding", "")),
            participant_id=state.id if state else None,
            speaker=speaker[:300],
            language=form["language"],
            summary=summary,
            by=signed_in().id,
        )
    return problems


def _intervention(discussion_facts: DiscussionFacts) -> InterventionFacts:
    wanted = request.form.get("intervention", "")
    return next(
        (
            intervention
            for intervention in discussions.interventions(discussion_facts.id)
            if str(intervention.id) == wanted
        ),
        None,
    ) or abort(404)


def _theme(query: FigureQuery, discussion_facts: DiscussionFacts) -> dict[str, str]:
    intervention = _intervention(discussion_facts)
    theme = coding.theme(query.round.id, request.form.get("theme", ""))
    if theme is None:
        return {f"theme-{intervention.id}": _("Select a theme.")}
    coding.apply(theme.id, by=signed_in().id, intervention_id=intervention.id)
    return {}


def _undo(query: FigureQuery, discussion_facts: DiscussionFacts) -> dict[str, str]:
    """One's own; another reader's stays."""
    applied = coding.of_interventions(
        [intervention.id for intervention in discussions.interventions(discussion_facts.id)]
    )
    own = [str(theme_use.id) for theme_use in applied if theme_use.by == signed_in().id]
    if request.form.get("coding", "") not in own:
        abort(404)
    coding.undo(posted_id("coding"), by=signed_in().id)
    return {}


def _remove(query: FigureQuery, discussion_facts: DiscussionFacts) -> dict[str, str]:
    discussions.remove_intervention(_intervention(discussion_facts).id, by=signed_in().id)
    return {}


ACTIONS = {"guide": _guide, "say": _say, "theme": _theme, "undo": _undo, "remove": _remove}


def _page(query: FigureQuery, discussion_facts: DiscussionFacts, problems: dict[str, str]) -> str:
    language, guides, interventions = (
        current_language(),
        discussions.guiding_questions(discussion_facts.id),
        discussions.interventions(discussion_facts.id),
    )
    applied = coding.of_interventions([intervention.id for intervention in interventions])
    themes = coding.themes(query.round.id)
    names = {theme.code: theme.label(language) for theme in coding.themes(query.round.id, retired=True)}
    return render_template(
        "cochair/discussion.html",
        query=query,
        title=query.title,
        discussion=discussion_facts,
        parts=[
            (
                guide,
                [intervention for intervention in interventions if intervention.guiding_id == guide.id],
                _written(query, guide),
            )
            for guide in guides
        ],
        others=[intervention for intervention in interventions if intervention.guiding_id is None],
        applied={
            intervention.id: [theme_use for theme_use in applied if theme_use.intervention_id == intervention.id]
            for intervention in interventions
        },
        together=_together(query, guides, interventions, applied, names),
        themes=[(theme.code, theme.label(language)) for theme in themes],
        names=names,
        guides=guides,
        kinds=KIND_LABELS,
        states=sorted((row.name(language), row.code) for row in query.invited),
        questions=[(code, query.compiled.text(f"{code}.label", language)) for code in query.compiled.questions],
        me=signed_in().id,
        problems=problems,
        errors=[(text, name) for name, text in problems.items()],
        typed=request.form if problems else {},
        wide=True,
    )


def _written(query: FigureQuery, guide: GuidingQuestionFacts) -> tuple[str, str, int] | None:
    """The questionnaire's question beside it: (label, address, how many answered)."""
    code = guide.question_code
    if code is None:
        return None
    label = query.compiled.text(f"{code}.label", current_language())
    answered = sum(any(code_of(place) == code for place in reply.answers) for reply in query.replies)
    text = query.compiled.questions[code].type in ("short_text", "long_text")
    address = query.address("answers", code=code) if text else query.address("round_page") + f"#q-{code}"
    return label, address, answered


def _together(
    query: FigureQuery,
    guides: list[GuidingQuestionFacts],
    interventions: list[InterventionFacts],
    applied: list[Any],
    names: dict[str, str],
) -> list[Any]:
    """For each guiding question with a question in words: each theme, in how many replies and in how many interventions."""
    by_intervention: dict[int, set[str]] = {}
    for theme_use in applied:
        by_intervention.setdefault(theme_use.intervention_id, set()).add(theme_use.theme)
    tables = []
    for guide in guides:
        dimension = query.dimensions.get(f"{THEME}{guide.question_code}")
        spoken = [intervention for intervention in interventions if intervention.guiding_id == guide.id]
        if dimension is None:
            continue
        written = [codes for reply in query.replies if (codes := dimension.read(reply)) is not None]
        rows = [
            (
                names[code],
                sum(code in codes for codes in written),
                sum(code in by_intervention.get(intervention.id, ()) for intervention in spoken),
            )
            for code in dimension.codes
        ]
        tables.append((guide, len(written), len(spoken), [row for row in rows if row[1] or row[2]]))
    return [table for table in tables if table[3]]
