"""The reports there are, and the workspace of one."""

from __future__ import annotations

import re
from typing import Any

from flask import abort, redirect, render_template, request, url_for
from flask_babel import gettext as _

from surveyapp.definition.messages import N_
from surveyapp.definition.texts import LANGUAGES
from surveyapp.results.drawn_tables import picture
from surveyapp.storage.models.reports import KINDS
from surveyapp.storage.report import paragraphs, reports
from surveyapp.storage.report.reports import CodeTaken
from surveyapp.storage.rounds import rounds
from surveyapp.words import LANGUAGE_NAMES, words_in

from ..access import role, signed_in
from ..locale import current_language
from ..request_text import as_id
from .freezing import freezes_for
from .routes import blueprint, draft_of, report_or_404

CODE = re.compile(r"[a-z][a-z0-9-]{0,63}")
KIND_LABELS = {
    "heading": N_("Heading"),
    "subheading": N_("Sub-heading"),
    "paragraph": N_("Numbered paragraph"),
    "recommendation": N_("Recommendation"),
    "figure": N_("Table or picture"),
}
#: what every report to the Conference begins with
OUTLINE = (
    N_("Introduction"),
    N_("Background"),
    N_("Discussion under the agenda item"),
    N_("Conclusions"),
    N_("Recommendations"),
)


@blueprint.get("/")
@role("co_chair", "secretariat")
def all_reports() -> str:
    return _list({})


@blueprint.post("/")
@role("co_chair", "secretariat")
def begin() -> Any:
    """A new report, with the outline in all six languages."""
    form, problems = request.form, {}
    round_ = rounds.round(form.get("round", ""))
    code, title, symbol = (form.get(name, "").strip() for name in ("code", "title", "symbol"))
    if round_ is None:
        problems["round"] = _("Select a round.")
    if not CODE.fullmatch(code):
        problems["code"] = _("Write a code of small letters, digits and hyphens, such as csp13-report.")
    if not 0 < len(title) <= 300:
        problems["title"] = _("Write the title of the report.")
    if len(symbol) > 80:
        problems["symbol"] = _("Shorten this text.")
    if round_ is not None and not problems:
        outline = [("heading", {code: words_in(code).gettext(text) for code in LANGUAGES}) for text in OUTLINE]
        try:
            reports.create(code, round_.id, {current_language(): title}, symbol, outline, by=signed_in().id)
            return redirect(url_for("report.workspace", code=code), 303)
        except CodeTaken:
            problems["code"] = _("There is a report of that code. Choose another one.")
    return _list(problems), 422


def _list(problems: dict[str, str]) -> str:
    return render_template(
        "report/reports.html",
        reports=reports.reports(),
        rounds=rounds.rounds(),
        problems=problems,
        errors=[(text, name) for name, text in problems.items()],
        typed=request.form if problems else {},
    )


@blueprint.get("/<code>")
@role("co_chair", "secretariat")
def workspace(code: str) -> str:
    """The whole report in the reader's language; figures open the answers behind them."""
    report = report_or_404(code)
    draft = draft_of(report)
    return render_template(
        "report/workspace.html",
        report=report,
        draft=draft,
        title=report.title(current_language()),
        paragraphs=list(draft.paragraphs()),
        kinds=KIND_LABELS,
        picture=lambda block: picture(draft.query.labels, block.counted, block.table, draft.words),
        freezes=freezes_for(report),
        language_names=LANGUAGE_NAMES,
        wide=True,
    )


@blueprint.post("/<code>")
@role("co_chair", "secretariat")
def arrange(code: str) -> Any:
    """`do`: entitle · add (with `kind` and `after`) · up · down · remove, of the paragraph `paragraph`."""
    report, form, person = report_or_404(code), request.form, signed_in().id
    outlined = [entry.id for entry in paragraphs.outline(report.id)]
    wanted = form.get("paragraph", "")
    paragraph = as_id(wanted) if as_id(wanted) in outlined else None
    do = form.get("do")
    if do == "entitle":
        title = form.get("title", "").strip()
        if not 0 < len(title) <= 300:
            abort(400)
        reports.set_title(report.id, current_language(), title, by=person)
        return redirect(url_for("report.workspace", code=code), 303)
    if do == "add":
        if form.get("kind") not in KINDS:
            abort(400)
        after = form.get("after", "")
        place = as_id(after) if as_id(after) in outlined else None
        added = paragraphs.add_paragraph(report.id, form["kind"], place, by=person)
        return redirect(url_for("report.edit", code=code, paragraph_id=added), 303)
    if paragraph is None:
        abort(404)
    if do in ("up", "down"):
        paragraphs.move_paragraph(report.id, paragraph, -1 if do == "up" else 1, by=person)
    elif do == "remove":
        paragraphs.remove_paragraph(paragraph, by=person)
    else:
        abort(400)
    return redirect(url_for("report.workspace", code=code) + ("" if do == "remove" else f"#p-{paragraph}"), 303)
