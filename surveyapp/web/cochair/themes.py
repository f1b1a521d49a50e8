"""The codebook of a round, whether two readers code alike, and the quotation bank."""

from __future__ import annotations

import itertools
import re
from typing import Any

from flask import abort, redirect, render_template, request, url_for
from flask_babel import gettext as _

from surveyapp.analysis.agreement import Agreement, agreements
from surveyapp.analysis.naming import may_be_named, quotable
from surveyapp.definition.path import code_of
from surveyapp.definition.texts import LANGUAGES
from surveyapp.results.figure_query import FigureQuery
from surveyapp.storage.results import coding
from surveyapp.storage.results.coding import CodeTaken, CodingFacts, ThemeFacts

from ..access import role, signed_in
from ..figure_pages import requested_figures
from ..locale import current_language
from .routes import blueprint

CODE = re.compile(r"[a-z][a-z0-9_]{1,47}")
MAX_LABEL_LENGTH, MAX_DEFINITION_LENGTH = 120, 2_000


@blueprint.get("/rounds/<round_code>/themes")
@role("co_chair", "secretariat")
def codebook(round_code: str) -> str:
    return _page(requested_figures(round_code))


@blueprint.post("/rounds/<round_code>/themes")
@role("co_chair", "secretariat")
def change_codebook(round_code: str) -> Any:
    """`theme`: one to change or, with `retire`, to retire; without it, a new one."""
    query = requested_figures(round_code)
    form, person = request.form, signed_in().id
    theme = _theme(query, form["theme"]) if form.get("theme") else None
    if theme and form.get("retire"):
        coding.retire_theme(theme.id, by=person)
        return redirect(url_for("cochair.codebook", round_code=round_code), 303)
    label, definition = form.get("label", "").strip(), form.get("definition", "").replace("\r\n", "\n").strip()
    problems = _problems(form.get("code", "").strip(), label, definition, new=theme is None)
    if not problems and theme:
        coding.change_theme(theme.id, {**theme.labels, **_labels(label)}, definition, by=person)
    elif not problems:
        own = None if form.get("shared") else query.round.id
        try:
            coding.add_theme(form["code"].strip(), _labels(label), definition, round_id=own, by=person)
        except CodeTaken:
            problems["code"] = _("There is a theme of that code. Choose another one.")
    if problems:
        return _page(query, problems, theme), 422
    return redirect(url_for("cochair.codebook", round_code=round_code), 303)


def _labels(label: str) -> dict[str, str]:
    """In the page's language, and in those that were written beside it."""
    others = {code: request.form.get(f"label-{code}", "").strip()[:MAX_LABEL_LENGTH] for code in LANGUAGES}
    return {code: text for code, text in others.items() if text} | {current_language(): label}


def _theme(query: FigureQuery, code: str) -> ThemeFacts:
    return coding.theme(query.round.id, code) or abort(404)


def _problems(code: str, label: str, definition: str, *, new: bool) -> dict[str, str]:
    problems = {}
    if new and not CODE.fullmatch(code):
        problems["code"] = _("Write a code of small letters, digits and underscores, such as capacity_building.")
    if not 0 < len(label) <= MAX_LABEL_LENGTH:
        problems["label"] = _("Write a short name for the theme.")
    if not 0 < len(definition) <= MAX_DEFINITION_LENGTH:
        problems["definition"] = _("Write when the theme applies and when it does not.")
    return problems


def _page(query: FigureQuery, problems: dict[str, str] | None = None, changing: ThemeFacts | None = None) -> str:
    current = coding.standing(query.replies, query.selection.as_of)
    themes = coding.themes(query.round.id)
    editing = changing or next((theme for theme in themes if theme.code == request.args.get("change")), None)
    prefix = f"{editing.code}-" if editing else ""
    return render_template(
        "cochair/themes.html",
        query=query,
        title=query.title,
        wide=True,
        themes=[
            (theme, theme.label(current_language()), sum(each.theme == theme.code for each in current))
            for theme in themes
        ],
        editing=editing,
        agreement=_agreement([theme.code for theme in themes], current),
        names={theme.code: theme.label(current_language()) for theme in themes},
        problems=problems or {},
        errors=[(text, prefix + name) for name, text in (problems or {}).items()],
        typed=request.form if problems else {},
    )


def _agreement(themes: list[str], applied: list[CodingFacts]) -> list[tuple[str, str, list[Agreement]]]:
    """For each two readers: their names, and the agreement on each theme either of them used."""
    by_reader: dict[int, dict[tuple[int, str], set[str]]] = {}
    names = {passage.by: passage.name for passage in applied}
    for passage in applied:
        by_reader.setdefault(passage.by, {}).setdefault(passage.place, set()).add(passage.theme)
    readers = sorted(by_reader)
    pairs = []
    for first, second in itertools.combinations(readers, 2):
        theme_agreements = agreements(themes, by_reader[first], by_reader[second])
        used = [
            agreement
            for agreement in theme_agreements
            if agreement.n and agreement.both + agreement.only_first + agreement.only_second
        ]
        if used:
            pairs.append((names[first], names[second], used))
    return pairs


@blueprint.get("/rounds/<round_code>/quotations")
@role("co_chair", "secretariat")
def quotations(round_code: str) -> str:
    """What may be quoted, and how each State may be called. Asked anew each time: consent can be taken back."""
    query = requested_figures(round_code)
    replies = {reply.response_id: reply for reply in query.replies}
    shown = []
    for quotation in coding.quotations(list(replies)):
        reply = replies[quotation.response_id]
        if reply.revisions.get(quotation.address) != quotation.revision or not quotable(reply, quotation.address):
            continue
        named = may_be_named(query.compiled, reply)
        text = reply.answers[quotation.address][quotation.start : quotation.stop]
        code = code_of(quotation.address)
        label = query.compiled.text(f"{code}.label", current_language())
        shown.append({"quoted": quotation, "text": text, "reply": reply, "named": named, "code": code, "label": label})
    return render_template("cochair/quotations.html", query=query, title=query.title, quoted=shown)


@blueprint.post("/rounds/<round_code>/quotations")
@role("co_chair", "secretariat")
def withdraw(round_code: str) -> Any:
    query = requested_figures(round_code)
    wanted = request.form.get("quotation", "")
    by_id = {
        str(quotation.id): quotation
        for quotation in coding.quotations([reply.response_id for reply in query.all_replies])
    }
    if wanted not in by_id:
        abort(404)
    coding.withdraw(by_id[wanted].id, by=signed_in().id)
    return redirect(url_for("cochair.quotations", round_code=round_code), 303)
