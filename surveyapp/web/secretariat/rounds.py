"""Rounds: made, changed, opened to those who are to answer, extended, closed, put away, begun again from the last one."""

from __future__ import annotations

import datetime
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from surveyapp.analysis.labels import KIND_LABELS, STATUS_LABELS
from surveyapp.definition.states import REGIONS, region_name
from surveyapp.storage.columns import utc_now
from surveyapp.storage.people import accounts
from surveyapp.storage.results import tallies
from surveyapp.storage.rounds import invitations, participants, rounds, version_migration
from surveyapp.storage.rounds import versions as stored_versions
from surveyapp.storage.rounds.invented_states import add_invented_states
from surveyapp.storage.rounds.rounds import RoundFacts

from ..access import role, signed_in
from ..figure_pages import round_or_404
from ..locale import current_language, translated
from .round_form import RoundForm, groups, of_round, read_form
from .routes import blueprint


@blueprint.get("/rounds")
@role("secretariat")
def all_rounds() -> str:
    rounds_ = rounds.rounds()
    return render_template("secretariat/rounds.html", rounds=rounds_, now=utc_now(), language=current_language())


@blueprint.get("/rounds/new")
@role("secretariat")
def new_round() -> str:
    """`like`: the code of a round to begin from. Its replies are offered again by themselves."""
    before = rounds.round(request.args.get("like", ""))
    form = of_round(before) if before else RoundForm(languages=["en"], audience={"kinds": ["state"]})
    if before:
        form.code, form.opens, form.closes = "", "", ""
        newest = next(
            (version for version in stored_versions.published() if version.questionnaire == _questionnaire(before)),
            None,
        )
        form.version = newest.id if newest else form.version
    return _form_page(form)


def _questionnaire(round_: RoundFacts) -> str:
    return stored_versions.compiled(round_.version_id).questionnaire.questionnaire


@blueprint.post("/rounds/new")
@role("secretariat")
def make_round() -> Any:
    form = read_form(request.form, stored_versions.published(), new=True)
    if form.problems:
        return _form_page(form), 422
    assert form.version is not None
    rounds.open_round(
        form.code,
        form.titles,
        form.version,
        opens=form.opening,
        closes=form.closing,
        languages=form.languages,
        audience=form.audience,
        demonstration=form.rehearsal,
        free_reopening=form.free_reopening,
        grace_days=int(form.grace_days),
        by=signed_in().id,
    )
    if form.rehearsal:
        add_invented_states()
    flash(_("The round has been made. Nobody is invited yet."), "success")
    return redirect(url_for("secretariat.round_page", code=form.code), 303)


@blueprint.get("/rounds/<code>")
@role("secretariat")
def round_page(code: str) -> str:
    round_ = round_or_404(code)
    return _form_page(of_round(round_), round_)


@blueprint.post("/rounds/<code>")
@role("secretariat")
def change_round(code: str) -> Any:
    """`do`: save · close · archive · unarchive. What is asked, and in which languages, stays as it was opened."""
    round_, by, action = round_or_404(code), signed_in().id, request.form.get("do", "save")
    if action == "close":
        rounds.change_round(
            round_.id, by=by, closes=max(utc_now(), round_.opens + datetime.timedelta(seconds=1)), grace_days=0
        )
        flash(_("The round is closed. What was saved stays."), "success")
    elif action in ("archive", "unarchive"):
        rounds.change_round(round_.id, by=by, archived_at=utc_now() if action == "archive" else None)
    else:
        form = read_form(request.form, stored_versions.published(), new=False, opens=round_.opens.date().isoformat())
        form.code = code
        if form.problems:
            return _form_page(form, round_), 422
        values: dict[str, Any] = {"titles": form.titles, "closes": form.closing, "grace_days": int(form.grace_days)}
        values |= {"free_reopening": form.free_reopening, "audience": form.audience}
        if form.opens and form.opens != round_.opens.date().isoformat():
            values["opens"] = form.opening
        rounds.change_round(round_.id, by=by, **values)
        flash(_("Saved."), "success")
    return redirect(url_for("secretariat.round_page", code=code), 303)


def _form_page(form: RoundForm, round_: RoundFacts | None = None) -> str:
    language = current_language()
    versions = stored_versions.published()
    return render_template(
        "secretariat/round.html",
        form=form,
        round=round_,
        title=round_.title(language) if round_ else _("New round"),
        versions=[
            (version, stored_versions.compiled(version.id).text("questionnaire.title", language))
            for version in versions
        ],
        kinds={code: translated(label) for code, label in KIND_LABELS.items()},
        statuses={code: translated(label) for code, label in STATUS_LABELS.items()},
        regions={code: region_name(code, language) for code in REGIONS},
        group_pairs=[(group, group) for group in groups()],
        state=_state(round_) if round_ else "",
        counts=_counts(round_) if round_ else {},
        newer=[version for version in versions if version.id in version_migration.newer_versions(round_)]
        if round_
        else [],
        errors=[(text, f"field-{name}") for name, text in form.problems.items()],
    )


def _state(round_: RoundFacts) -> str:
    return round_.closed_because(utc_now()) or "open"


def _counts(round_: RoundFacts) -> dict[str, int]:
    everyone = tallies.participation_of(round_.id)
    invited = {recipient.code for recipient in everyone}
    return {
        "invited": len(everyone),
        "submitted": sum(recipient.status == "submitted" for recipient in everyone),
        "not_invited": sum(participant.code not in invited for participant in invitations.audience_of(round_)),
    }


@blueprint.get("/rounds/<code>/participants")
@role("secretariat")
def round_participants(code: str) -> str:
    round_ = round_or_404(code)
    everyone = tallies.participation_of(round_.id)
    invited = {recipient.code for recipient in everyone}
    others = [
        participant
        for participant in participants.participants(invented=round_.demonstration)
        if participant.code not in invited
    ]
    addressed = {participant.code for participant in invitations.audience_of(round_)}
    return render_template(
        "secretariat/round_participants.html",
        round=round_,
        title=round_.title(current_language()),
        everyone=everyone,
        others=others,
        addressed=addressed,
        language=current_language(),
    )


@blueprint.post("/rounds/<code>/participants")
@role("secretariat")
def invite_participants(code: str) -> Any:
    """`who`: codes that were picked; with `all`, the whole audience. Makes their replies; letters are sent apart."""
    round_ = round_or_404(code)
    picked = request.form.getlist("who")
    everyone = participants.participants(invented=round_.demonstration)
    ids = None if request.form.get("all") else [recipient.id for recipient in everyone if recipient.code in picked]
    count = invitations.invite(round_.id, ids, by=signed_in().id)
    flash(
        _("%(count)s participants can answer now. Their letters are sent from the page of letters.", count=count),
        "success",
    )
    return redirect(url_for("secretariat.round_participants", code=code), 303)


@blueprint.post("/rounds/<code>/rehearse/<participant>")
@role("secretariat")
def rehearse(code: str, participant: str) -> Any:
    """The secretariat answers for an invented participant, as its focal point would; 404 for a real one."""
    round_, participant_facts, person = round_or_404(code), participants.participant(participant), signed_in()
    if participant_facts is None or not participant_facts.invented or not round_.demonstration:
        abort(404)
    for held in person.roles:
        if held.role == "focal_point" and held.participant_id is not None:
            accounts.revoke_role(person.id, "focal_point", held.participant_id)
    accounts.grant_role(person.id, "focal_point", participant_facts.id)
    return redirect(url_for("respondent.contents", round_code=code), 303)
