"""One paragraph: its text, figures picked from a panel, versions with their difference, comments and suggested wording."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from typing import Any

from flask import abort, redirect, render_template, request, url_for
from flask_babel import gettext as _

from surveyapp.analysis.figures import MEASURES, OF_ANSWER, OF_QUESTION, Spec
from surveyapp.analysis.report_text import problems_of
from surveyapp.results.drawn_tables import picture
from surveyapp.results.report_draft import Draft
from surveyapp.storage.report import comments, paragraphs
from surveyapp.storage.report.paragraphs import EditConflict, ParagraphFacts, TextVersion

from ..access import role, signed_in
from ..locale import current_language
from ..request_text import as_id
from .routes import blueprint, draft_of, paragraph_or_404, report_or_404

MAX_LENGTH = 20_000


@dataclass(frozen=True)
class Part:
    """A piece of a difference. `kind`: same · added · removed."""

    kind: str
    text: str


@blueprint.get("/<code>/paragraphs/<int:paragraph_id>")
@role("co_chair", "secretariat")
def edit(code: str, paragraph_id: int) -> str:
    draft = draft_of(report_or_404(code))
    paragraph = paragraph_or_404(draft, paragraph_id)
    kept = paragraph.texts.get(current_language()) or TextVersion(0, "")
    return _page(draft, paragraph, kept.text, kept.number)


@blueprint.post("/<code>/paragraphs/<int:paragraph_id>")
@role("co_chair", "secretariat")
def write(code: str, paragraph_id: int) -> Any:
    """`do`: save · look · choose (a question for the panel) · insert (a figure). Only `save` writes."""
    draft = draft_of(report_or_404(code))
    paragraph = paragraph_or_404(draft, paragraph_id)
    form, do = request.form, request.form.get("do", "save")
    text = form.get("text", "").replace("\r\n", "\n").strip()
    seen = as_id(form.get("seen", ""))
    if do == "insert":
        spec = _picked(draft)
        text = f"{text} {spec.token()}".strip() if spec else text
        return _page(draft, paragraph, text, seen, {} if spec else {"code": _("Select what the figure is of.")})
    if do in ("look", "choose"):
        return _page(draft, paragraph, text, seen)
    problems = _problems(draft, text)
    if problems:
        return _page(draft, paragraph, text, seen, problems), 422
    try:
        paragraphs.write_text(paragraph_id, current_language(), text, seen, by=signed_in().id)
    except EditConflict as stale:
        conflict = {
            "text": _(
                "Somebody else wrote a newer version meanwhile: it stands below. Put the two together and save again."
            )
        }
        return _page(draft, paragraph, text, stale.newest.number, conflict, stale.newest), 409
    return redirect(url_for("report.workspace", code=code) + f"#p-{paragraph_id}", 303)


def _problems(draft: Draft, text: str) -> dict[str, str]:
    if len(text) > MAX_LENGTH:
        return {"text": _("Shorten this text.")}
    faults = problems_of(text, draft.query.dimensions, draft.ids)
    return {"text": " ".join(_(fault.message) % fault.facts for fault in faults)} if faults else {}


def _picked(draft: Draft) -> Spec | None:
    """What the panel says: measure, question, answer, and one condition."""
    form, dimensions = request.form, draft.query.dimensions
    measure, name, code = (form.get(part, "") for part in ("measure", "name", "answer"))
    if measure not in MEASURES:
        return None
    where = tuple(
        (dimension, form[f"only-{dimension}"])
        for dimension in ("region", "treaty_status")
        if form.get(f"only-{dimension}") in dimensions[dimension].codes
    )
    if measure not in (*OF_ANSWER, *OF_QUESTION):
        return Spec(measure, where=where)
    if name not in dimensions or (measure in OF_ANSWER and code not in dimensions[name].codes):
        return None
    return Spec(measure, name, code if measure in OF_ANSWER else "", where)


@blueprint.post("/<code>/paragraphs/<int:paragraph_id>/comments")
@role("co_chair", "secretariat")
def comment(code: str, paragraph_id: int) -> Any:
    """A comment, with or without suggested wording; `settle`: one that is settled, `take`: whose wording is taken over."""
    draft = draft_of(report_or_404(code))
    paragraph = paragraph_or_404(draft, paragraph_id)
    language, person, form = current_language(), signed_in().id, request.form
    unsettled = {
        str(remark.id): remark for remark in comments.of_paragraph(paragraph_id, language) if remark.settled_at is None
    }
    back = redirect(url_for("report.edit", code=code, paragraph_id=paragraph_id) + "#comments", 303)
    chosen = unsettled.get(form.get("settle", "") or form.get("take", ""))
    kept = paragraph.texts.get(language) or TextVersion(0, "")
    if form.get("settle") or form.get("take"):
        if chosen is None:
            abort(404)
        if form.get("take") and chosen.suggested:
            return _page(draft, paragraph, chosen.suggested, kept.number)
        comments.resolve_comment(chosen.id, by=person)
        return back
    text, suggested = (form.get(name, "").replace("\r\n", "\n").strip() for name in ("comment", "suggested"))
    if not text and not suggested:
        return _page(
            draft, paragraph, kept.text, kept.number, {"comment": _("Write a comment, or the wording you suggest.")}
        ), 422
    if len(text) > MAX_LENGTH or len(suggested) > MAX_LENGTH:
        return _page(draft, paragraph, kept.text, kept.number, {"comment": _("Shorten this text.")}), 422
    comments.add_comment(paragraph_id, language, text, suggested or None, by=person)
    return back


def _page(
    draft: Draft,
    paragraph: ParagraphFacts,
    text: str,
    seen: int,
    problems: dict[str, str] | None = None,
    newer: TextVersion | None = None,
) -> str:
    language = current_language()
    versions = paragraphs.text_versions(paragraph.id, language)
    dimensions = draft.query.dimensions
    return render_template(
        "report/paragraph.html",
        report=draft.report,
        draft=draft,
        title=draft.report.title(language),
        paragraph=paragraph,
        text=text,
        seen=seen,
        shown=draft.drawn(paragraph, text, language),
        picture=lambda block: picture(draft.query.labels, block.counted, block.table, draft.words),
        others=[(code, version.text) for code, version in paragraph.texts.items() if code != language],
        measures=MEASURES,
        dimensions=[
            dimension for dimension in dimensions.values() if not dimension.of_participants and dimension.codes
        ],
        chosen=dimensions.get(request.form.get("name", "")),
        groups=[dimensions["region"], dimensions["treaty_status"]],
        panel=request.form,
        paragraphs=[
            (outlined.id, draft.numbers[outlined.id]) for outlined in draft.outline if outlined.id in draft.numbers
        ],
        versions=list(reversed([(version, _difference(before, version)) for before, version in _pairs(versions)])),
        comments=comments.of_paragraph(paragraph.id, language),
        newer=newer,
        problems=problems or {},
        errors=[(message, name) for name, message in (problems or {}).items()],
        wide=True,
    )


def _pairs(versions: list[TextVersion]) -> list[tuple[TextVersion, TextVersion]]:
    return list(zip([TextVersion(0, ""), *versions], versions, strict=False))


def _difference(before: TextVersion, after: TextVersion) -> list[Part]:
    """Word by word; in Chinese, sign by sign."""
    old, new = _split(before.text), _split(after.text)
    parts = []
    for operation, a, b, c, d in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if operation == "equal":
            parts.append(Part("same", "".join(old[a:b])))
            continue
        parts += [Part("removed", "".join(old[a:b]))] if b > a else []
        parts += [Part("added", "".join(new[c:d]))] if d > c else []
    return parts


def _split(text: str) -> list[str]:
    return re.findall(r"[\u2e80-\u9fff]|[^\s\u2e80-\u9fff]+\s*|\s+", text)
