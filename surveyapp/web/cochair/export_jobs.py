"""Workbooks that take long: asked for, made by a worker while their reader goes on, fetched when they are ready."""

from __future__ import annotations

from typing import Any

from flask import Response, abort, redirect, render_template, request, url_for

from surveyapp.definition.messages import N_
from surveyapp.definition.texts import LANGUAGES
from surveyapp.results.workbooks import FORMS, Recipe, recipe, recipes_for
from surveyapp.storage.audit import audit_log
from surveyapp.storage.results import jobs
from surveyapp.storage.results.jobs import JobFacts
from surveyapp.storage.rounds import rounds, versions

from ..access import has_role, role, signed_in
from ..downloads import attached
from ..figure_pages import clearance, round_or_404
from .routes import blueprint

RECIPE_LABELS = {
    "co-chairs-summary": N_("Summary for the co-chairs"),
    "secretariat-full": N_("All replies, for the secretariat"),
    "public-compendium": N_("Compendium of public answers"),
    "champions-register": N_("Register of champions"),
}


def chosen_plan(round_code: str, fields: Any) -> tuple[Recipe, str, str]:
    """(the recipe, the language, the form) of a form's fields; 404 for what is not there, or not for this reader."""
    round_ = round_or_404(round_code)
    questionnaire = versions.compiled(round_.version_id).questionnaire.questionnaire
    plans = {plan.workbook: plan for plan in recipes_for(questionnaire) if has_role(*plan.readers)}
    plan = plans.get(fields.get("recipe", "co-chairs-summary"))
    language, form = fields.get("language", "en"), fields.get("form", "xlsx")
    if language not in LANGUAGES or plan is None or form not in FORMS:
        abort(404)
    return plan, language, form


@blueprint.post("/rounds/<round_code>/workbook")
@role("co_chair", "secretariat")
def ask_for_workbook(round_code: str) -> Any:
    plan, language, form = chosen_plan(round_code, request.form)
    pairs = [pair for pair in request.form.items(multi=True) if pair[0] not in ("csrf_token", "recipe", "form")]
    facts = {"round": round_code, "recipe": plan.workbook, "language": language, "form": form}
    jobs.enqueue(facts | {"pairs": pairs, "reader": clearance()}, by=signed_in().id)
    return redirect(url_for("cochair.exports"), 303)


@blueprint.get("/exports")
@role("co_chair", "secretariat")
def exports() -> str:
    """Mine, with how far they are; a part of the page that asks again by itself comes alone."""
    mine = jobs.of_person(signed_in().id)
    page = "cochair/exports_list.html" if "HX-Request" in request.headers else "cochair/exports.html"
    titles = {round_.code: round_.title for round_ in rounds.rounds()}
    return render_template(page, jobs=mine, titles=titles, days=jobs.RETENTION.days, forms=FORMS, labels=RECIPE_LABELS)


@blueprint.get("/exports/<int:job_id>")
@role("co_chair", "secretariat")
def fetch_export(job_id: int) -> Response:
    """404 for another person's, for one that is not ready, and for one that this person may not have any more."""
    person = signed_in()
    job = next((job for job in jobs.of_person(person.id) if job.id == job_id), None)
    content = jobs.content(job_id, person.id)
    if job is None or content is None or not has_role(*recipe(job.facts["recipe"]).readers):
        abort(404)
    audit_log.record("workbook-exported", person.id, **_audit_facts(job))
    return attached(content, job.file_name or "", FORMS[job.facts["form"]].media_type)


def _audit_facts(job: JobFacts) -> dict[str, Any]:
    names = ("round", "recipe", "language", "form")
    return {name: job.facts[name] for name in names} | {"selection": job.facts["pairs"], "job": job.id}
