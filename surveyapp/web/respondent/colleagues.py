"""A focal point puts parts of the reply into colleagues' hands, and takes them back."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from surveyapp.answering.delegation_labels import POWER_LABELS, scope_label
from surveyapp.definition.typed_days import read_day
from surveyapp.mail.invitations import invite
from surveyapp.storage.people import accounts, rate_limits
from surveyapp.storage.replies import delegations
from surveyapp.storage.replies.delegations import AssignmentChanged, Delegation, NotDelegated
from surveyapp.storage.replies.responses import ResponseState
from surveyapp.words import LANGUAGE_NAMES

from ..access import role, signed_in
from ..account.invited import Invited, read_invited
from ..locale import current_language, current_words
from ..mail_settings import mail_settings
from ..request_text import as_id
from .routes import blueprint, frame, own_response, person_id

DAY = datetime.timedelta(days=1)
INVITATIONS_PER_DAY = 50


@dataclass(frozen=True)
class InvitationForm:
    """The posted form, read."""

    person: Invited
    scopes: tuple[str, ...] = ()
    power: str = "answer"
    due: datetime.date | None = None
    problems: dict[str, str] = field(default_factory=dict)


@blueprint.get("/<round_code>/colleagues")
@role("focal_point")
def colleagues(round_code: str) -> str:
    return _page(own_response(round_code), InvitationForm(Invited(language=current_language())))


@blueprint.post("/<round_code>/colleagues")
@role("focal_point")
def delegate(round_code: str) -> Any:
    state = own_response(round_code)
    query = _read()
    if query.problems:
        return _page(state, query), 422
    if not rate_limits.allow(f"invitations {person_id()}", INVITATIONS_PER_DAY, DAY):
        abort(429)
    asked = query.person
    person = accounts.find_or_create(asked.name, asked.email, asked.language)
    try:
        delegations.assign(
            state.id,
            person,
            query.scopes,
            query.power,
            note=asked.note,
            due=query.due,
            by=person_id(),
            shown=_shown(),
        )
    except NotDelegated:
        abort(400)
    except AssignmentChanged as changed:
        return _page(own_response(round_code), query, changed.current), 409
    invite(
        person,
        _("A part of a questionnaire has been put into your hands"),
        [asked.note] if asked.note else [],
        mail_settings(),
    )
    flash(_("%(name)s has been invited by e-mail.", name=asked.name), "success")
    return _back(round_code)


@blueprint.post("/<round_code>/colleagues/<int:delegation>/end")
@role("focal_point")
def end_delegation(round_code: str, delegation: int) -> Any:
    """Another State's delegation is not touched: it is looked for in this reply only."""
    state = own_response(round_code)
    try:
        delegations.end(state.id, delegation, by=person_id())
    except AssignmentChanged as changed:
        return _page(state, InvitationForm(Invited(language=current_language())), changed.current), 409
    flash(_("The delegation has been ended. What was proposed until then is kept."), "success")
    return _back(round_code)


def _shown() -> frozenset[int]:
    """Ids of the delegations that the page was drawn with; none where it does not say."""
    return frozenset(as_id(typed) for typed in request.form.get("shown", "").split())


def _back(round_code: str) -> Response:
    return redirect(url_for("respondent.colleagues", round_code=round_code), 303)


def _read() -> InvitationForm:
    form, person = request.form, read_invited(request.form, signed_in().email)
    problems = person.problems
    if not form.getlist("scope"):
        problems["scope"] = _("Select at least one section or question.")
    due = _day(form.get("due", ""), problems)
    return InvitationForm(person, tuple(form.getlist("scope")), form.get("power", "answer"), due, problems)


def _day(typed: str, problems: dict[str, str]) -> datetime.date | None:
    try:
        return read_day(typed)
    except ValueError:
        problems["due"] = _("Enter a real date, such as 2026-12-31.")
        return None


def _page(state: ResponseState, invitation: InvitationForm, changed: Sequence[Delegation] = ()) -> str:
    """`changed`: what stands now of assignments that are no longer as they were shown."""
    return render_template(
        "respondent/colleagues.html",
        **frame(state),
        invitation=invitation,
        errors=[(text, f"field-{name}") for name, text in invitation.problems.items()],
        delegations=delegations.of_response(state.id),
        changed=changed,
        scope_label=lambda scope: scope_label(state, scope, current_words()),
        scopes=_scopes(state),
        powers=POWER_LABELS,
        language_names=LANGUAGE_NAMES,
    )


def _scopes(state: ResponseState) -> list[tuple[str, list[str]]]:
    """Sections on path with what in them may be delegated: questions, and the items of lists."""
    parts: dict[str, list[str]] = {section.code: [] for section in state.path.sections}
    for code, question in state.compiled.questions.items():
        section = state.compiled.section_of[code]
        if section not in parts or code not in state.path.on_path or question.type == "calculation":
            continue
        parts[section].append(code)
        stored = state.answers.get(code)
        if question.type == "repeat" and stored:
            parts[section] += [f"{code}/{item}" for item in stored.value or ()]
    return list(parts.items())
