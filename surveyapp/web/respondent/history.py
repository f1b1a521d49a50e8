"""All that an answer ever was: who changed it, when, from where, from what to what."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass

from flask import abort, render_template, url_for
from flask_babel import gettext as _

from surveyapp.answering.page import Page
from surveyapp.definition.messages import N_
from surveyapp.definition.path import code_of
from surveyapp.storage.people import accounts
from surveyapp.storage.replies import revisions as stored_revisions
from surveyapp.storage.replies.revisions import Revision

from ..access import role
from ..locale import translated
from .routes import blueprint, frame, own_response
from .section_pages import page_of

CHANNEL_LABELS = {
    "page": N_("On the page, with the Save button"),
    "autosave": N_("On the page, saved at once"),
    "workbook": N_("From the fill-in workbook"),
    "secretariat": N_("By the secretariat on behalf of the State"),
    "demonstration": N_("Invented for the demonstration"),
}


@dataclass(frozen=True)
class Line:
    """One revision in words."""

    revision: int
    at: datetime.datetime
    by: str
    channel: str
    before: str
    after: str
    handling: str  #: who may see it from then on; empty where that did not change


@blueprint.get("/<round_code>/<section>/history/<path:address>")
@role("focal_point")
def history(round_code: str, section: str, address: str) -> str:
    """404 for a question that this section does not have, and for one that was never answered."""
    state = own_response(round_code)
    code = code_of(address)
    if state.compiled.section_of.get(code) != section or address not in state.answers:
        abort(404)
    page = page_of(state)
    lines = _lines(page, address, stored_revisions.history(state.id, address))
    back = url_for("respondent.section", round_code=round_code, section=section) + f"#item-{address.replace('/', '-')}"
    return render_template(
        "respondent/history.html",
        **frame(state),
        label=state.compiled.text(f"{code}.label", page.language),
        lines=reversed(lines),
        back=back if not state.locked_because() else url_for("respondent.review", round_code=round_code),
    )


def _lines(page: Page, address: str, revisions: list[Revision]) -> list[Line]:
    people = {person for revision in revisions for person in (revision.by, revision.proposed_by) if person is not None}
    names = accounts.names(people)
    before, seen, lines = _("No answer"), "", []
    for revision in revisions:
        after, handling = _content(page, address, revision), revision.handling or seen
        changed = page.handlings[handling] if handling != seen else ""
        channel = translated(CHANNEL_LABELS[revision.channel])
        lines.append(Line(revision.revision, revision.at, _writer(revision, names), channel, before, after, changed))
        before, seen = after, handling
    return lines


def _writer(revision: Revision, names: Mapping[int, str]) -> str:
    """Who wrote it; of an accepted proposal, both."""
    by = names.get(revision.by, "") if revision.by is not None else ""
    if revision.proposed_by is None:
        return by
    author = names.get(revision.proposed_by, "")
    return str(_("proposed by %(author)s, accepted by %(name)s", author=author, name=by))


def _content(page: Page, address: str, revision: Revision) -> str:
    if revision.declined:
        return str(_("Left open: %(reason)s", reason=page.reasons[revision.declined]))
    return str(page.in_words(page.compiled.questions[code_of(address)], revision.value)) or str(_("No answer"))
